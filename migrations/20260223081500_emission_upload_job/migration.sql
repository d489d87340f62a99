-- AlterTable
ALTER TABLE "emissions" ADD COLUMN     "upload_job_id" UUID;

-- AddForeignKey
ALTER TABLE "emissions" ADD CONSTRAINT "emissions_upload_job_id_fkey" FOREIGN KEY ("upload_job_id") REFERENCES "upload_jobs"("id") ON DELETE SET NULL ON UPDATE CASCADE NOT VALID;
