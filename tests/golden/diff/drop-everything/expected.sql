-- DropForeignKey
ALTER TABLE "Item" DROP CONSTRAINT "Item_goneId_fkey";

-- DropTable
DROP TABLE "Gone";

-- DropTable
DROP TABLE "Item";

-- DropEnum
DROP TYPE "Old";
