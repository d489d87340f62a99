-- AlterTable
ALTER TABLE "Row" ADD CONSTRAINT "Row_pkey" PRIMARY KEY ("a", "b");

-- DropIndex
DROP INDEX "Row_a_b_key";
