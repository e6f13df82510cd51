"""What a file holds, before it is taken: a document that could be read, or what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from dvor.base.files import CellError
from dvor.base.refusals import Refusal
from dvor.bills.drafts import NewBill
from dvor.bills.refusals import LineRefusal


@dataclass(slots=True)
class Found:
    """A document and where it stands: ``rows`` are the numbers of its lines in the file, or one for all of them.

    Instead of a bill the file may take back a document by its number (``withdrawn``), or say which payer code a GUID of
    GIS ЖКХ is (``account``). A bill that names its flat by such a GUID has it in ``guid``.
    """

    rows: Sequence[int]
    bill: NewBill | None = None
    errors: Sequence[CellError] = ()
    withdrawn: str = ""
    account: tuple[UUID, str] | None = None
    guid: UUID | None = None
    read: int = 0  # how many rows of the file were read for it
    headings: Mapping[str, str] = field(default_factory=dict)

    def refused(self, refusal: Refusal) -> CellError:
        """The line of the report for a document that was not taken."""
        row, column = self.rows[0], refusal.field
        if isinstance(refusal, LineRefusal):
            row = self.rows[min(refusal.place, len(self.rows)) - 1]
            column = f"line_{column}" if column == "payable_kopecks" else column
        return CellError(row, self.headings.get(column, column), self._shown(), refusal.text, refusal.remedy)

    def _shown(self) -> str:
        """Which document: its number, else the last digits of the code, which is a key to the flat."""
        if self.bill is None:
            return self.withdrawn
        return self.bill.number or f"••••••{self.bill.payer_code[-4:]}"
