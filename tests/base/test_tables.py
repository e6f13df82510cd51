"""Append-only tables refuse change; idempotency keys answer once."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from dvor.base import attempts, audit, requests
from dvor.base.models import AuditEntry
from dvor.base.refusals import Refusal


@pytest.mark.django_db
@pytest.mark.parametrize("attack", ["update base_auditentry set act = 'x'", "delete from base_auditentry"])
def test_the_audit_cannot_be_changed(at: datetime, attack: str) -> None:
    audit.record(act="test.row.made", subject="row:1", by=None, at=at)
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(attack)
    assert AuditEntry.objects.count() == 1


@pytest.mark.django_db
def test_the_same_key_with_the_same_request_gets_the_first_answer(at: datetime) -> None:
    asked = requests.fingerprint("place", 1)
    with transaction.atomic():
        assert requests.claim(owner_id=1, key="k", asked=asked, at=at) is None
        requests.keep(requests.Answer(201, {"order": 7}), owner_id=1, key="k")
    with transaction.atomic():
        assert requests.claim(owner_id=1, key="k", asked=asked, at=at) == requests.Answer(201, {"order": 7})
        assert requests.claim(owner_id=2, key="k", asked=asked, at=at) is None, "another owner's key is another key"


@pytest.mark.django_db
def test_the_same_key_with_another_request_is_refused(at: datetime) -> None:
    with transaction.atomic():
        requests.claim(owner_id=1, key="k", asked=requests.fingerprint("a"), at=at)
    with pytest.raises(Refusal) as refused, transaction.atomic():
        requests.claim(owner_id=1, key="k", asked=requests.fingerprint("b"), at=at)
    assert (refused.value.code, refused.value.status) == ("idempotency_key_reused", 409)


@pytest.mark.django_db
def test_attempts_are_limited_in_each_window(at: datetime) -> None:
    for _ in range(3):
        attempts.spend(act="guess", actor="1", limit=3, window=timedelta(hours=1), at=at)
    with pytest.raises(Refusal) as refused:
        attempts.spend(act="guess", actor="1", limit=3, window=timedelta(hours=1), at=at)
    assert refused.value.status == 429
    attempts.spend(act="guess", actor="1", limit=3, window=timedelta(hours=1), at=at + timedelta(hours=1))
