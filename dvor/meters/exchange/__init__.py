"""Readings in files: taken from CSV, XLSX and ODS of three layouts, given as XLSX or CSV in one that is taken again."""

from dvor.meters.exchange.giving import export
from dvor.meters.exchange.scope import scope_of
from dvor.meters.exchange.taking import Imported, import_

__all__ = ["Imported", "export", "import_", "scope_of"]
