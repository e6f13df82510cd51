"""The fixed cast of the tests: the same people in the same houses, so that a test names only what it is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dvor.homes.models import Flat, House, Residency
from dvor.people.levels import Level
from dvor.people.models import Organisation, Resident, Role


@dataclass(frozen=True)
class Cast:
    """Anna owns flat 1 (full); Boris is registered there (standard); Vera lives in flat 2 unproven (simplified);

    Gleb is a stranger with a flat in another house; Olga is a city operator; Ivan works for the management company.
    """

    anna: Resident
    boris: Resident
    vera: Resident
    gleb: Resident
    olga: Resident
    ivan: Resident
    company: Organisation
    house: House
    other_house: House
    flat: Flat
    second_flat: Flat
    other_flat: Flat

    @classmethod
    def assemble(cls, *, at: datetime) -> Cast:
        company = Organisation.objects.create(kind="management_company", title="Жилищник Тест", inn="7700000001")
        house = House.objects.create(unom=1001, address="Садовая улица, дом 1", management_company=company)
        other_house = House.objects.create(unom=1002, address="Лесная улица, дом 5")
        flat = Flat.objects.create(house=house, number="1", area_cm2=543_000, payer_code="1234567890")
        second_flat = Flat.objects.create(house=house, number="2", area_cm2=380_000, payer_code="1234567891")
        other_flat = Flat.objects.create(house=other_house, number="1", area_cm2=610_000, payer_code="1234567892")
        anna = _resident("anna", "Анна", "Сергеева", Level.FULL)
        boris = _resident("boris", "Борис", "Сергеев", Level.STANDARD)
        vera = _resident("vera", "Вера", "Кузнецова", Level.SIMPLIFIED)
        gleb = _resident("gleb", "Глеб", "Чужой", Level.FULL)
        olga = _resident("olga", "Ольга", "Городская", Level.FULL)
        ivan = _resident("ivan", "Иван", "Управляев", Level.FULL)
        status, proof = Residency.Status, Residency.Proof
        for resident, where, what, proven in (
            (anna, flat, status.OWNER, proof.REGISTRY),
            (boris, flat, status.REGISTERED, proof.PAYER_CODE),
            (vera, second_flat, status.OCCUPANT, proof.NONE),
            (gleb, other_flat, status.OWNER, proof.REGISTRY),
        ):
            Residency.objects.create(
                resident=resident, flat=where, status=what, proof=proven, since=at,
                proved_at=None if proven == proof.NONE else at,
            )  # fmt: skip
        Role.objects.create(resident=olga, name=Role.Name.CITY_OPERATOR, granted_at=at)
        Role.objects.create(resident=ivan, name=Role.Name.MANAGEMENT_COMPANY, organisation=company, granted_at=at)
        return cls(
            anna=anna, boris=boris, vera=vera, gleb=gleb, olga=olga, ivan=ivan, company=company,
            house=house, other_house=other_house, flat=flat, second_flat=second_flat, other_flat=other_flat,
        )  # fmt: skip


def _resident(city_id: str, first_name: str, last_name: str, level: Level) -> Resident:
    return Resident.objects.create(
        city_id=city_id,
        first_name=first_name,
        last_name=last_name,
        level=level,
        email=f"{city_id}@people.example",
    )
