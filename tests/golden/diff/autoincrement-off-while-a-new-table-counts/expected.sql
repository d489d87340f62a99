-- AlterTable
ALTER TABLE "Meter" ALTER COLUMN "id" DROP DEFAULT;

-- CreateTable
CREATE TABLE "Reading" (
    "id" SERIAL NOT NULL,

    CONSTRAINT "Reading_pkey" PRIMARY KEY ("id")
);
