-- AlterTable
ALTER TABLE "Row" ALTER COLUMN "id" SET DEFAULT gen_random_uuid();
