-- The validated CHECK already refuses NULL, so no scan and nothing new is refused
-- AlterTable
ALTER TABLE "emissions" ALTER COLUMN "source" SET NOT NULL;

ALTER TABLE "emissions" DROP CONSTRAINT "emissions_source_not_null";
