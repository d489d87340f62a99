-- AlterEnum
BEGIN;
CREATE TYPE "two"."Level_new" AS ENUM ('LOW');
ALTER TABLE "one"."Entry" ALTER COLUMN "level" DROP DEFAULT;
ALTER TABLE "one"."Entry" ALTER COLUMN "level" TYPE "two"."Level_new" USING ("level"::text::"two"."Level_new");
ALTER TYPE "two"."Level" RENAME TO "Level_old";
ALTER TYPE "two"."Level_new" RENAME TO "Level";
DROP TYPE "two"."Level_old";
ALTER TABLE "one"."Entry" ALTER COLUMN "level" SET DEFAULT 'LOW';
COMMIT;

-- AlterTable
ALTER TABLE "one"."Entry" ADD COLUMN     "next" INTEGER,
ALTER COLUMN "name" SET DEFAULT 'x',
ALTER COLUMN "size" SET DATA TYPE BIGINT;
ALTER TABLE "one"."Entry" RENAME CONSTRAINT "Entry_pkey" TO "entry_key";

-- RenameIndex
ALTER INDEX "one"."Entry_name_idx" RENAME TO "by_name";
