"""Writes docs/settings.md from the typed list of environment variables."""

from __future__ import annotations

from dvor.environment import VARIABLES, Variable

_HEAD = """\
# Settings

Generated from `dvor/environment.py` by `bin/check --fix`. Every setting is an environment variable; a wrong or missing
one stops the start with one line that names it. Secrets are never shown, not even in that line. `bin/run` writes the
settings of a demo into `DATA/environment`; production sets them itself ([deploy.md](deploy.md)).

| variable | default | meaning |
|---|---|---|
"""


def settings_page() -> str:
    """The page, without a final newline."""
    return _HEAD + "\n".join(_line(variable) for variable in VARIABLES)


def _line(variable: Variable) -> str:
    default = f"`{variable.default}`" if variable.default else "empty" if variable.default == "" else "**required**"
    meaning = variable.meaning.replace("|", "\\|")
    return f"| `{variable.name}` | {default} | {meaning}{' (secret)' if variable.secret else ''} |"
