-- AlterTable
ALTER TABLE "Row" ADD CONSTRAINT "Row_pkey" PRIMARY KEY ("a");

-- DropIndex
DROP INDEX "Row_a_key";
