-- AlterTable
ALTER TABLE "emissions" ADD COLUMN     "source_key" TEXT;
