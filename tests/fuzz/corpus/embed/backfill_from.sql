-- inboard: backfill
UPDATE t AS q SET a = coalesce(q.b, x.c) /* FROM */ FROM x WHERE q.a IS NULL AND x.id = q.id -- where
;