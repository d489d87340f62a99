-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "Berth" (
    "port" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "lat" DOUBLE PRECISION NOT NULL,
    "lon" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "Berth_pkey" PRIMARY KEY ("port","number")
);

-- CreateTable
CREATE TABLE "Crane" (
    "serial" TEXT NOT NULL,
    "port" TEXT NOT NULL,
    "tag" TEXT NOT NULL,

    CONSTRAINT "crane_primary" PRIMARY KEY ("serial")
);

-- CreateTable
CREATE TABLE "Line" (
    "a" INTEGER NOT NULL,
    "b" INTEGER NOT NULL,

    CONSTRAINT "line_pk" PRIMARY KEY ("a","b")
);

-- CreateIndex
CREATE UNIQUE INDEX "Berth_name_key" ON "Berth"("name");

-- CreateIndex
CREATE UNIQUE INDEX "berth_code_unique" ON "Berth"("code");

-- CreateIndex
CREATE UNIQUE INDEX "Berth_lat_lon_key" ON "Berth"("lat", "lon");

-- CreateIndex
CREATE UNIQUE INDEX "berth_both" ON "Berth"("name", "code");

-- CreateIndex
CREATE UNIQUE INDEX "Crane_port_tag_key" ON "Crane"("port", "tag");
