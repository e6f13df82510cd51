"""A source of an import as a path, so that it can be opened twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO

_COPY_BYTES = 1 << 20


@contextmanager
def as_path(source: Path | str | BinaryIO) -> Iterator[Path]:
    """A file that can be opened twice: an upload is copied first."""
    if isinstance(source, Path | str):
        yield Path(source)
        return
    with NamedTemporaryFile() as copy:
        while block := source.read(_COPY_BYTES):
            copy.write(block)
        copy.flush()
        yield Path(copy.name)
