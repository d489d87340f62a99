-- AlterTable
ALTER TABLE "emissions" ADD COLUMN     "source" VARCHAR(200);
