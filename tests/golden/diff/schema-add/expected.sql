-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "audit";

-- CreateEnum
CREATE TYPE "audit"."Level" AS ENUM ('LOW');

-- AlterTable
ALTER TABLE "Entry" ADD COLUMN     "level" "audit"."Level" NOT NULL;

-- CreateTable
CREATE TABLE "audit"."Log" (
    "id" INTEGER NOT NULL,
    "entryId" INTEGER NOT NULL,

    CONSTRAINT "Log_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Log_entryId_idx" ON "audit"."Log"("entryId");

-- AddForeignKey
ALTER TABLE "audit"."Log" ADD CONSTRAINT "Log_entryId_fkey" FOREIGN KEY ("entryId") REFERENCES "Entry"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
