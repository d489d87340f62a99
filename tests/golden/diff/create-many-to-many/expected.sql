-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "Tag" (
    "id" UUID NOT NULL,

    CONSTRAINT "Tag_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Emission" (
    "id" BIGINT NOT NULL,

    CONSTRAINT "Emission_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "people" (
    "person_code" VARCHAR(12) NOT NULL,

    CONSTRAINT "people_pkey" PRIMARY KEY ("person_code")
);

-- CreateTable
CREATE TABLE "_similar" (
    "A" UUID NOT NULL,
    "B" UUID NOT NULL,

    CONSTRAINT "_similar_AB_pkey" PRIMARY KEY ("A","B")
);

-- CreateTable
CREATE TABLE "_EmissionToTag" (
    "A" BIGINT NOT NULL,
    "B" UUID NOT NULL,

    CONSTRAINT "_EmissionToTag_AB_pkey" PRIMARY KEY ("A","B")
);

-- CreateTable
CREATE TABLE "_watchers" (
    "A" BIGINT NOT NULL,
    "B" VARCHAR(12) NOT NULL,

    CONSTRAINT "_watchers_AB_pkey" PRIMARY KEY ("A","B")
);

-- CreateIndex
CREATE INDEX "_similar_B_index" ON "_similar"("B");

-- CreateIndex
CREATE INDEX "_EmissionToTag_B_index" ON "_EmissionToTag"("B");

-- CreateIndex
CREATE INDEX "_watchers_B_index" ON "_watchers"("B");

-- AddForeignKey
ALTER TABLE "_similar" ADD CONSTRAINT "_similar_A_fkey" FOREIGN KEY ("A") REFERENCES "Tag"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "_similar" ADD CONSTRAINT "_similar_B_fkey" FOREIGN KEY ("B") REFERENCES "Tag"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "_EmissionToTag" ADD CONSTRAINT "_EmissionToTag_A_fkey" FOREIGN KEY ("A") REFERENCES "Emission"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "_EmissionToTag" ADD CONSTRAINT "_EmissionToTag_B_fkey" FOREIGN KEY ("B") REFERENCES "Tag"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "_watchers" ADD CONSTRAINT "_watchers_A_fkey" FOREIGN KEY ("A") REFERENCES "Emission"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "_watchers" ADD CONSTRAINT "_watchers_B_fkey" FOREIGN KEY ("B") REFERENCES "people"("person_code") ON DELETE CASCADE ON UPDATE CASCADE;
