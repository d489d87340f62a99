-- inboard: no-transaction

-- CreateIndex
CREATE INDEX CONCURRENTLY "emissions_upload_job_id_idx" ON "emissions"("upload_job_id");
