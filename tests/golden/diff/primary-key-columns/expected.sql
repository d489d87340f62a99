-- AlterTable
ALTER TABLE "Row" DROP CONSTRAINT "Row_pkey",
ADD CONSTRAINT "Row_pkey" PRIMARY KEY ("a", "c", "b");
