-- CreateEnum
CREATE TYPE "emission_scope" AS ENUM ('SCOPE_1', 'SCOPE_2');

-- CreateTable
CREATE TABLE "emissions" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "user_id" UUID NOT NULL,
    "scope" "emission_scope" NOT NULL,
    "quantity" DECIMAL(18,6) NOT NULL,
    "period_start" DATE NOT NULL,
    "period_end" DATE NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "emissions_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "emissions_quantity_range" CHECK ("quantity" >= 0 AND "quantity" <> 'NaN'),
    CONSTRAINT "emissions_period_order" CHECK ("period_start" <= "period_end")
);

-- AddForeignKey
ALTER TABLE "emissions" ADD CONSTRAINT "emissions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
