-- A wallet's number is its resident's number and its currency's: nobody has to look it up.
create or replace function ledger_number(resident bigint, currency smallint) returns bigint language sql immutable
return resident * 8 + currency;
