-- DropForeignKey
ALTER TABLE "_AreaToZone" DROP CONSTRAINT "_AreaToZone_A_fkey";

-- DropForeignKey
ALTER TABLE "_AreaToZone" DROP CONSTRAINT "_AreaToZone_B_fkey";

-- DropTable
DROP TABLE "_AreaToZone";
