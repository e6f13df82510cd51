"""What payments declare: the activity that pays, and the facts that residents are told."""

from __future__ import annotations

from collections.abc import Iterable

from dvor.notices import kinds as facts
from dvor.notices.kinds import Channel, FactKind
from dvor.payments.models import Part
from dvor.points import kinds as points
from dvor.points.kinds import Kind


def describe(subjects: Iterable[str]) -> dict[str, str]:
    """Paid parts of statements in words: «09.2026, Sadovaya 1, 17». One query."""
    ids: dict[int, list[str]] = {}
    for subject in subjects:
        number = subject.split(":")[1] if subject.startswith("part:") else ""
        if number.isdigit():
            ids.setdefault(int(number), []).append(subject)
    return {
        subject: f"{part.period:%m.%Y}, {part.copy.get('address', '')}, {part.copy.get('flat', '')}"
        for part in Part.objects.filter(pk__in=ids).only("period", "copy")
        for subject in ids[part.pk]
    }


BILL_PAID = Kind(
    id=40,
    code="bill_paid",
    titles={"ru": "Оплата ЕПД", "en": "Paying the bill"},
    what={
        "ru": "Оплатите единый платёжный документ своей квартиры на этом сайте. Баллы считаются от суммы за жилищные и "
        "коммунальные услуги; добровольное страхование и пени в неё не входят. Возврат денег забирает и баллы.",
        "en": "Pay the single bill of your flat on this site. Points are counted from the sum for housing and utility "
        "services; voluntary insurance and penalties do not count. A refund takes the points back.",
    },
    unit={"ru": "от суммы услуг", "en": "of the sum of services"},
    icon="order",
    describe=describe,
)

PAID = FactKind(
    code="payments.paid",
    titles={"ru": "Оплата прошла, квитанция", "en": "Payment done, receipt"},
    fixed=frozenset({Channel.PAGE}),
    icon="order",
)
DECLINED = FactKind(
    code="payments.declined",
    titles={"ru": "Оплата не прошла", "en": "Payment declined"},
    icon="order",
)
REFUNDED = FactKind(
    code="payments.refunded",
    titles={"ru": "Деньги возвращены", "en": "Money returned"},
    fixed=frozenset({Channel.PAGE}),
    icon="order",
)


AUTOPAY_SOON = FactKind(
    code="payments.autopay_soon",
    titles={"ru": "Скоро автоплатёж", "en": "Automatic payment soon"},
    fixed=frozenset({Channel.PAGE}),
    icon="clock",
)
AUTOPAY_STOPPED = FactKind(
    code="payments.autopay_stopped",
    titles={"ru": "Автоплатёж не состоялся", "en": "Automatic payment did not happen"},
    fixed=frozenset({Channel.PAGE}),
    icon="warning",
)


def register() -> None:
    """Make the kinds known."""
    points.register(BILL_PAID)
    for kind in (PAID, DECLINED, REFUNDED, AUTOPAY_SOON, AUTOPAY_STOPPED):
        facts.register(kind)
