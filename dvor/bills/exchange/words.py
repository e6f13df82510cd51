"""What files call services, groups and ways to find a volume."""

from __future__ import annotations

import re
from functools import lru_cache

from dvor.base.files import cells
from dvor.bills.charges import Group, Service, VolumeBy
from dvor.bills.models import Bill

GROUPS = {
    "жилищные услуги": Group.HOUSING, "жилищная": Group.HOUSING, "содержание": Group.HOUSING, "housing": Group.HOUSING,
    "коммунальные услуги": Group.UTILITY, "коммунальная": Group.UTILITY, "utility": Group.UTILITY,
    "капитальный ремонт": Group.CAPITAL_REPAIR, "capital repair": Group.CAPITAL_REPAIR,
    "дополнительные услуги": Group.ADDITIONAL, "дополнительная": Group.ADDITIONAL, "additional": Group.ADDITIONAL,
    "добровольное страхование": Group.INSURANCE, "страхование": Group.INSURANCE, "insurance": Group.INSURANCE,
    "пени": Group.PENALTY, "пени и судебные расходы": Group.PENALTY, "penalty": Group.PENALTY,
}  # fmt: skip
VOLUMES = {
    "прибор учёта": VolumeBy.METER, "по прибору учёта": VolumeBy.METER, "по счётчику": VolumeBy.METER,
    "ИПУ": VolumeBy.METER, "meter": VolumeBy.METER,
    "среднее": VolumeBy.AVERAGE, "по среднему": VolumeBy.AVERAGE, "average": VolumeBy.AVERAGE,
    "норматив": VolumeBy.NORM, "по нормативу": VolumeBy.NORM, "norm": VolumeBy.NORM,
    "общедомовые нужды": VolumeBy.COMMON, "ОДН": VolumeBy.COMMON, "ОДПУ": VolumeBy.COMMON, "common": VolumeBy.COMMON,
    "площадь": VolumeBy.AREA, "по площади": VolumeBy.AREA, "area": VolumeBy.AREA,
    "фиксированная сумма": VolumeBy.FIXED, "иное": VolumeBy.FIXED, "fixed": VolumeBy.FIXED,
}  # fmt: skip
KINDS = {
    "обычный": Bill.Kind.REGULAR, "текущий": Bill.Kind.REGULAR, "regular": Bill.Kind.REGULAR,
    "долговой": Bill.Kind.DEBT, "debt": Bill.Kind.DEBT,
}  # fmt: skip
# The first that matches: drainage names water too, and a penalty names anything.
_TITLES = (
    (Service.PENALTY, "^пен[яи]|неустойк|судебн|госпошлин|penalty"),
    (Service.INSURANCE, "страхован|insurance"),
    (Service.CAPITAL_REPAIR, "кап\\w* ремонт|капремонт|capital repair"),
    (Service.WASTE, "тко|тбо|отход|мусор|waste"),
    (Service.DRAINAGE, "водоотвед|канализ|drainage|sewerage"),
    (Service.HOT_WATER, "гвс|горяч|подогрев|hot water"),
    (Service.COLD_WATER, "хвс|холодн|водоснабж|cold water"),
    (Service.HEATING, "отоплен|тепл|heating"),
    (Service.ELECTRICITY, "электр|electricity"),
    (Service.GAS, "\\bгаз|\\bgas"),
    (Service.ANTENNA, "антенн|телевид|радио|antenna"),
    (Service.INTERCOM, "домофон|запирающ|intercom"),
    (Service.MAINTENANCE, "содержан|жилого помещения|жилищн|управлени|maintenance"),
)
_PATTERNS = tuple((service, re.compile(pattern)) for service, pattern in _TITLES)
_GROUP_OF = {
    Service.MAINTENANCE: Group.HOUSING, Service.CAPITAL_REPAIR: Group.CAPITAL_REPAIR, Service.PENALTY: Group.PENALTY,
    Service.INSURANCE: Group.INSURANCE, Service.ANTENNA: Group.ADDITIONAL, Service.INTERCOM: Group.ADDITIONAL,
    Service.OTHER: Group.ADDITIONAL,
}  # fmt: skip


@lru_cache(maxsize=4_096)
def service_of(title: str) -> Service:
    """The service that a title means; «other» when it says none that is known."""
    words = cells.folded(title)
    return next((service for service, pattern in _PATTERNS if pattern.search(words)), Service.OTHER)


def group_of(service: Service) -> Group:
    """The group of a service where the file names none."""
    return _GROUP_OF.get(service, Group.UTILITY)
