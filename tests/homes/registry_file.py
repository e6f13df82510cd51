"""Makes registry files of any size: houses of 100 flats, in the shape that a city would send."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

HEADER = (
    "УНОМ;ФИАС;Адрес;Район;ИНН УК;Управляющая компания;Год постройки;Этажей;Подключён;"
    "Квартира;Подъезд;Этаж;Площадь, м²;Код плательщика"
)


def lines(flats: int, *, bad_every: int = 0) -> Iterator[str]:
    """``flats`` rows; each ``bad_every``-th has a fault of one of four kinds."""
    for index in range(flats):
        house, flat = divmod(index, 100)
        fias = uuid.UUID(int=house + 1)
        code, area, number = f"{index + 1:010d}", f"{30 + flat % 50},{flat % 10}", str(flat + 1)
        if bad_every and index % bad_every == bad_every - 1:
            fault = index // bad_every % 4
            area = "большая" if fault == 0 else area
            code = "12345" if fault == 1 else (f"{index:010d}" if fault == 3 else code)  # 3: the neighbour's code
            number = "???" if fault == 2 else number
        yield (
            f"{house + 1};{fias};Проверочная улица, дом {house + 1};Северный;77{house % 20:08d};ЖЭК {house % 20};"
            f"{1950 + house % 70};9;01.09.2021;{number};{flat // 36 + 1};{flat % 36 // 4 + 1};{area};{code}\n"
        )


def write(path: Path, flats: int, *, bad_every: int = 0) -> Path:
    with path.open("w", encoding="utf-8") as out:
        out.write(HEADER + "\n")
        out.writelines(lines(flats, bad_every=bad_every))
    return path
