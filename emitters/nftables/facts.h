#pragma once
/* What nft and the kernel want, and the shapes that our sets have.  The emitter
 * and the reader share this and nothing else: data only, no code that writes or
 * parses. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/target.h"
#include "model/value.h"

struct cv_nft_management {
	struct cv_texts from; /* addresses */
	struct cv_text port;  /* of tcp; `22` when not given */
	struct cv_span at;
};

/* Its keys in the site.  Texts that were not given are NULL and mean the defaults. */
struct cv_nft_options {
	struct cv_text mode;      /* `include`, `enforce` */
	struct cv_text table;     /* family and name; mode include only */
	struct cv_text compat;    /* the oldest nft that has to load the file */
	struct cv_texts protect;  /* parties, or `all` */
	struct cv_texts baseline; /* `dns`, `dhcp`, `ntp`, `icmp`, or `none` */
	struct cv_nft_management management;
};

#define CV_NFT_MANAGEMENT_PORT "22"
#define CV_NFT_PROTECT_ALL "all"
#define CV_NFT_NO_BASELINE "none"

/* nft's first version with ranges in concatenations. */
#define CV_NFT_RANGES_SINCE "0.9.4"

/* What the targets of nftables have in common: members of struct cv_target. */
#define CV_NFT_DESCRIPTION \
	.can = {.subjects = CV_SUBJECT_SITE | CV_SUBJECT_HOST, \
		.flows = CV_FLOWS_ELEMENTS, \
		.source_ports = true, \
		.icmp = true, \
		.other_protocols = true, \
		.note_limit = CV_NFT_LONGEST_COMMENT, \
		.most_rules = CV_NFT_MOST_RULES, \
		.most_steered = CV_NFT_MOST_STEERED}, \
	.options = &cv_nft_option_fields, .check_options = cv_nft_check_options, \
	.enforces = cv_nft_enforces, .arrange = cv_nft_arrange, \
	.read_export = cv_nft_read_export, .export_command = "nft -j list ruleset"

extern const struct cv_fields cv_nft_option_fields;
bool cv_nft_check_options(struct cv_ctx *ctx, const void *options, struct cv_span at);

/* Mode enforce: a table of our own with base chains that drop. */
bool cv_nft_enforces(const void *options);

#define CV_NFT_TABLE "inet filter"

enum {
	CV_NFT_LONGEST_NAME = 255,    /* of a table, chain or set; 256 is ERANGE */
	CV_NFT_LONGEST_COMMENT = 128, /* of an element */
	CV_NFT_LEAST_SIZE = 16,       /* of a hash set; sizes are powers of two */
	CV_NFT_LISTS = 3,
	CV_NFT_SHAPES = 16,
	CV_NFT_MOST_RULES = 64,     /* beside the sets of a chain; a rule costs 15 ns */
	CV_NFT_BESIDE = 16,         /* chains beside a chain, for its classes */
	CV_NFT_MOST_STEERED = 1024, /* classes in them: 64 each, as with MOST_RULES */
	CV_NFT_PRIORITY = -5,       /* of our base chains: before the usual 0, and like no
				       other's, since the order of equal ones changes */
};

/* How a chain's rules stand in an artefact and in the kernel, first to last:
 *
 *   opening   what comes before any row: replies, broken packets, loopback.
 *             CV_ENTRY_SETTING, list "opening", name CHAIN, value one of the texts
 *             of cv_nft_openings.  Base chains of mode enforce only.
 *   baseline  CV_ENTRY_FLOW, name CV_NFT_BASELINE: a rule over whole sets; flows that
 *             differ in the ICMP type only and follow each other are one rule.
 *   rule      CV_ENTRY_SETTING, list "rule": looks into a named set, whose elements
 *             are the CV_ENTRY_FLOW entries with the set's name; or, behind those, into
 *             a map, whose elements are the ways with the map's name.
 *   class     CV_ENTRY_FLOW, name CV_NFT_CLASS: one rule for all that share chain,
 *             family, source set, shape parts, protocol where the shape has one, and
 *             exactness; the source in one anonymous set, what it may reach in another,
 *             with the key of the shape but without the source.
 *   own       CV_ENTRY_FLOW, name CV_NFT_OWN: one rule a flow, over whole sets.
 *   closing   CV_ENTRY_SETTING, list "closing", name CHAIN: what drops.  With family and
 *             destination: only what goes there.  Mode enforce only.
 *
 * Within each the plan's order holds, chain by chain.  Anonymous sets are gone with
 * their rule, so a flush of the chain leaves nothing behind.
 *
 * Beside a chain stand CV_NFT_BESIDE others, or none, for classes that have their sources
 * for themselves: CV_ENTRY_SETTING, list "beside", name CHAIN-class-NN, value the table.
 * They hold rules of classes only, whose flows have the chain's name, and come behind all
 * chains.  Which one it is hangs on the lowest source, so that a class stays where it is
 * when others come and go, and its rule asks for the source again, since others may share
 * the chain; and all have fixed names, since a file cannot know what an older one left.
 * One that no class needs is there and empty, and no file deletes one: a map that an
 * older file left may lead there, and the kernel deletes no chain that anything leads to.
 *
 * What leads there are maps from sources to jumps: CV_ENTRY_SETTING, list "map", name
 * CHAIN and one of the suffixes of cv_nft_maps, value what declares it.  With
 * the chains beside all of them are there, be they empty.  Their elements are
 * CV_ENTRY_SETTING, list "way", name the map's, value a chain beside: packets of the
 * family and from the source jump there, and come back when nothing there lets them
 * through.  Single addresses stand in the one map of the family, ranges in the other; no
 * address leads to two chains, and the ways of a map stand in the order of their chains.
 *
 * Maps have names and are emptied and filled again, never deleted by a load.  When the
 * kernel deletes a map, named or not, its elements are gone for packets that are looked
 * up in it just then (nft_map_deactivate); those of sets are not.  Seen with a map
 * without a name in place of these: one to five new flows lost in 64 loads under traffic,
 * and none with these. */
