-- inboard: no-transaction

-- CreateIndex
CREATE INDEX CONCURRENTLY "emissions_user_id_created_at_id_idx" ON "emissions"("user_id", "created_at" DESC, "id" DESC);
