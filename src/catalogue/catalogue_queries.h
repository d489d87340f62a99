/* The statements that read the catalog, in sql/, and the columns of their answers. */
#ifndef INB_CATALOGUE_CATALOGUE_QUERIES_H
#define INB_CATALOGUE_CATALOGUE_QUERIES_H

extern const char inb__query_catalogue_settings[];
extern const char inb__query_catalogue_spaces[];
extern const char inb__query_catalogue_relations[];
extern const char inb__query_catalogue_columns[];
extern const char inb__query_catalogue_indexes[];
extern const char inb__query_catalogue_constraints[];
extern const char inb__query_catalogue_enums[];
extern const char inb__query_catalogue_extensions[];
extern const char inb__query_catalogue_15_nulls[];

enum { INB__SETTINGS_DATABASE = 12, INB__SETTINGS_USER, INB__SETTINGS_VERSION };

enum {
    INB__RELATION_OID,
    INB__RELATION_SPACE,
    INB__RELATION_NAME,
    INB__RELATION_KIND,
    INB__RELATION_HAS_CHILDREN,
    INB__RELATION_ROW_SECURITY,
    INB__RELATION_OF_EXTENSION,
    INB__RELATION_READABLE,
    INB__RELATION_COMMENT
};

enum {
    INB__COLUMN_RELATION,
    INB__COLUMN_NUMBER,
    INB__COLUMN_NAME,
    INB__COLUMN_TYPE_OID,
    INB__COLUMN_TYPE_SPACE,
    INB__COLUMN_TYPE_NAME,
    INB__COLUMN_TYPE_KIND,
    INB__COLUMN_IS_LIST,
    INB__COLUMN_MODIFIED,
    INB__COLUMN_WRITTEN,
    INB__COLUMN_NOT_NULL,
    INB__COLUMN_IDENTITY,
    INB__COLUMN_GENERATED,
    INB__COLUMN_EXPRESSION,
    INB__COLUMN_COMMENT,
    INB__COLUMN_DOMAIN,
    INB__COLUMN_DOMAIN_DEFAULT
};

enum {
    INB__INDEX_RELATION,
    INB__INDEX_NAME,
    INB__INDEX_METHOD,
    INB__INDEX_UNIQUE,
    INB__INDEX_PRIMARY,
    INB__INDEX_VALID,
    INB__INDEX_INCLUDED,
    INB__INDEX_PREDICATE,
    INB__INDEX_CONSTRAINT,
    INB__INDEX_DEFERRABLE,
    INB__INDEX_KEY,
    INB__INDEX_OPTION,
    INB__INDEX_OPCLASS,
    INB__INDEX_OPCLASS_DEFAULT,
    INB__INDEX_COLLATED,
    INB__INDEX_OID
};

enum {
    INB__CONSTRAINT_RELATION,
    INB__CONSTRAINT_NAME,
    INB__CONSTRAINT_KIND,
    INB__CONSTRAINT_KEY,
    INB__CONSTRAINT_REFERENCES,
    INB__CONSTRAINT_REFERENCED,
    INB__CONSTRAINT_REFERENCES_SPACE,
    INB__CONSTRAINT_REFERENCES_NAME,
    INB__CONSTRAINT_ON_UPDATE,
    INB__CONSTRAINT_ON_DELETE,
    INB__CONSTRAINT_MATCH,
    INB__CONSTRAINT_DEFERRABLE,
    INB__CONSTRAINT_VALIDATED
};

enum {
    INB__ENUM_OID,
    INB__ENUM_SPACE,
    INB__ENUM_NAME,
    INB__ENUM_LABEL,
    INB__ENUM_COMMENT,
    INB__ENUM_OF_EXTENSION
};

enum {
    INB__EXTENSION_NAME,
    INB__EXTENSION_SPACE,
    INB__EXTENSION_VERSION,
    INB__EXTENSION_RELOCATABLE
};

#endif
