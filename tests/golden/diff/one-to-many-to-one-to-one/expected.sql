-- CreateIndex
CREATE UNIQUE INDEX "Card_userId_key" ON "Card"("userId");
