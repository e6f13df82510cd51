"""What neighbours write in a poll is plain text within its limits."""

from __future__ import annotations

from dvor.base import texts
from dvor.polls import refusals
from dvor.polls.models import Poll


def line(text: str, field: str, most: int) -> str:
    """One line.

    Raises:
        Refusal: ``text_missing``, ``text_too_long`` (422).
    """
    return _fit(texts.line(text, most + 1), field, most, required=True)


def paragraphs(text: str, field: str, most: int, *, required: bool = True) -> str:
    """Several lines; never more than one empty one between them.

    Raises:
        Refusal: ``text_missing``, ``text_too_long`` (422).
    """
    return _fit(texts.paragraphs(text, most + 1), field, most, required=required)


def of_poll(poll: Poll) -> str:
    """All that its author wrote."""
    return "\n".join([poll.question, poll.details, *poll.options])


def _fit(text: str, field: str, most: int, *, required: bool) -> str:
    if required and not text:
        raise refusals.text_missing(field)
    if len(text) > most:
        raise refusals.text_too_long(field, most)
    return text
