"""What the command line decides, known before the settings are read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

PERSONS = Path(__file__).parent / "persons.toml"


@dataclass(slots=True)
class Options:
    """``database`` is made beside Dvor's on the same server; ``persons`` is the file of who can sign in."""

    database: str = "city_id"
    persons: Path = PERSONS


chosen = Options()
