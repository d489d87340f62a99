-- DropForeignKey
ALTER TABLE "Member" DROP CONSTRAINT "Member_teamId_fkey";

-- CreateIndex
CREATE INDEX "Member_teamId_idx" ON "Member"("teamId");
