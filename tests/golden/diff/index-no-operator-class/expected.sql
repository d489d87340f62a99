-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "Port" (
    "id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,

    CONSTRAINT "Port_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Port_name_idx" ON "Port"("name" );

-- CreateIndex
CREATE INDEX "port_by_name" ON "Port"("name"  DESC, "id");
