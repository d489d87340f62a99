-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "audit";

-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "audit"."Level" AS ENUM ('LOW', 'HIGH');

-- CreateTable
CREATE TABLE "audit"."Entry" (
    "id" INTEGER NOT NULL,
    "level" "audit"."Level" NOT NULL DEFAULT 'LOW',
    "userId" INTEGER NOT NULL,

    CONSTRAINT "Entry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Account" (
    "id" INTEGER NOT NULL,

    CONSTRAINT "Account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Mark" (
    "id" INTEGER NOT NULL,

    CONSTRAINT "Mark_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit"."_EntryToMark" (
    "A" INTEGER NOT NULL,
    "B" INTEGER NOT NULL,

    CONSTRAINT "_EntryToMark_AB_pkey" PRIMARY KEY ("A","B")
);

-- CreateIndex
CREATE INDEX "Entry_level_idx" ON "audit"."Entry"("level");

-- CreateIndex
CREATE INDEX "_EntryToMark_B_index" ON "audit"."_EntryToMark"("B");

-- AddForeignKey
ALTER TABLE "audit"."Entry" ADD CONSTRAINT "Entry_userId_fkey" FOREIGN KEY ("userId") REFERENCES "Account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "audit"."_EntryToMark" ADD CONSTRAINT "_EntryToMark_A_fkey" FOREIGN KEY ("A") REFERENCES "audit"."Entry"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "audit"."_EntryToMark" ADD CONSTRAINT "_EntryToMark_B_fkey" FOREIGN KEY ("B") REFERENCES "Mark"("id") ON DELETE CASCADE ON UPDATE CASCADE;
