from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from dvor.people.models import Resident, Role
from tests.cast import Cast
from tests.moderation import leaflets
from tests.moderation.leaflets import Board


@pytest.fixture
def board(cast: Cast, at: datetime) -> Iterator[Board]:
    """A board of leaflets in Anna's house, where everybody has lived for long: a kind that only these tests know."""
    leaflets.LEAFLETS.clear()
    Resident.objects.update(joined_at=at - timedelta(days=400))
    for person in (cast.anna, cast.boris, cast.vera, cast.gleb, cast.olga):
        person.joined_at = at - timedelta(days=400)
    yield Board(cast)
    leaflets.LEAFLETS.clear()


@pytest.fixture
def mark(cast: Cast, at: datetime) -> Resident:
    """Mark is a moderator, and so is Nina; they live nowhere in these houses."""
    return _moderator("mark", at)


@pytest.fixture
def nina(cast: Cast, at: datetime) -> Resident:
    return _moderator("nina", at)


def _moderator(city_id: str, at: datetime) -> Resident:
    made = Resident.objects.create(city_id=city_id, first_name=city_id.title(), last_name="Модератор", level=3)
    Role.objects.create(resident=made, name=Role.Name.MODERATOR, granted_at=at)
    return made
