-- DropForeignKey
ALTER TABLE "_AreaToZone" DROP CONSTRAINT "_AreaToZone_A_fkey";

-- DropForeignKey
ALTER TABLE "_AreaToZone" DROP CONSTRAINT "_AreaToZone_B_fkey";

-- DropTable
DROP TABLE "_AreaToZone";

-- CreateTable
CREATE TABLE "ZoneOnArea" (
    "zoneId" INTEGER NOT NULL,
    "areaId" INTEGER NOT NULL,
    "since" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ZoneOnArea_pkey" PRIMARY KEY ("zoneId","areaId")
);

-- AddForeignKey
ALTER TABLE "ZoneOnArea" ADD CONSTRAINT "ZoneOnArea_zoneId_fkey" FOREIGN KEY ("zoneId") REFERENCES "Zone"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ZoneOnArea" ADD CONSTRAINT "ZoneOnArea_areaId_fkey" FOREIGN KEY ("areaId") REFERENCES "Area"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
