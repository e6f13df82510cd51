-- Folds the tally: many rows of an account become one. Rows that are not committed yet are simply not seen.
with folded as (
    delete from ledger_tally returning account_id, currency, change
)
insert into ledger_tally (account_id, currency, change)
select account_id, currency, sum(change) from folded group by account_id, currency;
