-- The second half of the foreign key: reads all of "emissions", lets writers through.
ALTER TABLE "emissions" VALIDATE CONSTRAINT "emissions_upload_job_id_fkey";
