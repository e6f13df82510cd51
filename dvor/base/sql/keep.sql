update base_request set status = %(status)s::smallint, answer = %(answer)s::jsonb
where owner_id = %(owner_id)s and key = %(key)s;
