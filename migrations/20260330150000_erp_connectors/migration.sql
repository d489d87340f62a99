-- CreateEnum
CREATE TYPE "erp_system" AS ENUM ('SAP', 'ORACLE', 'DYNAMICS', 'NETSUITE');

-- CreateTable
CREATE TABLE "erp_connectors" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "name" VARCHAR(100) NOT NULL,
    "system" "erp_system" NOT NULL,
    "base_url" VARCHAR(500) NOT NULL,
    "config" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "erp_connectors_pkey" PRIMARY KEY ("id"),
    -- A sealed envelope and nothing else: plaintext does not get in by mistake.
    CONSTRAINT "erp_connectors_config_sealed" CHECK (
        jsonb_typeof("config") = 'object'
        AND "config" ?& ARRAY['v', 'alg', 'kid', 'dek', 'nonce', 'ct']
        AND "config" - ARRAY['v', 'alg', 'kid', 'dek', 'nonce', 'ct'] = '{}'
        AND jsonb_typeof("config" -> 'v') = 'number'
        AND jsonb_typeof("config" -> 'alg') = 'string'
        AND jsonb_typeof("config" -> 'kid') = 'string'
        AND jsonb_typeof("config" -> 'dek') = 'string'
        AND jsonb_typeof("config" -> 'nonce') = 'string'
        AND jsonb_typeof("config" -> 'ct') = 'string'
    )
);

-- CreateIndex
CREATE UNIQUE INDEX "erp_connectors_name_key" ON "erp_connectors"("name");
