"""A resident adds a flat; codes cannot be guessed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dvor.base.models import Attempt
from dvor.base.refusals import Refusal
from dvor.homes import residencies, rights
from dvor.homes.models import Flat, Residency
from dvor.people.models import Resident
from tests.cast import Cast

Proof = Residency.Proof


def add(who: Resident, house_id: int, number: str = "1", code: str = "", *, at: datetime, title: str = "") -> Residency:
    return residencies.open(house_id=house_id, flat_number=number, payer_code=code, title=title, by=who, at=at)


def refused(who: Resident, house_id: int, number: str = "1", code: str = "", *, at: datetime) -> Refusal:
    before = Residency.objects.count()
    with pytest.raises(Refusal) as caught:
        add(who, house_id, number, code, at=at)
    assert Residency.objects.count() == before
    return caught.value


def test_the_right_code_proves_an_occupant(cast: Cast, at: datetime) -> None:
    residency = add(cast.gleb, cast.house.pk, "кв. 1", "12345 67890", at=at, title=" У  мамы ")
    assert (residency.status, residency.proof, residency.proved_at) == (Residency.Status.OCCUPANT, Proof.PAYER_CODE, at)
    assert residency.title == "У мамы"
    assert rights.flat_for(cast.gleb, cast.flat.pk, rights.Act.SUBMIT_READINGS, at=at)


def test_without_a_code_one_may_what_any_neighbour_may(cast: Cast, at: datetime) -> None:
    residency = add(cast.gleb, cast.house.pk, at=at)
    assert (residency.proof, residency.proved_at) == (Proof.NONE, None)
    assert rights.flat_for(cast.gleb, cast.flat.pk, rights.Act.POST_ADS, at=at)
    with pytest.raises(Refusal) as closed:
        rights.flat_for(cast.gleb, cast.flat.pk, rights.Act.SEE_METERS, at=at)
    assert closed.value.code == "not_allowed"


def test_the_same_flat_with_its_code_is_proven(cast: Cast, at: datetime) -> None:
    first = add(cast.gleb, cast.house.pk, at=at)
    second = add(cast.gleb, cast.house.pk, "1", "1234567890", at=at)
    assert (second.pk, second.proof) == (first.pk, Proof.PAYER_CODE)


def test_a_wrong_code_an_unknown_flat_and_a_flat_without_code_are_answered_alike(cast: Cast, at: datetime) -> None:
    Flat.objects.create(house=cast.house, number="7")
    answers = {
        (answer.code, answer.status, str(answer), answer.field)
        for answer in (
            refused(cast.gleb, cast.house.pk, "1", "0000000000", at=at),
            refused(cast.gleb, cast.house.pk, "999", "0000000000", at=at),
            refused(cast.gleb, cast.house.pk, "7", "0000000000", at=at),
            refused(cast.gleb, cast.house.pk, "2", "1234567890", at=at),  # the code of flat 1
        )
    }
    assert len(answers) == 1
    assert next(iter(answers))[:2] == ("payer_code_wrong", 422)


def test_a_resident_may_try_five_codes_an_hour(cast: Cast, at: datetime) -> None:
    for number in range(5):
        assert refused(cast.gleb, cast.house.pk, str(number + 1), "0000000000", at=at).code == "payer_code_wrong"
    late = refused(cast.gleb, cast.house.pk, "1", "1234567890", at=at)
    assert (late.code, late.status) == ("too_many_attempts", 429), "the right code is not taken either"
    assert add(cast.gleb, cast.house.pk, "1", "1234567890", at=at + timedelta(hours=1))


def test_right_codes_are_no_tries_at_guessing(cast: Cast, at: datetime) -> None:
    for number in range(10, 17):
        Flat.objects.create(house=cast.house, number=str(number), payer_code=f"55555555{number}")
        add(cast.gleb, cast.house.pk, str(number), f"55555555{number}", at=at)
    assert Attempt.objects.filter(act="homes.payer_code").exclude(count=0).count() == 0
    present = add(cast.gleb, cast.house.pk, at=at)
    residencies.prove(residency_id=present.pk, payer_code="1234567890", by=cast.gleb, at=at)
    for _ in range(5):
        assert refused(cast.gleb, cast.house.pk, "2", "0000000000", at=at).code == "payer_code_wrong"
    assert refused(cast.gleb, cast.house.pk, "2", "0000000000", at=at).code == "too_many_attempts"


def test_a_right_code_of_a_known_flat_forgets_no_wrong_one(cast: Cast, at: datetime) -> None:
    """Who guesses cannot win tries with a flat that is already theirs."""
    add(cast.gleb, cast.house.pk, "1", "1234567890", at=at)
    codes = [refused(cast.gleb, cast.house.pk, "1", "1234567890", at=at).code for _ in range(6)]
    assert codes == ["already_added"] * 5 + ["too_many_attempts"]


def test_a_flat_may_be_tried_twenty_times_a_day_by_all_together(cast: Cast, at: datetime) -> None:
    crowd = [Resident.objects.create(city_id=f"guesser-{n}") for n in range(21)]
    codes = [refused(guesser, cast.house.pk, "1", "0000000000", at=at).code for guesser in crowd]
    assert codes == ["payer_code_wrong"] * 20 + ["too_many_attempts"]
    assert refused(crowd[0], cast.house.pk, "2", "0000000000", at=at).code == "payer_code_wrong", "another flat"


def test_another_way_to_write_the_number_is_no_new_allowance(cast: Cast, at: datetime) -> None:
    crowd = [Resident.objects.create(city_id=f"guesser-{n}") for n in range(21)]
    ways = ["1", "кв. 1", "01", " 1 ", "№1", "Квартира 1", "001"] * 3
    codes = [refused(who, cast.house.pk, way, "0000000000", at=at).code for who, way in zip(crowd, ways, strict=True)]
    assert codes[-1] == "too_many_attempts"


def test_numbers_that_are_alike_are_explained(cast: Cast, at: datetime) -> None:
    for number in ("12А", "12Б", "120", "12/1"):
        Flat.objects.create(house=cast.house, number=number)
    for code in ("", "0000000000"):
        answer = refused(cast.gleb, cast.house.pk, "12", code, at=at)
        assert (answer.code, answer.field) == ("flat_ambiguous", "flat_number")
        assert "12/1, 12А, 12Б" in str(answer.text)
        assert "120" not in str(answer.text)


def test_an_exact_number_is_not_ambiguous(cast: Cast, at: datetime) -> None:
    Flat.objects.create(house=cast.house, number="1А", payer_code="5555555555")
    assert add(cast.gleb, cast.house.pk, "1", "1234567890", at=at).flat_id == cast.flat.pk


@pytest.mark.parametrize("written", ["1а", "1 А", "кв.1A", "1 a", "Кв 1А"])
def test_a_letter_may_be_latin_small_and_apart(cast: Cast, at: datetime, written: str) -> None:
    flat = Flat.objects.create(house=cast.house, number="1А")
    assert add(cast.gleb, cast.house.pk, written, at=at).flat_id == flat.pk


def test_an_unknown_number_without_a_code_is_told(cast: Cast, at: datetime) -> None:
    assert refused(cast.gleb, cast.house.pk, "999", at=at).code == "flat_not_found"


def test_looking_for_flats_without_a_code_is_limited(cast: Cast, at: datetime) -> None:
    codes = [refused(cast.gleb, cast.house.pk, str(100 + n), at=at).code for n in range(31)]
    assert codes[-2:] == ["flat_not_found", "too_many_attempts"]


def test_a_flat_is_added_once(cast: Cast, at: datetime) -> None:
    for code in ("", "1234567890", "0000000000"):
        answer = refused(cast.anna, cast.house.pk, "1", code, at=at)
        assert (answer.code, answer.status) == ("already_added", 409)
    add(cast.gleb, cast.house.pk, at=at)
    assert refused(cast.gleb, cast.house.pk, at=at).code == "already_added"
    assert refused(cast.gleb, cast.house.pk, "1", "0000000000", at=at).code == "payer_code_wrong"


def test_a_person_has_at_most_twenty_flats(cast: Cast, at: datetime) -> None:
    for number in range(100, 119):
        Flat.objects.create(house=cast.house, number=str(number))
        add(cast.gleb, cast.house.pk, str(number), at=at)
    answer = refused(cast.gleb, cast.house.pk, "1", at=at)
    assert (answer.code, answer.status) == ("too_many_flats", 409)


@pytest.mark.parametrize(
    ("number", "code", "expected"),
    [
        ("", "", "flat_number_unreadable"),
        ("'; drop table homes_flat; --", "", "flat_number_unreadable"),
        ("1" * 500, "", "flat_number_unreadable"),
        ("\x00", "", "flat_number_unreadable"),
        (".*", "", "flat_number_unreadable"),
        ("1", "123456789", "payer_code_unreadable"),
        ("1", "12345678901", "payer_code_unreadable"),
        ("1", "abcdefghij", "payer_code_unreadable"),
        ("1", "١٢٣٤٥٦٧٨٩٠", "payer_code_unreadable"),
        ("1", "1234567890\x00", "payer_code_unreadable"),
        ("1", "%" * 10, "payer_code_unreadable"),
    ],
)
def test_hostile_input_is_refused_at_the_field(cast: Cast, at: datetime, number: str, code: str, expected: str) -> None:
    assert refused(cast.gleb, cast.house.pk, number, code, at=at).code == expected


@pytest.mark.parametrize("house_id", [0, -5, 10**9, 2**63, 10**40])
def test_an_unknown_house_is_told(cast: Cast, at: datetime, house_id: int) -> None:
    for code in ("", "1234567890"):
        assert refused(cast.gleb, house_id, "1", code, at=at).code == "house_unknown"


@pytest.mark.parametrize("title", ["я" * 61, "a\x00b", "a\u202eb"])
def test_a_title_that_cannot_be_shown_is_refused(cast: Cast, at: datetime, title: str) -> None:
    with pytest.raises(Refusal) as caught:
        add(cast.gleb, cast.house.pk, at=at, title=title)
    assert caught.value.code == "title_unusable"
