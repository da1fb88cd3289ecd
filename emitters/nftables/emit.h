#pragma once
/* What the files that write the text share. */

#include "base/buf.h"
#include "model/target.h"
#include "nftables/facts.h"
#include "nftables/group.h"

/* A side of the element before, as it was written: neighbours mostly have it in common.
 */
struct cv_nft_side {
	const struct cv_addresses *addresses; /* NULL: there was none */
	char text[CV_RANGE_ROOM];
	size_t size;
};

struct cv_nft_writer {
	const struct cv_emission *emission;
	struct cv_nft_groups groups;
	struct cv_buf *out;
	const char *table; /* "inet filter" */
	const char *mark;  /* at the head of each line: "", or what makes a comment */
	struct cv_nft_side source, destination;
};

/* Printable ASCII without what would end a string; any other byte is left out.
 * Lowering lets none through; should one come, it is missing from what the proof reads
 * back, and nothing is written.  NULL is no text. */
void cv_nft_put(struct cv_buf *out, const char *text);

/* `VERB inet filter NAME`, at the head of a line. */
void cv_nft_put_verb(struct cv_nft_writer *writer, const char *verb, const char *name);

/* ` comment "NOTE"`, where there is one. */
void cv_nft_put_note(struct cv_buf *out, const char *note);

/* Elements, each in a line: `10.0.0.1 . 10.0.0.2 . 6 . 443 comment "NOTE",`, with the
 * source or without it. */
void cv_nft_put_elements(struct cv_nft_writer *writer,
			 const struct cv_entry *const *flows, size_t count, bool source);

/* What fills the maps, each `add element inet filter NAME {`, a range a line, `}`. */
void cv_nft_put_ways(struct cv_nft_writer *writer);

/* All rules of the chain, first to last; of one beside another, its classes. */
void cv_nft_put_rules(struct cv_nft_writer *writer, const char *chain);
void cv_nft_put_classes(struct cv_nft_writer *writer, const char *chain);
