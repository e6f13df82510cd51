"""QR codes of a link: a picture for a page, a file to send, a drawing for the printed notice."""

from __future__ import annotations

import io

import segno
from django.utils.safestring import SafeString, mark_safe


def svg(url: str) -> SafeString:
    """An inline SVG without style attributes, on a white ground in both themes."""
    drawn = segno.make(url, error="m", micro=False).svg_inline(omitsize=True, dark="#000", light="#fff", svgclass="qr")
    size = 'width="224" height="224" aria-hidden="true" focusable="false"'
    return mark_safe(drawn.replace("<svg ", f"<svg {size} ", 1))  # noqa: S308 drawn by us; the text is only squares


def svg_file(url: str) -> bytes:
    """A file of its own; for a notice in a draughty entrance with more redundancy."""
    out = io.BytesIO()
    segno.make(url, error="q", micro=False).save(out, kind="svg", border=4, dark="#000", light="#fff")
    return out.getvalue()


def png(url: str) -> bytes:
    """A picture of some 400 pixels."""
    out = io.BytesIO()
    segno.make(url, error="m", micro=False).save(out, kind="png", scale=10, dark="#000", light="#fff")
    return out.getvalue()
