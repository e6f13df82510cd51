"""The rules a city starts with, their sources, and a sentence in both languages for every reason."""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from typing import Any

import pytest
from django.utils import translation

from dvor.people.levels import Level
from dvor.points import activities, kinds, models, rules, seed
from dvor.points.reasons import Reason
from dvor.points.rules import Terms
from tests.cast import Cast
from tests.points.worlds import act, known

ENTRIES: list[dict[str, Any]] = tomllib.loads((seed.FOLDER / "rules.toml").read_text(encoding="utf-8"))["rule"]


def test_a_reading_pays_10_20_20(cast: Cast, at: datetime) -> None:
    version = rules.in_force(known("reading"), at.date())
    assert version is not None and version.since == date(2021, 9, 1)
    assert rules.terms_of(version) == Terms({Level.SIMPLIFIED: 10, Level.STANDARD: 20, Level.FULL: 20})
    batch = [act(cast.anna, "reading", f"meter:{level}", at, level=level) for level in Level]
    assert [one.points for one in activities.record(batch, by=None, at=at)] == [10, 20, 20]


def test_a_paid_bill_pays_five_percent_of_any_account_after_seven_days(db: None, at: datetime) -> None:
    version = rules.in_force(known("bill_paid"), at.date())
    assert version is not None and version.since == date(2023, 4, 1) and not version.assumption
    assert rules.terms_of(version) == Terms(permille=dict.fromkeys(Level, 50), delay_days=7)


def test_every_rule_says_where_it_stands_or_that_we_chose_it(db: None) -> None:
    for version in models.RuleVersion.objects.select_related("kind"):
        assert set(version.source) == {"ru", "en"} and all(version.source.values()), version
        assert version.source_url.startswith("https://") or version.assumption, version
        assert version.assumption == ("assumption" in version.source["en"]), version
        assert version.assumption == ("допущение" in version.source["ru"]), version
        assert version.published_by is None, "it came with the product"


def test_the_tables_hold_the_file(db: None) -> None:
    stored = {(one.kind.code, one.since): one for one in models.RuleVersion.objects.select_related("kind")}
    assert stored.keys() == {(entry["kind"], entry["since"]) for entry in ENTRIES}
    for entry in ENTRIES:
        version = stored[entry["kind"], entry["since"]]
        assert rules.terms_of(version) == seed.terms_of(entry)
        assert (version.assumption, version.source) == (entry["assumption"], entry["source"])


def test_loading_again_changes_nothing(db: None, at: datetime) -> None:
    before = list(models.RuleVersion.objects.order_by("id").values()), list(models.Kind.objects.order_by("id").values())
    seed.load(at=at)
    after = list(models.RuleVersion.objects.order_by("id").values()), list(models.Kind.objects.order_by("id").values())
    assert before == after


def test_every_kind_has_its_number_and_texts_in_both_languages() -> None:
    assert {kind.code: kind.id for kind in kinds.every()} == {
        "reading": 10, "ad_first": 20, "poll_created": 21, "poll_vote": 22, "invite": 23, "invited": 24,
        "meeting_first": 30, "meeting_admin": 31, "meeting_vote": 32, "bill_paid": 40,
    }  # fmt: skip
    for kind in kinds.every():
        for texts in (kind.titles, kind.what, kind.unit):
            assert set(texts) == {"ru", "en"} and all(texts.values()), kind.code


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_its_sentence_in_both_languages(reason: Reason) -> None:
    told = {}
    for language in ("ru", "en"):
        with translation.override(language):
            told[language] = reason.text()
    assert told["ru"] != told["en"] and told["en"].isascii()
    assert any("а" <= letter <= "я" for letter in told["ru"])
    assert all(text.endswith(".") for text in told.values())


def test_no_two_reasons_say_the_same() -> None:
    with translation.override("ru"):
        assert len({reason.text() for reason in Reason}) == len(Reason)


def test_reasons_of_caps_are_numbered_by_their_period() -> None:
    for period in rules.Period:
        assert Reason(10 + period).name == f"CAP_{period.name}"
        assert Reason(20 + period).name == f"PART_{period.name}"
