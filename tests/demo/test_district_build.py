from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dvor.base.models import AuditEntry
from dvor.demo import district

AT = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)


@pytest.mark.slow
def test_a_small_district_is_built_once(db: None) -> None:
    assert district.build(flats=60, months=8, at=AT)
    print(AuditEntry.objects.get(act="demo.district.built").facts)
    assert not district.build(flats=60, months=8, at=AT)
