"""Bank statements in the form «1CClientBankExchange»: read strictly where money is concerned, tolerantly elsewhere.

with ErrorReport(path) as report:
    exchange = read(data, report=report)      # bytes of the file; raises Refusal
for statement in exchange.statements:
    for movement in statement.movements: ...
"""

from dvor.settlements.exchange.movements import Movement, Statement
from dvor.settlements.exchange.reading import DOCUMENTS_MAX, Exchange, read
from dvor.settlements.exchange.text import BYTES_MAX

__all__ = ["BYTES_MAX", "DOCUMENTS_MAX", "Exchange", "Movement", "Statement", "read"]
