"""The world that is attacked: flats, meters, orders, codes and tokens of several people, made once for a module.

Each attack runs inside its own savepoint (pytest-django's), so the world is the same for all of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import time_machine
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.test import Client

from dvor.homes.models import Residency
from dvor.ledger import wallets
from dvor.meters import devices
from dvor.meters.nameplates import Nameplate
from dvor.meters.resources import Resource
from dvor.notices.models import Notice
from dvor.people import residents, tokens
from dvor.people.levels import Level
from dvor.people.models import Resident, Role
from dvor.rewards import catalogue, orders
from dvor.rewards.models import Order, Reward
from tests.attack import hostile
from tests.attack.hostile import Attack
from tests.cast import Cast
from tests.rewards.shop import Shop, give_points

AT = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)
CODES = ("SECRET-CODE-1", "SECRET-CODE-2", "SECRET-CODE-3")  # of Gleb's order first: nobody else may ever read them


@dataclass
class Scene:
    """Numbers of things by name, for the tables of attacks: ``{gleb_order}`` in a path, ``s.gleb_order`` in a body."""

    people: dict[str, Resident] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    ids: dict[str, Any] = field(default_factory=dict)
    before: hostile.Fingerprint = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["ids"][name]
        except KeyError:
            raise AttributeError(name) from None

    # ── Asking ───────────────────────────────────────────────────────────────────────────────────────────────────
    def app(self, name: str, **options: Any) -> Client:
        """An app with somebody's bearer token; without a name, a stranger's."""
        headers = {"accept-language": "en"}
        if name:
            headers["authorization"] = f"Bearer {self.secrets[name]}"
        return Client(raise_request_exception=False, headers=headers, **options)

    def browser(self, name: str, **options: Any) -> Client:
        """A browser with somebody's session; without a name, a stranger's."""
        client = Client(raise_request_exception=False, headers={"accept-language": "en"}, **options)
        if name:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[name]
        return client

    def send(self, attack: Attack, client: Client | None = None) -> Any:
        """Send the request at its moment, and its answer."""
        path = attack.path.format(**self.ids)
        with time_machine.travel(datetime.fromisoformat(attack.at), tick=False):
            if client is None:
                client = self.app(attack.by) if path.startswith("/api/") else self.browser(attack.by)
            headers = dict(hostile.resolved(attack.headers, self))
            if attack.form is not None:
                return getattr(client, attack.method.lower())(
                    path, hostile.resolved(attack.form, self), headers=headers
                )
            body = attack.raw if attack.raw is not None else b""
            if attack.json is not None:
                body = json.dumps(hostile.resolved(attack.json, self)).encode()
            return client.generic(attack.method, path, body, content_type=attack.kind, headers=headers)

    def assert_refused(
        self, attack: Attack, client: Client | None = None, *, since: hostile.Fingerprint | None = None
    ) -> Any:
        """The attack is refused with its reason, and nothing has changed; its answer."""
        answer = self.send(attack, client)
        hostile.assert_refused(answer, attack)
        self.assert_unchanged(attack.moved, since=since)
        return answer

    def assert_unchanged(
        self, moved: frozenset[str] = frozenset(), *, since: hostile.Fingerprint | None = None
    ) -> None:
        """Nothing has changed but what may, since the scene was made or since a later fingerprint."""
        before, now = since or self.before, hostile.fingerprint()
        changed = {table for table in now if now[table] != before[table]} - moved
        assert not changed, f"changed: {sorted(changed)}"

    # ── Making ───────────────────────────────────────────────────────────────────────────────────────────────────
    def assemble(self) -> None:
        """Make everything by the product's own acts, as far as there are acts."""
        cast = Cast.assemble(at=AT - timedelta(days=60))
        self.people |= {name: getattr(cast, name) for name in ("anna", "boris", "vera", "gleb", "olga", "ivan")}
        self.ids |= {"house": cast.house.pk, "other_house": cast.other_house.pk, "company": cast.company.pk}
        self.ids |= {"flat": cast.flat.pk, "vera_flat": cast.second_flat.pk, "gleb_flat": cast.other_flat.pk}
        for residency in Residency.objects.select_related("resident"):
            self.ids[f"{residency.resident.city_id}_residency"] = residency.pk
        self._persons()
        self._meters(cast)
        shop = Shop.assemble(olga=cast.olga, at=AT - timedelta(days=3))
        self._rewards(shop)
        self._orders()
        self._doors(shop)
        self.before = hostile.fingerprint()

    def _persons(self) -> None:
        """Lev's wallet is blocked, Zoya is erased, Maria is leaving, Petr and Rita are partners, Nina a moderator."""
        for name, level in (("lev", 3), ("zoya", 2), ("maria", 2), ("petr", 2), ("rita", 2), ("nina", 2), ("senya", 1)):
            self.people[name] = Resident.objects.create(city_id=name, level=Level(level))
        Role.objects.create(resident=self.people["nina"], name=Role.Name.MODERATOR, granted_at=AT)

    def _meters(self, cast: Cast) -> None:
        def plate(flat: int, resource: Resource, serial: str, *initial: str, due: date = date(2030, 8, 1)) -> Nameplate:
            return Nameplate(
                flat, resource, serial, installed_on=date(2026, 8, 1), verification_due_on=due, zones=len(initial),
                initial=[Decimal(value) for value in initial],
            )  # fmt: skip

        names = ("cold", "hot", "power", "heat", "gas", "expired", "archived", "vera_meter", "gleb_meter")
        plates = [
            plate(cast.flat.pk, Resource.COLD_WATER, "CW-1", "100"),
            plate(cast.flat.pk, Resource.HOT_WATER, "HW-1", "50.5"),
            plate(cast.flat.pk, Resource.ELECTRICITY, "EL-1", "1000", "500"),
            plate(cast.flat.pk, Resource.HEAT, "HE-1", "3"),
            plate(cast.flat.pk, Resource.GAS, "GA-1", "10"),
            plate(cast.flat.pk, Resource.COLD_WATER, "CW-0", "7", due=date(2026, 9, 1)),
            plate(cast.flat.pk, Resource.HOT_WATER, "HW-0", "7"),
            plate(cast.second_flat.pk, Resource.COLD_WATER, "CW-2", "10"),
            plate(cast.other_flat.pk, Resource.COLD_WATER, "CW-3", "10"),
        ]
        for name, outcome in zip(names, devices.install(plates, by=cast.olga, at=AT), strict=True):
            assert outcome.refusal is None, (name, outcome.refusal)
            self.ids[name] = outcome.value
        devices.archive(self.archived, by=cast.olga, at=AT, reason="leaks")

    def _rewards(self, shop: Shop) -> None:
        self.ids |= {"partner": shop.partner.pk, "fund": shop.fund.pk}
        made = {
            "coffee": shop.voucher("COFFEE-1", "COFFEE-2", "COFFEE-3", order_max=2),
            "cinema": shop.voucher(*CODES, cancel_hours=48),
            "empty": shop.voucher(),
            "draft": shop.voucher("DRAFT-1", publish=False),
            "withdrawn": shop.voucher("GONE-1"),
            "over": shop.voucher("OVER-1", valid_until=date(2026, 12, 31)),
            "vip": shop.voucher("VIP-1", level_min=Level.FULL),
            "dear": shop.voucher("DEAR-1", price=1_000_000),
            "once": shop.voucher("ONCE-1", "ONCE-2", lifetime_max=1),
            "monthly": shop.voucher("MONTH-1", "MONTH-2", month_max=1),
            "shelter": shop.donation(units=5),
        }
        self.ids |= {name: reward.pk for name, reward in made.items()}
        catalogue.withdraw(reward_id=self.withdrawn, reason="by the partner's wish", by=shop.olga, at=AT)
        Reward.objects.filter(pk=self.over).update(valid_until=date(2026, 10, 19))
        for name, amount in (("anna", 1_000), ("boris", 1_000), ("gleb", 1_000), ("lev", 500), ("vera", 1_000)):
            give_points(self.people[name], amount, at=AT - timedelta(days=3))

    def _orders(self) -> None:
        def place(name: str, person: str, reward: int, **more: Any) -> Order:
            at = AT - timedelta(hours=more.pop("hours", 1))
            made = orders.place(reward_id=reward, by=self.people[person], at=at, key=name, **more)
            self.ids[name] = made.pk
            return made

        place("gleb_order", "gleb", self.cinema)
        place("late", "anna", self.cinema, hours=49)
        place("cancelled", "anna", self.cinema)
        orders.cancel(order_id=self.cancelled, by=self.people["anna"], at=AT)
        place("shown", "anna", self.cinema)
        orders.reveal(order_id=self.shown, by=self.people["anna"], at=AT)
        place("final", "anna", self.coffee)
        place("given", "anna", self.shelter)
        place("first", "anna", self.once)
        place("this_month", "anna", self.monthly)

    def _doors(self, shop: Shop) -> None:
        """Tokens living and dead, sessions and notices of others, and what ends people."""
        people = self.people
        for name in people:
            self.secrets[name], token = tokens.issue_to(people[name], title=name, at=AT - timedelta(days=1))
            self.ids[f"{name}_token"] = token.pk
            assert tokens.resident_of(self.secrets[name], at=AT) is not None  # notes the day of its last use
            client = Client()
            client.force_login(people[name])
            self.sessions[name] = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.secrets["expired"], _token = tokens.issue_to(people["anna"], title="old", at=AT - timedelta(days=31))
        self.secrets["revoked"], token = tokens.issue_to(people["anna"], title="gone", at=AT - timedelta(days=1))
        tokens.revoke(token_id=token.pk, by=people["anna"], at=AT)
        self.ids["revoked_token"] = token.pk
        session = UserSession.objects.create(user=people["gleb"], ip="127.0.0.1", session_key="gleb", user_agent="x")
        self.ids["gleb_session"] = session.pk
        self.ids["gleb_notice"] = Notice.objects.filter(resident=people["gleb"]).earliest("pk").pk
        for person, partner in (("petr", shop.partner), ("rita", shop.fund)):
            Role.objects.create(resident=people[person], name="partner", organisation=partner, granted_at=AT)
        wallets.block(resident_id=people["lev"].pk, reason="two accounts", by=people["olga"], at=AT)
        residents.request_deletion(by=people["maria"], at=AT - timedelta(days=1))
        residents.request_deletion(by=people["zoya"], at=AT - timedelta(days=31))
        kept = self.secrets["zoya"]
        residents.erase(at=AT - timedelta(seconds=1))
        self.secrets["zoya"] = kept


@contextmanager
def staged() -> Iterator[Scene]:
    """The scene, until the end of the block; then everything is as if it had never been."""
    scene = Scene()
    with transaction.atomic():
        with time_machine.travel(AT, tick=False):
            scene.assemble()
        yield scene
        transaction.set_rollback(True)
