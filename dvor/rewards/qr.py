"""QR codes: a picture for a page under the strict Content-Security-Policy, and one for a mail."""

from __future__ import annotations

import io

import segno
from django.utils.safestring import SafeString, mark_safe


def svg(text: str) -> SafeString:
    """An inline SVG without style attributes, on a white ground in both themes."""
    drawn = segno.make(text, error="m", micro=False).svg_inline(omitsize=True, dark="#000", light="#fff", svgclass="qr")
    size = 'width="224" height="224" aria-hidden="true" focusable="false"'
    return mark_safe(drawn.replace("<svg ", f"<svg {size} ", 1))  # noqa: S308 drawn by us; the text is only squares


def png(text: str) -> bytes:
    """A picture of some 300 pixels."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="png", scale=10, dark="#000", light="#fff")
    return out.getvalue()
