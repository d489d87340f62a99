-- CreateIndex
CREATE UNIQUE INDEX "Row_a_key" ON "Row"("a");

-- CreateIndex
CREATE INDEX "Row_a_b_idx" ON "Row"("a", "b");

-- CreateIndex
CREATE INDEX "Row_b_idx" ON "Row"("b" varchar_pattern_ops DESC);

-- CreateIndex
CREATE INDEX "b_hash" ON "Row" USING HASH ("b");

-- CreateIndex
CREATE UNIQUE INDEX "Row_b_a_key" ON "Row"("b", "a");
