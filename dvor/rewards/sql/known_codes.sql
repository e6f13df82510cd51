-- To which reward the codes with these fingerprints belong already.
select fingerprint, reward_id from rewards_promocode where fingerprint = any (%(fingerprints)s::bytea[]);
