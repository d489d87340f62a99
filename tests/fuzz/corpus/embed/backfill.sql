-- inboard: backfill by id, "b" target=1s on-error=skip:2 once
-- inboard: before it is so
-- inboard: after backfill x
UPDATE ONLY a.t * AS set SET (a, b) = (1, x.y) FROM x, u AS q -- WHERE
 WHERE t.a IS DISTINCT FROM 1 AND b <> ALL (SELECT c FROM t) -- end
;
