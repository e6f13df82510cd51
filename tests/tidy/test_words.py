"""One word a thing: banned names come with their replacement."""

from __future__ import annotations

import ast
import re

from tests.tidy import source

MODULES_BANNED = {
    "utils": "a module named by what it gives",
    "helpers": "a module named by what it gives",
    "common": "the package that owns it",
    "misc": "a module named by what it gives",
    "services": "a noun module with verbs",
    "managers": "queries.py",
    "handlers": "the door it belongs to",
    "processors": "a noun module with verbs",
    "constants": "the module that uses them",
}
PREFIXES_BANNED = ("do_", "process_", "handle_", "get_")
# Names that a framework asks for, not ours.
PREFIXES_ALLOWED = re.compile(
    r"^get_(queryset|urls|context_data|form|object|actions|list_display|readonly_fields|fieldsets|app_list|search_results"
    r"|by_natural_key|username|session_auth_hash|session_auth_fallback_hash|full_name|short_name|ordering|response"
    r"|model_perms|list_filter|display|form_kwargs|fields|inline|sidebar|prep_value|claims|issuer|user|client|openapi_\w+|_?\w*adapter.*)"
    r"|^process_(request|view|response|exception|template_response)$"
)
WORDS_BANNED = {"bonus": "points", "score": "points", "coins": "points", "apartment": "flat", "invoice": "bill"}


def test_no_drawer_is_opened() -> None:
    found = [
        f"{source.name_of(path)}: use {MODULES_BANNED[path.stem]}"
        for path in source.files(".py")
        if path.stem in MODULES_BANNED or path.parent.name in MODULES_BANNED
    ]
    assert not found, "\n".join(found)


def test_functions_are_named_by_what_they_do_not_by_that_they_do() -> None:
    found = [
        f"{source.name_of(path)}:{node.lineno} {node.name}"
        for path in source.files(".py")
        for node in source.functions(path)
        if node.name.startswith(PREFIXES_BANNED) and not PREFIXES_ALLOWED.match(node.name)
    ]
    assert not found, "\n".join(found)


def test_a_thing_has_one_name() -> None:
    found = [
        f"{source.name_of(path)}:{node.lineno} {node.name}: say {WORDS_BANNED[word]}"
        for path in source.files(".py")
        for node in source.functions(path)
        for word in node.name.split("_")
        if word in WORDS_BANNED
    ]
    assert not found, "\n".join(found)


def test_only_doors_ask_the_clock() -> None:
    """Acts take ``at``: a replay of a past year must be able to decide what time it is."""
    doors = {"views", "api", "admin", "jobs", "forms", "middleware", "doors", "console", "clock", "watching"}
    found = []
    for path in source.files(".py"):
        if doors & set(path.with_suffix("").parts) or {"cli", "demo", "web", "api", "console", "management"} & set(
            path.parts
        ):
            continue
        for node in ast.walk(source.tree_of(path)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"clock.now", "timezone.now", "datetime.now"}:
                found.append(f"{source.name_of(path)}:{node.lineno}")
    assert not [place for place in found if not source.excused("clock", source.ROOT / place.split(":")[0])], found
