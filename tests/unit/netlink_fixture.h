#pragma once
/* Files of ours as work for the kernel, and the messages that come of them. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/ctx.h"
#include "model/sets.h"
#include "model/target.h"
#include "nftables/netlink_normal.h"
#include "nftables/netlink_rule.h"

extern const struct cv_target cv_target_nftables;

#define KEY "type ipv4_addr . ipv4_addr . inet_proto . inet_service"
#define SET "inet filter cv-s-forward-4-exact"
#define HEAD \
	"# test\n\n" \
	"add table inet filter\n" \
	"add chain inet filter cv-s-forward\n" \
	"flush chain inet filter cv-s-forward\n"
#define LOOKUP \
	"add rule inet filter cv-s-forward ip saddr . ip daddr . meta l4proto . th " \
	"dport " \
	"@cv-s-forward-4-exact counter accept\n"

struct world {
	struct cv_ctx ctx;
	struct cv_live_work work;
	struct cv_live_policy policy;
};

static inline void read_text(struct world *world, const char *text)
{
	struct cv_reading reading = {
		.ctx = &world->ctx, .bytes = text, .size = strlen(text)};
	const struct cv_entry **entries;

	if (!cv_target_nftables.forms[0].read(&reading))
		fail_msg("%s at byte %zu", reading.error, reading.error_at);
	entries = CV_NEW_ARRAY(world->ctx.arena, reading.entries.count,
			       const struct cv_entry *);
	for (size_t i = 0; i < reading.entries.count; i++)
		entries[i] = CV_AT(&reading.entries, struct cv_entry, i);
	world->work = (struct cv_live_work){
		.ctx = &world->ctx, .entries = entries, .count = reading.entries.count};
}

/* A file with one exact set of those lines. */
static inline char *with_elements(struct world *world, unsigned size, const char *lines)
{
	return cv_arena_format(world->ctx.arena,
			       HEAD "add set " SET " { " KEY "; size %u; }\n"
				    "delete set " SET "\n"
				    "add set " SET " { " KEY
				    "; size %u; elements = {\n%s}\n}\n" LOOKUP,
			       size, size, lines);
}

static inline void open_world(struct world *world)
{
	*world = (struct world){.work = {.ctx = NULL}};
	cv_ctx_open(&world->ctx);
}

static inline void close_world(struct world *world)
{
	cv_sets_close(&world->ctx);
	cv_ctx_close(&world->ctx);
}

/* The text's policy as messages, all names with the suffix. */
static inline struct cv_batch batch_of(struct world *world, const char *text,
				       const char *suffix)
{
	struct cv_batch batch;

	read_text(world, text);
	assert_true(cv_live_policy_make(&world->work, &world->policy));
	cv_batch_open(&world->ctx, &batch, world->policy.table, 1);
	cv_batch_add_policy(&batch, &world->policy, suffix);
	return batch;
}

static inline struct cv_normal normal_of(struct world *world, const char *text,
					 const char *suffix)
{
	struct cv_batch batch = batch_of(world, text, suffix);
	struct cv_normal normal;

	cv_normal_open(&world->ctx, &normal);
	cv_normal_know(&normal, &world->policy, suffix);
	cv_normal_take_batch(&normal, &batch.bytes);
	cv_batch_close(&batch);
	return normal;
}

/* What differs between two files, or NULL. */
static inline const char *difference(struct world *world, const char *wanted,
				     const char *suffix, const char *found)
{
	struct cv_normal left = normal_of(world, wanted, "");
	struct cv_normal right = normal_of(world, found, suffix);
	const char *why = cv_normal_difference(&left, &right);

	cv_normal_close(&left);
	cv_normal_close(&right);
	return why;
}
