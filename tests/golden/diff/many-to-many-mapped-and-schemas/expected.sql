-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "base";

-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "geo";

-- CreateTable
CREATE TABLE "geo"."zones" (
    "zone_id" INTEGER NOT NULL,

    CONSTRAINT "zones_pkey" PRIMARY KEY ("zone_id")
);

-- CreateTable
CREATE TABLE "base"."areas" (
    "area_id" INTEGER NOT NULL,

    CONSTRAINT "areas_pkey" PRIMARY KEY ("area_id")
);

-- CreateTable
CREATE TABLE "base"."_AreaToZone" (
    "A" INTEGER NOT NULL,
    "B" INTEGER NOT NULL,

    CONSTRAINT "_AreaToZone_AB_pkey" PRIMARY KEY ("A","B")
);

-- CreateIndex
CREATE INDEX "_AreaToZone_B_index" ON "base"."_AreaToZone"("B");

-- AddForeignKey
ALTER TABLE "base"."_AreaToZone" ADD CONSTRAINT "_AreaToZone_A_fkey" FOREIGN KEY ("A") REFERENCES "base"."areas"("area_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "base"."_AreaToZone" ADD CONSTRAINT "_AreaToZone_B_fkey" FOREIGN KEY ("B") REFERENCES "geo"."zones"("zone_id") ON DELETE CASCADE ON UPDATE CASCADE;
