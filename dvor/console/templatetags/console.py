"""``{% load console %}``: what the console's own templates say of rows and acts.

Unfold loads all tags while it is imported itself: nothing of the console can be imported at the head of this module.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.db.models import Model

from dvor.base.refusals import Text

register = template.Library()


@register.filter
def row_name(title: Any) -> str:
    """The name of a row as its list calls it; a heading that is no row stays as it is."""
    from dvor.base.console import ReadOnlyAdmin, site

    model_admin = site._registry.get(type(title)) if isinstance(title, Model) else None
    return model_admin.named(title) if isinstance(model_admin, ReadOnlyAdmin) else str(title)


@register.filter
def row_link(link: str, title: Any) -> str:
    """Where a heading leads; a row leads to its page by the address that the admin reads, with «_» quoted."""
    from dvor.base.console import ReadOnlyAdmin, site

    model_admin = site._registry.get(type(title)) if isinstance(title, Model) else None
    return model_admin.address_of(title) if link and isinstance(model_admin, ReadOnlyAdmin) else link


@register.filter
def act_title(act: str) -> Text:
    """An act of the audit log in words."""
    from dvor.console import acts

    return acts.title(act)
