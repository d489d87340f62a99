-- DropForeignKey
ALTER TABLE "Ship" DROP CONSTRAINT "Ship_fleetId_fkey";

-- DropTable
DROP TABLE "Fleet";
