from __future__ import annotations

import pytest

from dvor.notices import kinds, soundness
from dvor.notices.kinds import FactKind

DECLARED = dict(kinds._registered)  # before the fixtures of this folder put it aside


def test_every_declared_kind_of_fact_has_its_texts(registered: dict[str, FactKind]) -> None:
    registered.update(DECLARED)
    assert len(DECLARED) >= 5
    assert soundness.check() == []


def test_a_kind_without_texts_stops_the_start(registered: dict[str, FactKind]) -> None:
    kinds.register(FactKind("tests.silent", {"ru": "Без слов", "en": "Without words"}))
    missing = [error.msg for error in soundness.check()]
    assert len(missing) == 2
    assert all("tests/notices/silent" in message for message in missing)


def test_two_kinds_do_not_share_a_code(event: FactKind) -> None:
    assert kinds.register(event) is event
    with pytest.raises(AssertionError, match=r"tests\.event"):
        kinds.register(FactKind("tests.event", {"ru": "Другое", "en": "Another"}))
