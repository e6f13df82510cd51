"""Expected failures: one shape for a page, the API, a file's row and the console."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from django.utils.functional import Promise

Text = str | Promise  # a translated text stays lazy until a door shows it
Value = TypeVar("Value")


class Refusal(Exception):
    """What was asked cannot be done, and the asker can understand why.

    ``code`` is stable and for programs (``window_closed``); ``text`` says what is wrong and ``remedy`` what to do,
    both translated; ``status`` is the HTTP status (4xx); ``field`` names the input at fault, if one is.
    """

    def __init__(self, code: str, text: Text, *, remedy: Text = "", status: int = 422, field: str = "") -> None:
        super().__init__(code)
        assert 400 <= status < 500, "a refusal is the asker's matter; our own failures are exceptions"
        self.code, self.text, self.remedy, self.status, self.field = code, text, remedy, status, field

    def __str__(self) -> str:
        return " ".join(part for part in (str(self.text), str(self.remedy)) if part)


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Value]):
    """What became of one row of a batch: either its value or its refusal."""

    index: int
    value: Value | None = None
    refusal: Refusal | None = None

    @property
    def accepted(self) -> bool:
        return self.refusal is None
