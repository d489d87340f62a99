-- AlterEnum
BEGIN;
CREATE TYPE "Berth_new" AS ENUM ('NORTH');
ALTER TABLE "Ship" ALTER COLUMN "berth" TYPE "Berth_new" USING ("berth"::text::"Berth_new");
ALTER TABLE "Ship" ALTER COLUMN "plan" TYPE "Berth_new" USING ("plan"::text::"Berth_new");
ALTER TABLE "Ship" ALTER COLUMN "quay" TYPE "Berth_new" USING ("quay"::text::"Berth_new");
ALTER TABLE "Ship" ALTER COLUMN "log" TYPE "Berth_new" USING ("log"::text::"Berth_new");
ALTER TABLE "Ship" ALTER COLUMN "many" TYPE "Berth_new"[] USING ("many"::text::"Berth_new"[]);
ALTER TYPE "Berth" RENAME TO "Berth_old";
ALTER TYPE "Berth_new" RENAME TO "Berth";
DROP TYPE "Berth_old";
COMMIT;

-- AlterTable
ALTER TABLE "Ship" DROP COLUMN "plan",
ADD COLUMN     "plan" "Berth" NOT NULL DEFAULT 'NORTH',
DROP COLUMN "quay",
ADD COLUMN     "quay" "Berth",
DROP COLUMN "log",
ADD COLUMN     "log" "Berth",
DROP COLUMN "many",
ADD COLUMN     "many" "Berth"[];
