"""Templates keep to the strict Content-Security-Policy and to the shell; constraints hold pairs together."""

from __future__ import annotations

import re

from django.apps import apps
from django.db import models

from tests.tidy import source

_INLINE = re.compile(
    r"<(?!svg|path|rect|line|circle|g|text|use|symbol)[a-z][^>]*\s(?:style|on[a-z]+)\s*=", re.IGNORECASE
)


def test_no_template_has_inline_style_or_script() -> None:
    found = []
    for path in source.files(".html"):
        text = path.read_text(encoding="utf-8")
        if _INLINE.search(text) or re.search(r"<style\b", text) or re.search(r"<script(?![^>]*\bsrc=)", text):
            found.append(source.name_of(path))
    assert not [name for name in found if not source.excused("inline", source.ROOT / name)], found


def test_each_page_extends_the_shell() -> None:
    shells = ("extends ", "{# partial", "{# component", "<!doctype", "<!DOCTYPE")
    found = [
        source.name_of(path)
        for path in source.files(".html")
        if "/components/" not in path.as_posix()
        and not path.name.startswith("_")
        and "/demo/stand_ins/" not in path.as_posix()
        and not any(shell in path.read_text(encoding="utf-8") for shell in shells)
    ]
    assert not found, "\n".join(found)


# Pairs of columns that look like «when and by whom» and are not one.
UNPAIRED = {("Meter", "last_at"): "the state of the last reading; one that came by file was sent by no resident"}


def test_who_and_when_are_both_known_or_both_unknown() -> None:
    """A nullable ``x_at`` with a nullable ``x_by`` beside it is held together by a CHECK constraint."""
    found = []
    for model in apps.get_models():
        if not model.__module__.startswith("dvor."):
            continue
        names = {field.name: field for field in model._meta.get_fields() if isinstance(field, models.Field)}
        conditions = " ".join(
            str(constraint.condition)
            for constraint in model._meta.constraints
            if isinstance(constraint, models.CheckConstraint)
        )
        for name, field in names.items():
            partner = name.removesuffix("_at") + "_by"
            paired = name.endswith("_at") and field.null and partner in names and names[partner].null
            if paired and (model.__name__, name) not in UNPAIRED and not (name in conditions and partner in conditions):
                found.append(f"{model.__name__}: {name} and {partner}")
    assert not found, "\n".join(found)
