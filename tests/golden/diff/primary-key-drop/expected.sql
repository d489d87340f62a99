-- AlterTable
ALTER TABLE "Row" DROP CONSTRAINT "Row_pkey";
