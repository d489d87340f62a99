-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "Hull" (
    "yard" TEXT NOT NULL,
    "number" INTEGER NOT NULL,

    CONSTRAINT "Hull_pkey" PRIMARY KEY ("yard","number")
);

-- CreateTable
CREATE TABLE "Engine" (
    "yard" TEXT NOT NULL,
    "number" INTEGER NOT NULL
);

-- CreateIndex
CREATE UNIQUE INDEX "Engine_yard_number_key" ON "Engine"("yard", "number");

-- AddForeignKey
ALTER TABLE "Engine" ADD CONSTRAINT "Engine_yard_number_fkey" FOREIGN KEY ("yard", "number") REFERENCES "Hull"("yard", "number") ON DELETE RESTRICT ON UPDATE CASCADE;
