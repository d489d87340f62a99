-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "AnExceedinglyLongModelNameThatFillsNearlyTheWholeOfTheLimit" (
    "id" INTEGER NOT NULL,
    "anotherExceedinglyLongFieldNameIndeedSo" INTEGER NOT NULL,
    "second" INTEGER NOT NULL,
    "parentIdentifierOfTheRow" INTEGER NOT NULL,

    CONSTRAINT "AnExceedinglyLongModelNameThatFillsNearlyTheWholeOfTheLimi_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Überseehäfen_mit_sehr_vielen_Umlauten_äöüäöüäöüäöüäöüäöüäöü" (
    "id" INTEGER NOT NULL,

    CONSTRAINT "Überseehäfen_mit_sehr_vielen_Umlauten_äöüäöüäöü_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "AnExceedinglyLongModelNameThatFillsNearlyTheWholeOfTheLimit_key" ON "AnExceedinglyLongModelNameThatFillsNearlyTheWholeOfTheLimit"("anotherExceedinglyLongFieldNameIndeedSo");

-- CreateIndex
CREATE INDEX "AnExceedinglyLongModelNameThatFillsNearlyTheWholeOfTheLimit_idx" ON "AnExceedinglyLongModelNameThatFillsNearlyTheWholeOfTheLimit"("second", "anotherExceedinglyLongFieldNameIndeedSo");

-- AddForeignKey
ALTER TABLE "AnExceedinglyLongModelNameThatFillsNearlyTheWholeOfTheLimit" ADD CONSTRAINT "AnExceedinglyLongModelNameThatFillsNearlyTheWholeOfTheLimi_fkey" FOREIGN KEY ("parentIdentifierOfTheRow") REFERENCES "AnExceedinglyLongModelNameThatFillsNearlyTheWholeOfTheLimit"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
