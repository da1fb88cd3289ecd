#pragma once
/* What the two emitting files of libnftables JSON share. */

#include "base/json.h"
#include "nftables/emit.h"
#include "nftables/json_facts.h"

struct cv_nft_json_writer {
	const struct cv_emission *emission;
	struct cv_nft_groups groups;
	struct cv_json json;
	const char *family, *table;
};

bool cv_nft_json_is_named(const struct cv_entry *entry, const char *name);

/* `{"VERB": {"KIND": {"family": ..., "table": ..., ` and what the caller adds; a table
 * has no member "table". */
void cv_nft_json_begin_command(struct cv_nft_json_writer *writer, const char *verb,
			       const char *kind, bool on_one_line);
void cv_nft_json_end_command(struct cv_nft_json_writer *writer);

/* The shape that a set's name ends in, or NULL. */
const struct cv_nft_shape *cv_nft_json_shape(const char *name);

void cv_nft_json_put_range(struct cv_nft_json_writer *writer, uint8_t family,
			   struct cv_range range);
void cv_nft_json_put_port_range(struct cv_nft_json_writer *writer,
				struct cv_port_range range);

/* The parts that the entry has, the ends included.  With an ICMP type its protocol is no
 * part of a key. */
unsigned cv_nft_json_parts_of(const struct cv_entry *flow);

/* An element of a set whose key has these parts, with the flow's note. */
void cv_nft_json_put_element(struct cv_nft_json_writer *writer,
			     const struct cv_entry *flow, unsigned parts);

/* All rules of a chain; of one beside another, its classes. */
void cv_nft_json_put_rules(struct cv_nft_json_writer *writer, const char *chain);
void cv_nft_json_put_classes(struct cv_nft_json_writer *writer, const char *chain);
