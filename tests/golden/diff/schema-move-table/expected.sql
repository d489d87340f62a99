-- DropTable
DROP TABLE "one"."Entry";

-- CreateTable
CREATE TABLE "two"."Entry" (
    "id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,

    CONSTRAINT "Entry_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "Entry_name_key" ON "two"."Entry"("name");
