"""The joined stylesheet: one answer that may be kept for a year, under the digest of its content."""

from __future__ import annotations

import gzip
import re

from django.contrib.staticfiles import finders
from django.test import Client

from dvor.web import stylesheet


def address(client: Client) -> str:
    found = re.search(r'href="(/styles/[^"]+)"', client.get("/more/").content.decode())
    assert found
    return found[1]


def test_it_may_be_kept_for_a_year(client: Client) -> None:
    response = client.get(address(client))
    assert response["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in response["Cache-Control"]
    assert response.content.startswith(b"@layer reset, tokens, base, layout, components, pages;")


def test_it_is_packed_for_those_who_can_unpack(client: Client) -> None:
    plain = client.get(address(client))
    packed = client.get(address(client), headers={"Accept-Encoding": "br, gzip"})
    assert packed["Content-Encoding"] == "gzip" and "Accept-Encoding" in packed["Vary"]
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) < 12_000, "a phone on a slow line loads it before the page is seen"


def test_an_old_address_gets_the_new_text_but_may_not_keep_it(client: Client) -> None:
    response = client.get("/styles/0123456789abcdef.css")
    assert response.status_code == 200 and response["Cache-Control"] == "no-store"


def test_what_it_points_to_exists() -> None:
    addresses = re.findall(r'url\("([^"]+)"\)', stylesheet.joined().plain.decode())
    assert addresses
    for found in addresses:
        assert finders.find(found.removeprefix("/static/")), found
