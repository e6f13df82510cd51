"""Notifications for residents' apps: what I was told, and what I want to be told, how and when."""

from __future__ import annotations

from datetime import datetime, time
from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils.translation import get_language
from ninja import Query, Router
from ninja.responses import Status
from pydantic import BaseModel, Field

from dvor.base import clock, doors
from dvor.notices import devices, queries, reading, rhythms, subscriptions
from dvor.notices.channels import push
from dvor.notices.models import Device, Rhythm

router = Router(tags=["Notifications"], auth=doors.RESIDENT)

ChannelCode = Literal["page", "mail", "push"]
MailsCode = Literal["at_once", "daily", "weekly", "never"]
Hour = Annotated[str, Field(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9])?$")]


# ── What I was told ──────────────────────────────────────────────────────────────────────────────────────────────
class NoticeShown(BaseModel):
    """One thing that I was told, in the language of the request."""

    id: int
    subject: str = Field(description="one line")
    text: str = Field(description="a few plain lines")
    path: str = Field(description="where to go on, on this site; may be empty", examples=["/meters/3/"])
    told_at: datetime
    is_unread: bool

    @classmethod
    def of(cls, shown: queries.Shown) -> NoticeShown:
        return cls(
            id=shown.id, subject=shown.words.subject, text=shown.words.body, path=shown.url, told_at=shown.told_at,
            is_unread=shown.is_unread,
        )  # fmt: skip


@router.get("/notices", response=doors.Page[NoticeShown], summary="What I was told")
def notices(request: HttpRequest, paging: Query[doors.Paging]) -> doors.Page[NoticeShown]:
    """Newest first, for 400 days. Reading the list marks nothing as read."""
    last = paging.keys(int)
    found = queries.latest(
        doors.caller(request).pk, before=last[0] if last else None, limit=paging.limit + 1,
        language=get_language() or "ru",
    )  # fmt: skip
    return doors.page(found, paging, show=NoticeShown.of, keys=lambda shown: (shown.id,))


class NoticesCounted(BaseModel):
    """How much is not read yet."""

    unread: int


@router.get("/notices/unread", response=NoticesCounted, summary="How many notifications are not read")
def unread(request: HttpRequest) -> NoticesCounted:
    """For the number at the bell."""
    return NoticesCounted(unread=queries.unread(doors.caller(request).pk))


@router.put("/notices/read", response=NoticesCounted, summary="Mark everything as read")
def mark_all(request: HttpRequest) -> NoticesCounted:
    """Everything that I was told until now."""
    by = doors.caller(request).pk
    reading.mark_all(by=by, at=clock.now())
    return NoticesCounted(unread=queries.unread(by))


@router.put("/notices/{notice_id}/read", response=NoticesCounted, summary="Mark one notification as read")
def mark_one(request: HttpRequest, notice_id: doors.PathId) -> NoticesCounted:
    """Twice is once. Answers what is not read yet."""
    by = doors.caller(request).pk
    reading.mark_one(notice_id, by=by, at=clock.now())
    return NoticesCounted(unread=queries.unread(by))


# ── What I want to be told ───────────────────────────────────────────────────────────────────────────────────────
class ChannelShown(BaseModel):
    """Whether a kind comes by a channel; a fixed one cannot be switched off."""

    channel: ChannelCode
    is_wanted: bool
    is_fixed: bool


class ChoiceShown(BaseModel):
    """One kind of notification."""

    kind: str = Field(examples=["meters.window_opened"])
    title: str
    channels: list[ChannelShown]


def _choices(by: int) -> list[ChoiceShown]:
    return [
        ChoiceShown(
            kind=kind.code, title=str(kind.title),
            channels=[
                ChannelShown(channel=one.channel.value, is_wanted=one.wanted, is_fixed=one.is_fixed) for one in row
            ],
        )
        for kind, row in subscriptions.choices(resident_id=by)
    ]  # fmt: skip


@router.get("/notices/choices", response=list[ChoiceShown], summary="What comes by which channel")
def choices(request: HttpRequest) -> list[ChoiceShown]:
    """Every kind that this site knows."""
    return _choices(doors.caller(request).pk)


class ChoiceWanted(doors.Body):
    """One choice."""

    kind: Annotated[str, Field(min_length=1, max_length=60)]
    channel: ChannelCode
    is_wanted: bool


class Change(doors.Body):
    """What is to change; everything else stays."""

    choices: Annotated[list[ChoiceWanted], Field(min_length=1, max_length=200)]


_CHANGE = {"choices": [{"kind": "meters.window_opened", "channel": "mail", "is_wanted": False}]}


