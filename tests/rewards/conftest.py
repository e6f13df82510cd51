from datetime import datetime

import pytest

from tests.cast import Cast
from tests.rewards.shop import Shop


@pytest.fixture
def shop(cast: Cast, at: datetime) -> Shop:
    """An empty shop with its partner, its fund and its shelves."""
    return Shop.assemble(olga=cast.olga, at=at)
