"""Pictures for the ads of the demo: drawn here from a few shapes, so that no photograph of anybody is needed."""

from __future__ import annotations

import io
from random import Random

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 960, 720
_WALLS = ("#d9e4dc", "#e8dcc8", "#dbe3ec", "#efe1d6", "#e3dfee")
_FLOORS = ("#b58f66", "#a77f58", "#8f9b86", "#c2a177")
_CLOTHS = ("#7d8a97", "#5f7f6b", "#a4583e", "#6b6f9c", "#b0892f")

# A shape: its kind, its corners in hundredths of the picture, its colour («cloth» is chosen anew for each picture).
Shape = tuple[str, tuple[float, ...], str]
INK, WOOD, STEEL, LEAF, CREAM = "#3a342b", "#8a5a33", "#c3c8cc", "#4f8a52", "#f4ead6"
_CAT: list[Shape] = [
    ("ellipse", (36, 44, 64, 84), "cloth"),
    ("ellipse", (40, 26, 60, 50), "cloth"),
    ("polygon", (41, 33, 43, 20, 49, 28), "cloth"),
    ("polygon", (59, 33, 57, 20, 51, 28), "cloth"),
    ("ellipse", (44, 35, 47, 39), "#f0d060"),
    ("ellipse", (53, 35, 56, 39), "#f0d060"),
    ("polygon", (49, 41, 51, 41, 50, 43), "#c98080"),
    ("arc", (58, 55, 78, 86, 270, 90), "cloth"),
    ("rounded", (41, 48, 59, 51), LEAF),
]
SCENES: dict[str, list[Shape]] = {
    "sofa": [
        ("rounded", (16, 40, 84, 66), "cloth"),
        ("rounded", (10, 48, 22, 76), "cloth"),
        ("rounded", (78, 48, 90, 76), "cloth"),
        ("rounded", (22, 58, 49, 74), "cloth+"),
        ("rounded", (51, 58, 78, 74), "cloth+"),
        ("rectangle", (18, 76, 21, 82), WOOD),
        ("rectangle", (79, 76, 82, 82), WOOD),
    ],
    "room": [
        ("rectangle", (58, 12, 86, 46), "#bcd7ea"),
        ("rectangle", (71, 12, 73, 46), CREAM),
        ("rectangle", (54, 9, 90, 12), WOOD),
        ("rounded", (8, 50, 50, 78), "cloth"),
        ("rounded", (10, 44, 48, 62), "cloth+"),
        ("ellipse", (60, 80, 94, 92), "#9c5d4a"),
    ],
    "bicycle": [
        ("ring", (12, 44, 40, 81), INK),
        ("ring", (58, 44, 86, 81), INK),
        ("line", (26, 63, 45, 63), "cloth"),
        ("line", (26, 63, 38, 40), "cloth"),
        ("line", (38, 40, 45, 63), "cloth"),
        ("line", (38, 42, 65, 40), "cloth"),
        ("line", (45, 63, 65, 40), "cloth"),
        ("line", (64, 34, 72, 63), "cloth"),
        ("rounded", (33, 35, 44, 39), INK),
        ("line", (58, 32, 66, 34), INK),
    ],
    "keys": [
        ("ring", (34, 30, 54, 56), STEEL),
        ("line", (50, 52, 68, 76), STEEL),
        ("line", (62, 68, 67, 64), STEEL),
        ("line", (40, 54, 34, 82), "#c9a24a"),
        ("line", (36, 74, 42, 75), "#c9a24a"),
        ("rounded", (54, 28, 72, 44), "#2f6ca8"),
    ],
    "samovar": [
        ("ellipse", (36, 28, 64, 68), "#c99a3b"),
        ("rectangle", (42, 64, 58, 76), "#b3852c"),
        ("rounded", (36, 76, 64, 80), "#8f6a22"),
        ("rounded", (42, 20, 58, 30), "#b3852c"),
        ("line", (50, 60, 50, 70), INK),
        ("rounded", (14, 66, 28, 79), CREAM),
        ("ring", (26, 68, 33, 76), CREAM),
        ("rounded", (72, 66, 86, 79), CREAM),
        ("ring", (69, 68, 75, 76), CREAM),
    ],
    "flower": [
        ("polygon", (36, 60, 64, 60, 60, 84, 40, 84), "#b5623d"),
        ("rounded", (34, 56, 66, 62), "#c4744d"),
        ("line", (50, 57, 50, 36), LEAF),
        ("ellipse", (30, 40, 49, 54), LEAF),
        ("ellipse", (51, 40, 70, 54), LEAF),
        ("ellipse", (42, 20, 50, 32), "cloth"),
        ("ellipse", (50, 20, 58, 32), "cloth"),
        ("ellipse", (42, 29, 50, 41), "cloth"),
        ("ellipse", (50, 29, 58, 41), "cloth"),
        ("ellipse", (47, 27, 53, 35), "#f2d15c"),
    ],
    "pram": [
        ("pie", (28, 18, 72, 76, 0, 180), "cloth"),
        ("pie", (28, 18, 72, 76, 180, 270), "cloth+"),
        ("line", (70, 46, 84, 30), INK),
        ("line", (38, 72, 34, 80), INK),
        ("line", (62, 72, 66, 80), INK),
        ("ring", (28, 76, 40, 92), INK),
        ("ring", (60, 76, 72, 92), INK),
    ],
    "cat": _CAT,
    "books": [
        ("rectangle", (22, 72, 78, 80), "#7c3b34"),
        ("rectangle", (26, 64, 76, 72), "#35607f"),
        ("rectangle", (24, 55, 72, 64), "#c39a43"),
        ("rectangle", (30, 47, 74, 55), "#4d7a55"),
        ("rectangle", (27, 38, 70, 47), "#5f4b78"),
        ("rectangle", (32, 74, 60, 76), CREAM),
        ("rectangle", (36, 66, 58, 68), CREAM),
        ("rectangle", (34, 58, 54, 60), CREAM),
        ("rectangle", (36, 41, 58, 43), CREAM),
    ],
    "table": [
        ("rounded", (14, 44, 86, 50), WOOD),
        ("rectangle", (17, 50, 21, 84), WOOD),
        ("rectangle", (58, 50, 83, 82), "#9a693f"),
        ("rectangle", (60, 53, 81, 61), WOOD),
        ("rectangle", (60, 63, 81, 71), WOOD),
        ("rectangle", (60, 73, 81, 80), WOOD),
        ("rectangle", (29, 32, 31, 44), INK),
        ("polygon", (22, 34, 38, 34, 34, 24, 26, 24), "cloth"),
    ],
    "skis": [
        ("line", (34, 12, 44, 86), "#2f6ca8"),
        ("line", (46, 12, 54, 86), "#2f6ca8"),
        ("line", (60, 18, 66, 86), INK),
        ("line", (70, 18, 74, 86), INK),
        ("rounded", (36, 58, 46, 68), "cloth"),
        ("rounded", (47, 58, 57, 68), "cloth"),
    ],
    "jar": [
        ("rounded", (36, 34, 64, 82), "#e2a33a"),
        ("rectangle", (38, 28, 62, 36), CREAM),
        ("rounded", (41, 50, 59, 66), CREAM),
        ("ellipse", (46, 54, 54, 62), "#e2a33a"),
        ("rounded", (70, 52, 86, 82), "#c98628"),
        ("rectangle", (71, 47, 85, 54), CREAM),
    ],
    "camera": [
        ("rounded", (24, 36, 76, 72), INK),
        ("rounded", (24, 36, 76, 46), STEEL),
        ("rounded", (42, 28, 58, 40), STEEL),
        ("ellipse", (38, 42, 62, 74), "#5b5f63"),
        ("ellipse", (43, 48, 57, 68), "#22262b"),
        ("ellipse", (46, 51, 50, 56), "#9fc0d8"),
        ("rounded", (64, 30, 70, 36), STEEL),
    ],
    "dog": [
        ("rounded", (24, 50, 74, 68), "#8a5a33"),
        ("ellipse", (66, 36, 86, 58), "#8a5a33"),
        ("ellipse", (66, 40, 74, 62), "#6f4526"),
        ("ellipse", (78, 43, 80, 46), "#1d1a16"),
        ("ellipse", (84, 48, 88, 52), "#1d1a16"),
        ("rectangle", (28, 66, 33, 78), "#8a5a33"),
        ("rectangle", (66, 66, 71, 78), "#8a5a33"),
        ("line", (25, 54, 15, 42), "#8a5a33"),
        ("rounded", (66, 56, 74, 59), "cloth"),
    ],
    "cake": [
        ("rounded", (26, 54, 74, 78), "#c98b5e"),
        ("rounded", (26, 48, 74, 60), CREAM),
        ("rectangle", (26, 65, 74, 68), CREAM),
        ("ellipse", (36, 43, 42, 50), "#b8333c"),
        ("ellipse", (47, 43, 53, 50), "#b8333c"),
        ("ellipse", (58, 43, 64, 50), "#b8333c"),
        ("rounded", (18, 78, 82, 81), STEEL),
    ],
}
ALTS = {
    "sofa": "Диван",
    "room": "Комната с диваном у окна",
    "bicycle": "Велосипед",
    "keys": "Связка ключей с синим брелоком",
    "samovar": "Самовар и две чашки",
    "flower": "Цветок в горшке",
    "pram": "Детская коляска",
    "cat": "Кошка сидит",
    "books": "Стопка книг",
    "table": "Письменный стол с лампой",
    "skis": "Лыжи с палками",
    "jar": "Банки мёда",
    "camera": "Фотоаппарат",
    "dog": "Такса",
    "cake": "Торт с вишней",
}


