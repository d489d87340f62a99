-- AlterEnum
BEGIN;
CREATE TYPE "State_new" AS ENUM ('NEW', 'finished');
ALTER TABLE "Job" ALTER COLUMN "state" DROP DEFAULT;
ALTER TABLE "Job" ALTER COLUMN "state" TYPE "State_new" USING ("state"::text::"State_new");
ALTER TYPE "State" RENAME TO "State_old";
ALTER TYPE "State_new" RENAME TO "State";
DROP TYPE "State_old";
ALTER TABLE "Job" ALTER COLUMN "state" SET DEFAULT 'finished';
COMMIT;

-- AlterTable
ALTER TABLE "Job" ALTER COLUMN "state" SET DEFAULT 'finished';
