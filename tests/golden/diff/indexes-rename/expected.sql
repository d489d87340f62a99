-- RenameIndex
ALTER INDEX "Row_a_key" RENAME TO "only_a";

-- RenameIndex
ALTER INDEX "Row_a_b_idx" RENAME TO "ab";

-- RenameIndex
ALTER INDEX "zz" RENAME TO "Row_b_idx";
