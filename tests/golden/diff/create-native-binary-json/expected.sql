-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "Blob" (
    "id" INTEGER NOT NULL,
    "bytes" BYTEA NOT NULL,
    "binary" JSONB NOT NULL,
    "text" JSON NOT NULL,

    CONSTRAINT "Blob_pkey" PRIMARY KEY ("id")
);
