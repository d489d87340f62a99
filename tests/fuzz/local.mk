# A fuzz target is a test too: without --enable-fuzzing it is linked with replay.c and runs over its corpus.
FUZZ_LINK = $(AM_LDFLAGS) $(INB_FUZZ_LDFLAGS)
EXTRA_DIST += %D%/fuzz.h %D%/replay.c %D%/corpus
FUZZ_TARGETS = tests/fuzz/url tests/fuzz/envelope tests/fuzz/schema_diff tests/fuzz/embed
if BUILD_APP
FUZZ_TARGETS += tests/fuzz/http_body
endif
FUZZ_TARGETS += tests/fuzz/psl_parse tests/fuzz/psl_check tests/fuzz/psl_format
if FUZZING
FUZZ_DRIVER =
else
FUZZ_DRIVER = %D%/replay.c
TESTS += $(FUZZ_TARGETS)
endif
check_PROGRAMS += $(FUZZ_TARGETS)

tests_fuzz_url_SOURCES = %D%/url.c $(FUZZ_DRIVER)
tests_fuzz_url_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_url_LDADD = libinbpg.la libinbpostgres.la libinbutil.la $(LIBPQ_LIBS)

tests_fuzz_envelope_SOURCES = %D%/envelope.c $(FUZZ_DRIVER)
tests_fuzz_envelope_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_envelope_LDADD = libinbvault.la libinbpostgres.la libinbutil.la $(SODIUM_LIBS)

tests_fuzz_http_body_SOURCES = %D%/http_body.c $(FUZZ_DRIVER)
tests_fuzz_http_body_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
tests_fuzz_http_body_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_http_body_LDADD = libappbody.la libinbpostgres.la libinbutil.la $(JANSSON_LIBS)

tests_fuzz_schema_diff_SOURCES = %D%/schema_diff.c tests/support/steps_apply.c $(FUZZ_DRIVER)
tests_fuzz_schema_diff_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_schema_diff_LDADD = libinbdatamodel.la libinbschema.la libinbpsl.la libinbpostgres.la libinbtable.la libinbutil.la

tests_fuzz_psl_parse_SOURCES = %D%/psl_parse.c $(FUZZ_DRIVER)
tests_fuzz_psl_parse_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_psl_parse_LDADD = libinbpsl.la libinbpostgres.la libinbtable.la libinbutil.la

tests_fuzz_psl_check_SOURCES = %D%/psl_check.c %D%/files.h $(FUZZ_DRIVER)
tests_fuzz_psl_check_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_psl_check_LDADD = libinbdatamodel.la libinbschema.la libinbpsl.la libinbpostgres.la libinbtable.la libinbutil.la

tests_fuzz_psl_format_SOURCES = %D%/psl_format.c %D%/files.h $(FUZZ_DRIVER)
tests_fuzz_psl_format_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_psl_format_LDADD = libinbpsl.la libinbpostgres.la libinbtable.la libinbutil.la

tests_fuzz_embed_SOURCES = %D%/embed.c $(FUZZ_DRIVER)
tests_fuzz_embed_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_embed_LDADD = libinbembed.la libinbsql.la libinbdatamodel.la libinbschema.la libinbpsl.la libinbtable.la libinbvault.la \
	libinbpostgres.la libinbutil.la $(PGQUERY_LIBS) $(SODIUM_LIBS)