def draw(scene: str, chance: Random) -> io.BytesIO:
    """A picture of the scene as a JPEG; walls, floor and cloth fall as chance has it."""
    wall, floor, cloth = chance.choice(_WALLS), chance.choice(_FLOORS), chance.choice(_CLOTHS)
    image = Image.new("RGB", (WIDTH, HEIGHT), wall)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, HEIGHT * 0.76, WIDTH, HEIGHT), floor)
    pen.rectangle((0, HEIGHT * 0.75, WIDTH, HEIGHT * 0.765), "#f6f1e6")
    for kind, corners, colour in SCENES[scene]:
        ink = {"cloth": cloth, "cloth+": _lighter(cloth)}.get(colour, colour)
        _shape(pen, kind, corners, ink)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=88)
    out.seek(0)
    return out


def _shape(pen: ImageDraw.ImageDraw, kind: str, corners: tuple[float, ...], ink: str) -> None:
    places, angles = (corners[:4], corners[4:]) if kind in ("arc", "pie") else (corners, ())
    points = [place * (HEIGHT if index % 2 else WIDTH) / 100 for index, place in enumerate(places)]
    if kind == "rounded":
        pen.rounded_rectangle(points, radius=18, fill=ink)
    elif kind == "ring":
        pen.ellipse(points, outline=ink, width=12)
    elif kind == "line":
        pen.line(points, fill=ink, width=16, joint="curve")
    elif kind == "arc":
        pen.arc(points, angles[0], angles[1], fill=ink, width=20)
    elif kind == "pie":
        pen.pieslice(points, angles[0], angles[1], fill=ink)
    else:
        getattr(pen, kind)(points, fill=ink)


def _lighter(colour: str) -> str:
    parts = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{part + (255 - part) // 5:02x}" for part in parts)
