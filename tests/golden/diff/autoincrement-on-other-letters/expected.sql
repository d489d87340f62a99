-- AlterTable
CREATE SEQUENCE überfahrt_ж_größe_seq;
CREATE SEQUENCE überfahrt_ж_c$ost_seq;
ALTER TABLE "ÜBERFAHRT_Ж" ALTER COLUMN "Größe" SET DEFAULT nextval('überfahrt_ж_größe_seq'),
ALTER COLUMN "c$ost" SET DEFAULT nextval('überfahrt_ж_c$ost_seq');
ALTER SEQUENCE überfahrt_ж_größe_seq OWNED BY "ÜBERFAHRT_Ж"."Größe";
ALTER SEQUENCE überfahrt_ж_c$ost_seq OWNED BY "ÜBERFAHRT_Ж"."c$ost";
