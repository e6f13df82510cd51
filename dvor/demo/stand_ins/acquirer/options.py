"""What the command line decides, known before the settings are read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Options:
    """``database`` is made beside Dvor's on the same server; ``url`` is our own address as payers see it.

    ``notify`` is where notifications go; empty: the site's own address for them.
    """

    database: str = "acquirer"
    url: str = "http://127.0.0.1:8002"
    notify: str = ""


chosen = Options()
