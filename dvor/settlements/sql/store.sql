-- Keeps the entries of a statement that are not there yet: the same line in another file is the same entry.
insert into settlements_entry
    (statement_id, account_id, kopecks, commission_kopecks, booked_on, registry_since, registry_until, period, kind,
     repeat, number, payer_code, fingerprint, sealed)
select %(statement_id)s::bigint, %(account_id)s::bigint, one.kopecks, one.commission, one.booked_on, one.since,
    one.until, one.period, one.kind, one.repeat, one.number, one.payer_code, one.fingerprint, one.sealed
from unnest(
    %(kopecks)s::bigint[], %(commissions)s::bigint[], %(booked_on)s::date[], %(since)s::date[], %(until)s::date[],
    %(periods)s::date[], %(kinds)s::smallint[], %(repeats)s::smallint[], %(numbers)s::text[], %(codes)s::text[],
    %(fingerprints)s::bytea[], %(sealed)s::bytea[]
) as one (kopecks, commission, booked_on, since, until, period, kind, repeat, number, payer_code, fingerprint, sealed)
on conflict do nothing
returning id, fingerprint, repeat;
