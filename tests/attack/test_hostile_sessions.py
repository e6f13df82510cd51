"""Sessions and pages: dead and forged cookies, forms of other sites, links that act, things of others."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session

from dvor.notices import subscriptions
from tests.attack.hostile import Attack, said
from tests.attack.hostile_scene import AT, Scene

pytestmark = pytest.mark.django_db


def page(name: str, path: str, status: int, says: str, form: Any = None, *, by: str = "anna", **more: Any) -> Attack:
    return Attack(name=name, path=path, status=status, says=says, form=form or {}, by=by, **more)


# ── Cookies ──────────────────────────────────────────────────────────────────────────────────────────────────────
COOKIES = {
    "of nobody": lambda s: "a" * 32,
    "that is empty": lambda s: "",
    "that is short": lambda s: "a",
    "of five thousand letters": lambda s: "a" * 5_000,
    "of another script": lambda s: "ключ".encode().decode("latin-1"),  # as servers hand it to WSGI
    "with a path in it": lambda s: "../../../../etc/passwd",
    "that is a bearer token": lambda s: s.secrets["anna"],
    "without its end": lambda s: s.sessions["anna"][:-1],
    "in capitals": lambda s: s.sessions["anna"].upper(),
    "of somebody erased": lambda s: s.sessions["zoya"],
}
DOORS = [
    page("read", "/profile/", 302, "/sign-in/", method="GET"),
    page("read meters", "/meters/{flat}/", 302, "/sign-in/", method="GET"),
    page("leave a flat", "/flats/{flat}/leave/", 303, "/sign-in/"),
    page("exchange", "/rewards/{coffee}/order/", 303, "/sign-in/", {"quantity": 1, "price_seen": 100, "key": "k"}),
    page("open the console", "/console/", 302, "/console/login/", method="GET"),
    Attack(name="read by API", path="/api/v1/wallet", method="GET", status=401, says="not_signed_in"),
    Attack(name="order by API", path="/api/v1/orders", status=401, says="not_signed_in", json={"reward_id": 1}),
]


@pytest.mark.parametrize("cookie", COOKIES)
def test_a_cookie_that_opens_nothing(scene: Scene, cookie: str) -> None:
    for attack in DOORS:
        client = scene.browser("")
        client.cookies[settings.SESSION_COOKIE_NAME] = COOKIES[cookie](scene)
        scene.assert_refused(attack, client)


@pytest.mark.parametrize("ended", ["at its age", "by an operator", "as somebody else's"])
def test_a_session_that_has_ended(scene: Scene, ended: str) -> None:
    if ended == "at its age":
        Session.objects.filter(pk=scene.sessions["anna"]).update(expire_date=AT - timedelta(seconds=1))
    elif ended == "by an operator":
        Session.objects.filter(pk=scene.sessions["anna"]).delete()
    else:  # the row of one session under the key of another: its hash no longer fits
        foreign = Session.objects.get(pk=scene.sessions["gleb"]).session_data
        Session.objects.filter(pk=scene.sessions["anna"]).update(session_data=foreign[::-1])
    for attack in DOORS:
        scene.assert_refused(attack, scene.browser("anna"))


# ── Forms of other sites ─────────────────────────────────────────────────────────────────────────────────────────
POSTS = [
    "/sign-in/", "/sign-out/", "/language/", "/theme/", "/profile/deletion/", "/profile/deletion/withdraw/",
    "/profile/sessions/others/end/", "/profile/apps/{anna_token}/end/", "/flats/add/", "/flats/{flat}/leave/",
    "/flats/{flat}/title/", "/flats/{flat}/proof/", "/flats/left/{anna_residency}/undo/", "/meters/{flat}/",
    "/meters/{flat}/add/", "/meters/{flat}/{cold}/archive/", "/rewards/{coffee}/order/", "/rewards/{coffee}/wish/",
    "/orders/{late}/cancel/", "/orders/{late}/code/", "/notifications/read/", "/notifications/preferences/",
    "/console/ledger/wallet/", "/console/registry/", "/console/windows/new/",
]  # fmt: skip


@pytest.mark.parametrize("path", POSTS)
def test_a_form_without_its_token_is_refused(scene: Scene, path: str) -> None:
    by = "olga" if path.startswith("/console/") else "anna"
    for form in ({}, {"csrfmiddlewaretoken": ""}, {"csrfmiddlewaretoken": "x" * 64}):
        attack = page("form", path, 403, "The form has grown old", form, by=by)
        scene.assert_refused(attack, scene.browser(by, enforce_csrf_checks=True))


@pytest.mark.parametrize(
    "headers", [{"origin": "https://evil.example"}, {"origin": "null"}, {"origin": "http://testserver.evil.example"}]
)
def test_a_form_of_another_site_is_refused_with_the_right_token_too(scene: Scene, headers: dict[str, str]) -> None:
    client = scene.browser("anna", enforce_csrf_checks=True)
    assert scene.send(page("look", "/flats/{flat}/", 200, "", method="GET"), client).status_code == 200
    form = {"csrfmiddlewaretoken": client.cookies[settings.CSRF_COOKIE_NAME].value}
    attack = page("leave", "/flats/{flat}/leave/", 403, "The form has grown old", form, headers=headers)
    scene.assert_refused(attack, client)


@pytest.mark.parametrize("headers", [{}, {"x-csrftoken": ""}, {"x-csrftoken": "x" * 64}, {"x-csrftoken": "1'--"}])
@pytest.mark.parametrize("path", ["readings", "orders", "flats"])
def test_a_script_with_a_session_needs_the_token(scene: Scene, path: str, headers: dict[str, str]) -> None:
    attack = Attack(
        name=path, path=f"/api/v1/{path}", status=403, says="csrf_failed", json={"house_id": 1}, headers=headers
    )
    scene.assert_refused(attack, scene.browser("anna", enforce_csrf_checks=True))


# ── Pages ────────────────────────────────────────────────────────────────────────────────────────────────────────
BUTTON = "The address belongs to a button of another page"
LINKS = [
    page(f"a link that acts: {path}", path, 405, BUTTON, method="GET")
    for path in [
        "/sign-out/", "/language/", "/theme/", "/profile/deletion/withdraw/", "/profile/sessions/others/end/",
        "/profile/apps/{anna_token}/end/", "/profile/sessions/{gleb_session}/end/", "/flats/{flat}/leave/",
        "/flats/{flat}/proof/", "/flats/left/{anna_residency}/undo/", "/meters/{flat}/{cold}/restore/",
        "/rewards/{coffee}/wish/", "/notifications/read/", "/notifications/{gleb_notice}/read/",
    ]
]  # fmt: skip
METHODS = [
    page(f"{method} {path}", path, 405, BUTTON, method=method)
    for method in ("PUT", "PATCH", "DELETE")
    for path in ("/", "/contacts/", "/profile/", "/meters/", "/flats/{flat}/", "/orders/{final}/", "/rewards/{coffee}/",
                 "/points/", "/knowledge/reading/", "/notifications/", "/sign-in/")
]  # fmt: skip
OTHERS = [
    page("read Gleb's notice", "/notifications/{gleb_notice}/read/", 404, "There is no such notification"),
    page("read no notice", "/notifications/999999999/read/", 404, "There is no such notification"),
    page("read a notice beyond all numbers", f"/notifications/{10**30}/read/", 404, "no such notification"),
    page("delete an account without reading", "/profile/deletion/", 422, "Tick the box"),
    page("delete an operator", "/profile/deletion/", 409, "work here as an operator", {"understood": "on"}, by="olga"),
    page("delete nobody", "/profile/deletion/", 303, "/sign-in/", {"understood": "on"}, by=""),
    page("come back without being sent", "/sign-in/callback/?code=x&state=y", 403, "was not completed", method="GET"),
    page("come back with nothing", "/sign-in/callback/", 403, "was not completed", method="GET", by=""),
    page("come back with an error", "/sign-in/callback/?error=access_denied", 403, "sign", method="GET", by=""),
    page("come back with a NUL", "/sign-in/callback/?code=%00&state=%00", 403, "was not completed", method="GET"),
    page("come back with much", "/sign-in/callback/?state=" + "x" * 5_000, 403, "was not completed", method="GET"),
    page("the gallery", "/console/ui/", 403, "This door is closed to you", method="GET"),
    page("an article that is none", "/knowledge/nothing/", 404, "There is no such page", method="GET"),
    page("an article of letters", "/knowledge/%D1%8F/", 404, "There is no such page", method="GET"),
    page("a page that is none", "/wp-login.php", 404, "There is no such page", method="GET"),
    page("a path upwards", "/static/../../etc/passwd", 404, "There is no such page", method="GET"),
    page("a path upwards, hidden", "/static/%2e%2e/%2e%2e/etc/passwd", 404, "There is no such page", method="GET"),
    page("another host", "/", 400, "We did not understand", method="GET", headers={"host": "evil.example"}),
    page("a host with a path", "/", 400, "We did not understand", method="GET", headers={"host": "localhost/evil"}),
    page("too many fields", "/meters/{flat}/", 400, "We did not understand", {f"m{n}-1": "1" for n in range(2_001)}),
    page("too large a form", "/flats/{flat}/title/", 413, "This is too large", {"title": "x" * 2_200_000},
         kind="application/x-www-form-urlencoded"),
]  # fmt: skip


@pytest.mark.parametrize("attack", LINKS + METHODS + OTHERS, ids=str)
def test_a_page_refuses_with_words(scene: Scene, attack: Attack) -> None:
    scene.assert_refused(attack)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/profile/sessions/{gleb_session}/end/", "This session is already closed"),
        ("/profile/sessions/999999999/end/", "This session is already closed"),
        (f"/profile/sessions/{10**30}/end/", "This session is already closed"),
        ("/profile/apps/{gleb_token}/end/", "This app is already signed out"),
        ("/profile/apps/{revoked_token}/end/", "This app is already signed out"),
        (f"/profile/apps/{10**30}/end/", "This app is already signed out"),
    ],
)
def test_the_session_of_another_cannot_be_ended(scene: Scene, path: str, words: str) -> None:
    """The button leads back to the profile, which says why nothing happened."""
    client = scene.browser("anna")
    scene.assert_refused(page("end", path, 303, "/profile/"), client)
    assert words in said(scene.send(page("look", "/profile/", 200, "", method="GET"), client))


@pytest.mark.parametrize("change", ["x", "", ":", "cut", "flip", "other"])
def test_a_link_of_a_mail_that_we_did_not_write(scene: Scene, change: str) -> None:
    good = subscriptions.sign(resident_id=scene.people["gleb"].pk, kind="rewards.code")
    forged = {"cut": good[:-1], "flip": good[::-1], "other": good.replace(good[0], "z", 1)}.get(change, change)
    for method in ("GET", "POST"):
        path = f"/notifications/unsubscribe/{forged or '-'}/"
        scene.assert_refused(page("unsubscribe", path, 404, "This link is not valid", by="", method=method))


EVIL = ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "https:evil.example",
        "\t//evil.example", "http://testserver@evil.example/", "ftp://testserver/", "///evil.example"]  # fmt: skip


@pytest.mark.parametrize("target", EVIL)
def test_no_redirect_leads_away(scene: Scene, target: str) -> None:
    signed_in = scene.send(page("in", "/sign-in/", 302, "", {"next": target}, method="GET"))
    chosen = scene.send(page("language", "/language/", 303, "", {"language": "xx", "next": target}))
    for answer in (signed_in, chosen):
        place = answer["Location"]
        assert place.startswith("/") and not place.startswith(("//", "/\\")), place
    scene.assert_unchanged()


@pytest.mark.parametrize(
    "path",
    [
        f"{path}?{name}={value}"
        for path, names in {
            "/points/": ("month", "kind", "direction", "before"), "/points/statement.csv": ("month", "kind"),
            "/rewards/": ("category", "q", "sort", "page", "affordable"), "/orders/": ("before",),
            "/notifications/": ("before",), "/flats/add/": ("search", "house"),
            "/rewards/{coffee}/order/": ("quantity",),
        }.items()
        for name in names
        for value in ("%00", "%F0%9F%8F%A0", "-1", "9" * 30, "2026-13-45", "%D9%A1", "9999999999999999-1", "'--")
    ],
)  # fmt: skip
def test_a_filter_that_nobody_could_choose_is_left_out(scene: Scene, path: str) -> None:
    assert scene.send(page("look", path, 200, "", method="GET")).status_code == 200
    scene.assert_unchanged()


ALL = [*COOKIES, *POSTS, *LINKS, *METHODS, *OTHERS]
