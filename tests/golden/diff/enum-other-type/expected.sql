-- AlterTable
ALTER TABLE "Job" DROP COLUMN "a",
ADD COLUMN     "a" "B" NOT NULL DEFAULT 'X',
DROP COLUMN "b",
ADD COLUMN     "b" "A"[];
