from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client

from dvor.notices import facts
from dvor.notices.channels import mail
from dvor.notices.kinds import FactKind
from dvor.notices.models import Notice
from tests.cast import Cast
from tests.notices.conftest import fact


def test_an_operator_sees_how_a_mail_ended_and_no_address(
    client: Client, cast: Cast, at: datetime, event: FactKind
) -> None:
    facts.tell([fact(event, cast.anna.pk)], at=at)
    notice = Notice.objects.get()
    mail.send(batch=str(notice.batch), at=at)
    client.force_login(cast.olga)
    for path in ("/console/notices/notice/", f"/console/notices/notice/{notice.pk}/change/"):
        page = client.get(path)
        assert page.status_code == 200
        assert "Событие" in page.content.decode()
        assert "anna@people.example" not in page.content.decode()
    assert "отправлено" in page.content.decode()
    assert client.post(f"/console/notices/notice/{notice.pk}/delete/").status_code == 403


@pytest.mark.parametrize("name", ["anna", "ivan"])
def test_who_is_no_city_operator_does_not(client: Client, cast: Cast, name: str) -> None:
    client.force_login(getattr(cast, name))
    assert client.get("/console/notices/notice/").status_code in {302, 303, 403}
