"""Bills in the XML of GIS ЖКХ: ``importPaymentDocumentRequest`` (hcs-bills), also its answers and lists of accounts.

The file may hold many requests, each of at most 500 documents or 1,000 withdrawals as the interface has it. It is read
twice: once to judge it (well-formed, no DOCTYPE, within the limits) before anything is stored, once to take it. Names
are matched without their namespaces, whose versions change each year.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID
from xml.parsers import expat

from django.utils.translation import gettext_lazy as _
from lxml import etree

from dvor.base.files import CellError
from dvor.base.refusals import Refusal
from dvor.bills.drafts import NewPayee
from dvor.bills.exchange import gis_document as document
from dvor.bills.exchange.found import Found
from dvor.bills.exchange.gis_nodes import Bad, guid_of, name_of, text_of
from dvor.bills.models import Payee

DOCUMENTS_MAX, WITHDRAWALS_MAX = 500, 1_000  # of one request, hcs-bills-types.xsd
DEPTH_MAX = 60
BYTES_MAX = 32 * 1024**3
_REQUEST = "importPaymentDocumentRequest"
_LIMITS = {"PaymentDocument": DOCUMENTS_MAX, "WithdrawPaymentDocument": WITHDRAWALS_MAX}
_MONTH = ("Month", "Year")
_TAGS = ["PaymentDocument", "WithdrawPaymentDocument", "PaymentInformation", "Account", *_MONTH, _REQUEST]


def is_xml(path: Path) -> bool:
    """Whether the file begins like XML, in any of its encodings."""
    with path.open("rb") as stream:
        head = stream.read(200).replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return head.startswith((b"<?xml", b"<")) and not head[:9].lower().startswith((b"<html", b"<!doctype html"))


class Reading:
    """The documents of a file, in order; ``total`` of them were counted. Memory holds one document.

    Raises:
        Refusal: ``xml_doctype``, ``xml_broken``, ``xml_empty``, ``file_too_large``, ``request_too_large``.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.total = _Judge().count(path)
        self._period: dict[str, str] = {}
        self._payees: dict[str, NewPayee | None] = {}

    def __iter__(self) -> Iterator[Found]:
        tags = [f"{{*}}{tag}" for tag in _TAGS]
        options: Mapping[str, Any] = {"resolve_entities": False, "no_network": True, "load_dtd": False}
        try:
            for _event, element in etree.iterparse(str(self._path), events=("end",), tag=tags, **options):
                parent = element.getparent()
                inside = parent is not None and name_of(parent) == "PaymentDocument"
                name = name_of(element)
                found = self._found(element, name, inside=inside)
                if found is not None:
                    yield found
                if not inside and name not in _MONTH:  # a debt's month is part of its document
                    _release(element)
        except etree.XMLSyntaxError as wrong:
            raise _broken(wrong.lineno or 0) from wrong

    def _found(self, element: Any, name: str, *, inside: bool) -> Found | None:
        """What an element holds for the taker; most only say something of those that follow."""
        if name == _REQUEST:
            self._period, self._payees = {}, {}
        elif name in _MONTH:
            parent = element.getparent()
            if parent is not None and name_of(parent) == _REQUEST:
                self._period[name] = element.text or ""
        elif name == "PaymentInformation" and not inside:
            self._payees[text_of(element, "TransportGUID").lower()] = _payee(element)
        elif name == "Account":
            return _account(element)
        elif name == "WithdrawPaymentDocument":
            return _withdrawn(element)
        elif name == "PaymentDocument" and document.holds_something(element):
            return self._document(element)
        return None

    def _document(self, element: Any) -> Found:
        found = Found([element.sourceline], read=1, headings=_HEADINGS)
        if text_of(element, "Withdraw") in {"true", "1"}:
            found.withdrawn = document.number_of(element)
            return found
        own = {str(count): _payee(one) for count, one in enumerate(element.iterchildren("{*}PaymentInformation"))}
        try:
            found.bill, found.rows = document.read(element, period=self._period, payees=self._payees, own=own)
            found.guid = None if found.bill.payer_code else guid_of(element, "AccountGuid")
        except Bad as bad:
            found.errors = [CellError(bad.line, bad.column, bad.value, bad.reason, bad.remedy)]
        except Refusal as refusal:
            found.errors = [CellError(element.sourceline, refusal.field, "", refusal.text, refusal.remedy)]
        return found


_HEADINGS = {
    "payer_code": "AccountGuid", "charged_kopecks": "TotalPayableByPD", "period": "Month",
    "penalty_kopecks": "TotalByPenaltiesAndCourtCosts", "payable_kopecks": "TotalPayableByPDWithDebtAndAdvance",
    "line_payable_kopecks": "TotalPayable",
}  # fmt: skip


