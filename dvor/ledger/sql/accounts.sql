select account.code, coalesce(sum(tally.change), 0)::bigint as balance
from ledger_account account
left join ledger_tally tally on tally.account_id = account.id and tally.currency = %(currency)s::smallint
where account.code like %(prefix)s || '%%'
group by account.code
order by account.code;
