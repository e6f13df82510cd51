"""The key that signs ID tokens: made once, kept beside the demo's data, so that a restart ends nothing it signed."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa


def private_key(folder: Path) -> str:
    """The PEM text of an RSA key of 2048 bits in ``folder``/city_id.pem, made there if missing."""
    path = folder.resolve() / "city_id.pem"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_once(path, _make())
    return path.read_text(encoding="ascii")


def _make() -> bytes:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _write_once(path: Path, pem: bytes) -> None:
    """Two processes that start together end with one key: the first link wins, and nobody reads half a file."""
    draft = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
