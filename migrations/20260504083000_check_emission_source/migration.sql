-- Every release that runs has written the source for two weeks
ALTER TABLE "emissions" ADD CONSTRAINT "emissions_source_not_null" CHECK ("source" IS NOT NULL) NOT VALID;
