-- AlterEnum
ALTER TYPE "emission_scope" ADD VALUE 'SCOPE_3';
