/*
 * Finds the embedded table in the file of a program.
 *
 * A stripped program has no symbols, so the table is found by what it is: each aligned place of
 * what would be loaded is tried, and the one whose counts and pointers fit the file and whose
 * SHA-256 is that of what they lead to is the table. Pointers are virtual addresses. In programs
 * that can be loaded anywhere the linker leaves them to a relocation without a symbol, whose addend
 * is the address.
 */
#include "config.h"

#include "embed/program_table.h"

#include "table/table_check.h"
#include "util/file.h"
#include "util/limits.h"

#include <link.h>
#include <stdint.h>
#include <string.h>

#if UINTPTR_MAX > UINT32_MAX
#define CLASS_HERE ELFCLASS64
#define RELOCATION_SYMBOL(info) ELF64_R_SYM(info)
#else
#define CLASS_HERE ELFCLASS32
#define RELOCATION_SYMBOL(info) ELF32_R_SYM(info)
#endif
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define DATA_HERE ELFDATA2LSB
#else
#define DATA_HERE ELFDATA2MSB
#endif

typedef struct program {
    const char *path;
    inb__str file;
    ElfW(Phdr) * parts; /* only those whose bytes lie in the file */
    size_t n_parts;
    const char *relocations; /* of ElfW(Rela), in no order */
    size_t n_relocations;
} program;

static int program_refuse(const program *p, const char *message, const char *hint, inb_error **err)
{
    int rc = inb__error_set(err, INB_EINVAL, "\"%s\" %s", p->path, message);
    inb__error_hint(err, "%s", hint);
    return rc;
}

static bool inside(const program *p, uint64_t at, uint64_t n)
{
    return at <= p->file.n && n <= p->file.n - at;
}

static int header_read(program *p, inb__arena *arena, inb_error **err)
{
    ElfW(Ehdr) h = {.e_type = 0};
    if (p->file.n >= sizeof(h)) {
        memcpy(&h, p->file.p, sizeof(h));
    }
    bool is_program = memcmp(h.e_ident, ELFMAG, SELFMAG) == 0 &&
                      (h.e_type == ET_EXEC || h.e_type == ET_DYN) &&
                      h.e_phentsize == sizeof(ElfW(Phdr));
    if (!is_program || h.e_ident[EI_CLASS] != CLASS_HERE || h.e_ident[EI_DATA] != DATA_HERE ||
        !inside(p, h.e_phoff, (uint64_t)h.e_phnum * sizeof(ElfW(Phdr)))) {
        return program_refuse(p, "is no program of this kind of machine",
                              "Name a linked program or shared library (ELF), and no script that "
                              "starts it.",
                              err);
    }
    p->parts = INB__NEW_N(arena, ElfW(Phdr), h.e_phnum + 1u);
    for (size_t i = 0; i < h.e_phnum; i++) {
        ElfW(Phdr) *part = &p->parts[p->n_parts];
        memcpy(part, p->file.p + h.e_phoff + i * sizeof(*part), sizeof(*part));
        p->n_parts += inside(p, part->p_offset, part->p_filesz);
    }
    return 0;
}

/* The bytes at an address, or NULL where the file does not have as many there. */
static const char *bytes_at(const program *p, uint64_t address, uint64_t n)
{
    for (size_t i = 0; i < p->n_parts; i++) {
        const ElfW(Phdr) *part = &p->parts[i];
        uint64_t into = address - part->p_vaddr;
        if (part->p_type == PT_LOAD && address >= part->p_vaddr && into <= part->p_filesz &&
            n <= part->p_filesz - into) {
            return p->file.p + part->p_offset + into;
        }
    }
    return NULL;
}

static void relocations_find(program *p)
{
    uint64_t at = 0, size = 0;
    for (size_t i = 0; i < p->n_parts; i++) {
        const ElfW(Phdr) *part = &p->parts[i];
        for (size_t k = 0; part->p_type == PT_DYNAMIC && k < part->p_filesz / sizeof(ElfW(Dyn));
             k++) {
            ElfW(Dyn) d;
            memcpy(&d, p->file.p + part->p_offset + k * sizeof(d), sizeof(d));
            at = d.d_tag == DT_RELA ? d.d_un.d_ptr : at;
            size = d.d_tag == DT_RELASZ ? d.d_un.d_val : size;
        }
    }
    p->relocations = bytes_at(p, at, size);
    p->n_relocations = p->relocations ? size / sizeof(ElfW(Rela)) : 0;
}

/* What a pointer at an address holds once the program is loaded at its own addresses. */
static uint64_t pointer_at(const program *p, uint64_t address, const void *stored)
{
    for (size_t i = 0; i < p->n_relocations; i++) {
        ElfW(Rela) r;
        memcpy(&r, p->relocations + i * sizeof(r), sizeof(r));
        if (r.r_offset == address && RELOCATION_SYMBOL(r.r_info) == 0) {
            return (uint64_t)r.r_addend;
        }
    }
    return (uint64_t)(uintptr_t)stored;
}

