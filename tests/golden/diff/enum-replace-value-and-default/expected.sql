-- AlterEnum
BEGIN;
CREATE TYPE "State_new" AS ENUM ('NEW', 'FOUND');
ALTER TABLE "Job" ALTER COLUMN "list" DROP DEFAULT;
ALTER TABLE "Job" ALTER COLUMN "state" DROP DEFAULT;
ALTER TABLE "Job" ALTER COLUMN "state" TYPE "State_new" USING ("state"::text::"State_new");
ALTER TABLE "Job" ALTER COLUMN "list" TYPE "State_new"[] USING ("list"::text::"State_new"[]);
ALTER TYPE "State" RENAME TO "State_old";
ALTER TYPE "State_new" RENAME TO "State";
DROP TYPE "State_old";
ALTER TABLE "Job" ALTER COLUMN "list" SET DEFAULT ARRAY['NEW', 'FOUND']::"State"[];
ALTER TABLE "Job" ALTER COLUMN "state" SET DEFAULT 'FOUND';
COMMIT;

-- AlterTable
ALTER TABLE "Job" ALTER COLUMN "state" SET DEFAULT 'FOUND',
ALTER COLUMN "list" SET DEFAULT ARRAY['NEW', 'FOUND']::"State"[];
