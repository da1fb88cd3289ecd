#pragma once
/* Values as they were written, each with its place. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/source.h"

struct cv_ctx;
struct cv_field;
struct cv_finding;
struct cv_node;

/* text is NULL where nothing was given. */
struct cv_text {
	const char *text;
	struct cv_span at;
};

struct cv_texts {
	struct cv_text *items;
	size_t count;
};

struct cv_pair {
	struct cv_text key, value;
};

/* The same in little room, for tables of many rows: most often it is one, or none, and
 * lies in the struct itself.  Of several `one.at` has no file and CV_MAX_LENGTH, which no
 * place has, and their number for an offset. */
struct cv_few {
	union {
		struct cv_text one;
		struct cv_text *several;
	};
};

/* What it holds; to be read, and gone with the struct. */
static inline struct cv_texts cv_few_texts(const struct cv_few *few)
{
	const bool several = few->one.at.file == 0 && few->one.at.length == CV_MAX_LENGTH;

	if (several)
		return (struct cv_texts){few->several, few->one.at.offset};
	return (struct cv_texts){(struct cv_text *)(uintptr_t)&few->one,
				 few->one.text != NULL};
}

/* Of texts that stay where they are; one alone is copied. */
struct cv_few cv_few_of(struct cv_texts texts);

/* A map from free keys to text. */
struct cv_map {
	struct cv_pair *items;
	size_t count;
};

/* Structs of one type side by side; the field table knows which. */
struct cv_records {
	void *items;
	size_t count;
};

/* What a document may leave unsaid. */
enum cv_flag { CV_UNSET, CV_NO, CV_YES };

/* A field that the published page leaves open: see cv_fields_read(). */
struct cv_hole {
	struct cv_hole *next;
	const struct cv_field *field;
	const char *words; /* of the page */
	struct cv_span at;
	bool filled;
};

/* One map of a `when`: all of its parts must hold. */
struct cv_part {
	struct cv_text key; /* edition, feature, os, arch, or a name from `versions` */
	struct cv_text os;  /* with key os: the system, as rhel */
	struct cv_texts values; /* any of them */
};

struct cv_condition {
	struct cv_part *parts;
	size_t count;
};

/* Alternatives; none at all means always. */
struct cv_when {
	struct cv_condition *items;
	size_t count;
	struct cv_span at;
};

/* The place of `size` bytes of text->text, from `part` on: exactly them where the
 * source spells them the same, else the whole value. */
struct cv_span cv_text_part(const struct cv_ctx *ctx, const struct cv_text *text,
			    const char *part, size_t size);

/* A text as a message may show it: at most 80 bytes, and what the eye would not see
 * as <U+200B>. */
const char *cv_shown(struct cv_ctx *ctx, const char *text);
const char *cv_shown_part(struct cv_ctx *ctx, const char *text, size_t size);

/* The value of that key, or NULL. */
const struct cv_text *cv_map_get(const struct cv_map *map, const char *key);
bool cv_texts_hold(const struct cv_texts *texts, const char *text);

/* strcmp() for texts that may be absent: NULL comes first. */
static inline int cv_text_compare(const char *a, const char *b)
{
	if (a == b)
		return 0;
	if (!a || !b)
		return a ? 1 : -1;
	return strcmp(a, b);
}

/* Whether they are equal; most that are not differ where they begin. */
static inline bool cv_text_is(const char *text, const char *word)
{
	return *text == *word && strcmp(text, word) == 0;
}

/* `*` stands for anything, `?` for one character; the rest is itself. */
bool cv_name_matches(const char *pattern, const char *name);
