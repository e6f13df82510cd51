"""What import-linter cannot see: SQL and foreign keys keep to their floors too."""

from __future__ import annotations

import ast
import re

from django.apps import apps
from django.db import models

from tests.tidy import source

PACKAGES_WITH_TABLES = (
    "base", "people", "homes", "notices", "ledger", "feed", "moderation",
    "points", "chats", "ads", "meters", "rewards", "bills", "payments", "settlements", "invites", "polls",
)  # fmt: skip
# A table's name; a function's (a bracket follows) is its package's own door: points may call `ledger_issue(…)`.
_TABLE = re.compile(r"\b(" + "|".join(PACKAGES_WITH_TABLES) + r")_[a-z]\w*\b(?!\s*\()")


def test_only_the_ledger_names_ledger_tables() -> None:
    found = [
        f"{source.name_of(path)} names {match[0]}"
        for path in source.files(".sql")
        for match in _TABLE.finditer(source.code_without_comments(path.read_text(encoding="utf-8")))
        if match[1] == "ledger" and path.parents[1].name != "ledger"
    ]
    assert not [line for line in found if not source.excused("ledger_sql", source.ROOT / line.split(" ")[0])], found


def test_sql_reads_downwards_only() -> None:
    found = []
    for path in source.files(".sql"):
        owner = path.parents[1].name if path.parents[1].parent == source.PACKAGES else path.parents[2].name
        if owner not in {package for floor in source.FLOORS for package in floor}:
            continue
        for match in _TABLE.finditer(source.code_without_comments(path.read_text(encoding="utf-8"))):
            if match[1] != owner and source.floor_of(match[1]) >= source.floor_of(owner):
                found.append(f"{source.name_of(path)} names {match[0]}")
    assert not found, "\n".join(found)


def test_sql_writes_only_its_own_tables() -> None:
    write = re.compile(r"\b(?:insert\s+into|update|delete\s+from)\s+(?:only\s+)?([a-z]\w*)", re.IGNORECASE)
    found = []
    for path in source.files(".sql"):
        owner = path.parents[1].name
        for match in write.finditer(source.code_without_comments(path.read_text(encoding="utf-8"))):
            table = _TABLE.fullmatch(match[1])
            if table and table[1] != owner:
                found.append(f"{source.name_of(path)} writes {match[1]}")
    assert not found, "\n".join(found)


def test_foreign_keys_point_downwards() -> None:
    found = []
    for model in apps.get_models():
        package = model._meta.app_label
        if not model.__module__.startswith("dvor."):
            continue
        for field in model._meta.get_fields():
            if not (isinstance(field, models.ForeignKey) and field.related_model.__module__.startswith("dvor.")):
                continue
            target = field.related_model._meta.app_label
            if target != package and source.floor_of(target) >= source.floor_of(package):
                found.append(f"{model.__name__}.{field.name} → {target}")
    assert not found, "\n".join(found)


def test_the_road_has_no_row_by_row_writes() -> None:
    """Hot writes are set-based SQL: an ORM loop costs eight times one statement."""
    road = {"ledger", "points"}
    found = []
    for path in source.files(".py"):
        parts = path.relative_to(source.PACKAGES).parts
        if parts[0] not in road or path.stem in {"admin", "kinds", "seed", "jobs"} or "migrations" in parts:
            continue
        for node in ast.walk(source.tree_of(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "save":
                found.append(f"{source.name_of(path)}:{node.lineno}")
    assert not found, "\n".join(found)


def test_no_foreign_key_touches_a_partitioned_table(db: None) -> None:
    """A foreign key from or to a monthly partition would stop old months from being detached."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            """
            select c.conrelid::regclass::text, c.confrelid::regclass::text from pg_constraint c
            where c.contype = 'f' and (
                exists (select from pg_partitioned_table p where p.partrelid = c.conrelid)
                or exists (select from pg_partitioned_table p where p.partrelid = c.confrelid))
            """
        )
        assert cursor.fetchall() == []
