-- AlterTable
ALTER TABLE "Job" DROP COLUMN "state",
ADD COLUMN     "state" TEXT NOT NULL;

-- DropEnum
DROP TYPE "State";
