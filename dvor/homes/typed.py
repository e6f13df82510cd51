"""What a resident types about a flat, made uniform or refused at the field."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

from dvor.base.refusals import Refusal
from dvor.homes import flats

TITLE_LENGTH_MAX = 60
_CODE = re.compile(r"[0-9]{10}")


def number(text: str) -> str:
    """The normal number of a flat; refuses ``flat_number_unreadable``."""
    found = flats.normal_number(text)
    if not found:
        raise Refusal(
            "flat_number_unreadable",
            _("This is not the number of a flat."),
            remedy=_("Write it as it stands on the bill: 12 or 12А."),
            field="flat_number",
        )
    return found


def code(text: str, *, required: bool = False) -> str:
    """Ten digits, or nothing where a code is not required; refuses ``payer_code_unreadable``."""
    found = re.sub(r"[\s-]+", "", text)
    if (found or required) and not _CODE.fullmatch(found):
        raise Refusal(
            "payer_code_unreadable",
            _("A payer code has 10 digits."),
            remedy=_("You find it in the upper right corner of the bill."),
            field="payer_code",
        )
    return found


def title(text: str) -> str:
    """One's own name for a flat; refuses ``title_unusable``."""
    found = " ".join(text.split())
    if len(found) > TITLE_LENGTH_MAX or not found.isprintable():
        raise Refusal(
            "title_unusable",
            _("This name cannot be used."),
            remedy=_("Write at most %(limit)s letters.") % {"limit": TITLE_LENGTH_MAX},
            field="title",
        )
    return found
