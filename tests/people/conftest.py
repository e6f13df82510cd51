"""One stand-in city ID for the tests of signing in; each test finds its persons as they were."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from tests.city_id import PERSONS, CityId, running


@pytest.fixture(scope="session")
def city_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CityId]:
    with running(tmp_path_factory.mktemp("city-id"), site_url="http://testserver") as city:
        yield city


@pytest.fixture
def city(city_process: CityId, settings, db: None) -> Iterator[CityId]:
    """The stand-in, known to the site under test."""
    settings.CITY_ID = {**settings.CITY_ID, "issuer": city_process.url}
    cache.clear()
    yield city_process
    city_process.persons[:] = [dict(one) for one in PERSONS]
    city_process.write()
    cache.clear()
