"""The command line speaks the terminal's language (LC_ALL, LC_MESSAGES, LANG): Russian or English.

Helps are written once, in English, where they belong; they are looked up when the program starts. ``bin/translations``
sees to it that none is missing.
"""

from __future__ import annotations

import gettext
import os
from functools import cache
from pathlib import Path
from typing import Any

_CATALOGUE = Path(__file__).parent / "locale"


def _(text: str) -> str:
    """The text in the terminal's language."""
    return _translation().gettext(text)


@cache
def _translation() -> gettext.NullTranslations:
    named = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return gettext.translation("django", _CATALOGUE, languages=[named[:2] or "en"], fallback=True)


def translate(command: Any) -> None:
    """Translate the helps of a command, of its parameters and of everything below it."""
    for name in ("help", "epilog", "short_help"):
        if text := getattr(command, name, None):
            setattr(command, name, _(" ".join(text.split())))
    for parameter in command.params:
        if getattr(parameter, "help", None):
            parameter.help = _(parameter.help)
    for inner in getattr(command, "commands", {}).values():
        translate(inner)
