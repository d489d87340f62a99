# Man pages and documents: each man page is added here by the change that brings its command.

EXTRA_DIST += %D%/ROLES.md
