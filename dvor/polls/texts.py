"""What neighbours write is plain text: cleaned of what cannot be seen, limited, never run."""

from __future__ import annotations

import unicodedata

from dvor.polls import refusals
from dvor.polls.models import Poll

_UNSEEN = {"Cc", "Co", "Cs", "Cn"}
_TURNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # they turn the words around them


def line(text: str, field: str, most: int) -> str:
    """One line.

    Raises:
        Refusal: ``text_missing``, ``text_too_long`` (422).
    """
    return _fit(" ".join(_plain(text, keep="").split()), field, most, required=True)


def paragraphs(text: str, field: str, most: int, *, required: bool = True) -> str:
    """Several lines; never more than one empty one between them.

    Raises:
        Refusal: ``text_missing``, ``text_too_long`` (422).
    """
    rows = [row.rstrip() for row in _plain(text.replace("\r\n", "\n"), keep="\n").split("\n")]
    kept = [row for number, row in enumerate(rows) if row or (number and rows[number - 1])]
    return _fit("\n".join(kept).strip(), field, most, required=required)


def of_poll(poll: Poll) -> str:
    """All that its author wrote."""
    return "\n".join([poll.question, poll.details, *poll.options])


def _plain(text: str, *, keep: str) -> str:
    return "".join(
        one if one in keep else " " if unicodedata.category(one) in _UNSEEN else "" if one in _TURNS else one
        for one in text
    )


def _fit(text: str, field: str, most: int, *, required: bool) -> str:
    if required and not text:
        raise refusals.text_missing(field)
    if len(text) > most:
        raise refusals.text_too_long(field, most)
    return text
