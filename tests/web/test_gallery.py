"""The live gallery of components: for operators, and complete."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from dvor.web.gallery import SPRITE
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_an_operator_sees_every_icon_and_component(client: Client, cast: Cast) -> None:
    client.force_login(cast.olga)
    response = client.get("/console/ui/")
    page = response.content.decode()
    assert response.status_code == 200
    for icon in re.findall(r'id="([a-z]+)" viewBox="0 0 24 24"', SPRITE.read_text(encoding="utf-8")):
        assert f"icons.svg#{icon}" in page
    for component in ("button--primary", "alert--error", "empty", "chart__bar", "table-wrap", "pager", "field__error"):
        assert component in page


def test_a_resident_may_not(client: Client, cast: Cast) -> None:
    client.force_login(cast.anna)
    assert client.get("/console/ui/").status_code == 403


def test_a_stranger_signs_in_first(client: Client) -> None:
    assert client.get("/console/ui/")["Location"].startswith("/sign-in/")


def test_a_field_with_an_error_is_tied_to_its_words(client: Client, cast: Cast) -> None:
    client.force_login(cast.olga)
    page = client.get("/console/ui/").content.decode()
    control = re.search(r'<input[^>]*id="id_wrong-name"[^>]*>', page)
    assert control and 'aria-invalid="true"' in control[0]
    for name in re.search(r'aria-describedby="([^"]+)"', control[0])[1].split():  # type: ignore[index]
        assert f'id="{name}"' in page
