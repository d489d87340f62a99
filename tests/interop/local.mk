# tests/interop: what asks Prisma's own engine. node_modules comes from `npm ci` (./dev check), never from a tarball.
EXTRA_DIST += %D%/package.json %D%/package-lock.json %D%/oracle.mjs %D%/engine.mjs %D%/ask.mjs
