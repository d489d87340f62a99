-- DropForeignKey
ALTER TABLE "Post" DROP CONSTRAINT "Post_key_fkey";

-- AddForeignKey
ALTER TABLE "Post" ADD CONSTRAINT "Post_mail_fkey" FOREIGN KEY ("mail") REFERENCES "User"("email") ON DELETE RESTRICT ON UPDATE CASCADE;
