-- What speaks for a second account or a crowd on order, of newcomers who have done all that counts.
-- Days are those of the city on which the newcomer signed in first.
with looked as (
    select joined.joiner_id, joined.inviter_id, joined.house_id,
        date_trunc('day', joined.signed_in_at at time zone %(zone)s) at time zone %(zone)s as day_start,
        (date_trunc('day', joined.signed_in_at at time zone %(zone)s) + interval '1 day') at time zone %(zone)s as day_end
    from invites_join joined
    where joined.joiner_id = any (%(joiners)s::bigint[])
)
select looked.joiner_id,
    exists (
        select from invites_trace mine
        join invites_trace theirs on theirs.sort = mine.sort and theirs.hash = mine.hash
        where mine.resident_id = looked.joiner_id and mine.sort = 1 and theirs.resident_id = looked.inviter_id
    ) as same_device,
    (
        select count(distinct others.joiner_id)
        from invites_trace mine
        join invites_trace theirs on theirs.sort = mine.sort and theirs.hash = mine.hash
        join invites_join others on others.joiner_id = theirs.resident_id
        where mine.resident_id = looked.joiner_id and mine.sort = 1
    ) as on_device,
    (
        select count(distinct others.joiner_id)
        from invites_trace mine
        join invites_trace theirs on theirs.sort = mine.sort and theirs.hash = mine.hash
        join invites_join others on others.joiner_id = theirs.resident_id
        where mine.resident_id = looked.joiner_id and mine.sort = 2 and others.inviter_id = looked.inviter_id
            and others.signed_in_at >= looked.day_start and others.signed_in_at < looked.day_end
    ) as in_network,
    (
        select count(*) from invites_join others
        where others.inviter_id = looked.inviter_id
            and others.signed_in_at >= looked.day_start and others.signed_in_at < looked.day_end
    ) as of_inviter,
    (
        select count(*) from invites_join others
        where others.house_id = looked.house_id
            and others.signed_in_at >= looked.day_start and others.signed_in_at < looked.day_end
    ) as of_house
from looked;
