-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "Upload" (
    "id" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "size" INTEGER NOT NULL,
    "done" BOOLEAN NOT NULL,

    CONSTRAINT "Upload_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Upload_state_idx" ON "Upload"("state") WHERE (state <> 'done');

-- CreateIndex
CREATE UNIQUE INDEX "Upload_size_key" ON "Upload"("size") WHERE ("done" = true);
