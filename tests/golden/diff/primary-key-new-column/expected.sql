-- AlterTable
ALTER TABLE "Row" DROP CONSTRAINT "Row_pkey",
ADD COLUMN     "id" SERIAL NOT NULL,
ADD CONSTRAINT "Row_pkey" PRIMARY KEY ("id");

-- CreateIndex
CREATE UNIQUE INDEX "Row_name_key" ON "Row"("name");
