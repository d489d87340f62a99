-- AlterEnum
BEGIN;
CREATE TYPE "State_new" AS ENUM ('NEW', 'DONE');
ALTER TABLE "Job" ALTER COLUMN "state" DROP DEFAULT;
ALTER TABLE "Job" ALTER COLUMN "state" TYPE "State_new" USING ("state"::text::"State_new");
ALTER TABLE "Job" ALTER COLUMN "past" TYPE "State_new"[] USING ("past"::text::"State_new"[]);
ALTER TABLE "Job" ALTER COLUMN "next" TYPE "State_new" USING ("next"::text::"State_new");
ALTER TABLE "Task" ALTER COLUMN "state" TYPE "State_new" USING ("state"::text::"State_new");
ALTER TYPE "State" RENAME TO "State_old";
ALTER TYPE "State_new" RENAME TO "State";
DROP TYPE "State_old";
ALTER TABLE "Job" ALTER COLUMN "state" SET DEFAULT 'NEW';
COMMIT;

-- AlterTable
ALTER TABLE "Task" ALTER COLUMN "state" SET DEFAULT 'DONE';
