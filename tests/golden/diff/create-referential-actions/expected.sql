-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "Parent" (
    "id" INTEGER NOT NULL,

    CONSTRAINT "Parent_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ChildA" (
    "id" INTEGER NOT NULL,
    "pId" INTEGER NOT NULL,

    CONSTRAINT "ChildA_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ChildB" (
    "id" INTEGER NOT NULL,
    "pId" INTEGER NOT NULL,

    CONSTRAINT "ChildB_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ChildC" (
    "id" INTEGER NOT NULL,
    "pId" INTEGER,

    CONSTRAINT "ChildC_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ChildD" (
    "id" INTEGER NOT NULL,
    "pId" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "ChildD_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ChildE" (
    "id" INTEGER NOT NULL,
    "pId" INTEGER,

    CONSTRAINT "ChildE_pkey" PRIMARY KEY ("id")
);

-- AddForeignKey
ALTER TABLE "ChildA" ADD CONSTRAINT "ChildA_pId_fkey" FOREIGN KEY ("pId") REFERENCES "Parent"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "ChildB" ADD CONSTRAINT "ChildB_pId_fkey" FOREIGN KEY ("pId") REFERENCES "Parent"("id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "ChildC" ADD CONSTRAINT "ChildC_pId_fkey" FOREIGN KEY ("pId") REFERENCES "Parent"("id") ON DELETE SET NULL ON UPDATE SET NULL;

-- AddForeignKey
ALTER TABLE "ChildD" ADD CONSTRAINT "ChildD_pId_fkey" FOREIGN KEY ("pId") REFERENCES "Parent"("id") ON DELETE SET DEFAULT ON UPDATE SET DEFAULT;

-- AddForeignKey
ALTER TABLE "ChildE" ADD CONSTRAINT "ChildE_pId_fkey" FOREIGN KEY ("pId") REFERENCES "Parent"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
