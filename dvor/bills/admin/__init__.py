"""The console's bills and the page that loads them."""

from dvor.bills.admin import bills, files

__all__ = ["bills", "files"]
