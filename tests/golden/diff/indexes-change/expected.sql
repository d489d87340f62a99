-- DropIndex
DROP INDEX "Row_a_idx";

-- DropIndex
DROP INDEX "Row_b_idx";

-- DropIndex
DROP INDEX "Row_a_b_idx";

-- DropIndex
DROP INDEX "Row_j_idx";

-- DropIndex
DROP INDEX "Row_b_a_key";

-- CreateIndex
CREATE INDEX "Row_a_idx" ON "Row"("a" DESC);

-- CreateIndex
CREATE INDEX "Row_b_idx" ON "Row" USING HASH ("b");

-- CreateIndex
CREATE INDEX "Row_j_idx" ON "Row" USING GIN ("j" jsonb_path_ops);

-- CreateIndex
CREATE INDEX "Row_b_a_idx" ON "Row"("b", "a");

-- CreateIndex
CREATE UNIQUE INDEX "Row_a_b_key" ON "Row"("a", "b");
