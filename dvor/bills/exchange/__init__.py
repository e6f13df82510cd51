"""Bills in files: taken from CSV, XLSX and ODS tables and from the XML of GIS ЖКХ."""

from dvor.bills.exchange.taking import Imported, import_

__all__ = ["Imported", "import_"]