/* Makes the array that a pointer of the table leads to one of the copy; false when it is not in the
 * file. */
static bool array_take(void *table_member, const program *p, uint64_t address, const void *stored,
                       uint64_t n, size_t size, size_t alignment)
{
    if (n == 0) {
        return true;
    }
    const char *bytes = bytes_at(p, pointer_at(p, address, stored), n * size);
    memcpy(table_member, &bytes, sizeof(bytes));
    return bytes && (uintptr_t)bytes % alignment == 0;
}

#define ARRAY_TAKE(t, p, address, member, n)                                                       \
    array_take(&(t)->member, (p), (address) + offsetof(inb_table, member), (t)->member, (n),       \
               sizeof(*(t)->member), _Alignof(__typeof__(*(t)->member)))

/* Cheap, for it is asked at each place of the file. */
static bool may_be_table(const inb_table *t)
{
    bool zero = !t->more[0];
    for (size_t i = 0; i < sizeof(t->reserved) / sizeof(t->reserved[0]); i++) {
        zero = zero && t->reserved[i] == 0;
    }
    return zero && t->n_migrations <= INB__LIMIT_MIGRATIONS && t->text_length > 0 &&
           t->highest < t->text_length && t->generator < t->text_length;
}

static bool arrays_take(inb_table *t, const program *p, uint64_t address)
{
    return ARRAY_TAKE(t, p, address, text, t->text_length) &&
           ARRAY_TAKE(t, p, address, migrations, t->n_migrations) &&
           ARRAY_TAKE(t, p, address, statements, t->n_statements) &&
           ARRAY_TAKE(t, p, address, locks, t->n_locks) &&
           ARRAY_TAKE(t, p, address, expected, t->n_expected) &&
           ARRAY_TAKE(t, p, address, backfills, t->n_backfills);
}

/* Whether the table is at this place of the file; found: it with its arrays. */
static bool table_at(inb_table *found, const program *p, const ElfW(Phdr) * part, uint64_t into)
{
    const char *place = p->file.p + part->p_offset + into;
    uint32_t format;
    memcpy(&format, place, sizeof(format));
    if (format != INB_TABLE_FORMAT) {
        return false;
    }
    memcpy(found, place, sizeof(*found));
    return may_be_table(found) && arrays_take(found, p, part->p_vaddr + into);
}

static int table_check(const inb_table *t, inb_error **err)
{
    int rc = inb__table_check(t, err);
    for (uint32_t i = 0; rc == 0 && i < t->n_migrations; i++) {
        rc = inb__table_check_migration(t, i, err);
    }
    return rc;
}

/* One that is not whole counts only where no other is. */
static int tables_find(inb_table *out, size_t *n, const program *p, inb_error **damage)
{
    for (size_t i = 0; i < p->n_parts; i++) {
        const ElfW(Phdr) *part = &p->parts[i];
        uint64_t skew = part->p_vaddr % _Alignof(inb_table);
        uint64_t into = skew ? _Alignof(inb_table) - skew : 0;
        for (; part->p_type == PT_LOAD && into + sizeof(inb_table) <= part->p_filesz;
             into += _Alignof(inb_table)) {
            inb_table found;
            inb_error *why = NULL;
            if (!table_at(&found, p, part, into)) {
                continue;
            }
            int rc = table_check(&found, &why);
            if (rc == INB_ENOMEM) {
                inb_error_free(*damage);
                *damage = why;
                return rc;
            }
            inb_error_free(rc ? *damage : NULL);
            *damage = rc ? why : *damage;
            bool again = *n && memcmp(out->digest, found.digest, sizeof(found.digest)) == 0;
            *n += rc == 0 && !again;
            *out = rc == 0 ? found : *out;
        }
    }
    return 0;
}

int inb__program_table_read(const inb_table **out, inb__arena *arena, const char *path,
                            inb_error **err)
{
    program p = {.path = path};
    inb_error *damage = NULL;
    size_t n = 0;
    inb_table *table = INB__NEW(arena, inb_table);
    int rc = inb__file_read(&p.file, arena, path, INB__LIMIT_PROGRAM, err);
    rc = rc ? rc : header_read(&p, arena, err);
    if (rc) {
        return rc;
    }
    relocations_find(&p);
    rc = tables_find(table, &n, &p, &damage);
    if (damage && (rc || n == 0)) {
        *err = damage;
        return inb_error_code(damage);
    }
    inb_error_free(damage);
    if (n != 1) {
        return program_refuse(&p, n ? "has more than one embedded table" : "has no embedded table",
                              n ? "Give the folder of migrations instead."
                                : "Name the program, or the shared library, that is linked with "
                                  "what inboard-embed of this version wrote.",
                              err);
    }
    *out = table;
    return rc;
}
