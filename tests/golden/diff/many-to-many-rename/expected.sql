-- DropForeignKey
ALTER TABLE "_AreaToZone" DROP CONSTRAINT "_AreaToZone_A_fkey";

-- DropForeignKey
ALTER TABLE "_AreaToZone" DROP CONSTRAINT "_AreaToZone_B_fkey";

-- DropTable
DROP TABLE "_AreaToZone";

-- CreateTable
CREATE TABLE "_covers" (
    "A" INTEGER NOT NULL,
    "B" INTEGER NOT NULL,

    CONSTRAINT "_covers_AB_pkey" PRIMARY KEY ("A","B")
);

-- CreateIndex
CREATE INDEX "_covers_B_index" ON "_covers"("B");

-- AddForeignKey
ALTER TABLE "_covers" ADD CONSTRAINT "_covers_A_fkey" FOREIGN KEY ("A") REFERENCES "Area"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "_covers" ADD CONSTRAINT "_covers_B_fkey" FOREIGN KEY ("B") REFERENCES "Zone"("id") ON DELETE CASCADE ON UPDATE CASCADE;
