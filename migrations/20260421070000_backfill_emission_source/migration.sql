-- inboard: accept blocking the table held 40,000 rows that day: one UPDATE took under a second
UPDATE "emissions" SET "source" = 'unknown' WHERE "source" IS NULL;
