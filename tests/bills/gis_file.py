"""Requests of GIS ЖКХ with payment documents, as billing programs send them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

NAMESPACES = (
    'xmlns="http://dom.gosuslugi.ru/schema/integration/bills/" '
    'xmlns:base="http://dom.gosuslugi.ru/schema/integration/base/" '
    'xmlns:bb="http://dom.gosuslugi.ru/schema/integration/bills-base/" '
    'xmlns:ab="http://dom.gosuslugi.ru/schema/integration/account-base/" '
    'xmlns:nsi="http://dom.gosuslugi.ru/schema/integration/nsi-base/" '
    'xmlns:pb="http://dom.gosuslugi.ru/schema/integration/payments-base/"'
)
PAYEE_KEY = "0c5b2444-70a0-4932-980c-b4dc0d3f02b5"
FULL_PAYEE = (
    "<pb:RecipientINN>7700000001</pb:RecipientINN><pb:RecipientKPP>770001001</pb:RecipientKPP>"
    "<pb:BankName>Банк Примера</pb:BankName><pb:PaymentRecipient>МФЦ района Северный</pb:PaymentRecipient>"
    "<pb:CorrespondentBankAccount>30101810400000000225</pb:CorrespondentBankAccount>"
)
PAYEE = (
    "<PaymentInformation>{full}<pb:BankBIK>044525000</pb:BankBIK>"
    "<pb:operatingAccountNumber>40702810900000000001</pb:operatingAccountNumber>"
    f"<base:TransportGUID>{PAYEE_KEY}</base:TransportGUID></PaymentInformation>"
)
HEATING = (
    "<ChargeInfo><MunicipalService><ServiceType><nsi:Code>6</nsi:Code><nsi:Name>Отопление</nsi:Name></ServiceType>"
    "<Rate>2400.5</Rate><TotalPayable>1180.20</TotalPayable><AccountingPeriodTotal>1200.25</AccountingPeriodTotal>"
    "<ServiceCharge><MoneyRecalculation>-20.05</MoneyRecalculation></ServiceCharge>"
    "<PaymentRecalculation><recalculationReason>Холодные батареи</recalculationReason><sum>-20.05</sum>"
    "</PaymentRecalculation><Consumption><Volume type='I' determiningMethod='N'>0.5</Volume></Consumption>"
    "</MunicipalService></ChargeInfo>"
)
HOT = (
    "<ChargeInfo><MunicipalService><ServiceType><nsi:Name>Горячее водоснабжение</nsi:Name></ServiceType>"
    "<Rate>243.16</Rate><TotalPayable>1000.00</TotalPayable><AccountingPeriodTotal>1000.00</AccountingPeriodTotal>"
    "<ServiceInformation><individualConsumptionCurrentValue>53.9</individualConsumptionCurrentValue>"
    "</ServiceInformation><Consumption><Volume type='I' determiningMethod='M'>3.4</Volume>"
    "<Volume type='O'>0.1</Volume></Consumption><MultiplyingFactor><Ratio>1.5</Ratio>"
    "<AmountOfExcessFees>100.00</AmountOfExcessFees></MultiplyingFactor></MunicipalService></ChargeInfo>"
)
HOUSING = (
    "<ChargeInfo><HousingService><ServiceType><nsi:Name>Содержание жилого помещения</nsi:Name></ServiceType>"
    "<Rate>34.53</Rate><TotalPayable>1874.98</TotalPayable><ServiceCharge><MoneyDiscount>10.00</MoneyDiscount>"
    "</ServiceCharge><MunicipalResource><ServiceType><nsi:Name>Электроэнергия на общее имущество</nsi:Name>"
    "</ServiceType><Consumption><Volume type='O' determiningMethod='N'>4</Volume></Consumption><Rate>6.43</Rate>"
    "<TotalPayable>25.72</TotalPayable></MunicipalResource></HousingService></ChargeInfo>"
)
REST = (
    "<CapitalRepairCharge><Contribution>24.56</Contribution><TotalPayable>1333.61</TotalPayable></CapitalRepairCharge>"
    "<Insurance><Rate>1.8</Rate><TotalPayable>98.76</TotalPayable></Insurance>"
    "<PenaltiesAndCourtCosts><ServiceType><nsi:Name>Пени</nsi:Name></ServiceType><Cause>Просрочка</Cause>"
    "<TotalPayable>12.34</TotalPayable></PenaltiesAndCourtCosts>"
)
CHARGES = HEATING + HOT + HOUSING + REST
# 118020 + 100000 + 187498 + 2572 + 133361 charged, 9876 insurance, 1234 penalty, 50000 debt, 10000 advance
TOTALS = (
    "<TotalPayableByChargeInfo>4179.66</TotalPayableByChargeInfo><DebtPreviousPeriods>500</DebtPreviousPeriods>"
    "<AdvanceBllingPeriod>100.00</AdvanceBllingPeriod><PaymentsTaken>25</PaymentsTaken>"
    "<TotalPayableByPDWithDebtAndAdvance>5925.61</TotalPayableByPDWithDebtAndAdvance>"
    "<TotalByPenaltiesAndCourtCosts>12.34</TotalByPenaltiesAndCourtCosts>"
    "<TotalPayableByPD>5525.61</TotalPayableByPD>"
    "<DateOfLastReceivedPayment>2026-09-14+03:00</DateOfLastReceivedPayment>"
)


def document(
    code: str = "1234567890", *, charges: str = CHARGES, totals: str = TOTALS, number: str = "ПД-1", guid: str = "",
    payee: str = f"<PaymentInformationKey>{PAYEE_KEY}</PaymentInformationKey>",
) -> str:  # fmt: skip
    """One payment document; the flat by its payer code, or by the GUID of its account."""
    flat = f"<ab:AccountGuid>{guid}</ab:AccountGuid>" if guid else f"<ab:AccountNumber>{code}</ab:AccountNumber>"
    return (
        f"<PaymentDocument>\n{flat}<bb:PaymentDocumentNumber>{number}</bb:PaymentDocumentNumber>"
        f"{charges}{totals}{payee}</PaymentDocument>\n"
    )


def request(*documents: str, full: str = FULL_PAYEE, month: str = "9", year: str = "2026") -> str:
    """One request of the interface."""
    return (
        f"<importPaymentDocumentRequest {NAMESPACES}><base:Month>{month}</base:Month><base:Year>{year}</base:Year>\n"
        f"{PAYEE.format(full=full)}\n{''.join(documents)}</importPaymentDocumentRequest>\n"
    )


def write(path: Path, requests: Iterable[str], *, encoding: str = "utf-8") -> Path:
    """A file with requests, whatever is around them."""
    text = f'<?xml version="1.0" encoding="{encoding}"?>\n<Envelope>\n{"".join(requests)}</Envelope>\n'
    path.write_bytes(text.encode(encoding))
    return path
