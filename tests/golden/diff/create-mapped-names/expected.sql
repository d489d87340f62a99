-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "kinds" AS ENUM ('kind-a', 'kind b');

-- CreateTable
CREATE TABLE "ships" (
    "ship_id" INTEGER NOT NULL,
    "imo_number" TEXT NOT NULL,
    "kind" "kinds" NOT NULL DEFAULT 'kind b',
    "owner_ref" INTEGER NOT NULL,

    CONSTRAINT "ships_pkey" PRIMARY KEY ("ship_id")
);

-- CreateTable
CREATE TABLE "the owners" (
    "id" INTEGER NOT NULL,

    CONSTRAINT "the owners_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "ships_imo_number_key" ON "ships"("imo_number");

-- CreateIndex
CREATE INDEX "ship_lookup" ON "ships"("owner_ref", "imo_number");

-- AddForeignKey
ALTER TABLE "ships" ADD CONSTRAINT "ship_owner" FOREIGN KEY ("owner_ref") REFERENCES "the owners"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
