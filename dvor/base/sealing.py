"""Seals short secrets at rest (promo codes, tokens): authenticated encryption, and a keyed fingerprint to find them."""

from __future__ import annotations

import base64
import hashlib
import hmac
from functools import cache

from cryptography.fernet import Fernet
from django.conf import settings


@cache
def _fernet() -> Fernet:
    key = hashlib.sha256(b"dvor.seal:" + settings.SEALING_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def seal(text: str) -> bytes:
    """Encrypt and authenticate; two seals of one text differ."""
    return _fernet().encrypt(text.encode())


def unseal(sealed: bytes) -> str:
    """The text of :func:`seal`; raises ``cryptography.fernet.InvalidToken`` if it was changed or the key is another."""
    return _fernet().decrypt(bytes(sealed)).decode()


def fingerprint(text: str) -> bytes:
    """A keyed hash (32 bytes): finds equal texts without storing them."""
    return hmac.new(b"dvor.fingerprint:" + settings.SEALING_KEY.encode(), text.encode(), hashlib.sha256).digest()
