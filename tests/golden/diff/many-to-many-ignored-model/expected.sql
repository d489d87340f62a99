-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "Port" (
    "id" INTEGER,

    CONSTRAINT "Port_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Ship" (
    "id" UUID NOT NULL,

    CONSTRAINT "Ship_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "_PortToShip" (
    "A" INTEGER,
    "B" UUID NOT NULL,

    CONSTRAINT "_PortToShip_AB_pkey" PRIMARY KEY ("A","B")
);

-- CreateIndex
CREATE INDEX "_PortToShip_B_index" ON "_PortToShip"("B");

-- AddForeignKey
ALTER TABLE "_PortToShip" ADD CONSTRAINT "_PortToShip_A_fkey" FOREIGN KEY ("A") REFERENCES "Port"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "_PortToShip" ADD CONSTRAINT "_PortToShip_B_fkey" FOREIGN KEY ("B") REFERENCES "Ship"("id") ON DELETE CASCADE ON UPDATE CASCADE;
