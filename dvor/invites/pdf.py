"""The notice for the entrance: an A5 page set by typst from data; no text is read as markup."""

from __future__ import annotations

import json
import threading
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from dvor.invites import addresses, qr
from dvor.invites.models import Link

TEMPLATE = Path(__file__).resolve().parent / "typst" / "notice.typ"
AT_ONCE = 2  # typst computes on one core each; more at once would only take them from pages
_turns = threading.BoundedSemaphore(AT_ONCE)
_local = threading.local()


def render(link: Link, *, points: int) -> bytes:
    """The notice as PDF in the language of the moment; ``points`` is what the newcomer earns by the rule.

    The link comes with its house and resident. Of the inviter it says the first name at most, where he wants so.
    """
    with _turns:
        document = _compiler_of_thread().compile(
            format="pdf",
            sys_inputs={"told": json.dumps(contents(link, points=points), ensure_ascii=False)},
            timestamp=0,
        )
    assert isinstance(document, bytes), "a PDF is one file"
    return document


def contents(link: Link, *, points: int) -> dict[str, Any]:
    """Everything that the page shows, in words."""
    url = addresses.url_of(link)
    gains = [
        _("Send meter readings from your phone, in a minute"),
        _("Understand each line of your bill, and pay it"),
        _("Outages, news and notices of our house in one place"),
    ]
    if points:
        count = ngettext("%(count)s city point", "%(count)s city points", points) % {"count": points}
        gains.append(_("%(points)s for your start: a flat and a first useful act") % {"points": count})
    signed = ""
    if link.names_inviter and link.resident.first_name:
        signed = _("Invited by your neighbour: %(name)s") % {"name": link.resident.first_name}
    return {
        "language": (get_language() or "ru")[:2],
        "city": _("Dvor"),
        "title": _("Neighbours, our house is on the net"),
        "address": link.house.address,
        "gains": gains,
        "qr": qr.svg_file(url).decode(),
        "scan": _("Point your camera here"),
        "typed": _("or type the address"),
        "url": addresses.spoken_of(link),
        "signed": signed,
        "how": _("You sign in with your city ID. It costs nothing; nobody asks for a password or money."),
        "help": _("Hotline %(phone)s") % {"phone": settings.CITY["hotline_phone"]},
    }


@cache
def _fonts() -> typst.Fonts:
    """Those inside typst, which have Cyrillic: the same page on every machine."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


def _compiler_of_thread() -> typst.Compiler:
    """A compiler is no thing to share: one a thread, so that the template is read and fonts are found once."""
    compiler: typst.Compiler | None = getattr(_local, "compiler", None)
    if compiler is None:
        compiler = _local.compiler = typst.Compiler(TEMPLATE, root=TEMPLATE.parent, font_paths=_fonts())
    return compiler
