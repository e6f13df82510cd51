-- Takes an idempotency key. A concurrent holder makes the insert wait until it commits or rolls back;
-- the no-op update makes the winner's row visible to the loser in this same statement.
insert into base_request as request (owner_id, key, fingerprint, asked_at)
values (%(owner_id)s, %(key)s, %(fingerprint)s, %(at)s)
on conflict (owner_id, key) do update set key = excluded.key
returning (xmax = 0) as fresh, request.fingerprint, request.status, request.answer;
