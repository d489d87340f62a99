-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "Grade" AS ENUM ('GOLD', 'SILVER');

-- CreateTable
CREATE TABLE "Preset" (
    "id" INTEGER NOT NULL,
    "names" TEXT[] DEFAULT ARRAY['a', 'it''s']::TEXT[],
    "nums" INTEGER[] DEFAULT ARRAY[1, 2, 3]::INTEGER[],
    "bigs" BIGINT[] DEFAULT ARRAY[10000000000]::BIGINT[],
    "reals" DOUBLE PRECISION[] DEFAULT ARRAY[0.5, 1.25]::DOUBLE PRECISION[],
    "costs" DECIMAL(65,30)[] DEFAULT ARRAY[1.50]::DECIMAL(65,30)[],
    "flags" BOOLEAN[] DEFAULT ARRAY[true, false]::BOOLEAN[],
    "times" TIMESTAMP(3)[] DEFAULT ARRAY['2024-01-01 00:00:00 +00:00']::TIMESTAMP(3)[],
    "jsons" JSONB[] DEFAULT ARRAY['{"a": 1}']::JSONB[],
    "blobs" BYTEA[] DEFAULT ARRAY['\x010203']::BYTEA[],
    "grades" "Grade"[] DEFAULT ARRAY['GOLD', 'SILVER']::"Grade"[],
    "none" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "ngrade" "Grade"[] DEFAULT ARRAY[]::"Grade"[],
    "codes" VARCHAR(3)[] DEFAULT ARRAY['x']::VARCHAR(3)[],

    CONSTRAINT "Preset_pkey" PRIMARY KEY ("id")
);
