"""What a proof finds: something stored that the rows behind it do not say."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference. ``subject`` is the row that it is about; a package names its ``witness``."""

    witness: ClassVar[str] = "rows"

    what: str
    subject: int
    proven: int | None
    stored: int | None

    def facts(self) -> dict[str, Any]:
        return asdict(self)

    def __str__(self) -> str:
        return f"{self.what} {self.subject}: {self.witness} say {self.proven}, stored is {self.stored}"
