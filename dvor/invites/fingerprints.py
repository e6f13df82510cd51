"""Keyed hashes of devices, networks and persons: they can be compared, and never turned back."""

from __future__ import annotations

import ipaddress
import secrets

from django.utils.crypto import salted_hmac

DEVICE_LENGTH = 22  # of a cookie: 128 random bits


def new_device() -> str:
    """A random name for a browser; it says nothing about it."""
    return secrets.token_urlsafe(16)


def of_device(cookie: str) -> bytes | None:
    """Of a device's cookie; nothing when it is not one of ours."""
    if len(cookie) != DEVICE_LENGTH or not cookie.isascii():
        return None
    return _hash("device", cookie)


def of_network(address: str) -> bytes | None:
    """Of the network around an address: 256 addresses of IPv4, a /48 of IPv6; nothing when it is not an address."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return None
    if isinstance(known, ipaddress.IPv6Address) and known.ipv4_mapped:
        known = known.ipv4_mapped
    around = ipaddress.ip_network(f"{known}/{24 if known.version == 4 else 48}", strict=False)
    return _hash("network", str(around))


def of_person(city_id: str) -> bytes:
    """Of a subject at the city ID."""
    return _hash("person", city_id)


def _hash(sort: str, told: str) -> bytes:
    return salted_hmac(f"dvor.invites.{sort}", told, algorithm="sha256").digest()