#define CV_NFT_BASELINE "baseline"
#define CV_NFT_BASELINE_NOTE "baseline: " /* how the notes of those begin */
#define CV_NFT_CLASS "class"
#define CV_NFT_BESIDE_MARK "-class-" /* then two digits, and the name ends */
enum { CV_NFT_BESIDE_TAIL = sizeof CV_NFT_BESIDE_MARK - 1 + 2 };
#define CV_NFT_OWN "own"

/* A map from the source to a chain beside another. */
struct cv_nft_map {
	const char *suffix;
	uint8_t family;
	bool exact; /* a hash of single addresses; else ranges */
	const char
		*declaration; /* type and flags; there is no size, which could differ */
	const char *match;    /* the rule's expression, up to the map */
};

enum { CV_NFT_MAPS = 4 };
extern const struct cv_nft_map cv_nft_maps[CV_NFT_MAPS];

/* Expressions that an opening consists of, for forms that are no text. */
enum cv_nft_opening_kind {
	CV_NFT_REPLIES, /* ct state established,related counter accept */
	CV_NFT_INVALID, /* ct state invalid counter drop */
	CV_NFT_FROM_LO, /* iif lo accept */
	CV_NFT_TO_LO,   /* oif lo accept */
	CV_NFT_OPENINGS,
};

extern const char *const cv_nft_openings[CV_NFT_OPENINGS];

/* What a closing does with what is left: `counter drop`. */
extern const char cv_nft_closing[];

/* CV_ENTRY_SETTING, list "base", name CHAIN: the value is `type filter hook HOOK
 * priority -5; policy POLICY`.  Only base chains have one. */

/* What the key of a shape holds behind the two addresses, in this order. */
enum cv_nft_part {
	CV_NFT_PROTOCOL = 1,
	CV_NFT_SOURCE_PORT = 2,
	CV_NFT_PORT = 4,
	CV_NFT_ICMP_TYPE = 8,
};

/* A kind of set.  The name of a set ends in its shape's suffix, so that a name
 * always means one key and one set of flags: an `add set` with other flags under a
 * name that the kernel holds fails with EEXIST. */
struct cv_nft_shape {
	const char *suffix;
	uint8_t family;
	bool exact;              /* a hash of single values; else ranges */
	unsigned parts;          /* enum cv_nft_part */
	int protocol;            /* the one that its rule asks for, or -1 */
	const char *declaration; /* type and flags */
	const char *match;       /* the rule's expression, up to the set */
	const char *reach;       /* of a class: the same without the source, and without
				    the protocol that it asks for */
};

extern const struct cv_nft_shape cv_nft_shapes[CV_NFT_SHAPES];

/* "forward", "input", "output": the hooks, and how the names of our chains end. */
extern const char *const cv_nft_lists[CV_NFT_LISTS];

/* What a rule does with what its set holds. */
extern const char cv_nft_verdict[];

/* Words of nft's grammar that cannot name a table; NULL-terminated. */
extern const char *const cv_nft_keywords[];

/* arrange.c, emit.c, read.c, export.c: what the target's table points at. */
bool cv_nft_arrange(struct cv_ctx *ctx, struct cv_plan *plan);
void cv_nft_emit(const struct cv_emission *emission);
void cv_nft_emit_undo(const struct cv_emission *emission);
bool cv_nft_read(struct cv_reading *reading);
bool cv_nft_read_undo(struct cv_reading *reading);
bool cv_nft_read_export(struct cv_export_reading *reading);
