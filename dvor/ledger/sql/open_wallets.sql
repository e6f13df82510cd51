select ledger_open(%(wallet_ids)s::bigint[], %(at)s::timestamptz);
