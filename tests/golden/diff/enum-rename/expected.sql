-- CreateEnum
CREATE TYPE "states" AS ENUM ('NEW');

-- AlterTable
ALTER TABLE "Job" DROP COLUMN "state",
ADD COLUMN     "state" "states" NOT NULL DEFAULT 'NEW';

-- DropEnum
DROP TYPE "State";
