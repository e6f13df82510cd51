"""The console's queue: who sees it, what it hides, a decision with its reason in the audit log."""

from __future__ import annotations

import pytest
from django.test import Client

from dvor.base.models import AuditEntry
from dvor.invites.models import Join
from dvor.people.models import Resident, Role
from tests.invites.conftest import Yard

QUEUE = "/console/invites/join/"


@pytest.fixture
def held(yard: Yard) -> Resident:
    person = yard.all(yard.link(), person=yard.person(email="anna@people.example", last_name="Тайная"))
    yard.check()
    return person


def of(resident: Resident) -> Client:
    client = Client()
    client.force_login(resident)
    return client


def test_the_queue_shows_why_and_hides_last_names_and_links(yard: Yard, held: Resident) -> None:
    olga, link = of(yard.cast.olga), Join.objects.get(pk=held.pk).link
    for path in (QUEUE, f"{QUEUE}?state__exact=4", f"{QUEUE}{held.pk}/change/", f"{QUEUE}?q={yard.cast.anna.pk}"):
        page = olga.get(path)
        told = page.content.decode()
        assert page.status_code == 200 and "одни телефон или почта" in told, path
        assert "Тайная" not in told and "Сергеева" not in told and link.code not in told


@pytest.mark.parametrize(("who", "sees"), [("moderator", True), ("olga", True), ("ivan", False), ("anna", False)])
def test_who_sees_the_queue(yard: Yard, held: Resident, who: str, sees: bool) -> None:
    if who == "moderator":
        someone = yard.cast.gleb
        Role.objects.create(resident=someone, name=Role.Name.MODERATOR, granted_at=yard.at)
    else:
        someone = getattr(yard.cast, who)
    assert (of(someone).get(QUEUE).status_code == 200) is sees


@pytest.mark.parametrize(("action", "state"), [("allow", Join.State.COUNTED), ("deny", Join.State.NOT_COUNTED)])
def test_a_decision_wants_a_reason_and_is_audited(
    yard: Yard, held: Resident, action: str, state: Join.State, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dvor.base import clock

    monkeypatch.setattr(clock, "now", lambda: yard.at.replace(day=21))
    olga = of(yard.cast.olga)
    asked = {"action": action, "_selected_action": held.pk}
    assert olga.post(QUEUE, {**asked, "confirmed": "yes", "reason": ""}).status_code == 422
    assert yard.state(held) == Join.State.HELD
    assert olga.post(QUEUE, {**asked, "confirmed": "yes", "reason": "Позвонили обоим"}).status_code == 302
    assert yard.state(held) == state
    entry = AuditEntry.objects.get(subject=f"join:{held.pk}")
    assert entry.reason == "Позвонили обоим" and entry.actor_id == yard.cast.olga.pk
    assert "риглашение" in of(yard.cast.olga).get("/console/base/auditentry/").content.decode()
