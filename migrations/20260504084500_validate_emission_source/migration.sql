-- Reads all of "emissions", lets writers through.
ALTER TABLE "emissions" VALIDATE CONSTRAINT "emissions_source_not_null";
