-- CreateTable
CREATE TABLE "_AreaToZone" (
    "A" INTEGER NOT NULL,
    "B" INTEGER NOT NULL,

    CONSTRAINT "_AreaToZone_AB_pkey" PRIMARY KEY ("A","B")
);

-- CreateIndex
CREATE INDEX "_AreaToZone_B_index" ON "_AreaToZone"("B");

-- AddForeignKey
ALTER TABLE "_AreaToZone" ADD CONSTRAINT "_AreaToZone_A_fkey" FOREIGN KEY ("A") REFERENCES "Area"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "_AreaToZone" ADD CONSTRAINT "_AreaToZone_B_fkey" FOREIGN KEY ("B") REFERENCES "Zone"("id") ON DELETE CASCADE ON UPDATE CASCADE;