@router.put(
    "/notices/choices",
    response=list[ChoiceShown],
    summary="Choose what comes by which channel",
    openapi_extra=doors.example(_CHANGE),
)
def change(request: HttpRequest, wanted: Change) -> list[ChoiceShown]:
    """All of it, or nothing when one of them cannot be."""
    by = doors.caller(request).pk
    chosen: dict[tuple[str, str], bool] = {(one.kind, one.channel): one.is_wanted for one in wanted.choices}
    subscriptions.change(wanted=chosen, by=by, at=clock.now())
    return _choices(by)


class RhythmShown(BaseModel):
    """When I want to be told."""

    mails: MailsCode
    quiet_from: str = Field(description="hours and minutes; empty: none", examples=["22:00"])
    quiet_until: str = Field(examples=["07:30"])
    zone: str = Field(description="time zone of these hours; empty until something is chosen")

    @classmethod
    def of(cls, rhythm: Rhythm) -> RhythmShown:
        told = {name: getattr(rhythm, name) for name in ("mails", "zone")}
        hours = {name: getattr(rhythm, name) for name in ("quiet_from", "quiet_until")}
        shown = {name: hour.strftime("%H:%M") if hour else "" for name, hour in hours.items()}
        return cls.model_validate({**told, **shown})


@router.get("/notices/rhythm", response=RhythmShown, summary="Quiet hours and gathered mails")
def rhythm(request: HttpRequest) -> RhythmShown:
    """Emergencies wait for nothing."""
    return RhythmShown.of(rhythms.of(doors.caller(request).pk))


class NewRhythm(doors.Body):
    """Both ends of the quiet hours, or neither; they may go over midnight."""

    mails: MailsCode
    quiet_from: Hour = Field("", examples=["22:00"])
    quiet_until: Hour = Field("", examples=["07:30"])


@router.put(
    "/notices/rhythm",
    response=RhythmShown,
    summary="Choose quiet hours and whether mails are gathered",
    openapi_extra=doors.example({"mails": "daily", "quiet_from": "22:00", "quiet_until": "07:30"}),
)
def choose_rhythm(request: HttpRequest, wanted: NewRhythm) -> RhythmShown:
    """In the time zone of my house."""
    kept = rhythms.choose(
        mails=wanted.mails, quiet_from=_hour(wanted.quiet_from), quiet_until=_hour(wanted.quiet_until),
        by=doors.caller(request).pk, at=clock.now(),
    )  # fmt: skip
    return RhythmShown.of(kept)


def _hour(text: str) -> time | None:
    return time.fromisoformat(text) if text else None


# ── Browsers ─────────────────────────────────────────────────────────────────────────────────────────────────────
class DeviceShown(BaseModel):
    """A browser or app that shows notifications; its address is not told again."""

    id: int
    title: str
    added_at: datetime

    @classmethod
    def of(cls, device: Device) -> DeviceShown:
        return cls(id=device.pk, title=device.title, added_at=device.added_at)


class PushShown(BaseModel):
    """What is needed to subscribe (Web Push, RFC 8292), and who has."""

    public_key: str = Field(description="VAPID, Base64url; empty: this site sends no pushes")
    devices: list[DeviceShown]


@router.get("/notices/devices", response=PushShown, summary="Where pushes go")
def pushed(request: HttpRequest) -> PushShown:
    """The newest first."""
    key = push.public_key() if push.is_on() else ""
    return PushShown(public_key=key, devices=[DeviceShown.of(one) for one in devices.of(doors.caller(request).pk)])


class NewDevice(doors.Body):
    """A subscription, as the browser's PushManager tells it."""

    endpoint: Annotated[str, Field(min_length=1, max_length=devices.ENDPOINT_LENGTH_MAX)]
    p256dh: Annotated[str, Field(min_length=1, max_length=200)]
    auth: Annotated[str, Field(min_length=1, max_length=100)]
    title: Annotated[str, Field(max_length=60)] = ""


_DEVICE = {
    "endpoint": "https://push.example.org/send/f1e2",
    "p256dh": "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQt"
    "UbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM",
    "auth": "tBHItJI5svbpez7KI4CCXg", "title": "Chrome, Android",
}  # fmt: skip


@router.post(
    "/notices/devices", response={201: DeviceShown}, summary="Send pushes here", openapi_extra=doors.example(_DEVICE)
)
@doors.idempotent
def add(request: HttpRequest, new: NewDevice) -> Status[DeviceShown]:
    """Up to ten; the same subscription again is the same device. Only public push services are written to."""
    address = devices.Address(new.endpoint, new.p256dh, new.auth)
    title = new.title or devices.title_of(request.headers.get("User-Agent", ""))
    return Status(201, DeviceShown.of(devices.add(address, title=title, by=doors.caller(request).pk, at=clock.now())))


@router.delete("/notices/devices/{device_id}", response={204: None}, summary="Send no pushes there any more")
def remove(request: HttpRequest, device_id: doors.PathId) -> Status[None]:
    """What was on its way is dropped."""
    devices.remove(device_id, by=doors.caller(request).pk)
    return Status(204, None)
