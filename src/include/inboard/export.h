/* What a public header needs of the compiler. */
#ifndef INBOARD_EXPORT_H
#define INBOARD_EXPORT_H

#if defined(__GNUC__)
#define INB_EXPORT __attribute__((visibility("default")))
#define INB_MUST_CHECK __attribute__((warn_unused_result))
#define INB_PRINTF(text, first) __attribute__((__format__(__printf__, text, first)))
#else
#define INB_EXPORT
#define INB_MUST_CHECK
#define INB_PRINTF(text, first)
#endif

#ifdef __cplusplus
#define INB_BEGIN_DECLS extern "C" {
#define INB_END_DECLS }
#else
#define INB_BEGIN_DECLS
#define INB_END_DECLS
#endif

#endif
