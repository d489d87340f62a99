-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "Port" (
    "id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "country" TEXT NOT NULL,
    "tags" TEXT[],
    "meta" JSONB NOT NULL,
    "addr" INET NOT NULL,
    "opened" TIMESTAMP(3) NOT NULL,
    "size" INTEGER NOT NULL,

    CONSTRAINT "Port_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Port_name_idx" ON "Port"("name");

-- CreateIndex
CREATE INDEX "Port_country_name_idx" ON "Port"("country", "name" DESC);

-- CreateIndex
CREATE INDEX "Port_size_idx" ON "Port"("size" ASC);

-- CreateIndex
CREATE INDEX "port_name_hash" ON "Port" USING HASH ("name");

-- CreateIndex
CREATE INDEX "Port_tags_idx" ON "Port" USING GIN ("tags");

-- CreateIndex
CREATE INDEX "port_meta_default" ON "Port" USING GIN ("meta");

-- CreateIndex
CREATE INDEX "port_meta_path" ON "Port" USING GIN ("meta" jsonb_path_ops);

-- CreateIndex
CREATE INDEX "Port_addr_idx" ON "Port" USING GIST ("addr" inet_ops);

-- CreateIndex
CREATE INDEX "port_name_spgist" ON "Port" USING SPGIST ("name");

-- CreateIndex
CREATE INDEX "Port_opened_idx" ON "Port" USING BRIN ("opened");

-- CreateIndex
CREATE INDEX "port_opened_bloom" ON "Port" USING BRIN ("opened" timestamp_bloom_ops);

-- CreateIndex
CREATE INDEX "port_size_brin" ON "Port" USING BRIN ("size" int4_minmax_multi_ops, "opened");

-- CreateIndex
CREATE INDEX "port_name_pattern" ON "Port"("name" text_pattern_ops);

-- CreateIndex
CREATE UNIQUE INDEX "Port_country_size_key" ON "Port"("country", "size" DESC);
