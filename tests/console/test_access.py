"""The console is for active roles; each role sees what it may; nobody writes a row."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise

from dvor.base.console import ReadOnlyAdmin, site
from dvor.people.models import Role
from tests.cast import Cast
from tests.console.conftest import desk

pytestmark = pytest.mark.django_db

PAGES = [page for page in site.pages if "<" not in page.route]


def test_a_stranger_is_sent_to_the_city_id() -> None:
    answer = Client().get("/console/")
    assert answer.status_code == 302
    followed = Client().get(answer["Location"])
    assert followed["Location"].startswith("/sign-in/?next=/console/")


def test_a_resident_without_a_role_is_turned_away(cast: Cast) -> None:
    client = desk(cast.anna)
    assert client.get("/console/", follow=True).status_code == 403


def test_a_revoked_role_ends_at_once(cast: Cast, at: datetime) -> None:
    client = desk(cast.olga)
    assert client.get("/console/").status_code == 200
    Role.objects.filter(resident=cast.olga).update(revoked_at=at, revoked_by=cast.ivan)
    assert client.get("/console/", follow=True).status_code == 403


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_page_opens_for_its_roles_and_for_no_other(cast: Cast, olga: Client, ivan: Client, page: object) -> None:
    address = reverse(f"admin:{page.name}")  # type: ignore[attr-defined]
    roles = page.roles  # type: ignore[attr-defined]
    opened = {200, 422}  # 422: a page that wants to know more first, such as which month
    assert olga.get(address).status_code in (opened if not roles or "city_operator" in roles else {403})
    assert ivan.get(address).status_code in (opened if not roles or "management_company" in roles else {403})
    assert desk(cast.anna).get(address).status_code in {302, 403}
    assert Client().get(address).status_code == 302


@pytest.mark.parametrize("model", sorted(site._registry, key=str), ids=lambda model: model._meta.label_lower)
def test_each_list_opens_for_the_city_operator_and_is_read_only(olga: Client, model: type) -> None:
    model_admin = site._registry[model]
    assert isinstance(model_admin, ReadOnlyAdmin)
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"  # type: ignore[attr-defined]
    for language in ("ru", "en"):
        assert olga.get(reverse(f"{name}_changelist"), headers={"accept-language": language}).status_code == 200
    assert olga.get(reverse(f"{name}_changelist"), {"q": "1"}).status_code == 200
    assert olga.get(reverse(f"{name}_add")).status_code == 403
    assert olga.post(reverse(f"{name}_add"), {}).status_code == 403


def test_a_management_company_sees_its_own_houses_alone(ivan: Client, cast: Cast) -> None:
    listed = ivan.get("/console/homes/house/").content.decode()
    assert cast.house.address in listed
    assert cast.other_house.address not in listed
    assert ivan.get(f"/console/homes/house/{cast.other_house.pk}/change/").status_code == 302
    found = ivan.get("/console/", {"q": "Лесная"}).content.decode()
    assert cast.other_house.address not in found


def test_no_row_can_be_changed_or_deleted_through_the_lists(olga: Client, cast: Cast) -> None:
    address = f"/console/homes/house/{cast.house.pk}"
    assert olga.post(f"{address}/change/", {"address": "Взлом"}).status_code == 403
    assert olga.post(f"{address}/delete/", {"post": "yes"}).status_code == 403
    olga.post(
        "/console/homes/house/", {"action": "delete_selected", "_selected_action": [cast.house.pk], "post": "yes"}
    )
    cast.house.refresh_from_db()
    assert cast.house.address != "Взлом"


def test_there_are_no_passwords(olga: Client) -> None:
    assert olga.get("/console/password_change/").status_code == 404


def test_the_policy_lets_in_no_strangers_host(olga: Client) -> None:
    policy = olga.get("/console/")["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-eval'" in policy
    assert "http" not in policy.replace("form-action", "").split("script-src")[1].split(";")[0]
    assert "unsafe" not in Client().get("/contacts/")["Content-Security-Policy"]


def test_every_heading_is_in_the_operators_language() -> None:
    untold = [
        f"{model._meta.label}.{name}"
        for model, model_admin in site._registry.items()
        for name in model_admin.list_display
        if isinstance(name, str) and name in {field.name for field in model._meta.get_fields()}
        and not isinstance(model._meta.get_field(name).verbose_name, Promise)
    ]  # fmt: skip
    untold += [model._meta.label for model in site._registry if not isinstance(model._meta.verbose_name, Promise)]
    assert not untold, "dvor/console/names.py"
    with translation.override("ru"):
        assert str(site._registry and admin.site.site_title)
