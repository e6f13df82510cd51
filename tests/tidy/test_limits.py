"""Files and functions stay small, because quality is lost in the tail."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tidy import source

LINES_MAX = {".py": 300, ".html": 150, ".css": 200, ".sql": 200, ".js": 150}
FUNCTION_LINES_MAX = 60
README_LINES_MAX = 60


def test_no_file_is_longer_than_its_limit() -> None:
    long = [
        f"{source.name_of(path)}: {source.line_count(path)} lines"
        for path in [*source.files(*LINES_MAX), *source.files(".py", under="tests")]
        if "/migrations/" not in path.as_posix()
        and source.line_count(path) > LINES_MAX[path.suffix]
        and not source.excused("lines", path)
    ]
    assert not long, "\n".join(long)


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{source.name_of(path)}:{node.lineno} {node.name}: {_length(node)} lines"
        for path in source.files(".py")
        for node in source.functions(path)
        if _length(node) > FUNCTION_LINES_MAX and not source.excused("functions", path)
    ]
    assert not long, "\n".join(long)


def test_each_room_has_its_screen_of_readme() -> None:
    for package in (
        "people", "homes", "notices", "ledger", "feed", "moderation", "points", "chats", "ads", "meters", "rewards",
        "bills", "invites", "polls", "payments", "settlements", "figures", "web",
    ):  # fmt: skip
        readme = source.PACKAGES / package / "README.md"
        assert readme.is_file(), f"{package} has no README.md"
        assert source.line_count(readme) <= README_LINES_MAX, f"{package}/README.md is longer than a screen"


def test_an_excuse_names_a_file_that_still_needs_it() -> None:
    for limit, excuses in source.exceptions().items():
        for name, reason in excuses.items():
            path = source.ROOT / name
            assert path.is_file(), f"{limit}: {name} is gone; drop its excuse"
            assert len(reason) > 10, f"{limit}: {name} is excused without a reason"
            if limit == "lines":
                assert source.line_count(path) > LINES_MAX[path.suffix], f"{name} is short again; drop its excuse"


def _length(node: object) -> int:
    return node.end_lineno - node.lineno + 1  # type: ignore[attr-defined]


@pytest.mark.parametrize("folder", ["requirements", "bin", ".ci"])
def test_no_registry_host_is_named(folder: str) -> None:
    for path in Path(source.ROOT / folder).iterdir():
        text = path.read_text(encoding="utf-8")
        assert "files.pythonhosted" not in text, path
        assert "index-url " not in text.replace("--no-emit-index-url", ""), path
