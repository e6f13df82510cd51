"""What the purpose of a transfer says: the acquirer's registry and commission, or a resident's payer code and month."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from dvor.base import money

_DAY = r"([0-9]{2}\.[0-9]{2}\.[0-9]{4})"
_REGISTRY = re.compile(
    rf"реестр\w*[^.;]{{0,80}}?\b(?:за|от|с)\s+{_DAY}(?:\s*(?:г\.?|года))?(?:\s*(?:-|–|—|по)\s*{_DAY})?", re.IGNORECASE
)
_COMMISSION = re.compile(r"(?<!без )(?<!без\u00a0)(?:комисси|вознагражд)\w*([^;]{0,80})", re.IGNORECASE)
_SUM = re.compile(  # neither a part of a day, nor a rate, nor the number of a contract
    r"(?<![0-9.,№N])(?<!№ )([0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3})+(?:[.,][0-9]{2})?|[0-9]{1,12}(?:[.,][0-9]{1,2})?)"
    r"(?![0-9]|[.,][0-9])(?!\s*%)"
)
_CODE = re.compile(r"(?<![0-9])[0-9]{10}(?![0-9])")
_NAMED_CODE = re.compile(
    r"(?:код\w*\s+плат\w*|л\s*[/.]?\s*с(?:ч[её]т\w*)?|лиц\w*\.?\s*сч\w*\.?|persacc)\W{0,6}(?:№|N)?\W{0,3}([0-9]{10})(?![0-9])",
    re.IGNORECASE,
)
_MONTHS = ("январ", "феврал", "март", "апрел", "ма", "июн", "июл", "август", "сентябр", "октябр", "ноябр", "декабр")
_NAMED_MONTH = re.compile(
    rf"\b({'|'.join(_MONTHS).replace('|ма|', '|ма(?=[йяе])|')})[а-яё]{{0,2}}\.?\s*(20[0-9]{{2}})", re.IGNORECASE
)
_MONTH = re.compile(
    r"(?<![0-9.])(?:(0[1-9]|1[0-2])[./-]?(20[0-9]{2})|(20[0-9]{2})[./-]?(0[1-9]|1[0-2]))(?![0-9]|[./-][0-9])"
)


@dataclass(frozen=True, slots=True)
class Registry:
    """A transfer for the payments of some days; ``commission_kopecks`` was held back from it."""

    since: date
    until: date
    commission_kopecks: int


@dataclass(frozen=True, slots=True)
class Direct:
    """What a resident wrote: payer codes, the likeliest first, and the month."""

    codes: tuple[str, ...]
    period: date | None


def registry(purpose: str) -> Registry | None:
    """The days and the commission of «Перечисление средств по реестру за 20.11.2026 … комиссия 123,45».

    A purpose that names no commission held none back: whether that is true shows in the day's sums.
    """
    found = _REGISTRY.search(purpose)
    since = _day(found[1]) if found else None
    until = _day(found[2]) if found and found[2] else since
    if since is None or until is None or until < since:
        return None
    return Registry(since, until, commission(purpose))


def commission(purpose: str) -> int:
    """Kopecks that the purpose calls a commission; a rate in per cent is none."""
    told = _COMMISSION.search(purpose)
    sums = _SUM.findall(told[1]) if told else []
    with_kopecks = [text for text in sums if text[-3:-2] in {".", ","}]
    return money.parse((with_kopecks or sums)[0]) if sums else 0


def direct(purpose: str) -> Direct:
    """The payer codes and the month that a resident's transfer names."""
    named = _NAMED_CODE.findall(purpose)
    codes = tuple(dict.fromkeys([*named, *([] if named else _CODE.findall(purpose))]))
    return Direct(codes[:5], _period(purpose))


def _period(purpose: str) -> date | None:
    """The one month that is named; several different ones say nothing."""
    found = {
        date(int(year), next(n for n, stem in enumerate(_MONTHS, 1) if word.casefold() == stem), 1)
        for word, year in _NAMED_MONTH.findall(purpose)
    } or {
        date(int(year or year_first), int(month or month_last), 1)
        for month, year, year_first, month_last in _MONTH.findall(purpose)
    }
    return found.pop() if len(found) == 1 else None


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%d.%m.%Y").date()  # noqa: DTZ007 a day
    except ValueError:
        return None
