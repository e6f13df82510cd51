"""The demo district: twelve houses of an invented city with two years behind them.

``plan`` and what it draws from (``city``, ``flats``, ``households``, ``seasons``, ``fleet``, ``history``, ``cast``) are
pure data, the same for the same seed; ``building`` lives them through with the product's own acts.
"""

from dvor.demo.district.building import build

__all__ = ["build"]
