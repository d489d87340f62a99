-- CreateEnum
CREATE TYPE "Added" AS ENUM ('YES');

-- AlterEnum
ALTER TYPE "Unit" ADD VALUE 'LB';

-- DropForeignKey
ALTER TABLE "Mike" DROP CONSTRAINT "Mike_zuluId_fkey";

-- DropIndex
DROP INDEX "Zulu_old_key";

-- DropIndex
DROP INDEX "Mike_zuluId_idx";

-- AlterTable
ALTER TABLE "Zulu" DROP COLUMN "old",
ADD COLUMN     "added" "Added",
ADD COLUMN     "young" TEXT NOT NULL;

-- DropTable
DROP TABLE "Oscar";

-- CreateTable
CREATE TABLE "Alpha" (
    "id" INTEGER NOT NULL,
    "zuluId" INTEGER NOT NULL,
    "sisId" INTEGER,

    CONSTRAINT "Alpha_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Bravo" (
    "id" INTEGER NOT NULL,

    CONSTRAINT "Bravo_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "_AlphaToBravo" (
    "A" INTEGER NOT NULL,
    "B" INTEGER NOT NULL,

    CONSTRAINT "_AlphaToBravo_AB_pkey" PRIMARY KEY ("A","B")
);

-- CreateIndex
CREATE UNIQUE INDEX "Alpha_sisId_key" ON "Alpha"("sisId");

-- CreateIndex
CREATE INDEX "Alpha_zuluId_idx" ON "Alpha"("zuluId");

-- CreateIndex
CREATE INDEX "_AlphaToBravo_B_index" ON "_AlphaToBravo"("B");

-- CreateIndex
CREATE UNIQUE INDEX "Zulu_young_key" ON "Zulu"("young");

-- AddForeignKey
ALTER TABLE "Alpha" ADD CONSTRAINT "Alpha_zuluId_fkey" FOREIGN KEY ("zuluId") REFERENCES "Zulu"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Alpha" ADD CONSTRAINT "Alpha_sisId_fkey" FOREIGN KEY ("sisId") REFERENCES "Alpha"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "_AlphaToBravo" ADD CONSTRAINT "_AlphaToBravo_A_fkey" FOREIGN KEY ("A") REFERENCES "Alpha"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "_AlphaToBravo" ADD CONSTRAINT "_AlphaToBravo_B_fkey" FOREIGN KEY ("B") REFERENCES "Bravo"("id") ON DELETE CASCADE ON UPDATE CASCADE;
