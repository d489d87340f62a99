-- AlterTable
ALTER TABLE "Row" ADD CONSTRAINT "Row_pkey" PRIMARY KEY ("id");
