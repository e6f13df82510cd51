"""What is there before the neighbours come: operators, companies, partners, the city's registry, the catalogue."""

from __future__ import annotations

import io
import tomllib
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from dvor.base import periods
from dvor.base.files import ErrorReport, Heading, write_csv
from dvor.demo import bank
from dvor.demo.district import cast
from dvor.demo.district.city import CENTRE, COMPANIES
from dvor.demo.district.dice import dice
from dvor.demo.district.plan import Plan
from dvor.demo.district.tariffs import PAYEE
from dvor.homes import registry
from dvor.meters import windows
from dvor.meters.resources import Resource
from dvor.meters.windows import NewWindow, Rule
from dvor.people import organisations, residents, roles
from dvor.people.city_id import Profile
from dvor.people.levels import Level
from dvor.people.models import Organisation, Resident, Role
from dvor.people.organisations import NewOrganisation
from dvor.rewards import catalogue, codes
from dvor.rewards.models import Reward
from dvor.settlements import accounts
from dvor.settlements.accounts import NewAccount

_CATALOGUE: dict[str, Any] = tomllib.loads(Path(__file__).with_name("catalogue.toml").read_text(encoding="utf-8"))
_LETTERS = "ABCEHKMPTX346789"
_VALID_MONTHS = 13
_REASON = "Демонстрационный район"
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


def appoint(people: dict[str, Resident], *, at: datetime) -> Resident:
    """The first city operator of the file gets the role as on a new server: from nobody."""
    first = next(told["sub"] for told in cast.persons() if told["role"] == Role.Name.CITY_OPERATOR)
    return _grant(people, first, Role.Name.CITY_OPERATOR, None, by=None, at=at)


def open_organisations(*, by: Resident, at: datetime) -> dict[str, Organisation]:
    """Management companies by their taxpayer number, partners by their code in the catalogue."""
    kind, found = Organisation.Kind, {}
    for company in COMPANIES:
        new = NewOrganisation(kind.MANAGEMENT_COMPANY, company.title, company.inn, company.phone, company.email)
        found[company.inn] = organisations.open_(new, by=by, at=at, reason=_REASON)
    for partner in _CATALOGUE["partner"]:
        new = NewOrganisation(
            kind.PARTNER, partner["title"], partner["inn"], email=f"{partner['code']}@partners.example"
        )
        found[partner["code"]] = organisations.open_(new, by=by, at=at, reason=_REASON)
    return found


def open_windows(known: dict[str, Organisation], *, first: date, by: Resident) -> None:
    """One company takes readings on every day of the month: whoever starts the demo on the 7th can send some too.

    The people who are named at the start live in its houses; everywhere else the city's windows hold.
    """
    company, eve = known[CENTRE.inn], periods.day_start(first) - timedelta(hours=1)
    for resource in Resource:
        window = NewWindow(
            resource=resource,
            rule=Rule(1, 31, crosses_month_end=False),
            since=first,
            company_id=company.pk,
            source={
                "ru": f"{CENTRE.title} принимает показания весь месяц (так устроена демонстрация)",
                "en": "This company takes readings all month (a demo's arrangement)",
            },
        )
        windows.publish(window, by=by, at=eve, reason=_REASON)


def grant_roles(people: dict[str, Resident], known: dict[str, Organisation], *, by: Resident, at: datetime) -> None:
    """All other operators get their offices."""
    offices = {**cast.COMPANIES_OF, **cast.PARTNERS_OF}
    for told in cast.persons():
        if told["role"] in Role.Name.values and people[told["sub"]] != by:
            office = known[offices[told["sub"]]] if told["sub"] in offices else None
            _grant(people, told["sub"], told["role"], office, by=by, at=at)


def open_account(*, at: datetime) -> None:
    """The settlement centre's account, where the acquirer pays; the accountant reconciles it from today."""
    new = NewAccount(PAYEE.account, PAYEE.name[:100], periods.day_of(at), "yookassa", bank.ACQUIRER_INN)
    accounts.open_(new, by=None, at=at, reason=_REASON)


def _grant(
    people: dict[str, Resident], sub: str, name: str, office: Organisation | None, *,
    by: Resident | None, at: datetime,
) -> Resident:  # fmt: skip
    roles.grant(people[sub], name, office, by=by, at=at, reason=_REASON)
    people[sub] = Resident.objects.get(pk=people[sub].pk)  # as one who has a role
    return people[sub]


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


def fill_catalogue(known: dict[str, Organisation], *, seed: int, by: Resident, at: datetime) -> None:
    """Partners put up their rewards; pools of codes are loaded from files, as operators load them."""
    for position, category in enumerate(_CATALOGUE["category"]):
        catalogue.open_category(
            slug=category["slug"], titles=category["titles"], icon=category["icon"], position=position
        )
    last_month = periods.month_plus(periods.month_of(at), 24 + _VALID_MONTHS)
    for number, told in enumerate(_CATALOGUE["reward"]):
        reward = catalogue.draft(_draft(told, known, periods.month_end(last_month)), by=by, at=at)
        if reward.kind == Reward.Kind.VOUCHER:
            loaded = codes.import_(_pool(seed, number, told["codes"]), reward_id=reward.pk, by=by, at=at)
            assert loaded.loaded == told["codes"], f"codes of reward {number} were refused"
        catalogue.publish(reward_id=reward.pk, by=by, at=at)


def _draft(told: dict[str, Any], known: dict[str, Organisation], last_day: date) -> catalogue.Draft:
    kind = told.get("kind", Reward.Kind.VOUCHER.value)
    category = told["category"]
    terms = told.get("terms", category if category in _CATALOGUE["terms"] else "pickup")
    return catalogue.Draft(
        category=category,
        kind=kind,
        partner_id=known[told["partner"]].pk,
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
