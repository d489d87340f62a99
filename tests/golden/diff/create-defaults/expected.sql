-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "Grade" AS ENUM ('GOLD', 'SILVER');

-- CreateTable
CREATE TABLE "Setting" (
    "id" INTEGER NOT NULL DEFAULT 7,
    "name" TEXT NOT NULL DEFAULT 'harbour master''s office',
    "quote" TEXT NOT NULL DEFAULT 'a "quoted" word',
    "path" TEXT NOT NULL DEFAULT 'C:\fleet\north',
    "lines" TEXT NOT NULL DEFAULT 'one
two',
    "empty" TEXT NOT NULL DEFAULT '',
    "ratio" DOUBLE PRECISION NOT NULL DEFAULT 0.125,
    "whole" DOUBLE PRECISION NOT NULL DEFAULT 3,
    "price" DECIMAL(65,30) NOT NULL DEFAULT 19.90,
    "big" BIGINT NOT NULL DEFAULT 9007199254740993,
    "minus" INTEGER NOT NULL DEFAULT -12,
    "on" BOOLEAN NOT NULL DEFAULT true,
    "off" BOOLEAN NOT NULL DEFAULT false,
    "made" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "since" TIMESTAMP(3) NOT NULL DEFAULT '2024-02-29 12:30:00 +02:00',
    "utc" TIMESTAMP(3) NOT NULL DEFAULT '2024-02-29 12:30:00.250 +00:00',
    "json" JSONB NOT NULL DEFAULT '{"unit": "t CO2e", "list": [1, 2]}',
    "blob" BYTEA NOT NULL DEFAULT '\x696e626f617264',
    "grade" "Grade" NOT NULL DEFAULT 'SILVER',
    "made2" TEXT NOT NULL DEFAULT md5('x'),
    "made3" TEXT,

    CONSTRAINT "Setting_pkey" PRIMARY KEY ("id")
);
