"""What news and outages share when they are written: once a form, in somebody's name, as plain paragraphs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from dvor.base.refusals import Refusal
from dvor.feed.models import KEY_LENGTH_MAX, Written
from dvor.feed.reach import Whom
from dvor.homes.models import House
from dvor.people.models import Resident

Kind = TypeVar("Kind", bound=Written)


def addressed(whom: Whom, found: Sequence[House]) -> dict[str, Any]:
    """Whom it is for, as its row keeps it."""
    return {
        "company": whom.company,
        "audience": whom.audience,
        "district": whom.district.strip(),
        "house_ids": [house.pk for house in found],
    }


def once(kind: type[Kind], given: Mapping[str, Any], *, key: str, by: Resident, at: datetime) -> tuple[Kind, bool]:
    """The row of this form, and whether it is new: the same form sent again, or at once by two, is one row.

    Raises:
        Refusal: ``key_missing`` (422); ``key_used`` (409) when the form was sent before with other words.
    """
    if not 1 <= len(key) <= KEY_LENGTH_MAX:
        raise Refusal("key_missing", _("The form is damaged. Open the page anew."))
    made, is_new = kind._default_manager.get_or_create(written_by=by, key=key, defaults={**given, "written_at": at})
    # A company may have got another house between the two; and what was changed since is an older form's no more.
    said = [name for name in given if name != "house_ids"]
    if not is_new and made.version == 1 and any(getattr(made, name) != given[name] for name in said):
        raise Refusal(
            "key_used",
            _("This form was sent already, with other words."),
            remedy=_("Open the page anew and write again."),
            status=409,
        )
    return made, is_new


def author(written: Written) -> Mapping[str, str]:
    """In whose name it was written, in both languages."""
    if written.company is not None:
        return {"ru": written.company.title, "en": written.company.title}
    return {"ru": str(settings.CITY["name_ru"]), "en": str(settings.CITY["name_en"])}


def paragraphs(text: str) -> str:
    """Plain text of several lines: no control or private characters, at most one empty line between paragraphs."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")[:100_000]
    kept = "".join(one for one in lines if one in "\n\t" or unicodedata.category(one) not in ("Cc", "Co", "Cs", "Cn"))
    trimmed = "\n".join(" ".join(line.split()) for line in kept.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", trimmed).strip()
