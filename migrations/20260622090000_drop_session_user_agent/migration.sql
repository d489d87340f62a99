-- inboard: accept contracting nothing has written or read it since the May releases
-- AlterTable
ALTER TABLE "sessions" DROP COLUMN "user_agent";
