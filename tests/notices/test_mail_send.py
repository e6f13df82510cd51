"""Never two mails: what the mail server answers decides whether a claim is given back."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail as outbox
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError, connection, transaction
from pytest_django import Settings

from dvor.notices import facts, kinds
from dvor.notices.channels import mail
from dvor.notices.kinds import Attachment, Channel, FactKind
from dvor.notices.models import Delivery, Notice
from tests.cast import Cast
from tests.notices.conftest import fact, forget

answers: list[Exception | None] = []


class Stubborn(EmailBackend):
    """Answers each mail with the next of ``answers``; takes it when there is none."""

    def send_messages(self, messages: list[EmailMessage]) -> int:
        if answers and (answer := answers.pop(0)):
            raise answer
        return int(super().send_messages(messages))


@pytest.fixture(autouse=True)
def _stubborn(settings: Settings) -> Iterator[None]:
    settings.EMAIL_BACKEND = "tests.notices.test_mail_send.Stubborn"
    answers.clear()
    yield
    answers.clear()


def _told(cast: Cast, at: datetime, event: FactKind, count: int = 1) -> str:
    facts.tell([fact(event, cast.anna.pk, str(key), "/meters/") for key in range(count)], at=at)
    return str(Notice.objects.latest("pk").batch)


def _endings() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("ending", flat=True))


def test_a_mail_speaks_the_residents_language_and_shows_the_way_out(cast: Cast, at: datetime, event: FactKind) -> None:
    batch = _told(cast, at, event)
    assert mail.send(batch=batch, at=at) == 1
    (letter,) = outbox.outbox
    assert letter.to == ["anna@people.example"]
    assert letter.subject == "Да: A & B"  # one line, nothing escaped
    assert "«Вода» — 26 октября, 23:30. A & B" in letter.body
    assert "http://127.0.0.1:8000/meters/" in letter.body
    assert "104" in letter.body
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = letter.extra_headers["List-Unsubscribe"].strip("<>")
    assert link in letter.body and link.startswith("http://127.0.0.1:8000/notifications/unsubscribe/")
    assert Notice.objects.get().mailed_at == at
    cast.boris.language = "en"
    cast.boris.save()
    facts.tell([fact(event, cast.boris.pk)], at=at)
    mail.send(batch=str(Notice.objects.latest("pk").batch), at=at)
    assert outbox.outbox[1].subject == "Yes: A & B"
    assert "«Water» — 26 October, 23:30." in outbox.outbox[1].body


def test_sending_a_batch_again_sends_nothing(cast: Cast, at: datetime, event: FactKind) -> None:
    batch = _told(cast, at, event, 3)
    assert [mail.send(batch=batch, at=at) for _again in range(3)] == [3, 0, 0]
    assert len(outbox.outbox) == 3
    assert _endings() == ["sent"] * 3


@pytest.mark.parametrize(
    "answer", [SMTPDataError(451, b"later"), SMTPRecipientsRefused({"anna@people.example": (450, b"greylisted")})]
)
def test_what_the_server_postpones_is_sent_by_the_next_try(
    cast: Cast, at: datetime, event: FactKind, answer: Exception
) -> None:
    batch = _told(cast, at, event, 3)
    answers.extend([None, answer])
    with pytest.raises(mail.MailServerBusy):
        mail.send(batch=batch, at=at)
    assert len(outbox.outbox) == 2
    assert mail.send(batch=batch, at=at) == 1
    assert _endings() == ["sent", "postponed", "sent", "sent"]


def test_what_the_server_refuses_for_good_is_not_tried_again(cast: Cast, at: datetime, event: FactKind) -> None:
    batch = _told(cast, at, event, 2)
    answers.append(SMTPRecipientsRefused({"anna@people.example": (550, b"no such mailbox")}))
    assert [mail.send(batch=batch, at=at) for _again in range(2)] == [1, 0]
    assert _endings() == ["refused", "sent"]
    assert Delivery.objects.earliest("pk").detail == "SMTPRecipientsRefused 550"  # and no address


def test_a_mail_on_a_broken_line_is_not_sent_twice(cast: Cast, at: datetime, event: FactKind) -> None:
    batch = _told(cast, at, event, 2)
    answers.append(SMTPServerDisconnected("while reading the answer"))
    assert [mail.send(batch=batch, at=at) for _again in range(2)] == [1, 0]
    assert _endings() == ["unknown", "sent"]


def test_an_unreachable_server_claims_nothing(
    cast: Cast, at: datetime, event: FactKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = _told(cast, at, event)
    with monkeypatch.context() as broken:
        broken.setattr(Stubborn, "open", _unreachable)
        with pytest.raises(ConnectionRefusedError):
            mail.send(batch=batch, at=at)
    assert Notice.objects.get().mail_started_at is None
    assert mail.send(batch=batch, at=at) == 1


def _unreachable(_self: object) -> None:
    raise ConnectionRefusedError


def test_a_claim_of_a_killed_worker_is_not_sent_again(cast: Cast, at: datetime, event: FactKind) -> None:
    batch = _told(cast, at, event)
    Notice.objects.update(mail_started_at=at)  # kill -9 between the claim and the answer
    assert mail.send(batch=batch, at=at) == 0
    assert outbox.outbox == []


def test_a_mail_that_comes_too_late_is_not_sent(cast: Cast, at: datetime, event: FactKind) -> None:
    batch = _told(cast, at, event)
    assert mail.send(batch=batch, at=at + mail.POINTLESS_AFTER * 2) == 0
    assert _endings() == ["skipped"]


def test_who_left_meanwhile_is_not_mailed(cast: Cast, at: datetime, event: FactKind) -> None:
    batch = _told(cast, at, event)
    forget(cast.anna, at=at)
    assert mail.send(batch=batch, at=at) == 0
    assert _endings() == ["skipped"]


def test_a_kind_may_attach_files(cast: Cast, at: datetime, registered: dict[str, FactKind]) -> None:
    files = [Attachment("code.svg", b"<svg/>", "image/svg+xml")]
    kind = kinds.register(
        FactKind("tests.event", {"ru": "С файлом", "en": "With a file"}, attachments=lambda _notice: files)
    )
    mail.send(batch=_told(cast, at, kind), at=at)
    assert outbox.outbox[0].attachments[0][:2] == ("code.svg", b"<svg/>")


def test_a_mail_that_cannot_be_switched_off_offers_no_way_out(cast: Cast, at: datetime, vital: FactKind) -> None:
    vital_event = FactKind("tests.event", vital.titles, fixed=frozenset({Channel.MAIL}))
    kinds.register(vital_event)
    mail.send(batch=_told(cast, at, vital_event), at=at)
    assert "List-Unsubscribe" not in outbox.outbox[0].extra_headers
    assert "/unsubscribe/" not in outbox.outbox[0].body


def test_the_database_refuses_a_second_sent_mail(cast: Cast, at: datetime, event: FactKind) -> None:
    mail.send(batch=_told(cast, at, event), at=at)
    sent = Delivery.objects.get()
    sent.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        sent.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_eight_workers_on_one_batch_send_each_mail_once(
    transactional_db: None, cast: Cast, at: datetime, event: FactKind
) -> None:
    batch = _told(cast, at, event, 40)

    def work(_worker: int) -> int:
        try:
            return mail.send(batch=batch, at=at)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(work, range(8))) == 40
    assert len({letter.extra_headers["Message-ID"] for letter in outbox.outbox}) == len(outbox.outbox) == 40
