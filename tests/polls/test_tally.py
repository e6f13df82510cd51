"""Counting: exact, the same for everybody and every option, the same added up one by one or all at once."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from dvor.base.refusals import Refusal
from dvor.polls import tally
from dvor.polls.models import Poll

KINDS = list(Poll.Kind.values)
Ballots = tuple[str, int, list[list[int]]]


@some.composite
def polls(draw: some.DrawFn, kinds: list[str] | None = None) -> Ballots:
    """A kind, a number of options, and answers."""
    kind, options = draw(some.sampled_from(kinds or KINDS)), draw(some.integers(2, 8))
    numbers = some.integers(1, options)
    if kind in ("single", "scale"):
        answer = some.lists(numbers, min_size=1, max_size=1)
    elif kind == "multiple":
        answer = some.sets(numbers, min_size=1).map(sorted)
    else:
        answer = some.permutations(range(1, options + 1)).flatmap(
            lambda order: some.integers(1, options).map(lambda length: list(order)[:length])
        )
    return kind, options, draw(some.lists(answer, max_size=25))


def read(kind: str, options: int, ballots: list[list[int]]) -> tally.Tally:
    counted = tally.sums(kind, options, [(one, 1) for one in ballots])
    return tally.read(kind, [str(one) for one in range(options)], len(ballots), counted)


@given(polls())
def test_one_by_one_in_any_order_is_all_at_once(given: Ballots) -> None:
    kind, options, ballots = given
    counted = [0] * tally.width(kind, options)
    for one in Random(len(ballots)).sample(ballots, len(ballots)):
        counted = tally.plus(kind, options, counted, one)
    assert counted == tally.sums(kind, options, [(one, 1) for one in ballots])


@given(polls(), some.randoms())
def test_no_option_is_dearer_than_another(given: Ballots, chance: Random) -> None:
    """Options under other numbers have the same counts under those numbers."""
    kind, options, ballots = given
    names = list(range(1, options + 1))
    chance.shuffle(names)
    renamed = [[names[number - 1] for number in one] for one in ballots]
    before, after = read(kind, options, ballots), read(kind, options, renamed)
    assert [after.lines[names[place] - 1].count for place in range(options)] == [line.count for line in before.lines]


@given(polls(["ranked"]))
def test_every_ranking_gives_the_same_sum_of_marks(given: Ballots) -> None:
    _kind, options, ballots = given
    lines = read("ranked", options, ballots).lines
    assert sum(line.count for line in lines) == Fraction(options * (options - 1), 2) * len(ballots)
    assert sum(line.firsts or 0 for line in lines) == len(ballots)
    assert all(0 <= line.count <= (options - 1) * len(ballots) for line in lines)


@given(polls(["ranked"]))
def test_a_full_ranking_is_borda_by_its_definition(given: Ballots) -> None:
    _kind, options, ballots = given
    full = [one for one in ballots if len(one) == options]
    for line in read("ranked", options, full).lines:
        assert line.count == sum(options - 1 - one.index(line.number) for one in full)


@given(polls(["ranked"]), some.data())
def test_raising_an_option_never_hurts_it(given: Ballots, data: some.DataObject) -> None:
    _kind, options, ballots = given
    if not ballots:
        return
    number, place = data.draw(some.integers(1, options)), data.draw(some.integers(0, len(ballots) - 1))
    raised = [list(one) for one in ballots]
    raised[place] = [number, *(one for one in raised[place] if one != number)]
    before, after = read("ranked", options, ballots), read("ranked", options, raised)
    assert after.lines[number - 1].count >= before.lines[number - 1].count
    assert after.lines[number - 1].place <= before.lines[number - 1].place


@given(polls(["ranked"]))
def test_what_loses_to_everything_never_wins_alone(given: Ballots) -> None:
    """Borda's best-known virtue: a Condorcet loser is not its winner."""
    _kind, options, ballots = given
    full = [one for one in ballots if len(one) == options]
    leaders = read("ranked", options, full).leaders
    if len(leaders) != 1 or options < 2:
        return
    won = leaders[0].number
    loses = [
        sum(one.index(won) > one.index(other) for one in full) * 2 > len(full)
        for other in range(1, options + 1)
        if other != won
    ]
    assert not all(loses)


@given(polls(["single", "scale"]))
def test_one_answer_each_adds_up_to_the_voters(given: Ballots) -> None:
    kind, options, ballots = given
    found = read(kind, options, ballots)
    assert sum(line.count for line in found.lines) == len(ballots)
    assert abs(sum(line.percent for line in found.lines) - 100 * bool(ballots)) <= options // 2 + 1
    if kind == "scale" and ballots:
        assert found.mean == Fraction(sum(one[0] for one in ballots), len(ballots))


@given(polls())
def test_places_follow_counts_and_ties_share_them(given: Ballots) -> None:
    lines = read(*given).lines
    for one in lines:
        for other in lines:
            assert (one.place < other.place) == (one.count > other.count)


@settings(max_examples=300)
@given(some.sampled_from(KINDS), some.integers(2, 12), some.lists(some.integers(-3, 15), max_size=15), some.data())
def test_what_is_accepted_is_a_sound_answer(kind: str, options: int, typed: list[int], data: some.DataObject) -> None:
    most = 1 if kind in ("single", "scale") else data.draw(some.integers(1, options))
    try:
        kept = tally.checked(kind, options, 1, most, typed)
    except Refusal:
        return
    assert sorted(kept) == sorted(set(typed))
    assert 1 <= len(kept) <= most
    assert all(1 <= one <= options for one in kept)
    assert kept == typed if kind == "ranked" else kept == sorted(typed)


@pytest.mark.parametrize(
    ("sum_", "shown"), [((3, 0, 0, 0, 0), "1,00"), ((1, 1, 0, 0, 1), "2,67"), ((1, 1, 0, 0, 0), "1,50")]
)
def test_the_mean_mark_is_rounded_half_up(sum_: tuple[int, ...], shown: str) -> None:
    assert tally.read("scale", ["1", "2", "3", "4", "5"], sum(sum_), sum_).shown_mean == shown


def test_a_known_ranking() -> None:
    """Four options, three neighbours, worked out by hand: 3-2-1-0, one leaves two out, who share 1 + 0."""
    found = read("ranked", 4, [[1, 2, 3, 4], [2, 1, 4, 3], [2, 3]])
    assert [line.count for line in found.lines] == [Fraction(11, 2), Fraction(8), Fraction(3), Fraction(3, 2)]
    assert [line.place for line in found.lines] == [2, 1, 3, 4]
    assert [line.shown_count for line in found.lines] == ["5,5", "8", "3", "1,5"]
