-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "Site" (
    "country" TEXT NOT NULL,
    "number" INTEGER NOT NULL,

    CONSTRAINT "Site_pkey" PRIMARY KEY ("country","number")
);

-- CreateTable
CREATE TABLE "Meter" (
    "id" INTEGER NOT NULL,
    "number" INTEGER NOT NULL,
    "country" TEXT NOT NULL,
    "halfA" INTEGER,
    "halfB" TEXT NOT NULL,

    CONSTRAINT "Meter_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Pair" (
    "id" INTEGER NOT NULL,
    "a" INTEGER NOT NULL,
    "b" TEXT NOT NULL,

    CONSTRAINT "Pair_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "Pair_a_b_key" ON "Pair"("a", "b");

-- AddForeignKey
ALTER TABLE "Meter" ADD CONSTRAINT "Meter_country_number_fkey" FOREIGN KEY ("country", "number") REFERENCES "Site"("country", "number") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Meter" ADD CONSTRAINT "Meter_halfA_halfB_fkey" FOREIGN KEY ("halfA", "halfB") REFERENCES "Pair"("a", "b") ON DELETE RESTRICT ON UPDATE CASCADE;
