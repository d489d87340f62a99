-- AlterTable
ALTER TABLE "Port" DROP COLUMN "code",
ADD COLUMN     "code" INTEGER NOT NULL;

-- CreateIndex
CREATE INDEX "Port_code_idx" ON "Port"("code");

-- CreateIndex
CREATE UNIQUE INDEX "Port_code_id_key" ON "Port"("code", "id");
