"""The scene of the hostile tests: made once for a module, in a transaction that is rolled back behind it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from tests.attack.hostile_scene import Scene, staged


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    with django_db_blocker.unblock(), staged() as made:
        yield made
