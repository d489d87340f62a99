-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "Event" (
    "id" INTEGER NOT NULL,
    "plain" TIMESTAMP(3) NOT NULL,
    "second" TIMESTAMP(0) NOT NULL,
    "micro" TIMESTAMP(6) NOT NULL,
    "bare" TIMESTAMP NOT NULL,
    "zoned" TIMESTAMPTZ(3) NOT NULL,
    "zone" TIMESTAMPTZ NOT NULL,
    "day" DATE NOT NULL,
    "clock" TIME(2) NOT NULL,
    "hour" TIME NOT NULL,
    "zclock" TIMETZ(4) NOT NULL,
    "zhour" TIMETZ NOT NULL,

    CONSTRAINT "Event_pkey" PRIMARY KEY ("id")
);