def read(path: Path) -> Reading:
    """Judge the file and make it ready to be read."""
    return Reading(path)


def _account(element: Any) -> Found | None:
    """An account of ``exportAccountResult``: whose GUID is which payer code."""
    try:
        guid: UUID = guid_of(element, "AccountGUID")
    except Bad:
        return None
    return Found([element.sourceline], read=0, account=(guid, text_of(element, "AccountNumber")))


def _withdrawn(element: Any) -> Found:
    found = Found([element.sourceline], read=1, headings=_HEADINGS, withdrawn=document.number_of(element))
    if not found.withdrawn:
        reason = _("The withdrawal names no document.")
        found.errors = [CellError(element.sourceline, "PaymentDocumentID", "", reason, _("Fill it in."))]
    return found


def _payee(element: Any) -> NewPayee | None:
    """Full details as the system gives them out; requests only name bank and account of a payee that is known."""
    bic, account = text_of(element, "BankBIK"), text_of(element, "operatingAccountNumber")
    name, inn = text_of(element, "PaymentRecipient"), text_of(element, "RecipientINN")
    if name and inn:
        return NewPayee(
            name=name[:160], inn=inn, kpp=text_of(element, "RecipientKPP"), account=account,
            bank=text_of(element, "BankName")[:45], bic=bic,
            correspondent_account=text_of(element, "CorrespondentBankAccount") or "0",
        )  # fmt: skip
    known = Payee.objects.filter(bic=bic[:9], account=account[:20]).order_by("-pk").first()
    if known is None:
        return None
    return NewPayee(
        name=known.name, inn=known.inn, kpp=known.kpp, account=known.account, bank=known.bank, bic=known.bic,
        correspondent_account=known.correspondent_account,
    )  # fmt: skip


def _release(element: Any) -> None:
    """Forget an element that was read and everything before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


class _Judge:
    """Reads the file as it is, expanding nothing, and stops at what must not be there."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self._depth = self._request_at = 0
        self._counts: Counter[str] = Counter()
        self._total = self._accounts = 0

    def count(self, path: Path) -> int:
        if path.stat().st_size > BYTES_MAX:
            raise _too_large()
        try:
            with path.open("rb") as stream:
                self.parser.ParseFile(stream)
        except expat.ExpatError as wrong:
            raise _broken(wrong.lineno) from wrong
        except (LookupError, ValueError) as wrong:  # an encoding that nobody knows
            raise _broken(1) from wrong
        if not self._total and not self._accounts:
            raise Refusal(
                "xml_empty",
                _("The file has no payment documents."),
                remedy=_("Choose a file with importPaymentDocumentRequest."),
                field="file",
            )
        return self._total

    def _doctype(self, *_what: object) -> None:
        raise Refusal(
            "xml_doctype",
            _("The file declares a document type, which such files do not have."),
            remedy=_("Remove the line with DOCTYPE and everything inside it."),
            field="file",
        )

    def _start(self, name: str, _attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth > DEPTH_MAX:
            raise _broken(self.parser.CurrentLineNumber)
        name = name.rpartition(":")[2]
        if name == _REQUEST:
            self._request_at = self._depth
            self._counts.clear()
        elif name in _LIMITS:
            self._total += 1
            self._counts[name] += 1
            if self._request_at and self._counts[name] > _LIMITS[name]:
                raise _request_too_large(name, self.parser.CurrentLineNumber)
        elif name == "Account":
            self._accounts += 1

    def _end(self, _name: str) -> None:
        if self._depth == self._request_at:
            self._request_at = 0
        self._depth -= 1


def _request_too_large(name: str, line: int) -> Refusal:
    return Refusal(
        "request_too_large",
        _("Line %(line)s: one request holds more than %(limit)s elements %(name)s.")
        % {"line": line, "limit": _LIMITS[name], "name": name},
        remedy=_("Split it into several requests importPaymentDocumentRequest; one file may hold many of them."),
        field="file",
    )


def _broken(line: int) -> Refusal:
    return Refusal(
        "xml_broken",
        _("The XML is broken at line %(line)s.") % {"line": line},
        remedy=_("Export the file again; if it was copied, compare the sizes."),
        field="file",
    )


def _too_large() -> Refusal:
    return Refusal(
        "file_too_large",
        _("The file is larger than %(limit)s MB.") % {"limit": BYTES_MAX // 1024**2},
        remedy=_("Split it into several files."),
        status=413,
        field="file",
    )
