-- AlterTable
ALTER TABLE "upload_jobs" ADD COLUMN     "lease_until" TIMESTAMPTZ(6);
