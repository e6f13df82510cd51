"""Takes what is free at this moment and waits for nobody, without leaving a trace when there is nothing."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from dvor.base import sql


class _NothingFree(Exception):
    """The statement took nothing."""


def attempt(statement: str, **asked: Any) -> bool:
    """Run a statement that takes one free row (``skip locked``); whether it took one.

    In vain means in a savepoint that is rolled back: a row that somebody else took since this statement began is locked
    before it is found wanting, and who then waits for others in order with it in his hands may wait in a circle.
    """
    try:
        with transaction.atomic():
            if sql.rows(statement, **asked):
                return True
            raise _NothingFree
    except _NothingFree:
        return False
