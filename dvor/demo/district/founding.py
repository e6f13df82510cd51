"""What is there before the neighbours come: operators, companies, partners, the city's registry, the catalogue."""

from __future__ import annotations

import io
import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any

from dvor.base import periods
from dvor.base.files import ErrorReport, Heading, write_csv
from dvor.demo.district import cast
from dvor.demo.district.city import COMPANIES
from dvor.demo.district.dice import dice
from dvor.demo.district.plan import Plan
from dvor.homes import registry
from dvor.people import residents, roles
from dvor.people.city_id import Profile
from dvor.people.levels import Level
from dvor.people.models import Organisation, Resident, Role
from dvor.rewards import catalogue, codes
from dvor.rewards.models import Reward

_CATALOGUE: dict[str, Any] = tomllib.loads(Path(__file__).with_name("catalogue.toml").read_text(encoding="utf-8"))
_LETTERS = "ABCEHKMPTX346789"
_VALID_MONTHS = 13
_HEADINGS = (
    "УНОМ", "ФИАС", "Адрес", "Район", "Управляющая компания", "ИНН УК", "Год постройки", "Этажей", "Дата подключения",
    "Квартира", "Подъезд", "Этаж", "Площадь, м²", "Код плательщика",
)  # fmt: skip


def register(told: dict[str, Any], *, at: datetime) -> Resident:
    """A person of the city ID's file signs in for the first time."""
    profile = Profile(
        told["sub"], told["first_name"], told["middle_name"], told["last_name"], told["email"], told["mobile"],
        Level.of_code(told["level"]), told["birthdate"],
    )  # fmt: skip
    return residents.record(profile, language="ru", at=at)


def open_organisations() -> dict[str, Organisation]:
    """Management companies by their taxpayer number, partners by their code in the catalogue."""
    found = {}
    for company in COMPANIES:
        found[company.inn], _made = Organisation.objects.get_or_create(
            inn=company.inn,
            defaults={
                "kind": Organisation.Kind.MANAGEMENT_COMPANY, "title": company.title, "phone": company.phone,
                "email": company.email,
            },
        )  # fmt: skip
    for partner in _CATALOGUE["partner"]:
        found[partner["code"]], _made = Organisation.objects.get_or_create(
            inn=partner["inn"],
            defaults={
                "kind": Organisation.Kind.PARTNER, "title": partner["title"],
                "email": f"{partner['code']}@partners.example",
            },
        )  # fmt: skip
    return found


def grant_roles(people: dict[str, Resident], organisations: dict[str, Organisation], *, at: datetime) -> Resident:
    """Operators get their offices; the first one, who gives the others theirs, is returned."""
    first: Resident | None = None
    offices = {**cast.COMPANIES_OF, **cast.PARTNERS_OF}
    for told in cast.persons():
        if told["role"] not in Role.Name.values:
            continue
        resident = people[told["sub"]]
        organisation = organisations[offices[told["sub"]]] if told["sub"] in offices else None
        roles.grant(resident, told["role"], organisation, by=first, at=at, reason="Демонстрационный район")
        people[told["sub"]] = Resident.objects.get(pk=resident.pk)  # as one who has a role
        first = first or people[told["sub"]]
    assert first is not None, "the file names at least one city operator"
    return first


def import_registry(plan: Plan, *, by: Resident, at: datetime) -> None:
    """Houses and flats come by the city's own file, through the import that operators use."""
    rows = [
        (
            flat.house.unom, str(flat.house.fias_guid), flat.house.address, flat.house.district,
            flat.house.company.title, flat.house.company.inn, flat.house.built_in, flat.house.floors,
            flat.house.connected_since, flat.number, flat.entrance, flat.floor, f"{flat.area_cm2 / 10_000:.1f}",
            flat.payer_code,
        )
        for flat in (household.flat for household, _meters in plan.homes)
    ]  # fmt: skip
    file = io.BytesIO()
    write_csv(rows, [Heading(title) for title in _HEADINGS], file)
    file.seek(0)
    report = ErrorReport()
    done = registry.import_(file, report=report, by=by, at=at, filename="registry.csv")
    assert not done.refused and not done.warnings, f"{done.refused} rows of the registry were refused: {done.warnings}"


def fill_catalogue(organisations: dict[str, Organisation], *, seed: int, by: Resident, at: datetime) -> None:
    """Partners put up their rewards; pools of codes are loaded from files, as operators load them."""
    for position, category in enumerate(_CATALOGUE["category"]):
        catalogue.open_category(
            slug=category["slug"], titles=category["titles"], icon=category["icon"], position=position
        )
    last_month = periods.month_plus(periods.month_of(at), 24 + _VALID_MONTHS)
    for number, told in enumerate(_CATALOGUE["reward"]):
        reward = catalogue.draft(_draft(told, organisations, periods.month_end(last_month)), by=by, at=at)
        if reward.kind == Reward.Kind.VOUCHER:
            loaded = codes.import_(_pool(seed, number, told["codes"]), reward_id=reward.pk, by=by, at=at)
            assert loaded.loaded == told["codes"], f"codes of reward {number} were refused"
        catalogue.publish(reward_id=reward.pk, by=by, at=at)


def _draft(told: dict[str, Any], organisations: dict[str, Organisation], last_day: date) -> catalogue.Draft:
    kind = told.get("kind", Reward.Kind.VOUCHER.value)
    category = told["category"]
    terms = told.get("terms", category if category in _CATALOGUE["terms"] else "pickup")
    return catalogue.Draft(
        category=category,
        kind=kind,
        partner_id=organisations[told["partner"]].pk,
        titles=told["titles"],
        summary=told["summary"],
        terms=_CATALOGUE["terms"][terms],
        price=told["price"],
        level_min=Level.of_code(told.get("level_min", "simplified")),
        order_max=told.get("order_max", 1),
        month_max=told.get("month_max"),
        lifetime_max=told.get("lifetime_max"),
        cancel_hours=told.get("cancel_hours"),
        valid_until=last_day if kind == Reward.Kind.VOUCHER else None,
        units=told.get("units"),
    )


def _pool(seed: int, number: int, count: int) -> io.BytesIO:
    """A partner's file of codes: eight letters and digits that nobody confuses, and the reward's number."""
    chance = dice(seed, "codes", number)
    texts: set[str] = set()
    while len(texts) < count:
        word = "".join(chance.choices(_LETTERS, k=8))
        texts.add(f"{word[:4]}-{word[4:]}-{number:02d}")
    return io.BytesIO("\n".join(["Промокод", *sorted(texts)]).encode())
