"""/api/v1: rules for everybody; wallet, transfers and awards for their owner."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from dvor.points import kinds
from tests.cast import Cast

pytestmark = pytest.mark.django_db
MINE = ("/api/v1/wallet", "/api/v1/transfers", "/api/v1/awards")


def walk(client: Client, address: str, **query: Any) -> list[dict[str, Any]]:
    """All items of a list, page by page."""
    found: list[dict[str, Any]] = []
    cursor = ""
    for _page in range(50):
        answer = client.get(address, {**query, "cursor": cursor}).json()
        found += answer["items"]
        cursor = answer["next"]
        if not cursor:
            return found
    raise AssertionError("the list never ends")


def test_rules_are_open_to_everybody(client: Client) -> None:
    items = client.get("/api/v1/rules").json()["items"]
    assert {item["kind"] for item in items} == {kind.code for kind in kinds.every()}
    reading = next(item for item in items if item["kind"] == "reading")
    rates = {rate["level"]: rate["points"] for rate in reading["now"]["rates"]}
    assert rates == {"simplified": 10, "standard": 20, "full": 20}
    assert reading["now"]["assumption"] and reading["next"] is None


@pytest.mark.parametrize("address", MINE)
def test_what_is_mine_asks_who_i_am(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 401 and response["Content-Type"] == "application/problem+json"


def test_the_wallet_is_told_in_its_parts(client: Client, history: Cast) -> None:
    client.force_login(history.anna)
    wallet = client.get("/api/v1/wallet").json()
    assert (wallet["available"], wallet["pending"], wallet["held"], wallet["debt"]) == (480, 242, 0, 0)
    assert wallet["expiring"] == [{"expires_on": "2027-10-31", "points": 480}]


def test_transfers_come_page_by_page_and_add_up(client: Client, history: Cast) -> None:
    client.force_login(history.anna)
    items = walk(client, "/api/v1/transfers", limit=2)
    assert sum(item["change"] for item in items) == 480 == items[0]["available_after"]
    assert items == walk(client, "/api/v1/transfers", limit=100)


def test_awards_come_with_their_reasons_and_lose_none(client: Client, history: Cast) -> None:
    client.force_login(history.anna)
    items = walk(client, "/api/v1/awards", limit=1)
    assert sorted(item["points"] for item in items) == [0, 20, 20, 20, 20, 242, 500]
    assert next(item for item in items if item["points"] == 0)["reason"] == "cap_lifetime"
    assert len({item["activity_id"] for item in items}) == 7


def test_awards_of_one_kind(client: Client, history: Cast) -> None:
    client.force_login(history.anna)
    assert len(walk(client, "/api/v1/awards", kind="reading")) == 4
    assert walk(client, "/api/v1/awards", kind="nope") == []


def test_nobody_reads_the_points_of_another(client: Client, history: Cast) -> None:
    client.force_login(history.boris)
    assert client.get("/api/v1/wallet").json()["available"] == 0
    assert walk(client, "/api/v1/transfers") == walk(client, "/api/v1/awards") == []


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=x", "cursor=x", "cursor=" + "A" * 401, "kind=" + "x" * 41]
)
def test_a_spoiled_question_is_refused_with_its_reason(client: Client, history: Cast, query: str) -> None:
    client.force_login(history.anna)
    response = client.get(f"/api/v1/awards?{query}")
    assert response.status_code in {400, 422} and response.json()["detail"]


def test_a_cursor_of_one_list_does_not_open_another(client: Client, history: Cast, at: datetime) -> None:
    client.force_login(history.anna)
    cursor = client.get("/api/v1/transfers", {"limit": 1}).json()["next"]
    assert cursor and client.get("/api/v1/awards", {"cursor": cursor}).status_code == 400
