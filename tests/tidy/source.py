"""What the tidy tests read: the repository's own files, parsed once."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ROOT / "dvor"

# Lowest floor first; packages of one floor do not know each other.
FLOORS = (
    ("base",),
    ("people",),
    ("homes", "notices"),
    ("ledger", "feed", "moderation"),
    ("points", "chats"),
    ("ads", "meters", "bills", "rewards", "polls", "invites"),
    ("payments",),
    ("settlements",),
    ("figures",),
    ("web", "api", "console", "cli", "demo"),
)


def floor_of(package: str) -> int:
    return next(number for number, packages in enumerate(FLOORS) if package in packages)


def files(*endings: str, under: str = "dvor") -> list[Path]:
    """The repository's files with these endings, as git tracks them or is about to."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", under],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split("\n")  # fmt: skip
    paths = (ROOT / name for name in sorted(set(listed)) if name.endswith(endings))
    return [path for path in paths if path.is_file() and "/vendor/" not in path.as_posix()]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def line_count(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def code_without_comments(sql: str) -> str:
    return re.sub(r"--[^\n]*", "", sql)


@cache
def exceptions() -> dict[str, dict[str, str]]:
    return tomllib.loads((ROOT / "tests/tidy/exceptions.toml").read_text(encoding="utf-8"))


def excused(limit: str, path: Path) -> bool:
    return name_of(path) in exceptions().get(limit, {})
