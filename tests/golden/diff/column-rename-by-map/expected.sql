-- AlterTable
ALTER TABLE "Row" DROP COLUMN "old",
ADD COLUMN     "new" TEXT NOT NULL;
