"""Facts that the ledger tells residents about their points."""

from __future__ import annotations

from dvor.notices import kinds
from dvor.notices.kinds import Channel, FactKind

POINTS_EXPIRE = FactKind(
    code="ledger.points_expire",
    titles={"ru": "Баллы скоро сгорят", "en": "Points expire soon"},
    icon="points",
)
WALLET_BLOCKED = FactKind(
    code="ledger.wallet_blocked",
    titles={"ru": "Счёт баллов заблокирован или разблокирован", "en": "Wallet of points blocked or unblocked"},
    fixed=frozenset(Channel),
    icon="warning",
)


def register() -> None:
    """Make the ledger's kinds of fact known."""
    for kind in (POINTS_EXPIRE, WALLET_BLOCKED):
        kinds.register(kind)
