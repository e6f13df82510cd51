"""Accounts by number and by code."""

from __future__ import annotations

import json
from collections.abc import Mapping

from dvor.base import sql

AVAILABLE, HELD, PENDING, DEBT = 1, 2, 3, 4  # sub-accounts of every wallet
EXPIRED = 5
SORTS = frozenset({"issued", "spent", "donated"})


def ensure(code: str, title: Mapping[str, str]) -> int:
    """The number of a system account such as ``issued:house`` or ``spent:17``; made when it does not exist yet."""
    assert code.partition(":")[0] in SORTS, f"unknown sort of account: {code}"
    return int(sql.row("ledger/account.sql", code=code, title=json.dumps(dict(title), ensure_ascii=False)).id)
