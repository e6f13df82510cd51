"""Money is a whole number of kopecks; nothing here ever touches a float."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

from dvor.base.refusals import Refusal

_SPACE = " \u00a0\u202f"
_AMOUNT = re.compile(
    rf"[{_SPACE}]*(?P<roubles>[0-9]{{1,3}}(?:[{_SPACE}][0-9]{{3}}){{1,4}}|[0-9]{{1,13}})"
    rf"(?:[.,](?P<kopecks>[0-9]{{1,2}}))?[{_SPACE}]*(?:₽|руб\.?|р\.)?[{_SPACE}]*"
)


def parse(text: str) -> int:
    """Kopecks of ``1 234,56``, ``1234.5`` or ``1234 ₽``.

    Raises:
        Refusal: ``amount_unreadable`` if the text is not an amount of roubles.
    """
    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise Refusal(
            "amount_unreadable",
            _("This is not an amount."),
            remedy=_("Write it like 1234.56."),
            field="amount",
        )
    roubles = int(re.sub("[^0-9]", "", match["roubles"]))
    return roubles * 100 + int((match["kopecks"] or "0").ljust(2, "0"))


def show(kopecks: int) -> str:
    """``1 234,56 ₽`` with no-break spaces."""
    sign, rest = ("−" if kopecks < 0 else ""), abs(kopecks)
    roubles = f"{rest // 100:,}".replace(",", "\u00a0")
    return f"{sign}{roubles},{rest % 100:02d}\u00a0₽"


def share(kopecks: int, weights: list[int]) -> list[int]:
    """Split a sum by whole weights without losing a kopeck: the largest remainders get the rest, earlier first."""
    total = sum(weights)
    assert total > 0 and min(weights) >= 0 and kopecks >= 0, (
        "weights and the sum are not negative, and something is shared"
    )
    parts = [kopecks * weight // total for weight in weights]
    remainders = sorted(range(len(weights)), key=lambda place: (-(kopecks * weights[place] % total), place))
    for place in remainders[: kopecks - sum(parts)]:
        parts[place] += 1
    return parts
