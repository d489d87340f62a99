-- DropTable
DROP TABLE "Boat";

-- CreateTable
CREATE TABLE "vessels" (
    "id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,

    CONSTRAINT "vessels_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "vessels_name_key" ON "vessels"("name");
