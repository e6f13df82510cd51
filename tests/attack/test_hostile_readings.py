"""Readings: what is no number of a meter, whose meter it is not, when it is not the time, and what was sent before."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.attack import hostile
from tests.attack.hostile import Attack
from tests.attack.hostile_scene import Scene

pytestmark = pytest.mark.django_db
READINGS = "/api/v1/readings"
NEW_DAY = frozenset({"people_token"})  # a token notes the day of its last use


# ── One reading among others: the request is good, its line is refused ───────────────────────────────────────────
def line(name: str, meter: str, values: list[Any], says: str, status: int = 422, **more: Any) -> Attack:
    """A request with one reading; ``status`` and ``says`` are those of its line."""
    confirmed = {"confirmed": more.pop("confirmed")} if "confirmed" in more else {}

    def body(scene: Scene) -> Any:
        return {"readings": [{"meter_id": scene.ids.get(meter, 999_999_999), "values": values, **confirmed}]}

    return Attack(name=f"reading {name}", path=READINGS, json=body, status=status, says=says, **more)


NUMBERS = [
    line(f"{value!r:.30}", "cold", [value], says)
    for says, values in {
        "reading_missing": ("", "   ", "\t"),
        "reading_unreadable": (
            "abc", "12abc", "1e5", "1e400", "NaN", "Infinity", "0x10", "1_000", "1,2,3", "1.2.3", "107/2", "½", "107²",
            "１０７", "١٠٧", "१०७", "107\u202e", "\u200b107", "107\x07", "🏠", "--5", "+107", ".", ",5", "107.",
            "107 м³", "107; drop table meters_reading", "<b>107</b>", "${7*7}", "T1 107", "None", "true", "1" * 40,
            10**23, 10**30, 10**400, 1e23, 1e-9,
        ),
        "reading_negative": ("-5", "−5", "-0,001", -5, -0.5, "-0"),
        "reading_too_large": ("100000", "99999999999999", 10**12, 100_000),
        "too_many_decimals": ("107.1234", 107.1234, "0,0001"),
        "reading_below_previous": ("0", 0, "99,999", 99.999, "99"),
        "implausible_consumption": ("99999", 5_000, "1000"),
    }.items()
    for value in values
]  # fmt: skip
LINES = [
    line("of Gleb's meter", "gleb_meter", [11], "meter_unknown", 404),
    line("of Gleb's meter, confirmed", "gleb_meter", [11], "meter_unknown", 404, confirmed=True),
    line("of Anna's meter by Gleb", "cold", [101], "meter_unknown", 404, by="gleb"),
    line("of Anna's meter by a city operator", "cold", [101], "meter_unknown", 404, by="olga"),
    line("of Anna's meter by her management company", "cold", [101], "meter_unknown", 404, by="ivan"),
    line("of a meter that does not exist", "nowhere", [101], "meter_unknown", 404),
    line("of a flat that is not proven", "vera_meter", [11], "not_allowed", 403, by="vera"),
    line("of an archived meter", "archived", [8], "meter_archived"),
    line("of a meter past its verification", "expired", [8], "verification_expired"),
    line("of two registers for one", "cold", [101, 102], "zones_do_not_fit"),
    line("of one register for two", "power", [1_010], "zones_do_not_fit"),
    line("of three registers for two", "power", [1_010, 510, 5], "zones_do_not_fit"),
    line("with one good and one bad register", "power", [1_010, "x"], "reading_unreadable"),
    line("with one register below", "power", [1_010, 499], "reading_below_previous"),
]
# Water is taken from the 15th to the 3rd, electricity from the 15th to the 26th, by the clock of the house.
WINDOWS = [
    line(f"of {meter} at {at}", meter, values, "window_closed", 409, at=at, moved=NEW_DAY)
    for meter, values, moments in [
        ("cold", [101], ("2026-10-14T23:59:59", "2026-10-04T00:00:00", "2026-11-04T00:00:00", "2026-11-14T23:59:59")),
        ("power", [1_010, 510], ("2026-10-14T23:59:59", "2026-10-27T00:00:00", "2026-11-01T12:00:00")),
        ("heat", [4], ("2026-10-27T00:00:00", "2026-10-31T23:59:59")),
        ("gas", [11], ("2026-10-10T12:00:00", "2026-10-27T00:00:00")),
    ]
    for at in (f"{moment}+03:00" for moment in moments)
]


@pytest.mark.parametrize("attack", NUMBERS + LINES + WINDOWS, ids=str)
def test_a_reading_that_must_not_be(scene: Scene, attack: Attack) -> None:
    answer = scene.send(attack)
    assert answer.status_code == 200, answer.content
    body = answer.json()
    (outcome,) = body["outcomes"]
    assert (body["accepted"], body["points"], outcome["reading"]) == (0, 0, None)
    hostile.assert_problem(outcome["problem"], attack.says, status=attack.status)
    scene.assert_unchanged(attack.moved)


def test_a_bad_line_neither_stops_nor_helps_a_good_one(scene: Scene) -> None:
    def body(scene: Scene) -> Any:
        lines = [("cold", [101]), ("cold", [102]), ("gleb_meter", [11]), ("hot", ["x"]), ("power", [1_010, 510])]
        return {"readings": [{"meter_id": scene.ids[meter], "values": values} for meter, values in lines]}

    answer = scene.send(Attack(name="mixed", path=READINGS, json=body, status=200, says=""))
    told = [one["problem"] and one["problem"]["code"] for one in answer.json()["outcomes"]]
    assert told == [None, "reading_repeated", "meter_unknown", "reading_unreadable", None]
    assert (answer.json()["accepted"], answer.json()["points"]) == (2, 40)


# ── A whole request that is refused ──────────────────────────────────────────────────────────────────────────────
def whole(name: str, status: int, says: str, **more: Any) -> Attack:
    return Attack(name=f"request {name}", path=READINGS, status=status, says=says, **more)


def of_cold(**reading: Any) -> Any:
    return lambda scene: {"readings": [{"meter_id": scene.cold, "values": [101], **reading}]}


FIELDS = [
    whole(f"with {field} {value!r:.30}", 422, "request_invalid", json=of_cold(**{field: value}))
    for field, values in {
        "meter_id": (None, "17", "x", 1.5, True, [], {}, 0, -1, 2**63, 10**400),
        "values": (None, [], [1, 2, 3, 4], {}, "107", 107, [[107]], [None], [True], [{}], ["1" * 61]),
        "confirmed": (None, "yes", 1, 0, []),
        "points": (1_000,),
        "period": ("2026-09-01",),
        "at": ("2026-10-20T12:00:00Z",),
        "submitted_by": (1,),
    }.items()
    for value in values
]
BODIES = [
    whole("of nothing", 422, "request_invalid", raw=b""),
    whole("of half an object", 400, "request_unreadable", raw=b'{"readings": ['),
    whole("of 100,000 brackets", 400, "request_unreadable", raw=b"[" * 100_000),
    whole("of objects in objects", 400, "request_unreadable", raw=b'{"readings":' * 5_000 + b"1" + b"}" * 5_000),
    whole("with a comma too many", 400, "request_unreadable", raw=b'{"readings": [],}'),
    whole("with something behind it", 400, "request_unreadable", raw=b'{"readings": []} {}'),
    whole("with NaN", 400, "request_unreadable", raw=b'{"readings": [{"meter_id": 1, "values": [NaN]}]}'),
    whole("with Infinity", 400, "request_unreadable", raw=b'{"readings": [{"meter_id": 1, "values": [-Infinity]}]}'),
    whole("with a NUL", 400, "request_unreadable", raw=b'{"readings": [{"meter_id": 1, "values": ["1\\u0000"]}]}'),
    whole("with half a character", 400, "request_unreadable", raw=b'{"readings": [{"values": ["\\ud800"]}]}'),
    whole("with bytes that are no text", 400, "request_unreadable", raw=b'{"readings": "\xff\xfe"}'),
    whole("in UTF-16", 400, "request_unreadable", raw=json.dumps({"readings": []}).encode("utf-16")),
    whole("of a comment", 400, "request_unreadable", raw=b"/* */ {}"),
    whole("of a list", 422, "request_invalid", json=[1]),
    whole("of a text", 422, "request_invalid", json="readings"),
    whole("of a number", 422, "request_invalid", json=1),
    whole("of null", 422, "request_invalid", raw=b"null"),
    whole("of an empty object", 422, "request_invalid", raw=b"{}"),
    whole("without a reading", 422, "request_invalid", json={"readings": []}),
    whole("of readings by name", 422, "request_invalid", json={"readings": {"1": 2}}),
    whole("of readings that are numbers", 422, "request_invalid", json={"readings": [1, 2]}),
    whole("with an unknown name", 422, "request_invalid", json={"readings": [], "flat": 1}),
    whole("with 101 readings", 422, "request_invalid", json=lambda s: {"readings": [
        {"meter_id": s.cold, "values": [101]}] * 101}),
    whole("beyond one mebibyte", 413, "request_too_large", raw=b'"' + b"x" * 1_048_600 + b'"'),
    whole("as a form", 415, "media_type_unknown", raw=b"readings=1", kind="application/x-www-form-urlencoded"),
    whole("as a text", 415, "media_type_unknown", raw=b"{}", kind="text/plain"),
    whole("as XML", 415, "media_type_unknown", raw=b"<a/>", kind="application/xml"),
    whole("as a file", 415, "media_type_unknown", raw=b"--x--", kind="multipart/form-data; boundary=x"),
    whole("without a token", 401, "not_signed_in", json=of_cold(), by=""),
    whole("of somebody erased", 401, "not_signed_in", json=of_cold(), by="zoya"),
    whole("with the method PUT", 405, "method_not_allowed", json=of_cold(), method="PUT"),
    whole("with the method DELETE", 405, "method_not_allowed", method="DELETE"),
    *(
        whole(f"with the key {key!r:.20}", 400, "idempotency_key_unusable", json=of_cold(),
              headers={"Idempotency-Key": key})
        for key in ("", "k" * 101, "a\tb", "\x7f")
    ),
]  # fmt: skip
LOOKS = [
    Attack(name=f"look at {path}", path=f"/api/v1/{path}", method="GET", by=by, status=status, says=says)
    for path, by, status, says in [
        ("meters?flat={flat}", "gleb", 404, "flat_unknown"), ("readings?flat={flat}", "gleb", 404, "flat_unknown"),
        ("meters?flat={vera_flat}", "vera", 403, "not_allowed"),
        ("meters?flat={gleb_flat}", "ivan", 404, "flat_unknown"),
        ("readings?flat={vera_flat}", "vera", 403, "not_allowed"),
        ("readings?flat={gleb_flat}", "ivan", 404, "flat_unknown"), ("readings?flat={flat}", "", 401, "not_signed_in"),
        ("meters?flat={flat}", "nina", 403, "not_allowed"), ("meters?flat={flat}", "petr", 404, "flat_unknown"),
        ("meters?flat=0", "anna", 422, "request_invalid"), ("meters?flat=x", "anna", 422, "request_invalid"),
        ("meters?flat=9223372036854775808", "anna", 422, "request_invalid"),
        ("readings", "anna", 422, "request_invalid"),
        ("meters?flat=%00", "anna", 400, "request_unreadable"), ("meters?flat=999999999", "anna", 404, "flat_unknown"),
        ("readings?flat={flat}&meter=-1", "anna", 422, "request_invalid"),
        ("readings?flat={flat}&limit=0", "anna", 422, "request_invalid"),
        ("readings?flat={flat}&limit=101", "anna", 422, "request_invalid"),
        ("readings?flat={flat}&limit=1e2", "anna", 422, "request_invalid"),
        ("readings?flat={flat}&cursor=x", "anna", 400, "cursor_unusable"),
        ("readings?flat={flat}&cursor=" + "x" * 401, "anna", 422, "request_invalid"),
    ]
]  # fmt: skip


@pytest.mark.parametrize("attack", FIELDS + BODIES + LOOKS, ids=str)
def test_a_request_that_must_not_be(scene: Scene, attack: Attack) -> None:
    scene.assert_refused(attack)


# ── Again ────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_same_key_gets_the_first_answer_and_another_body_is_refused(scene: Scene) -> None:
    key = {"Idempotency-Key": "k"}
    sent = whole("once", 200, "", json=of_cold(), headers=key)
    first = scene.send(sent)
    before = hostile.fingerprint()
    again = scene.send(sent)
    assert (first.json(), again["Idempotency-Replayed"]) == (again.json(), "true")
    assert hostile.fingerprint() == before
    scene.assert_refused(
        whole("other", 409, "idempotency_key_reused", json=of_cold(values=[102]), headers=key), since=before
    )
    elsewhere = Attack(
        name="the key at another address", path="/api/v1/orders", status=409, says="idempotency_key_reused",
        json=lambda s: {"reward_id": s.coffee}, headers=key,
    )  # fmt: skip
    scene.assert_refused(elsewhere, since=before)


def test_a_correction_or_a_neighbour_does_not_pay_twice(scene: Scene) -> None:
    points = [
        scene.send(whole("again", 200, "", json=of_cold(values=[value]), by=by)).json()["points"]
        for by, value in [("anna", 101), ("anna", 101), ("anna", 102), ("boris", 102), ("boris", 103), ("anna", 101)]
    ]
    assert points == [20, 0, 0, 0, 0, 0]


# ── The page ─────────────────────────────────────────────────────────────────────────────────────────────────────
def sheet(name: str, says: str, form: Any, *, status: int = 422, **more: Any) -> Attack:
    path = more.pop("path", "/meters/{flat}/")
    return Attack(name=f"page: {name}", path=path, status=status, says=says, form=form, **more)


PAGES = [
    sheet("a sheet of nothing", "Nothing was typed", {}),
    sheet("Gleb's meter in Anna's sheet", "Cold water", lambda s: {f"m{s.gleb_meter}-1": "11"}),
    sheet("letters", "This is not a number of a meter", lambda s: {f"m{s.cold}-1": "abc"}),
    sheet("a NUL", "This is not a number of a meter", lambda s: {f"m{s.cold}-1": "101\x00"}),
    sheet("digits of another script", "This is not a number of a meter", lambda s: {f"m{s.cold}-1": "١٠٧"}),
    sheet("a number below", "is less than the previous reading", lambda s: {f"m{s.cold}-1": "1"}),
    sheet("another value confirmed", "confirm", lambda s: {f"m{s.cold}-1": "5000", f"ok{s.cold}": "101"}),
    sheet("names that mean nothing", "Nothing was typed", {"m-1": "5", "m0-1": "5", "mx-9": "5", "m1-4": "5"}),
    sheet("a meter beyond all numbers", "Cold water", {f"m{10**18}-1": "5"}),
    sheet("Anna's flat by Gleb", "There is no such flat", lambda s: {f"m{s.cold}-1": "101"}, status=404, by="gleb"),
    sheet("Vera's flat without proof", "does not allow", lambda s: {f"m{s.vera_meter}-1": "11"}, status=403,
          by="vera", path="/meters/{vera_flat}/"),
    sheet("Anna's flat by nobody", "/sign-in/", lambda s: {f"m{s.cold}-1": "101"}, status=303, by=""),
    sheet("a day too early", "not taken today", lambda s: {f"m{s.cold}-1": "101"}, at="2026-10-14T23:59:59+03:00"),
    sheet("a flat beyond all numbers", "There is no such flat", {}, status=404, path=f"/meters/{10**30}/"),
]  # fmt: skip
PLATE = {"resource": "1", "serial": "NEW-1", "zones": "1", "installed_on": "2026-10-01", "initial_values": "5"}
DEVICES = [
    *(
        sheet(f"{verb} a meter of {whose}", says, {**PLATE, "reason": "because"}, status=status, by=by, path=path)
        for verb in ("replace", "archive", "restore")
        for whose, by, path, status, says in [
            ("Anna's as Gleb", "gleb", f"/meters/{{flat}}/{{cold}}/{verb}/", 404, "There is no such flat"),
            ("Gleb's through Anna's flat", "anna", f"/meters/{{flat}}/{{gleb_meter}}/{verb}/", 404,
             "There is no such meter"),
            ("Anna's as who is registered", "boris", f"/meters/{{flat}}/{{cold}}/{verb}/", 403, "owner of the flat"),
        ]
    ),
    *(
        sheet(f"install with {field} {value!r:.20}", "Meter", {**PLATE, field: value}, path="/meters/{flat}/add/")
        for field, values in {
            "resource": ("", "0", "9", "water", "1e400"),
            "serial": ("", "x" * 41, "a\x00b", "CW-1"),
            "zones": ("0", "4", "2", "x"),
            "installed_on": ("", "2026-13-01", "2099-01-01", "0001-01-01", "yesterday"),
            "verification_due_on": ("2020-01-01", "9999-12-31", "x"),
            "initial_values": ("x", "1 2", "-5", "1e400", "NaN", "9" * 60),
            "place": ("x" * 61,),
        }.items()
        for value in values
    ),
    sheet("archive without a reason", "Reason", {"reason": ""}, path="/meters/{flat}/{cold}/archive/"),
    sheet("archive what is archived", "out of service already", {"reason": "again"},
          path="/meters/{flat}/{archived}/archive/"),
    sheet("restore what is in service", "The meter is in service", {}, status=409,
          path="/meters/{flat}/{cold}/restore/"),
]  # fmt: skip


@pytest.mark.parametrize("attack", PAGES + DEVICES, ids=str)
def test_a_page_refuses_with_words(scene: Scene, attack: Attack) -> None:
    scene.assert_refused(attack)


ALL = NUMBERS + LINES + WINDOWS + FIELDS + BODIES + LOOKS + PAGES + DEVICES
