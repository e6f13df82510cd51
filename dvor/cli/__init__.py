"""The ``dvor`` command line.

Exit codes: 0 done · 1 done, and something is not in order (bad rows in a file, differences in the ledger, a failing
health check) · 2 cannot be done as asked (arguments, settings, files, ports): one clear line says why · 70 a failure of
our own, with its trace · 130 interrupted.
"""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command that the arguments name, and leave with its exit code."""
    from dvor.cli.program import run  # typer and rich are not needed by who imports dvor.cli

    sys.exit(run(sys.argv[1:]))
