-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "Reading" (
    "id" INTEGER NOT NULL,
    "label" TEXT NOT NULL,
    "tonnes" DOUBLE PRECISION NOT NULL,
    "cost" DECIMAL(65,30) NOT NULL,
    "count" BIGINT NOT NULL,
    "final" BOOLEAN NOT NULL,
    "taken" TIMESTAMP(3) NOT NULL,
    "payload" JSONB NOT NULL,
    "raw" BYTEA NOT NULL,
    "remark" TEXT,
    "score" DOUBLE PRECISION,
    "price" DECIMAL(65,30),
    "total" BIGINT,
    "checked" BOOLEAN,
    "closed" TIMESTAMP(3),
    "extra" JSONB,
    "blob" BYTEA,

    CONSTRAINT "Reading_pkey" PRIMARY KEY ("id")
);
