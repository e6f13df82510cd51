"""Pictures of messages: four at most, encoded anew, shown to the chat alone; what is refused leaves no file."""

from __future__ import annotations

import io
import struct
import zlib
from datetime import datetime

import pytest
from PIL import Image
from pytest_django import DjangoCaptureOnCommitCallbacks

from dvor.base import pictures
from dvor.chats import blocks, messages, queries
from dvor.chats.models import Message, Picture
from tests.chats.conftest import World, files, photo, refused, say, talk


def kept() -> set[str]:
    return {name for pair in Picture.objects.values_list("large", "small") for name in pair}


def test_four_pictures_are_a_message(world: World, at: datetime) -> None:
    colours = ("red", "green", "blue", "gold")
    sent = say(world.house, world.anna, at, "", uploads=[photo(colour, (3000, 2000)) for colour in colours])
    assert sent.has_pictures and sent.text == ""
    assert [(one.position, one.width, one.height) for one in sent.pictures.all()] == [
        (place, 1600, 1067) for place in (1, 2, 3, 4)
    ]
    assert files() == kept() and len(kept()) == 8
    for position in (1, 2, 3, 4):
        found = queries.picture(sent.pk, position, by=world.boris, at=at)
        for name, side in ((found.large, 1600), (found.small, pictures.SMALL_SIDE)):
            with Image.open(io.BytesIO(pictures.load(name) or b"")) as image:
                assert image.format == "WEBP" and max(image.size) == side


def test_five_are_too_many(world: World, at: datetime) -> None:
    with refused("pictures_too_many"):
        say(world.house, world.anna, at, uploads=[photo() for _times in range(5)])
    assert not files() and not Message.objects.exists()


def test_place_and_time_of_a_photograph_stay_with_its_owner(world: World, at: datetime) -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Secret Maker", "Secret Model"
    exif[0x8825] = {1: "N", 2: (55.0, 45.0, 7.0)}
    sent = say(world.house, world.anna, at, uploads=[photo(exif=exif), photo(form="PNG"), photo(form="GIF")])
    for picture in sent.pictures.all():
        for name in (picture.large, picture.small):
            content = pictures.load(name) or b""
            assert b"Secret" not in content and b"EXIF" not in content
            with Image.open(io.BytesIO(content)) as image:
                assert not image.getexif()


def _png(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + body + chunk(b"IEND", b"")


HOSTILE = {
    "fifty megabytes": b"\xff\xd8\xff" + b"\0" * (50 * 2**20),
    "a bomb": _png(60_000, 60_000),
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "html": b"<!doctype html><script>alert(1)</script>",
    "half a jpeg": photo().getvalue()[:200],
    "a broken png": _png(100, 100),
    "nothing": b"",
}


@pytest.mark.parametrize("what", list(HOSTILE))
def test_what_is_no_picture_is_refused_and_leaves_nothing(world: World, at: datetime, what: str) -> None:
    code = "picture_too_big" if what in ("fifty megabytes", "a bomb") else "picture_unreadable"
    with refused(code):
        say(world.house, world.anna, at, uploads=[photo(), io.BytesIO(HOSTILE[what])])
    assert not files() and not Message.objects.exists()


def test_a_picture_that_carries_a_script_comes_out_without_it(world: World, at: datetime) -> None:
    sent = say(world.house, world.anna, at, uploads=[io.BytesIO(photo().getvalue() + b"<script>alert(1)</script>")])
    assert b"script" not in (pictures.load(sent.pictures.get().large) or b"")


def test_a_refusal_after_the_files_were_written_removes_them(world: World, at: datetime) -> None:
    blocked = say(world.house, world.boris, at)
    blocks.block(blocked.pk, by=world.anna, at=at)
    with refused("quoted_unknown"):
        say(world.house, world.anna, at, uploads=[photo()], quoted_id=10**9)
    with refused("blocked_by_you"):
        say(talk(world.anna, world.boris, at), world.anna, at, uploads=[photo(), photo()])
    assert not files()


def test_a_disk_that_fails_leaves_no_half_of_a_message(
    world: World, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    keep = pictures.keep

    def full(picture: pictures.Picture) -> str:
        if len(written) == 2:
            raise OSError(28, "No space left on device")
        written.append(keep(picture))
        return written[-1]

    monkeypatch.setattr(pictures, "keep", full)
    with pytest.raises(OSError, match="No space"):
        say(world.house, world.anna, at, uploads=[photo(), photo()])
    assert not files() and not Message.objects.exists()


def test_the_same_form_twice_keeps_its_files_once(world: World, at: datetime) -> None:
    for _times in range(2):
        say(world.house, world.anna, at, uploads=[photo("red"), photo("blue")], key="k")
    assert files() == kept() and len(kept()) == 4


def test_files_go_with_what_is_taken_back_once_that_is_certain(
    world: World, at: datetime, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    gone, stays = (say(world.house, world.anna, at, uploads=[photo(colour)]) for colour in ("red", "blue"))
    with django_capture_on_commit_callbacks() as callbacks:
        messages.remove(gone.pk, by=world.anna, at=at)
    assert len(files()) == 4, "the transaction may still fail"
    for callback in callbacks:
        callback()
    assert files() == kept() == {stays.pictures.get().large, stays.pictures.get().small}
    with refused("picture_unknown"):
        queries.picture(gone.pk, 1, by=world.anna, at=at)


@pytest.mark.parametrize("position", [0, 2, -1, 5, 2**15, 2**63, 10**30])
def test_a_picture_that_is_not_there(world: World, at: datetime, position: int) -> None:
    sent = say(world.house, world.anna, at, uploads=[photo()])
    with refused("picture_unknown"):
        queries.picture(sent.pk, position, by=world.boris, at=at)


@pytest.mark.parametrize("name", ["../../../etc/passwd", "x" * 48, "", "a" * 47 + "/", "..", "\x00" * 48])
def test_names_of_files_lead_nowhere_else(world: World, name: str) -> None:
    assert pictures.answer(name) is None


def test_a_blocked_neighbours_pictures_are_not_shown(world: World, at: datetime) -> None:
    sent = say(world.house, world.boris, at, uploads=[photo()])
    blocks.block(sent.pk, by=world.anna, at=at)
    with refused("picture_unknown"):
        queries.picture(sent.pk, 1, by=world.anna, at=at)
    assert queries.picture(sent.pk, 1, by=world.dina, at=at)


def test_a_picture_is_data_and_nothing_else(world: World, at: datetime) -> None:
    sent = say(world.house, world.anna, at, uploads=[photo()])
    answer = pictures.answer(sent.pictures.get().large)
    assert answer is not None and answer["Content-Type"] == "image/webp"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["Cache-Control"].startswith("private")
