-- DropIndex
DROP INDEX "Row_a_key";

-- CreateIndex
CREATE INDEX "Row_a_idx" ON "Row"("a");
