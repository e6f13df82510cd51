"""Flats: codes that are guessed, flats and residencies of others, names and numbers that are none."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from tests.attack import hostile
from tests.attack.hostile import Attack
from tests.attack.hostile_scene import Scene

pytestmark = pytest.mark.django_db
FLATS = "/api/v1/flats"


# ── By an app ────────────────────────────────────────────────────────────────────────────────────────────────────
def add(name: str, refused: int, says: str, *, by: str = "senya", **more: Any) -> Attack:
    """Add flat 1 of the other house, except for what ``more`` says."""

    def body(scene: Scene) -> Any:
        wanted = {"house_id": "other_house", "flat_number": "1", "payer_code": "", **more}
        house = wanted["house_id"]
        return {**wanted, "house_id": scene.ids.get(house, house) if isinstance(house, str) else house}

    return Attack(name=f"add {name}", path=FLATS, status=refused, says=says, by=by, json=body)


ADDED = [
    add("with a wrong code", 422, "payer_code_wrong", payer_code="0000000000"),
    add("with the code of another flat", 422, "payer_code_wrong", payer_code="1234567890"),
    add("a flat that does not exist, with a code", 422, "payer_code_wrong", flat_number="77", payer_code="1234567890"),
    add("a flat that does not exist", 422, "flat_not_found", flat_number="77"),
    add("in a house that does not exist", 422, "house_unknown", house_id=999_999_999),
    add("in a house beyond all others", 422, "house_unknown", house_id=2**63 - 1),
    add("that is there already", 409, "already_added", by="gleb", payer_code="1234567892"),
    add("that is there already, with a wrong code", 409, "already_added", by="gleb", payer_code="0000000000"),
    add("by nobody", 401, "not_signed_in", by=""),
    add("by somebody erased", 401, "not_signed_in", by="zoya"),
    *(
        add(f"with the code {code!r:.30}", 422, "payer_code_unreadable", payer_code=code)
        for code in (
            "1",
            "12345678901",
            "123456789O",
            "１２３４５６７８９０",
            "١٢٣٤٥٦٧٨٩٠",
            "+1234567890",
            "1234567890'",
            "%%",
        )
    ),
    *(
        add(f"with the number {number!r:.30}", 422, "flat_number_unreadable", flat_number=number)
        for number in ("-", "кв.", "12;13", "1' or '1'='1", "<b>1</b>", "🏠", "١", "1\u202e2", "12345678901234567890А")
    ),
    *(
        add(f"with {field} {value!r:.30}", 422, "request_invalid", **{field: value})
        for field, values in {
            "house_id": (None, "1", 1.5, True, 0, -1, 2**63, 10**400, [], {}),
            "flat_number": (None, "", "  ", 1, [], "1" * 41),
            "payer_code": (None, 1_234_567_890, [], "1" * 41),
            "title": (None, 1, "x" * 61, {}),
            "status": (3, "owner"),
            "proof": ("registry",),
            "resident_id": (1,),
        }.items()
        for value in values
    ),
]
OTHERS = [
    Attack(name=f"{method} {path} by {by or 'nobody'}", path=f"/api/v1/{path}", method=method, by=by, status=status,
           says=says)
    for method, path, by, status, says in [
        ("DELETE", "flats/{gleb_flat}", "anna", 404, "flat_unknown"),
        ("DELETE", "flats/{flat}", "olga", 404, "flat_unknown"),
        ("DELETE", "flats/{flat}", "ivan", 404, "flat_unknown"),
        ("DELETE", "flats/{flat}", "nina", 404, "flat_unknown"),
        ("DELETE", "flats/{flat}", "", 401, "not_signed_in"),
        ("DELETE", "flats/999999999", "anna", 404, "flat_unknown"),
        ("DELETE", "flats/0", "anna", 422, "request_invalid"),
        ("DELETE", "flats/-1", "anna", 422, "request_invalid"),
        ("DELETE", "flats/all", "anna", 422, "request_invalid"),
        ("DELETE", "flats/9223372036854775808", "anna", 422, "request_invalid"),
        ("DELETE", "flats", "anna", 405, "method_not_allowed"),
        ("PUT", "flats/{flat}", "anna", 405, "method_not_allowed"),
        ("GET", "flats/{flat}", "anna", 405, "method_not_allowed"),
        ("GET", "houses", "anna", 422, "request_invalid"),
        ("GET", "houses?search=a", "anna", 422, "request_invalid"),
        ("GET", "houses?search=" + "x" * 201, "anna", 422, "request_invalid"),
        ("GET", "houses?search=%00%00", "anna", 400, "request_unreadable"),
        ("GET", "houses?search=sadovaya", "", 401, "not_signed_in"),
    ]
]  # fmt: skip


@pytest.mark.parametrize("attack", ADDED + OTHERS, ids=str)
def test_an_app_is_refused(scene: Scene, attack: Attack) -> None:
    scene.assert_refused(attack)


@pytest.mark.parametrize(
    "search", ["' or 1=1 --", "%%", "_____", "((((", "a & | ! b", "\\\\", "🏠🏠", "<->", ":*", "-- --", "{}{}"]
)
def test_a_search_of_signs_finds_nothing_and_breaks_nothing(scene: Scene, search: str) -> None:
    path = f"/api/v1/houses?{urlencode({'search': search})}"
    answer = scene.send(Attack(name=search, path=path, method="GET", status=200, says=""))
    assert (answer.status_code, answer.json()["items"]) == (200, [])


def test_codes_cannot_be_guessed_by_one_person(scene: Scene) -> None:
    """The sixth try of an hour is refused, even with the right code; a session does not help."""
    for number in range(5):
        scene.assert_refused(add("guessed", 422, "payer_code_wrong", payer_code=f"000000000{number}"))
    scene.assert_refused(add("with the right code", 429, "too_many_attempts", payer_code="1234567892"))
    form = {"house": "{other_house}".format(**scene.ids), "flat_number": "1", "payer_code": "1234567892"}
    scene.assert_refused(page("the right code", "/flats/add/", 429, "Too many attempts", form, by="senya"))


def test_codes_cannot_be_guessed_by_many_persons(scene: Scene) -> None:
    """Of one flat, 20 tries a day, whoever makes them."""
    people = ["anna", "boris", "vera", "lev"]
    answers = [
        scene.send(add("guessed", 422, "", by=by, payer_code=f"00000000{number}{at}"))
        for at, by in enumerate(people)
        for number in range(5)
    ]
    assert {answer.json()["code"] for answer in answers} == {"payer_code_wrong"}
    scene.assert_refused(add("with the right code", 429, "too_many_attempts", payer_code="1234567892"))


# ── On the pages ─────────────────────────────────────────────────────────────────────────────────────────────────
def page(name: str, path: str, status: int, says: str, form: Any = None, *, by: str = "anna", **more: Any) -> Attack:
    return Attack(name=f"page: {name}", path=path, status=status, says=says, form=form or {}, by=by, **more)


def adding(name: str, says: str, status: int = 422, **form: Any) -> Attack:
    def filled(scene: Scene) -> dict[str, Any]:
        return {"house": scene.other_house, "flat_number": "1", "payer_code": "", **form}

    return page(f"add {name}", "/flats/add/", status, says, filled, by="senya")


UNKNOWN = "There is no such flat"
PAGES = [
    adding("with a wrong code", "do not belong together", payer_code="0000000000"),
    adding("with letters for a code", "A payer code has 10 digits", payer_code="abc"),
    adding("with a NUL", "flat", flat_number="1\x00"),
    adding("with a number that is none", "This is not the number of a flat", flat_number="🏠"),
    adding("without a number", "flat", flat_number=""),
    adding("with a long name", "flat", title="x" * 61),
    adding("in no house", "flat", house=""),
    adding("in a house of letters", "flat", house="x"),
    adding("in a house beyond all numbers", "house", house="9" * 30),
    adding("in a house below zero", "flat", house="-1"),
    page("open Gleb's flat", "/flats/{gleb_flat}/", 404, UNKNOWN, method="GET"),
    page("open a flat of another company", "/flats/{gleb_flat}/", 404, UNKNOWN, method="GET", by="ivan"),
    page("open a flat as a partner", "/flats/{flat}/", 404, UNKNOWN, method="GET", by="petr"),
    page("open a flat as nobody", "/flats/{flat}/", 302, "/sign-in/", method="GET", by=""),
    page("open no flat", "/flats/999999999/", 404, UNKNOWN, method="GET"),
    page("open a flat beyond all numbers", f"/flats/{10**40}/", 404, UNKNOWN, method="GET"),
    page("open a flat by name", "/flats/one/", 404, "There is no such page", method="GET"),
    page("leave Gleb's flat", "/flats/{gleb_flat}/leave/", 404, UNKNOWN),
    page("leave Anna's flat as an operator", "/flats/{flat}/leave/", 404, UNKNOWN, by="olga"),
    page("leave by a link", "/flats/{flat}/leave/", 405, "button of another page", method="GET"),
    page("name Gleb's flat", "/flats/{gleb_flat}/title/", 404, UNKNOWN, {"title": "mine"}),
    page("name a flat at length", "/flats/{flat}/title/", 422, "name", {"title": "x" * 61}),
    page("name a flat with a NUL", "/flats/{flat}/title/", 422, "name", {"title": "a\x00b"}),
    page("name a flat backwards", "/flats/{flat}/title/", 422, "This name cannot be used", {"title": "a\u202eb"}),
    page("prove Gleb's flat", "/flats/{gleb_flat}/proof/", 404, UNKNOWN, {"payer_code": "1234567892"}),
    page("prove with a wrong code", "/flats/{vera_flat}/proof/", 422, "do not belong together",
         {"payer_code": "1234567890"}, by="vera"),
    page("prove with nothing", "/flats/{vera_flat}/proof/", 422, "Payer code", {"payer_code": ""}, by="vera"),
    page("prove what is proven", "/flats/{flat}/proof/", 409, "already among yours", {"payer_code": "1234567890"}),
    page("take back Gleb's leaving", "/flats/left/{gleb_residency}/undo/", 404, "There is no such flat among yours"),
    page("take back what was not left", "/flats/left/{anna_residency}/undo/", 404, "no such flat among yours"),
    page("take back beyond all numbers", f"/flats/left/{10**30}/undo/", 404, "no such flat among yours"),
]  # fmt: skip


@pytest.mark.parametrize("attack", PAGES, ids=str)
def test_a_page_refuses_with_words(scene: Scene, attack: Attack) -> None:
    scene.assert_refused(attack)


def test_leaving_can_be_taken_back_for_a_day_and_by_oneself_alone(scene: Scene) -> None:
    left = page("leave", "/flats/{flat}/leave/", 303, "/flats/")
    assert scene.send(left).status_code == 303
    before = hostile.fingerprint()
    undo = "/flats/left/{anna_residency}/undo/"
    scene.assert_refused(page("by Gleb", undo, 404, "no such flat", by="gleb"), since=before)
    scene.assert_refused(page("by Olga", undo, 404, "no such flat", by="olga"), since=before)
    late = page("too late", undo, 409, "This can no longer be undone", at="2026-10-21T12:00:01+03:00")
    scene.assert_refused(late, since=before)
    again = page("leave again", "/flats/{flat}/leave/", 404, UNKNOWN)
    scene.assert_refused(again, since=before)


ALL = ADDED + OTHERS + PAGES
