-- Loads one batch of sealed codes and returns the fingerprints that were new.
insert into rewards_promocode (reward_id, sealed, fingerprint, valid_until, loaded_at)
select %(reward_id)s::bigint, fresh.sealed, fresh.fingerprint, fresh.valid_until, %(at)s::timestamptz
from unnest(%(sealed)s::bytea[], %(fingerprints)s::bytea[], %(valid_until)s::date[])
    with ordinality as fresh (sealed, fingerprint, valid_until, place)
order by fresh.place
on conflict (fingerprint) do nothing
returning fingerprint;
