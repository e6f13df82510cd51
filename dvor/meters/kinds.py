"""What meters declare: the activity that pays, and the facts that residents are told."""

from __future__ import annotations

from collections.abc import Iterable

from dvor.meters.models import Meter
from dvor.meters.resources import Resource
from dvor.notices import kinds as facts
from dvor.notices.kinds import FactKind
from dvor.points import kinds as points
from dvor.points.kinds import Kind


def describe(subjects: Iterable[str]) -> dict[str, str]:
    """Meters of statements in words: «Cold water № 23-118842, bathroom». One query."""
    numbers = {subject.removeprefix("meter:"): subject for subject in subjects}
    ids = {int(number): subject for number, subject in numbers.items() if number.isdigit()}
    found = Meter.objects.filter(pk__in=ids).values_list("pk", "resource", "serial", "place")
    return {
        ids[pk]: ", ".join(part for part in (f"{Resource(resource).title} № {serial}", place) if part)
        for pk, resource, serial, place in found
    }


READING = Kind(
    id=10,
    code="reading",
    titles={"ru": "Показания счётчика", "en": "Meter reading"},
    what={
        "ru": "Передайте показания счётчика воды, электричества, тепла или газа, пока открыт период передачи. "
        "Каждый счётчик считается отдельно, один раз за месяц; исправление второй раз не оплачивается.",
        "en": "Send the reading of a meter of water, electricity, heating or gas while its window is open. "
        "Each meter counts by itself, once a month; a correction is not paid again.",
    },
    unit={"ru": "за каждый прибор", "en": "per meter"},
    icon="meter",
    describe=describe,
)

WINDOW_OPENS = FactKind(
    code="meters.window_opens",
    titles={"ru": "Можно передать показания", "en": "Readings can be sent"},
    icon="meter",
)
WINDOW_CLOSES = FactKind(
    code="meters.window_closes",
    titles={"ru": "Скоро закончится приём показаний", "en": "The window for readings closes soon"},
    icon="clock",
)
VERIFICATION_DUE = FactKind(
    code="meters.verification_due",
    titles={"ru": "Счётчику скоро нужна поверка", "en": "A meter is due for verification"},
    icon="calendar",
)


def register() -> None:
    """Make the kinds known."""
    points.register(READING)
    for kind in (WINDOW_OPENS, WINDOW_CLOSES, VERIFICATION_DUE):
        facts.register(kind)
