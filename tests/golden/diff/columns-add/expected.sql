-- CreateEnum
CREATE TYPE "State" AS ENUM ('NEW', 'OLD');

-- AlterTable
ALTER TABLE "Cargo" ADD COLUMN     "exact" DECIMAL(9,3),
ADD COLUMN     "loaded" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
ADD COLUMN     "number" SERIAL NOT NULL,
ADD COLUMN     "seal" TEXT,
ADD COLUMN     "state" "State" NOT NULL DEFAULT 'NEW',
ADD COLUMN     "tags" TEXT[],
ADD COLUMN     "unit" TEXT NOT NULL DEFAULT 't',
ADD COLUMN     "weight" DOUBLE PRECISION NOT NULL;

-- CreateIndex
CREATE UNIQUE INDEX "Cargo_seal_key" ON "Cargo"("seal");

-- CreateIndex
CREATE INDEX "Cargo_state_loaded_idx" ON "Cargo"("state", "loaded");
