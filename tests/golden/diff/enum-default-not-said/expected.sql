-- AlterEnum
BEGIN;
CREATE TYPE "Berth_new" AS ENUM ('NORTH', 'SOUTH');
ALTER TABLE "Ship" ALTER COLUMN "last" DROP DEFAULT;
ALTER TABLE "Ship" ALTER COLUMN "named" DROP DEFAULT;
ALTER TABLE "Ship" ALTER COLUMN "then" DROP DEFAULT;
ALTER TABLE "Ship" ALTER COLUMN "first" TYPE "Berth_new" USING ("first"::text::"Berth_new");
ALTER TABLE "Ship" ALTER COLUMN "then" TYPE "Berth_new" USING ("then"::text::"Berth_new");
ALTER TABLE "Ship" ALTER COLUMN "last" TYPE "Berth_new"[] USING ("last"::text::"Berth_new"[]);
ALTER TABLE "Ship" ALTER COLUMN "never" TYPE "Berth_new" USING ("never"::text::"Berth_new");
ALTER TABLE "Ship" ALTER COLUMN "named" TYPE "Berth_new" USING ("named"::text::"Berth_new");
ALTER TYPE "Berth" RENAME TO "Berth_old";
ALTER TYPE "Berth_new" RENAME TO "Berth";
DROP TYPE "Berth_old";
COMMIT;

-- AlterTable
ALTER TABLE "Ship" ALTER COLUMN "then" DROP DEFAULT,
ALTER COLUMN "last" DROP DEFAULT,
ALTER COLUMN "never" SET DEFAULT 'SOUTH',
ALTER COLUMN "named" DROP DEFAULT;
