-- Flats by payer code. Reads downward: homes_flat.
select flat.id, flat.payer_code as code from homes_flat as flat where flat.payer_code = any(%(codes)s::text[]);
