-- DropIndex
DROP INDEX "Cargo_seal_key";

-- DropIndex
DROP INDEX "Cargo_a_b_idx";

-- AlterTable
ALTER TABLE "Cargo" DROP COLUMN "a",
DROP COLUMN "seal",
DROP COLUMN "state";

-- DropEnum
DROP TYPE "State";
