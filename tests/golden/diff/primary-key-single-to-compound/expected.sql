-- DropForeignKey
ALTER TABLE "Ref" DROP CONSTRAINT "Ref_rowId_fkey";

-- AlterTable
ALTER TABLE "Row" DROP CONSTRAINT "Row_pkey",
ADD CONSTRAINT "Row_pkey" PRIMARY KEY ("id", "part");

-- AlterTable
ALTER TABLE "Ref" ADD COLUMN     "rowPart" INTEGER NOT NULL;

-- AddForeignKey
ALTER TABLE "Ref" ADD CONSTRAINT "Ref_rowId_rowPart_fkey" FOREIGN KEY ("rowId", "rowPart") REFERENCES "Row"("id", "part") ON DELETE RESTRICT ON UPDATE CASCADE;
