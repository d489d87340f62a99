EXTRA_DIST += migrations prisma
