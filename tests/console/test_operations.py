"""What operators write: with a reason, through the same verbs as everybody, and into the audit."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client

from dvor.base import periods
from dvor.base.models import AuditEntry
from dvor.ledger.models import Wallet
from dvor.people.levels import Level
from dvor.points import activities, kinds, rules
from dvor.points.models import Award, RuleVersion
from tests.cast import Cast

pytestmark = pytest.mark.django_db
READING = 10


@pytest.fixture
def wallet(cast: Cast, at: datetime) -> Wallet:
    """Anna's, with two awards for readings."""
    kind = kinds.find(READING)
    assert kind is not None
    done = [
        activities.Activity(
            kind=kind, resident_id=cast.anna.pk, level=Level.FULL, subject=f"meter-{number}",
            month=periods.month_of(at), occurred_at=at,
        )
        for number in range(2)
    ]  # fmt: skip
    activities.record(done, by=cast.anna, at=at)
    return Wallet.objects.get(resident=cast.anna)


def act(client: Client, wallet: Wallet, action: str, **more: str) -> object:
    return client.post("/console/ledger/wallet/", {"action": action, "_selected_action": [wallet.pk], **more})


def test_a_wallet_is_blocked_after_a_confirmation_with_a_reason(olga: Client, cast: Cast, wallet: Wallet) -> None:
    asked = act(olga, wallet, "block")
    wallet.refresh_from_db()
    assert (asked.status_code, wallet.blocked_at) == (200, None), "first the reason is asked"  # type: ignore[attr-defined]
    refused = act(olga, wallet, "block", confirmed="yes", reason="x")
    wallet.refresh_from_db()
    assert (refused.status_code, wallet.blocked_at) == (422, None)  # type: ignore[attr-defined]
    act(olga, wallet, "block", confirmed="yes", reason="Two accounts of one person")
    wallet.refresh_from_db()
    assert (wallet.blocked_by, wallet.blocked_reason) == (cast.olga.pk, "Two accounts of one person")
    noted = AuditEntry.objects.get(act="ledger.wallet.blocked")
    assert (noted.actor_id, noted.reason) == (cast.olga.pk, "Two accounts of one person")
    act(olga, wallet, "unblock", confirmed="yes", reason="It was a mistake")
    wallet.refresh_from_db()
    assert wallet.blocked_at is None


def test_a_refusal_of_the_verb_is_shown(olga: Client, wallet: Wallet) -> None:
    act(olga, wallet, "unblock", confirmed="yes", reason="Nothing was blocked")
    assert "This wallet is not blocked." in olga.get("/console/ledger/wallet/").content.decode()


def test_who_works_for_a_company_cannot_block_a_wallet(ivan: Client, wallet: Wallet) -> None:
    answer = act(ivan, wallet, "block", confirmed="yes", reason="Because I can")
    wallet.refresh_from_db()
    assert (answer.status_code, wallet.blocked_at) == (403, None)  # type: ignore[attr-defined]


def test_the_moves_of_a_wallet_are_shown(olga: Client, wallet: Wallet) -> None:
    page = olga.get(f"/console/wallets/{wallet.pk}/moves/").content.decode()
    assert page.count("Points awarded") == 2
    assert olga.get("/console/wallets/999999999/moves/").status_code == 404
    assert olga.get(f"/console/wallets/{wallet.pk}/moves/", {"before": "yesterday,x"}).status_code == 200


def test_an_award_is_explained_by_the_rule_of_its_day(olga: Client, cast: Cast, wallet: Wallet, at: datetime) -> None:
    listed = olga.get("/console/awards/", {"resident": cast.anna.pk}).content.decode()
    address = f"/console/awards/{READING}/meter-0/{periods.month_of(at)}/"
    assert address in listed
    page = olga.get(address).content.decode()
    assert "Points awarded by the rule." in page
    assert "Why it is what it is" in page


def test_an_award_is_taken_back_once_with_a_reason(olga: Client, wallet: Wallet, at: datetime) -> None:
    address = f"/console/awards/{READING}/meter-0/{periods.month_of(at)}/"
    assert olga.post(address, {"reason": ""}).status_code == 422
    assert olga.post(address, {"reason": "The meter is not hers"}).status_code == 302
    wallet.refresh_from_db()
    assert wallet.available == 20
    assert "Taken back on" in olga.get(address).content.decode()
    assert olga.post(address, {"reason": "And once more"}).status_code == 422


@pytest.mark.parametrize(
    "address",
    ["/console/awards/10/nobody/2026-10-01/", "/console/awards/999/x/2026-10-01/", "/console/awards/10/x/october/",
     "/console/rules/999/", "/console/rules/999/new/"],
)  # fmt: skip
def test_what_does_not_exist_is_not_found(olga: Client, address: str) -> None:
    assert olga.get(address).status_code == 404


@pytest.mark.parametrize("resident", ["", "anna", "-1", "99999999999999999999"])
def test_a_strange_number_of_a_resident_is_refused(olga: Client, resident: str) -> None:
    assert olga.get("/console/awards/", {"resident": resident}).status_code == 422


def test_a_version_is_tried_on_the_past_and_then_published(
    olga: Client, cast: Cast, wallet: Wallet, at: datetime
) -> None:
    since = periods.day_of(at) + timedelta(days=1)
    filled = {"points_simplified": 10, "points_standard": 20, "points_full": 50, "since": since, "delay_days": 0,
              "reason": "More for full accounts", "count_month": 8}  # fmt: skip
    versions = RuleVersion.objects.count()
    tried = olga.post(f"/console/rules/{READING}/new/", {**filled, "try": "yes"})
    assert tried.status_code == 200
    assert "40 points → 100 points" in tried.content.decode().replace("\xa0", " ")
    assert RuleVersion.objects.count() == versions, "a trial writes nothing"
    assert olga.post(f"/console/rules/{READING}/new/", {**filled, "publish": "yes"}).status_code == 302
    kind = kinds.find(READING)
    assert kind is not None
    (published,) = rules.upcoming(kind, periods.day_of(at))
    assert (published.points, published.cap_counts) == ([10, 20, 50], [None, 8, None, None])
    assert AuditEntry.objects.get(act="points.rule.published").reason == "More for full accounts"
    assert list(Award.objects.values_list("points", flat=True)) == [20, 20], "what was paid stays paid"


@pytest.mark.parametrize(
    "wrong",
    [{"since": "2020-01-01"}, {"since": "someday"}, {"reason": ""}, {"points_full": -5}, {"points_full": 10**9},
     {"permille_full": 1001}, {"delay_days": 1000}, {"points_simplified": "", "points_standard": "", "points_full": ""},
     {"source_url": "javascript:alert(1)"}],
    ids=str,
)  # fmt: skip
def test_a_wrong_version_is_refused_at_its_field(
    olga: Client, cast: Cast, at: datetime, wrong: dict[str, object]
) -> None:
    filled = {"points_simplified": 10, "points_standard": 20, "points_full": 50, "delay_days": 0,
              "since": periods.day_of(at) + timedelta(days=1), "reason": "More for full accounts", **wrong}  # fmt: skip
    versions = RuleVersion.objects.count()
    assert olga.post(f"/console/rules/{READING}/new/", {**filled, "publish": "yes"}).status_code == 422
    assert RuleVersion.objects.count() == versions
