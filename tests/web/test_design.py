"""The design language holds itself: contrast in both themes, colours only as tokens, icons and classes that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dvor.web import stylesheet

ROOT = Path(stylesheet.__file__).resolve().parents[1]
CSS = ROOT / "web/static/web/css"
SPRITE = (ROOT / "web/static/web/icons.svg").read_text(encoding="utf-8")
ICONS = set(re.findall(r'symbol id="([a-z]+)"', SPRITE))
# Text on its ground: at least 4.5 : 1 (WCAG AA). Edges of controls: at least 3 : 1.
TEXTS = [
    ("ink", "paper"), ("ink", "surface"), ("ink", "sunk"), ("muted", "paper"), ("muted", "surface"), ("muted", "sunk"),
    ("green", "paper"), ("green", "surface"), ("green", "sunk"), ("green", "green-soft"), ("green-deep", "green-soft"),
    ("on-green", "green"), ("on-green", "green-deep"), ("clay", "paper"), ("clay", "surface"), ("clay", "clay-soft"),
    ("on-clay", "clay"), ("berry", "paper"), ("berry", "surface"), ("berry", "berry-soft"), ("on-berry", "berry"),
    ("honey", "honey-soft"), ("sky", "sky-soft"), ("muted", "green-soft"), ("ink", "berry-soft"), ("ink", "clay-soft"),
    ("ink", "honey-soft"), ("ink", "sky-soft"), ("ink", "green-soft"),
]  # fmt: skip
EDGES = [("edge", "paper"), ("edge", "surface"), ("focus", "paper"), ("focus", "surface"), ("focus", "sunk")]


def tokens(*sheets: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for sheet in sheets:
        found |= dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", (CSS / sheet).read_text(encoding="utf-8")))
    return found


def contrast(first: str, second: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    bright, dim = sorted((light(first), light(second)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


@pytest.mark.parametrize("sheets", [("tokens.css",), ("tokens.css", "dark.css")], ids=["light", "dark"])
def test_texts_and_edges_can_be_seen_in_both_themes(sheets: tuple[str, ...]) -> None:
    colours = tokens(*sheets)
    faint = [
        f"{front} on {ground}: {contrast(colours[front], colours[ground]):.2f}"
        for pairs, least in ((TEXTS, 4.5), (EDGES, 3.0))
        for front, ground in pairs
        if contrast(colours[front], colours[ground]) < least
    ]
    assert not faint, faint


def test_colours_stand_in_the_tokens_only() -> None:
    allowed = {"tokens.css", "dark.css", "print.css"}
    found = [
        path.name
        for path in CSS.rglob("*.css")
        if path.name not in allowed
        and re.search(r"#[0-9a-f]{3,8}\b|\b(?:hsl|oklch)\(", path.read_text(encoding="utf-8"))
    ]
    assert not found, found


def test_each_sheet_is_in_the_joined_stylesheet() -> None:
    on_disk = {path.relative_to(CSS).with_suffix("").as_posix() for path in CSS.rglob("*.css")}
    assert on_disk == {*stylesheet.SHEETS, "dark"}


def test_braces_close_so_that_no_sheet_swallows_the_next() -> None:
    for path in CSS.rglob("*.css"):
        text = path.read_text(encoding="utf-8")
        assert text.count("{") == text.count("}"), path


def test_each_icon_that_a_template_names_is_drawn() -> None:
    named = {
        (path.name, icon)
        for path in ROOT.rglob("templates/**/*.html")
        for icon in re.findall(r'(?:icon\.html" with name=|\{% icon )"([a-z]+)"', path.read_text(encoding="utf-8"))
        + re.findall(r'empty\.html" with icon="([a-z]+)"', path.read_text(encoding="utf-8"))
    }
    assert named and not {(name, icon) for name, icon in named if icon not in ICONS}


def test_each_icon_that_a_kind_of_activity_or_fact_names_is_drawn() -> None:
    from dvor.notices import kinds as facts
    from dvor.points import kinds

    assert {kind.icon for kind in kinds.every()} <= ICONS
    assert {kind.icon for kind in facts.every()} <= ICONS


def test_each_class_that_a_template_names_has_a_rule() -> None:
    """A class without a rule is a slip, or a page that was never looked at."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in CSS.rglob("*.css"))
    known = set(re.findall(r"\.([a-z][a-z0-9_-]*)", text))
    found = set()
    for path in ROOT.rglob("templates/**/*.html"):
        if "console" in path.parts or "/stand_ins/" in path.as_posix():
            continue
        page = re.sub(r"\{% el.*?%\}", " ", path.read_text(encoding="utf-8"))
        page = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", page)
        for names in re.findall(r'\sclass="([^"]*)"', page):
            found |= {(path.name, name) for name in names.split() if name not in known and not name.endswith("-")}
    assert not found, sorted(found)
