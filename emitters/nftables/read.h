#pragma once
/* What the files that read the text share: the place that has been reached, what was
 * said before it, and the words of our own grammar. */

#include <string.h>

#include "model/plan.h"
#include "nftables/facts.h"

struct cv_nft_reader_chain {
	const char *name, *list; /* of cv_nft_lists */
	bool drops;              /* a base chain whose policy is drop */
};

/* A chain beside one of those, for its classes. */
struct cv_nft_reader_beside {
	struct cv_nft_reader_chain chain;
	const struct cv_nft_reader_chain *of;
	const struct cv_addresses *from[2]; /* IPv4, IPv6: what leads there */
};

/* A map that leads from a chain to those beside it. */
struct cv_nft_reader_map {
	const struct cv_nft_map *shape;
	const struct cv_nft_reader_chain *of;
	const char *name;
	bool filled, ruled;
};

/* The same while its elements are read. */
struct cv_nft_reader_ways {
	const struct cv_nft_reader_map *map;
	struct cv_nft_reader_beside *to; /* of the last element, or NULL */
	size_t place;                    /* of the first that leads there */
	struct cv_table ranges;          /* of struct cv_range: that lead there */
};

struct cv_nft_reader_set {
	const struct cv_nft_shape *shape;
	const struct cv_nft_reader_chain *chain;
	const char *name, *value;
	size_t size, count; /* what the declaration has room for; elements */
	size_t place;
	bool filled, ruled;
};

/* A range as it stands in the bytes, and the set that it makes. */
struct cv_nft_spelled {
	const char *text; /* in the reading; NULL: none yet */
	size_t size;
	const struct cv_addresses *set;
};

enum { CV_NFT_SPELLED = 4096 };

struct cv_nft_reader {
	struct cv_reading *reading;
	const char *at, *end;
	const char *table;           /* "inet filter" */
	const char *mark;            /* what stands at the head of each line, or "" */
	enum cv_operation operation; /* of what the lines say */
	bool enforces;               /* the chains are base chains */
	struct cv_nft_reader_chain chains[CV_NFT_LISTS];
	size_t chain_count;
	struct cv_nft_reader_beside beside[CV_NFT_LISTS * CV_NFT_BESIDE];
	size_t beside_count;
	struct cv_nft_reader_map maps[CV_NFT_LISTS * CV_NFT_MAPS];
	size_t map_count;
	struct cv_nft_reader_set sets[CV_NFT_LISTS * CV_NFT_SHAPES];
	size_t set_count;
	struct cv_nft_spelled *spelled; /* by a hash of the text; NULL: none yet */
	struct cv_nft_spelled source, destination; /* of the element before */
};

/* Sets the error, unless there is one; false. */
bool cv_nft_fail(struct cv_nft_reader *reader, const char *why);

/* Whether the text comes next; the same, and goes behind it; the same, and fails where
 * it does not. */
static inline bool cv_nft_stands(const struct cv_nft_reader *reader, const char *text)
{
	const size_t size = strlen(text);

	return (size_t)(reader->end - reader->at) >= size &&
	       memcmp(reader->at, text, size) == 0;
}

static inline bool cv_nft_take(struct cv_nft_reader *reader, const char *text)
{
	if (!cv_nft_stands(reader, text))
		return false;
	reader->at += strlen(text);
	return true;
}

bool cv_nft_expect(struct cv_nft_reader *reader, const char *text);

/* `VERB inet filter ` at the head of a line. */
bool cv_nft_expect_verb(struct cv_nft_reader *reader, const char *verb);

/* A name of nft's grammar; NULL, having failed, when there is none or it is too long. */
const char *cv_nft_take_name(struct cv_nft_reader *reader);

/* Printable ASCII up to `stop` and without `refused`, which may be NUL; takes the stop.
 * In the arena of `texts`.  NULL, having failed, where another byte stands. */
const char *cv_nft_take_text(struct cv_nft_reader *reader, char stop, char refused,
			     struct cv_ctx *texts);

/* Digits only, no leading zero, at most `most`. */
bool cv_nft_take_number(struct cv_nft_reader *reader, size_t most, size_t *number_out);

/* ` comment "NOTE"`, where there is one, in the arena of `texts`; *note_out stays as it
 * is where not. */
bool cv_nft_take_note(struct cv_nft_reader *reader, struct cv_ctx *texts,
		      const char **note_out);

/* An address, a prefix or a range of the family, in its one spelling. */
bool cv_nft_take_range(struct cv_nft_reader *reader, uint8_t family,
		       struct cv_range *range_out);

/* The same as a set; NULL, having failed.  Bytes that were read before are not read
 * again: mostly they are those of `*before`, where what is read now is kept for the next.
 */
