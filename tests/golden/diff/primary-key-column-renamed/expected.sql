-- AlterTable
ALTER TABLE "Row" DROP CONSTRAINT "Row_pkey",
DROP COLUMN "id",
ADD COLUMN     "row_id" INTEGER NOT NULL,
ADD CONSTRAINT "Row_pkey" PRIMARY KEY ("row_id");
