-- A first user and sample data for a development database. Run it as often as you like: what is there stays.
--
--     demo@example.com, password: inboard demo
--
-- There is no ERP connector here: its secret is sealed with a key that only you have. Add one over HTTP.
BEGIN;

INSERT INTO users (id, email, display_name, password_hash)
VALUES ('6d1f8f52-95a4-4a39-a0f6-4dd1a6a1c001', 'demo@example.com', 'Demo',
        '$argon2id$v=19$m=65536,t=2,p=1$FLNcLjWsPikcomI2z2rZ/A$ixal9wACXGg5FCrUTHrFssHjlfVYK160Mr/D8lTCKZw')
ON CONFLICT DO NOTHING;

INSERT INTO emissions (id, user_id, scope, quantity, period_start, period_end, source, source_key)
SELECT v.id::uuid, u.id, v.scope::emission_scope, v.quantity, v.period_start::date, v.period_end::date, v.source, lower(v.source)
FROM users u,
     (VALUES ('6d1f8f52-95a4-4a39-a0f6-4dd1a6a1e001', 'SCOPE_1', 1840.25, '2026-01-01', '2026-01-31', 'gas boiler, Graz'),
             ('6d1f8f52-95a4-4a39-a0f6-4dd1a6a1e002', 'SCOPE_1', 512.5, '2026-01-01', '2026-01-31', 'van fleet, diesel'),
             ('6d1f8f52-95a4-4a39-a0f6-4dd1a6a1e003', 'SCOPE_2', 3310, '2026-01-01', '2026-01-31', 'electricity, Graz'),
             ('6d1f8f52-95a4-4a39-a0f6-4dd1a6a1e004', 'SCOPE_3', 927.125, '2026-01-01', '2026-03-31', 'business flights'),
             ('6d1f8f52-95a4-4a39-a0f6-4dd1a6a1e005', 'SCOPE_3', 12040, '2026-01-01', '2026-03-31', 'purchased steel'))
         AS v (id, scope, quantity, period_start, period_end, source)
WHERE u.email = 'demo@example.com'
ON CONFLICT DO NOTHING;

COMMIT;
