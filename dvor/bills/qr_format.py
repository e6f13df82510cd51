"""The payment QR of ГОСТ Р 56042-2014 as a table: encodings, separators, keys, lengths."""

from __future__ import annotations

from enum import Enum

HEAD, VERSION = "ST", "0001"
TECH_CODE_HOUSING = "02"  # housing and utility services
MANDATORY_BYTES_MAX = 300
PURPOSE_LENGTH = 160  # the standard allows 210, but common readers stop at 160
SEPARATORS = "|#;:^_~{}!$%&()*+,/@"  # the eighth byte; another one where a value contains the usual |
TEXT_LENGTH_MAX = 3000  # a QR code holds fewer than 2,954 bytes


class Encoding(Enum):
    """The seventh byte, and Python's name of it."""

    CP1251 = "1"
    UTF8 = "2"
    KOI8R = "3"

    @property
    def codec(self) -> str:
        return {"1": "cp1251", "2": "utf-8", "3": "koi8-r"}[self.value]


# Mandatory keys stand first and in this order.
MANDATORY = {"Name": 160, "PersonalAcc": 20, "BankName": 45, "BIC": 9, "CorrespAcc": 20}
OPTIONAL = {
    "Sum": 18, "Purpose": 210, "PayeeINN": 12, "PayerINN": 12, "DrawerStatus": 2, "KPP": 9, "CBC": 20, "OKTMO": 11,
    "PaytReason": 2, "TaxPeriod": 10, "DocNo": 15, "DocDate": 10, "TaxPaytKind": 2, "LastName": 100, "FirstName": 100,
    "MiddleName": 100, "PayerAddress": 160, "PersonalAccount": 30, "DocIdx": 30, "PensAcc": 30, "Contract": 30,
    "PersAcc": 30, "Flat": 20, "Phone": 20, "PayerIdType": 30, "PayerIdNum": 30, "ChildFio": 100, "BirthDate": 10,
    "PaymTerm": 10, "PaymPeriod": 10, "Category": 100, "ServiceName": 100, "CounterId": 30, "CounterVal": 30,
    "QuittId": 30, "QuittDate": 10, "InstNum": 30, "ClassNum": 10, "SpecFio": 100, "AddAmount": 18, "RuleId": 30,
    "ExecId": 30, "RegType": 30, "UIN": 25, "TechCode": 2,
}  # fmt: skip
LENGTHS = {**MANDATORY, **OPTIONAL}
NAMES = {name.casefold(): name for name in LENGTHS}
ALIASES = {"inn": "PayeeINN", "payeekpp": "KPP", "amount": "Sum", "persaccount": "PersAcc", "period": "PaymPeriod"}
ACCOUNT = r"[1-9]\d{4}[0-9ABCEHKMPTX]\d{14}"
