-- AlterTable
ALTER TABLE "Row" DROP COLUMN "a",
ADD COLUMN     "a" INTEGER NOT NULL;

-- CreateIndex
CREATE INDEX "Row_a_idx" ON "Row"("a");

-- CreateIndex
CREATE UNIQUE INDEX "kept" ON "Row"("b", "a");
