"""Words of a notice: the templates of its kind, filled with its context in one language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.template import Context, engines
from django.template.backends.django import DjangoTemplates
from django.utils import translation

from dvor.base.texts import pick
from dvor.notices.kinds import FactKind


@dataclass(frozen=True, slots=True)
class Wording:
    """One line of subject, and a body of a few lines of plain text."""

    subject: str
    body: str


def word(kind: FactKind, context: Mapping[str, Any], *, language: str) -> Wording:
    """The notice's texts in ``language``; plain text, to be escaped by whoever puts it into a page."""
    with translation.override(language):
        shown = {name: _revived(name, value) for name, value in context.items()}
        subject = " ".join(render(f"{kind.stem}.subject.txt", shown).split())
        return Wording(subject, render(f"{kind.stem}.txt", shown).strip())


def render(template_name: str, context: Mapping[str, Any]) -> str:
    """A text template without HTML escaping: what it makes is not HTML."""
    engine = engines["django"]
    assert isinstance(engine, DjangoTemplates)
    return engine.get_template(template_name).template.render(Context(dict(context), autoescape=False))


def _revived(name: str, value: Any) -> Any:
    """JSON has no dates and no languages: the name's ending and the value's shape bring them back."""
    if isinstance(value, str) and name.endswith("_on"):
        return date.fromisoformat(value)
    if isinstance(value, str) and name.endswith("_at"):
        return datetime.fromisoformat(value)
    if isinstance(value, dict) and value.keys() <= {"ru", "en"}:
        return pick(value)
    if isinstance(value, dict):
        return {inner: _revived(inner, deeper) for inner, deeper in value.items()}
    if isinstance(value, list):
        return [_revived("", deeper) for deeper in value]
    return value
