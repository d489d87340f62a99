# Man pages and documents: each man page is added here by the change that brings its command.
