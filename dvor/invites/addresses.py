"""Addresses of a link, for a machine and for a hand."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from dvor.invites.models import Link


def url_of(link: Link) -> str:
    """The whole address, as a QR code and a message carry it."""
    return settings.SITE_URL + reverse("invite_open", args=[link.code])


def spoken_of(link: Link) -> str:
    """The address as somebody types it from a printed page: without the scheme, the code in groups."""
    return f"{urlsplit(settings.SITE_URL).netloc}/i/{link.spoken_code}"
