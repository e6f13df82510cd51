-- One token for one ID token: the same one again finds its fingerprint taken and gets nothing.
insert into people_token (resident_id, fingerprint, title, issued_at, expires_at, origin)
values (%(resident_id)s, %(fingerprint)s, %(title)s, %(at)s, %(expires_at)s, %(origin)s::bytea)
on conflict (origin) do nothing
returning id;
