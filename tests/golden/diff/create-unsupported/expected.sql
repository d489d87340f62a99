-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "Place" (
    "id" INTEGER NOT NULL,
    "point" point NOT NULL,
    "range" int4range,
    "poly" polygon NOT NULL DEFAULT '((0,0),(1,1))'::polygon,
    "many" macaddr[],
    "vec" tsvector,

    CONSTRAINT "Place_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Place_vec_idx" ON "Place" USING GIN ("vec");
