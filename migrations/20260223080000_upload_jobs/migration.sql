-- CreateEnum
CREATE TYPE "upload_status" AS ENUM ('QUEUED', 'RUNNING', 'DONE', 'FAILED');

-- CreateTable
CREATE TABLE "upload_jobs" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "user_id" UUID NOT NULL,
    "status" "upload_status" NOT NULL DEFAULT 'QUEUED',
    "content" TEXT,
    "content_bytes" INTEGER NOT NULL,
    "bytes_done" INTEGER NOT NULL DEFAULT 0,
    "rows_read" INTEGER NOT NULL DEFAULT 0,
    "rows_accepted" INTEGER NOT NULL DEFAULT 0,
    "rows_rejected" INTEGER NOT NULL DEFAULT 0,
    "failure" VARCHAR(200),
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(6),
    "finished_at" TIMESTAMPTZ(6),

    CONSTRAINT "upload_jobs_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "upload_jobs_counts" CHECK ("rows_read" = "rows_accepted" + "rows_rejected" AND "bytes_done" BETWEEN 0 AND "content_bytes")
);

-- CreateTable
CREATE TABLE "upload_job_errors" (
    "job_id" UUID NOT NULL,
    "line" INTEGER NOT NULL,
    "column" VARCHAR(64) NOT NULL,
    "message" VARCHAR(200) NOT NULL,

    CONSTRAINT "upload_job_errors_pkey" PRIMARY KEY ("job_id","line")
);

-- CreateIndex
CREATE INDEX "upload_jobs_user_id_created_at_idx" ON "upload_jobs"("user_id", "created_at");

-- CreateIndex
CREATE INDEX "upload_jobs_status_created_at_idx" ON "upload_jobs"("status", "created_at");

-- AddForeignKey
ALTER TABLE "upload_jobs" ADD CONSTRAINT "upload_jobs_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "upload_job_errors" ADD CONSTRAINT "upload_job_errors_job_id_fkey" FOREIGN KEY ("job_id") REFERENCES "upload_jobs"("id") ON DELETE CASCADE ON UPDATE CASCADE;
