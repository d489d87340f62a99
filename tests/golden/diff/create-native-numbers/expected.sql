-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "Gauge" (
    "id" INTEGER NOT NULL,
    "small" SMALLINT NOT NULL,
    "oid" OID NOT NULL,
    "big" BIGINT NOT NULL,
    "real" REAL NOT NULL,
    "double" DOUBLE PRECISION NOT NULL,
    "exact" DECIMAL(12,4) NOT NULL,
    "free" DECIMAL NOT NULL,
    "money" MONEY NOT NULL,
    "truth" BOOLEAN NOT NULL,

    CONSTRAINT "Gauge_pkey" PRIMARY KEY ("id")
);
