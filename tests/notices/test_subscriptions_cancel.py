from __future__ import annotations

from datetime import datetime

import pytest

from dvor.base.refusals import Refusal
from dvor.notices import facts, subscriptions
from dvor.notices.kinds import Channel, FactKind
from dvor.notices.models import Notice, Preference
from tests.cast import Cast
from tests.notices.conftest import fact


def test_the_link_of_a_mail_ends_this_kind_of_mail_and_nothing_else(
    cast: Cast, at: datetime, event: FactKind, vital: FactKind
) -> None:
    token = subscriptions.sign(resident_id=cast.anna.pk, kind=event.code)
    for _twice in range(2):
        assert subscriptions.cancel(token, at=at) == event
    facts.tell([fact(kind, who.pk) for kind in (event, vital) for who in (cast.anna, cast.boris)], at=at)
    mailed = set(Notice.objects.filter(by_mail=True).values_list("kind", "resident_id"))
    assert mailed == {(vital.code, cast.anna.pk), (vital.code, cast.boris.pk), (event.code, cast.boris.pk)}
    assert Notice.objects.filter(on_page=True).count() == 4


@pytest.mark.parametrize("token", ["", "x", "W10:1:2", "a" * 5000])
def test_a_forged_link_opens_nothing(cast: Cast, at: datetime, event: FactKind, token: str) -> None:
    with pytest.raises(Refusal) as refused:
        subscriptions.cancel(token, at=at)
    assert (refused.value.code, refused.value.status) == ("link_unreadable", 404)
    assert not Preference.objects.exists()


def test_a_link_about_a_kind_that_is_no_more_says_so(cast: Cast, at: datetime, event: FactKind) -> None:
    with pytest.raises(Refusal):
        subscriptions.cancel(subscriptions.sign(resident_id=cast.anna.pk, kind="gone.event"), at=at)


def test_what_cannot_be_switched_off_stays(cast: Cast, at: datetime, vital: FactKind) -> None:
    with pytest.raises(Refusal) as refused:
        subscriptions.cancel(subscriptions.sign(resident_id=cast.anna.pk, kind=vital.code), at=at)
    assert refused.value.code == "notice_required"


def test_the_settings_form_keeps_what_was_ticked_and_only_what_differs(
    cast: Cast, at: datetime, event: FactKind, quiet: FactKind, vital: FactKind
) -> None:
    subscriptions.choose(wanted=["tests.event:page", "tests.quiet:page"], by=cast.anna.pk, at=at)
    assert list(Preference.objects.values_list("kind", "channel", "wanted")) == [("tests.event", "mail", False)]
    subscriptions.choose(wanted=["tests.event:mail", "tests.nonsense:mail", "'--"], by=cast.anna.pk, at=at)
    rows = subscriptions.choices(resident_id=cast.anna.pk)
    assert {cell.name for _kind, cells in rows for cell in cells if cell.wanted} == {
        "tests.event:mail", "tests.vital:page", "tests.vital:mail",
    }  # fmt: skip
    assert all(cell.is_fixed == (cell.kind == vital) for _kind, cells in rows for cell in cells)
    assert {row.channel for row in Preference.objects.all()} == {Channel.PAGE, Channel.MAIL}  # no push without a key