const struct cv_addresses *cv_nft_take_addresses(struct cv_nft_reader *reader,
						 struct cv_nft_spelled *before,
						 uint8_t family);

/* `443` or `8000-8010` */
bool cv_nft_take_port_range(struct cv_nft_reader *reader,
			    struct cv_port_range *range_out);

/* An entry of what was read, and the offset where the reader stands. */
struct cv_entry *cv_nft_add_read(struct cv_nft_reader *reader, enum cv_entry_kind kind,
				 size_t place);
size_t cv_nft_here(const struct cv_nft_reader *reader);

/* A setting of what was read, with the reader's operation. */
struct cv_entry *cv_nft_add_setting(struct cv_nft_reader *reader, size_t place,
				    const char *list, const char *name,
				    const char *value);

/* Which of our lists a chain's name ends in; NULL for another's name. */
const char *cv_nft_reader_list_of(const char *name);

/* Adds a chain beside another one of those known; they come in the order of the chains
 * and of their numbers, all or none of a chain. */
bool cv_nft_reader_know_beside(struct cv_nft_reader *reader, const char *name);
bool cv_nft_reader_all_beside(struct cv_nft_reader *reader);

/* Adds a map of one of the chains that have others beside them; they come in the order
 * of these chains and of cv_nft_maps, all of them.  Returns the map, or NULL. */
struct cv_nft_reader_map *cv_nft_reader_know_map(struct cv_nft_reader *reader,
						 const char *name);
bool cv_nft_reader_all_maps(struct cv_nft_reader *reader);

/* The map of that name, or NULL; its rule, in that chain: it was filled. */
struct cv_nft_reader_map *cv_nft_reader_map_of(struct cv_nft_reader *reader,
					       const char *name);
bool cv_nft_reader_rule_map(struct cv_nft_reader *reader, struct cv_nft_reader_map *map,
			    const struct cv_nft_reader_chain *chain);

/* Elements of the map of that name begin; maps are filled once, in their order. */
bool cv_nft_reader_begin_ways(struct cv_nft_reader *reader, const char *name,
			      struct cv_nft_reader_ways *ways_out);

/* What leads to the chain of that name beside the map's.  Those that lead to one stand
 * together, ascending and with a gap between any two, and the chains in their order. */
bool cv_nft_reader_add_way(struct cv_nft_reader *reader, struct cv_nft_reader_ways *ways,
			   size_t place, struct cv_range range, const char *name);

/* The elements end; there was one. */
bool cv_nft_reader_end_ways(struct cv_nft_reader *reader,
			    struct cv_nft_reader_ways *ways);

/* Once all rules are read: each map that was filled has one. */
bool cv_nft_reader_end_maps(struct cv_nft_reader *reader);

/* A class in a chain beside another: its sources must lead there. */
bool cv_nft_reader_add_class(struct cv_nft_reader *reader,
			     const struct cv_nft_reader_chain *chain,
			     const struct cv_addresses *source);

/* Whether it is that of one of them, which holds nothing but classes. */
bool cv_nft_reader_is_beside(const struct cv_nft_reader *reader,
			     const struct cv_nft_reader_chain *chain);

/* The set of that name, or NULL. */
struct cv_nft_reader_set *cv_nft_reader_set_of(struct cv_nft_reader *reader,
					       const char *name);

/* Sets the chain and the shape that the set's name tells. */
bool cv_nft_reader_know_set(struct cv_nft_reader *reader, struct cv_nft_reader_set *set);

/* Text of the reader's own bytes, from `start` up to where it stands. */
const char *cv_nft_taken(const struct cv_nft_reader *reader, const char *start);

/* read_sets.c.  What an element says behind its source, up to its comma:
 * `10.0.0.2 . 6 . 443 comment "NOTE"`.  *exact_out is cleared where it holds a range. */
bool cv_nft_read_reach(struct cv_nft_reader *reader, const struct cv_nft_shape *shape,
		       struct cv_entry *flow, bool *exact_out);

/* Declarations of sets; with `removed`, each is deleted in the next line. */
bool cv_nft_read_declarations(struct cv_nft_reader *reader, bool removed);

/* Sets with their elements; each was declared before. */
bool cv_nft_read_sets(struct cv_nft_reader *reader);

/* Maps; `then` is what the next line does to each, or NULL.  What fills them. */
bool cv_nft_read_maps(struct cv_nft_reader *reader, const char *then);
bool cv_nft_read_ways(struct cv_nft_reader *reader);

/* Adds the entries of the sets: a filled one is an addition, any other a removal. */
bool cv_nft_add_sets(struct cv_nft_reader *reader);

/* read_rules.c.  All rules, chain by chain, up to the end of the bytes. */
bool cv_nft_read_rules(struct cv_nft_reader *reader);
