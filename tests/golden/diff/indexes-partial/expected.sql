-- DropIndex
DROP INDEX "Row_b_idx";

-- DropIndex
DROP INDEX "Row_c_key";

-- CreateIndex
CREATE INDEX "Row_b_idx" ON "Row"("b") WHERE (b <> 'y');

-- CreateIndex
CREATE UNIQUE INDEX "Row_c_key" ON "Row"("c");
