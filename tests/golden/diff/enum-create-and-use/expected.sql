-- CreateEnum
CREATE TYPE "State" AS ENUM ('NEW');

-- CreateEnum
CREATE TYPE "Kind" AS ENUM ('A');

-- AlterTable
ALTER TABLE "Job" DROP COLUMN "state",
ADD COLUMN     "state" "State" NOT NULL,
DROP COLUMN "kind",
ADD COLUMN     "kind" "Kind" NOT NULL DEFAULT 'A';
