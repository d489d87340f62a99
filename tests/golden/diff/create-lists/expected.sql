-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "Fuel" AS ENUM ('DIESEL', 'LNG');

-- CreateTable
CREATE TABLE "Voyage" (
    "id" INTEGER NOT NULL,
    "ports" TEXT[],
    "legs" INTEGER[],
    "miles" BIGINT[],
    "speeds" DOUBLE PRECISION[],
    "costs" DECIMAL(8,2)[],
    "flags" BOOLEAN[],
    "times" TIMESTAMP(3)[],
    "notes" JSONB[],
    "scans" BYTEA[],
    "fuels" "Fuel"[],
    "codes" VARCHAR(5)[],

    CONSTRAINT "Voyage_pkey" PRIMARY KEY ("id")
);
