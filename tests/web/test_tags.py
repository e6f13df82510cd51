"""Tags and filters of templates: words that agree with their number, amounts, moments, charts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django.template import Context, Template

from dvor.web import charts
from dvor.web.templatetags import web


@pytest.mark.parametrize(
    ("number", "word"),
    [(0, "баллов"), (1, "балл"), (2, "балла"), (5, "баллов"), (11, "баллов"), (21, "балл"), (22, "балла"),
     (112, "баллов"), (1_001, "балл"), (-3, "балла")],
)  # fmt: skip
def test_points_agree_with_their_number_in_russian(russian: None, number: int, word: str) -> None:
    assert web.points_word(number) == word


def test_numbers_are_grouped_as_the_language_does(russian: None) -> None:
    assert web.grouped(1_234_567) == "1\xa0234\xa0567"
    assert web.signed(-1_200) == "−1\xa0200" and web.signed(60) == "+60"
    assert web.points(1_500) == "1\xa0500\xa0баллов"


def test_a_moment_is_told_in_the_zone_of_the_house(russian: None) -> None:
    when = datetime(2026, 10, 20, 22, 30, tzinfo=UTC)
    assert web.moment(when) == "21 октября 2026, 01:30"
    assert web.moment(when, "Asia/Vladivostok") == "21 октября 2026, 08:30"
    assert web.day(when) == "21 октября 2026" and web.day(date(2026, 10, 1)) == "1 октября 2026"
    assert web.month(date(2026, 10, 1)) == "октябрь 2026"


def test_nothing_known_is_shown_as_nothing() -> None:
    assert (web.money(None), web.grouped(None), web.moment(None), web.month(None)) == ("", "", "", "")
    assert web.money(123_456) == "1\xa0234,56\xa0₽"


def bar(value: float | None, **more: object) -> SimpleNamespace:
    return SimpleNamespace(label="Oct", title="October", value=value, **more)


def test_bars_are_shares_of_the_tallest_one() -> None:
    columns = charts.draw([bar(50), bar(100), bar(0)]).columns
    heights = [float(column.height) for column in columns]
    assert heights[1] == pytest.approx(2 * heights[0], abs=0.02) and heights[2] == 1
    assert all(float(column.top) + float(column.height) == pytest.approx(100, abs=0.02) for column in columns)


def test_what_went_away_hangs_below_the_line() -> None:
    chart = charts.draw([bar(100, minus=0), bar(0, minus=50)])
    base = float(chart.base)
    assert float(chart.columns[1].minus_end) == pytest.approx(base + float(chart.columns[1].minus_height), abs=0.02)
    assert float(chart.columns[1].minus_end) <= 100 and 0 <= float(chart.columns[0].top) < base


@pytest.mark.parametrize("bars", [[], [bar(None)], [bar(0)], [bar(-5)], [bar(10**15)]])
def test_a_chart_is_drawn_of_anything(bars: list[SimpleNamespace]) -> None:
    shown = Template("{% load web %}{% bar_chart bars unit='m³' label='Water' %}").render(Context({"bars": bars}))
    assert "Water" in shown and "nan" not in shown and 'height="-' not in shown


def test_a_chart_has_its_table_for_those_who_do_not_see_it() -> None:
    shown = Template("{% load web %}{% bar_chart bars unit='m³' label='Water' %}").render(Context({"bars": [bar(7.5)]}))
    assert "<caption>Water, m³</caption>" in shown and '<th scope="row">October</th>' in shown


def test_titles_from_data_are_escaped() -> None:
    wicked = SimpleNamespace(label="<b>", title="<script>", value=1)
    shown = Template("{% load web %}{% bar_chart bars %}").render(Context({"bars": [wicked]}))
    assert "<script>" not in shown and "<b>" not in shown


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("anna@people.example", "anna<wbr>@people.example"),
        ("<b>@x", "&lt;b&gt;<wbr>@x"),
        ("", ""),
        ("<b>", "&lt;b&gt;"),
    ],
)
def test_a_mail_address_breaks_before_its_sign_and_is_escaped(address: str, shown: str) -> None:
    assert Template("{% load web %}{{ address|mail_parts }}").render(Context({"address": address})) == shown
