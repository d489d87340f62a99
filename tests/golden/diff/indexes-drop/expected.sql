-- DropIndex
DROP INDEX "Row_a_key";

-- DropIndex
DROP INDEX "Row_a_b_idx";

-- DropIndex
DROP INDEX "both_ways";
