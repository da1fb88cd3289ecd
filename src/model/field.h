#pragma once
/* The one table of keys: from it come the reader, "did you mean" and the
 * schema.  A struct of the model is described by a cv_fields. */

#include <stdbool.h>
#include <stddef.h>

#include "model/value.h"

struct cv_ctx;

enum cv_field_type {
	CV_FIELD_TEXT,    /* struct cv_text */
	CV_FIELD_TEXTS,   /* struct cv_texts; one value or a list of them */
	CV_FIELD_FEW,     /* struct cv_few; the same */
	CV_FIELD_FLAG,    /* enum cv_flag: true or false */
	CV_FIELD_MAP,     /* struct cv_map */
	CV_FIELD_WHEN,    /* struct cv_when */
	CV_FIELD_RECORD,  /* a struct of its own, in place */
	CV_FIELD_RECORDS, /* struct cv_records; a list of maps */
	CV_FIELD_NAMED,   /* struct cv_records; a map from a name to a map.  The struct
			     begins with a struct cv_text that takes the name */
	CV_FIELD_NODE,    /* const struct cv_node *: read later, by whom it concerns */
	CV_FIELD_TABLE,   /* rows: handed out one by one, see read/rows.h */
};

enum {
	CV_FIELD_REQUIRED = 1,
	CV_FIELD_EXACT = 2, /* paths, URLs, ports: what YAML would change is an error */
	CV_FIELD_PLAIN_IS = 4, /* RECORD: a plain scalar sets its first field */
	CV_FIELD_GROUPS = 8,   /* of a target: the keys of a MAP, or the members of a
				  TEXTS, are groups of the site */
	CV_FIELD_UNIQUE = 32,  /* TEXT, TEXTS or FEW: hardly another record has the same,
				  so that none is looked for to share it with */
	CV_FIELD_BESIDE = 16,  /* what few have: the struct begins with a pointer to the
				  one that `offset` is of */
};

/* What a scalar must look like.  `check` reports by itself and returns false;
 * it is not called for holes, nor again for a text that it took in silence, wherever that
 * stands.  `pattern` is for the schema (ECMA 262): it takes all that
 * `check` takes.  Where others see a number in a bare scalar, it is none beyond `most`.
 */
struct cv_lexical {
	const char *name; /* "a port, a range or a list of them" */
	bool (*check)(struct cv_ctx *ctx, struct cv_text value);
	const char *pattern;
	const char *const *words; /* or: one of these, NULL-terminated */
	unsigned least, most;     /* of a whole number; `most` 0: any number */
};

struct cv_fields;

struct cv_field {
	const char *key; /* NULL ends the table */
	enum cv_field_type type;
	unsigned flags;
	size_t offset;
	const struct cv_lexical
		*lexical;            /* of the scalar or of each of the list; NULL: any */
	const struct cv_fields *sub; /* RECORD, RECORDS, NAMED, TABLE */
	const char *fallback; /* the default, for the schema and docs; NULL: none */
	const char *meaning;
};

struct cv_fields {
	const char *name; /* "a port row" */
	size_t size;
	const struct cv_field *fields;
	/* Offset of a struct cv_hole *; CV_HOLES_BESIDE() of one, as with
	 * CV_FIELD_BESIDE; or -1: no holes here. */
	ptrdiff_t holes;
	ptrdiff_t span; /* offset of a struct cv_span that takes the map's place, or -1 */
};

/* Where the field lies in a record, or NULL where all that lies beside it is left out. */
static inline const void *cv_field_at(const struct cv_field *field, const void *record)
{
	if (field->flags & CV_FIELD_BESIDE)
		record = *(const void *const *)record;
	return record ? (const char *)record + field->offset : NULL;
}

#define CV_HOLES_BESIDE(offset) (-2 - (ptrdiff_t)(offset))

/* Where the list of a record's holes begins; NULL: it has none, or has room for none. */
static inline struct cv_hole **cv_fields_holes(const struct cv_fields *fields,
					       void *record)
{
	ptrdiff_t offset = fields->holes;

	if (offset < -1) {
		record = *(void **)record;
		offset = CV_HOLES_BESIDE(offset);
	}
	return offset >= 0 && record
		       ? (struct cv_hole **)(void *)((char *)record + offset)
		       : NULL;
}

/* The first of them, or NULL. */
static inline const struct cv_hole *cv_fields_hole(const struct cv_fields *fields,
						   const void *record)
{
	struct cv_hole *const *first = cv_fields_holes(fields, (void *)record);

	return first ? *first : NULL;
}

/* The texts of a field of type TEXTS or FEW, by what cv_field_at() gave. */
static inline struct cv_texts cv_field_texts(const struct cv_field *field, const void *at)
{
	return field->type == CV_FIELD_FEW ? cv_few_texts(at)
					   : *(const struct cv_texts *)at;
}

/* lexical.c has one for each kind of scalar. */
extern const struct cv_lexical cv_lex_id;         /* of a row: [a-z0-9][a-z0-9-]* */
extern const struct cv_lexical cv_lex_name;       /* of a site or group: the same */
extern const struct cv_lexical cv_lex_profile_id; /* vendor/product */
extern const struct cv_lexical cv_lex_title;      /* a name of parties, places, ... */
extern const struct cv_lexical cv_lex_ports;
extern const struct cv_lexical cv_lex_protocol;
extern const struct cv_lexical cv_lex_constraint;
extern const struct cv_lexical cv_lex_version;
extern const struct cv_lexical cv_lex_date;
extern const struct cv_lexical cv_lex_address;
extern const struct cv_lexical cv_lex_host;
extern const struct cv_lexical cv_lex_url;
extern const struct cv_lexical cv_lex_sha256;
extern const struct cv_lexical cv_lex_platform;
extern const struct cv_lexical cv_lex_arch;
extern const struct cv_lexical cv_lex_drive;
extern const struct cv_lexical cv_lex_family;
extern const struct cv_lexical cv_lex_status;
extern const struct cv_lexical cv_lex_initiates;
extern const struct cv_lexical cv_lex_scope;
extern const struct cv_lexical cv_lex_class;
extern const struct cv_lexical cv_lex_icmp_type;
extern const struct cv_lexical cv_lex_extension;
extern const struct cv_lexical cv_lex_parameter_type;
extern const struct cv_lexical cv_lex_digest;  /* 20 to 64 hex digits */
extern const struct cv_lexical cv_lex_path;    /* what needs no platform to be refused */
extern const struct cv_lexical cv_lex_note;    /* prose, without template leftovers */
extern const struct cv_lexical cv_lex_finding; /* a name of findings.def */
