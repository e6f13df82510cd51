"""QR codes: a picture for a page under the strict Content-Security-Policy, and one for a mail."""

from __future__ import annotations

import io

import segno
from django.utils.safestring import SafeString, mark_safe


def svg(text: str) -> SafeString:
    """An inline SVG without style attributes, on a white ground in both themes."""
    drawn = segno.make(text, error="m", micro=False).svg_inline(scale=5, dark="#000", light="#fff", svgclass="qr")
    return mark_safe(drawn.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))  # noqa: S308 ours


def png(text: str) -> bytes:
    """A picture of some 300 pixels."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="png", scale=10, dark="#000", light="#fff")
    return out.getvalue()
