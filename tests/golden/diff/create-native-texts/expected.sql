-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "Document" (
    "id" UUID NOT NULL,
    "body" TEXT NOT NULL,
    "code" VARCHAR(40) NOT NULL,
    "free" VARCHAR NOT NULL,
    "fixed" CHAR(3) NOT NULL,
    "letter" CHAR NOT NULL,
    "bits" BIT(8) NOT NULL,
    "onebit" BIT NOT NULL,
    "varbits" VARBIT(16) NOT NULL,
    "anybits" VARBIT NOT NULL,
    "address" INET NOT NULL,
    "xml" XML NOT NULL,
    "folded" CITEXT NOT NULL,

    CONSTRAINT "Document_pkey" PRIMARY KEY ("id")
);
