-- DropIndex
DROP INDEX "Berth_port_key";

-- DropIndex
DROP INDEX "Berth_name_code_key";

-- AlterTable
ALTER TABLE "Berth" ADD CONSTRAINT "Berth_pkey" PRIMARY KEY ("code");

-- DropIndex
DROP INDEX "berth_and_again";

-- DropIndex
DROP INDEX "berth_again";

-- DropIndex
DROP INDEX "Berth_code_key";

-- AlterTable
ALTER TABLE "Quay" ADD CONSTRAINT "Quay_pkey" PRIMARY KEY ("name");

-- DropIndex
DROP INDEX "quay_again";

-- DropIndex
DROP INDEX "Quay_name_key";
