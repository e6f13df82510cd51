"""The accountant's console: accounts, statements, days, differences, the report of a day."""

from dvor.settlements.admin import accounts, books, files, report

__all__ = ["accounts", "books", "files", "report"]
