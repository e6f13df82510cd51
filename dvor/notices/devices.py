"""Browsers that show notices: a resident adds one from within it, and removes any of his own from anywhere."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dvor.base import sealing
from dvor.base.refusals import Refusal
from dvor.notices.channels import outside
from dvor.notices.models import Device
from dvor.people.models import Resident

DEVICES_MAX = 10  # of one resident
ENDPOINT_LENGTH_MAX = 1_000
_KEYS = {"p256dh": 65, "auth": 16}  # bytes, RFC 8291
_BROWSERS = (
    ("YaBrowser/", "Яндекс Браузер"), ("Edg/", "Edge"), ("EdgA/", "Edge"), ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Address:
    """Where and how to write to a device."""

    endpoint: str
    p256dh: str
    auth: str


@transaction.atomic
def add(address: Address, *, title: str, by: int, at: datetime) -> Device:
    """Let resident ``by`` be told on this device; a second time is the same as once.

    A browser that somebody else was told on before is his no more, with everything that was still on its way to it.

    Raises:
        Refusal: ``push_off`` (409); ``device_unreadable`` (422) for an address that no browser makes;
            ``device_forbidden`` (422) for one that is not a public push service; ``devices_too_many`` (422).
    """
    if not settings.PUSH_KEY:
        raise Refusal("push_off", _("This site sends no push notifications."), status=409)
    host = _checked(address)
    Resident.objects.select_for_update(no_key=True).get(pk=by)  # two devices at once are counted one after the other
    fingerprint = sealing.fingerprint(address.endpoint)
    known = Device.objects.filter(fingerprint=fingerprint).first()
    if known and known.resident_id != by:
        known.delete()
        known = None
    if known is None and Device.objects.filter(resident_id=by).count() >= DEVICES_MAX:
        raise Refusal(
            "devices_too_many", _("You have many browsers here already."), remedy=_("Remove one that you use no more.")
        )
    told = {"endpoint": address.endpoint, "p256dh": address.p256dh, "auth": address.auth}
    fields = {"sealed": sealing.seal(json.dumps(told)), "host": host, "title": title[:60]}
    device, _is_new = Device.objects.update_or_create(
        fingerprint=fingerprint, defaults=fields, create_defaults={**fields, "resident_id": by, "added_at": at}
    )
    return device


def remove(device_id: int, *, by: int) -> None:
    """Tell resident ``by`` nothing more on this device; what was on its way to it is dropped.

    Raises:
        Refusal: ``device_unknown`` (404) when he has no such device.
    """
    found, _rows = Device.objects.filter(pk=device_id, resident_id=by).delete()
    if not found:
        raise Refusal("device_unknown", _("There is no such browser in your list."), status=404)


def forget(device: Device) -> None:
    """The push service says that the browser has unsubscribed."""
    Device.objects.filter(pk=device.pk).delete()


def of(resident_id: int) -> list[Device]:
    """The resident's devices, the newest first. One query."""
    return list(Device.objects.filter(resident_id=resident_id).order_by("-pk"))


def address_of(device: Device) -> Address:
    """What is sealed in it."""
    return Address(**json.loads(sealing.unseal(bytes(device.sealed))))


def mark_of(device: Device) -> str:
    """By which a browser knows itself in the list, without being shown the addresses of the others."""
    return hashlib.sha256(address_of(device).endpoint.encode()).hexdigest()


def title_of(user_agent: str) -> str:
    """«Chrome, Android»: names that residents know from their own screens."""
    named = (
        next((name for mark, name in known if mark in user_agent), "")
        for known in (_BROWSERS, _SYSTEMS)
    )  # fmt: skip
    return ", ".join(filter(None, named)) or str(_("Browser"))


def _checked(address: Address) -> str:
    """The host of a well-formed, public address."""
    if len(address.endpoint) > ENDPOINT_LENGTH_MAX or not re.fullmatch(r"https?://[!-~]+", address.endpoint):
        raise _unreadable()
    for name, length in _KEYS.items():
        if len(_bytes(getattr(address, name))) != length:
            raise _unreadable()
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(address.p256dh))
        outside.refuse_private(address.endpoint)
    except outside.Forbidden as told:
        raise Refusal("device_forbidden", _("This is not the address of a push service.")) from told
    except ValueError as wrong:
        raise _unreadable() from wrong
    return urlsplit(address.endpoint).netloc


def _bytes(text: str) -> bytes:
    if len(text) > 100:
        raise _unreadable()
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars="-_", validate=True)
    except (binascii.Error, ValueError) as wrong:
        raise _unreadable() from wrong


def _unreadable() -> Refusal:
    return Refusal(
        "device_unreadable",
        _("The browser's answer could not be read."),
        remedy=_("Reload the page and try again."),
    )
