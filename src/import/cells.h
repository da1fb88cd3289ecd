#pragma once
/* What a cell of a published page may be, told by its words alone.  No function here
 * reports; each says what it read, or why it can be read in more than one way. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/profile.h"
#include "model/value.h"

struct cv_ctx;
struct cv_lexical;

enum cv_told {
	CV_TOLD_NOT,  /* nothing of this type */
	CV_TOLD,      /* read in one way */
	CV_TOLD_OPEN, /* of this type, but not in one way: `why` says so */
};

/* Marks of footnotes that a page has: which of 1 to 9 stand before a note of its own,
 * and which were seen glued to a word of the same table. */
struct cv_footnotes {
	uint16_t noted, glued; /* bits 1 to 9 */
};

/* Ports of one protocol, or of none that the cell names. */
struct cv_port_group {
	struct cv_texts ports; /* "443", "2500-3300", "any", "dynamic"; none: no ports */
	const char *protocol;  /* "tcp", "esp", "89"; NULL */
};

struct cv_told_ports {
	struct cv_port_group *groups;
	size_t count;
	const char *remark, *why; /* or NULL */
};

/* `443, 8443`, `135,137-139`, `2500 to 3300`, `80/443`, `TCP 443`, `53/udp`, `50/ip`.
 * `at` is the place of all of it. */
enum cv_told cv_cell_ports(struct cv_ctx *ctx, const char *words, struct cv_span at,
			   struct cv_footnotes notes, struct cv_told_ports *out);

struct cv_told_words {
	struct cv_texts values;
	const char *remark, *why; /* or NULL */
};

/* `TCP`, `TCP/UDP`, `TCP and UDP`, `ICMP`, `TCP/HTTPS`; an application's name is open. */
enum cv_told cv_cell_protocol(struct cv_ctx *ctx, const char *words, struct cv_span at,
			      struct cv_told_words *out);

/* Arrows and the words of direction: `from` (the left side opens) or `to`, `inbound` or
 * `outbound`; what may mean that either side opens, or only that answers come back, is
 * open. */
enum cv_told cv_cell_direction(struct cv_ctx *ctx, const char *words,
			       const char **direction_out, const char **why_out);

/* `Process`, `File / Process`: bits of enum cv_kind. */
enum cv_told cv_cell_kinds(struct cv_ctx *ctx, const char *words, unsigned *kinds_out,
			   const char **why_out);

/* What an exclusion of these kinds names, one value for each line of the cell. */
enum cv_told cv_cell_exclusion(struct cv_ctx *ctx, const char *words, struct cv_span at,
			       unsigned kinds, struct cv_texts values_out[CV_KIND_COUNT],
			       const char **why_out);

/* Whether the words look like a path, a program, a wildcard or an extension. */
bool cv_cell_is_path(const char *words);

/* Host names and URLs, one for each line or between commas. */
enum cv_told cv_cell_urls(struct cv_ctx *ctx, const char *words, struct cv_span at,
			  struct cv_told_words *out);

enum { CV_CELL_PARTS = 4 };

struct cv_told_when {
	struct {
		const char *key,
			*value; /* "client", "7.2.x"; key NULL: of what nobody says */
	} parts[CV_CELL_PARTS];
	size_t count;
	bool optional;            /* the words say that it may be left out */
	const char *remark, *why; /* or NULL */
};

/* `7.2.x clients`, `7.4.1.1955 or later`, `up to 1909`, `x64 systems only`, `optional`.
 * Words that are no condition come back as a remark. */
enum cv_told cv_cell_when(struct cv_ctx *ctx, const char *words,
			  struct cv_told_when *out);

/* Whether a description says when its row is not wanted ("otherwise, do not open"). */
bool cv_cell_limits(struct cv_ctx *ctx, const char *words);

/* A version constraint with nothing else: `10.11 and later`, `6.x, 7.x`. */
enum cv_told cv_cell_constraint(struct cv_ctx *ctx, const char *words,
				const char **constraint_out, const char **why_out);

/* The platform that a device's or system's name says ("Windows endpoints"), or NULL. */
const char *cv_cell_platform(const char *words);

/* Whether it names one or more platforms. */
bool cv_cell_names_platform(const char *words);

/* The word of conditions and of `supports` for an operating system: "Red Hat Enterprise
 * Linux" is rhel; NULL where it is none that is known. */
const char *cv_cell_system(const char *words);

/* SHOW, READ, WRITE and the like, as one word. */
bool cv_cell_is_grant(const char *word, size_t size);

/* Words without trade marks (U+2122, U+00AE) and without footnote marks of the page that
 * are glued to the last of them; `marks_out` gets those, or NULL. */
const char *cv_cell_name(struct cv_ctx *ctx, const char *words, struct cv_footnotes notes,
			 const char **marks_out);

/* Why a value of that kind would be refused, or NULL: the check of the profile's reader,
 * with nothing reported. */
const char *cv_words_refused(struct cv_ctx *ctx, const struct cv_lexical *lexical,
			     const char *words);
