"""Texts that live in data (rules, rewards, kinds) carry both languages: ``{"ru": "...", "en": "..."}``."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import get_language


def pick(texts: Mapping[str, str] | None) -> str:
    """The text in the language of the moment; Russian where a translation is missing."""
    if not texts:
        return ""
    return texts.get((get_language() or "ru")[:2]) or texts.get("ru", "")
