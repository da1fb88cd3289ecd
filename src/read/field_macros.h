#pragma once
/* How tables of keys (struct cv_field) are written; for the files that hold such tables
 * alone. */

#include <stddef.h>

#include "model/field.h"

/* A field of the struct TYPE, with its lexical type and nothing below it. */
#define PLAIN(type, key, kind, flags, member, lexical, meaning) \
	{ \
		key, CV_FIELD_##kind, flags, offsetof(struct type, member), lexical, \
			NULL, NULL, meaning \
	}

/* A field whose value is described by a table of its own, the address of which is given.
 */
#define NESTED(type, key, kind, flags, member, sub, meaning) \
	{ \
		key, CV_FIELD_##kind, flags, offsetof(struct type, member), NULL, sub, \
			NULL, meaning \
	}

#define END \
	{ \
		.key = NULL \
	}

enum {
	REQUIRED = CV_FIELD_REQUIRED,
	EXACT = CV_FIELD_EXACT,
	PLAIN_IS = CV_FIELD_PLAIN_IS,
	BESIDE = CV_FIELD_BESIDE,
	UNIQUE = CV_FIELD_UNIQUE,
};
