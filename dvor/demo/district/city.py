"""The invented city of Dvorsk: its management companies, partners and twelve houses of different kinds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum
from uuid import NAMESPACE_URL, UUID, uuid5


@dataclass(frozen=True, slots=True)
class OrganisationPlan:
    """A management company or a partner; ``inn`` has a right check digit and a region that does not exist (00)."""

    inn: str
    title: str
    phone: str
    email: str


class HouseKind(Enum):
    """What a house is built of decides its flats, stoves and habits: (areas of 1…4 rooms in m², electric stoves)."""

    STALIN = ((38.0, 58.5, 79.0, 98.0), False)
    KHRUSHCHEV = ((30.5, 44.0, 56.0, 61.0), False)
    PANEL_NINE = ((34.0, 47.5, 62.0, 73.0), False)
    PANEL_TALL = ((38.5, 54.0, 76.0, 92.0), True)
    BRICK_TOWER = ((36.0, 52.0, 66.0, 84.0), False)
    NEW_BUILD = ((41.0, 62.0, 86.0, 112.0), True)

    @property
    def areas_m2(self) -> tuple[float, ...]:
        return self.value[0]

    @property
    def has_electric_stoves(self) -> bool:
        return self.value[1]

    @property
    def has_heat_meters(self) -> bool:
        """Flats of new houses have a heat meter each; in older ones the house has one for all."""
        return self is HouseKind.NEW_BUILD


@dataclass(frozen=True, slots=True)
class HousePlan:
    """One house as the city's registry knows it. ``first_floor`` is the lowest floor with flats (shops below)."""

    unom: int
    address: str
    district: str
    kind: HouseKind
    company: OrganisationPlan
    built_in: int
    floors: int
    entrances: int
    flats_per_floor: int
    connected_since: date
    first_floor: int = 1

    @property
    def fias_guid(self) -> UUID:
        return uuid5(NAMESPACE_URL, f"https://dvor.example/houses/{self.unom}")

    @property
    def flats_total(self) -> int:
        return self.entrances * self.flats_per_floor * (self.floors - self.first_floor + 1)


CENTRE = OrganisationPlan("0001000010", "ГБУ «Жилищник Центрального района»", "+7 (000) 200-10-10", "centre@uk.example")
WARM = OrganisationPlan("0001000028", "ООО «Управляющая компания „Тёплый дом“»", "+7 (000) 200-20-20", "dom@uk.example")
NORTH = OrganisationPlan("0001000035", "ООО «Северные дворы – Сервис»", "+7 (000) 200-30-30", "north@uk.example")
EMBANKMENT = OrganisationPlan("0001000042", "ТСН «Набережная, 3»", "+7 (000) 200-40-40", "tsn@uk.example")
COMPANIES = (CENTRE, WARM, NORTH, EMBANKMENT)

_CENTRAL, _RIVER, _NORTHERN = "Центральный", "Заречный", "Северные Дворы"
_K = HouseKind

HOUSES = (
    HousePlan(710001, "Театральная улица, дом 4", _CENTRAL, _K.STALIN, CENTRE, 1954, 7, 4, 3, date(2021, 3, 1), 2),
    HousePlan(710002, "Театральная улица, дом 9", _CENTRAL, _K.STALIN, CENTRE, 1957, 5, 3, 4, date(2021, 3, 1)),
    HousePlan(710003, "Липовая аллея, дом 12", _CENTRAL, _K.KHRUSHCHEV, CENTRE, 1962, 5, 4, 4, date(2021, 6, 1)),
    HousePlan(
        710004,
        "Липовая аллея, дом 16, корпус 2",
        _CENTRAL,
        _K.KHRUSHCHEV,
        CENTRE,
        1964,
        5,
        6,
        4,
        date(2021, 6, 1),
    ),
    HousePlan(710005, "улица Первых Строителей, дом 7", _RIVER, _K.PANEL_NINE, WARM, 1972, 9, 4, 4, date(2021, 9, 1)),
    HousePlan(710006, "улица Первых Строителей, дом 11", _RIVER, _K.PANEL_NINE, WARM, 1978, 9, 6, 4, date(2021, 9, 1)),
    HousePlan(710007, "Заречная улица, дом 25", _RIVER, _K.PANEL_TALL, WARM, 1983, 16, 2, 4, date(2022, 2, 1)),
    HousePlan(710008, "Яблоневый бульвар, дом 3", _NORTHERN, _K.PANEL_TALL, NORTH, 2001, 22, 2, 4, date(2022, 2, 1)),
    HousePlan(710009, "Садовая улица, дом 18", _RIVER, _K.BRICK_TOWER, WARM, 1971, 12, 1, 7, date(2022, 5, 1)),
    HousePlan(
        710010,
        "Садовая улица, дом 20, строение 1",
        _RIVER,
        _K.BRICK_TOWER,
        WARM,
        1995,
        16,
        1,
        6,
        date(2022, 5, 1),
    ),
    HousePlan(
        710011,
        "Яблоневый бульвар, дом 14",
        _NORTHERN,
        _K.NEW_BUILD,
        NORTH,
        2019,
        25,
        1,
        8,
        date(2022, 10, 1),
        2,
    ),
    HousePlan(
        710012,
        "Старая набережная, дом 3",
        _CENTRAL,
        _K.NEW_BUILD,
        EMBANKMENT,
        2023,
        12,
        3,
        4,
        date(2023, 12, 1),
        2,
    ),
)
