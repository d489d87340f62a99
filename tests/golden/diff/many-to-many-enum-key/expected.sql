-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "Code" AS ENUM ('A', 'B');

-- CreateTable
CREATE TABLE "Zone" (
    "code" "Code" NOT NULL,

    CONSTRAINT "Zone_pkey" PRIMARY KEY ("code")
);

-- CreateTable
CREATE TABLE "Area" (
    "id" BIGSERIAL NOT NULL,

    CONSTRAINT "Area_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "_AreaToZone" (
    "A" BIGINT NOT NULL,
    "B" "Code" NOT NULL,

    CONSTRAINT "_AreaToZone_AB_pkey" PRIMARY KEY ("A","B")
);

-- CreateIndex
CREATE INDEX "_AreaToZone_B_index" ON "_AreaToZone"("B");

-- AddForeignKey
ALTER TABLE "_AreaToZone" ADD CONSTRAINT "_AreaToZone_A_fkey" FOREIGN KEY ("A") REFERENCES "Area"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "_AreaToZone" ADD CONSTRAINT "_AreaToZone_B_fkey" FOREIGN KEY ("B") REFERENCES "Zone"("code") ON DELETE CASCADE ON UPDATE CASCADE;
