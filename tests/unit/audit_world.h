#pragma once
/* A plan and an export, made by hand, for the tests of the audit. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "model/sets.h"
#include "model/target.h"
#include "prove/audit.h"

static const struct cv_dialect plain = {.name = "plain",
					.one_segment = true,
					.one_character = true,
					.tree_suffix = "",
					.children_suffix = "\\*",
					.most_wildcards = 6};

static const struct cv_dialect neutral = {.name = "neutral",
					  .one_segment = true,
					  .any_depth = true,
					  .one_character = true,
					  .wildcard_in_base_of_folder = true,
					  .tree_suffix = "",
					  .children_suffix = ""};

enum { ANY_PLATFORM = 1U << CV_WINDOWS | 1U << CV_LINUX | 1U << CV_MACOS };

static const struct cv_list lists[] = {
	{.name = "paths",
	 .kinds = 1U << CV_KIND_FOLDER | 1U << CV_KIND_FILE,
	 .platforms = ANY_PLATFORM,
	 .effect = CV_EFFECT_FILE_UNSCANNED,
	 .dialect = &plain},
	{.name = "programs",
	 .kinds = 1U << CV_KIND_PROCESS,
	 .platforms = ANY_PLATFORM,
	 .effect = CV_EFFECT_OPENED_UNSCANNED,
	 .dialect = &plain},
	{.name = "extensions",
	 .kinds = 1U << CV_KIND_EXTENSION,
	 .platforms = ANY_PLATFORM,
	 .effect = CV_EFFECT_FILE_UNSCANNED,
	 .dialect = &plain},
	{.name = "all",
	 .kinds = 1U << CV_KIND_PROCESS | 1U << CV_KIND_FOLDER | 1U << CV_KIND_FILE |
		  1U << CV_KIND_SHA256,
	 .platforms = ANY_PLATFORM,
	 .effect = CV_EFFECT_AS_ASKED,
	 .dialect = &neutral,
	 .children = true},
	{.name = NULL},
};

static const char *const granting[] = {
	"type", "match",  "recursive", "children",    "sha256", "user", "from",
	"to",   "scheme", "source",    "destination", "member", "tag",  NULL};

static const struct cv_target target = {
	.name = "tested", .can = {.lists = lists}, .granting = granting};

struct world {
	struct cv_ctx ctx;
	struct cv_group group;
	struct cv_subject subject;
	struct cv_target_use use;
	struct cv_plan plan;
	struct cv_table found, drift;
};

static inline struct world *open_world(enum cv_platform platform)
{
	struct world *world = calloc(1, sizeof *world);

	assert_non_null(world);
	cv_ctx_open(&world->ctx);
	world->group = (struct cv_group){.name = "g", .platform = platform};
	world->subject = (struct cv_subject){CV_SUBJECT_GROUP, "g", &world->group, NULL};
	world->use.target = &target;
	world->plan = (struct cv_plan){.use = &world->use, .subject = &world->subject};
	return world;
}

static inline void close_world(struct world *world)
{
	cv_sets_close(&world->ctx);
	cv_ctx_close(&world->ctx);
	free(world);
}

static inline struct cv_entry *plan_entry(struct world *world, enum cv_entry_kind kind,
					  const char *list)
{
	struct cv_entry *entry = cv_plan_add(&world->ctx, &world->plan, kind);

	entry->list = list;
	return entry;
}

static inline struct cv_entry *find_entry(struct world *world, enum cv_entry_kind kind,
					  const char *list)
{
	struct cv_entry *entry =
		cv_entries_add(&world->ctx, &world->found, kind, world->found.count);

	entry->list = list;
	entry->ours = true;
	return entry;
}

/* An exclusion as lowering makes it. */
static inline struct cv_entry *plan_path(struct world *world, size_t list,
					 enum cv_kind kind, enum cv_reach reach,
					 const char *value)
{
	struct cv_exclusion *exclusion = CV_NEW(world->ctx.arena, struct cv_exclusion);
	struct cv_entry *entry = plan_entry(world, CV_ENTRY_EXCLUSION, lists[list].name);

	*exclusion = (struct cv_exclusion){
		.group = &world->group, .kind = kind, .value = value, .reach = reach};
	entry->more->value = value;
	cv_origin_make(&world->ctx, entry)->native = &lists[list];
	entry->more->origin->exclusion = exclusion;
	entry->note = "a note";
	return entry;
}

static inline struct cv_entry *find_path(struct world *world, size_t list,
					 const char *value)
{
	struct cv_entry *entry = find_entry(world, CV_ENTRY_EXCLUSION, lists[list].name);

	entry->more->value = value;
	return entry;
}

/* `name` and `value` up to a NULL. */
static inline void attach(struct world *world, struct cv_entry *entry, ...)
{
	struct cv_attribute *attributes =
		CV_NEW_ARRAY(world->ctx.arena, 16, struct cv_attribute);
	va_list words;
	const char *name;

	va_start(words, entry);
	while ((name = va_arg(words, const char *)))
		attributes[entry->more->attribute_count++] =
			(struct cv_attribute){name, va_arg(words, const char *)};
	va_end(words);
	entry->more->attributes = attributes;
}

static inline const struct cv_addresses *addresses(struct world *world, const char *text)
{
	struct cv_range range;
	const char *why;
	uint8_t family;

	if (!text)
		return NULL;
	assert_true(cv_range_parse(text, &family, &range, &why));
	return cv_addresses_one(&world->ctx, family, range);
}

static inline const struct cv_ports *ports(struct world *world, const char *text)
{
	const struct cv_ports *set = NULL;
	const char *why, *bad;
	size_t size;

	if (text)
		assert_true(cv_ports_parse(&world->ctx, text, &set, &why, &bad, &size));
	return set;
}

static inline void set_flow(struct world *world, struct cv_entry *entry,
			    const char *source, const char *destination, const char *port)
{
	entry->source = addresses(world, source);
	entry->destination = addresses(world, destination);
	entry->family = entry->source        ? entry->source->family
			: entry->destination ? entry->destination->family
					     : 0;
	entry->protocol = 6;
	entry->ports = ports(world, port);
}

static inline void plan_flow(struct world *world, const char *source,
			     const char *destination, const char *port)
{
	struct cv_entry *entry = plan_entry(world, CV_ENTRY_FLOW, "forward");

	set_flow(world, entry, source, destination, port);
	entry->more->name = "cv-set-exact";
	entry->note = "a note";
}

static inline struct cv_entry *find_flow(struct world *world, const char *source,
					 const char *destination, const char *port)
{
	struct cv_entry *entry = find_entry(world, CV_ENTRY_FLOW, "forward");

	set_flow(world, entry, source, destination, port);
	return entry;
}

/* The drift of the world must be just these lines, `kind: what`, up to a NULL. */
static inline void expect(struct world *world, int only_ours, ...)
{
	const char *line;
	size_t count = 0;
	va_list lines;

	world->drift = (struct cv_table){0};
	cv_audit(&world->ctx, &world->plan, &world->found, only_ours, &world->drift);
	va_start(lines, only_ours);
	while ((line = va_arg(lines, const char *))) {
		const struct cv_drift *drift;

		if (count >= world->drift.count)
			fail_msg("not found: %s", line);
		drift = CV_AT(&world->drift, struct cv_drift, count++);
		assert_string_equal(cv_arena_format(world->ctx.arena, "%s: %s",
						    cv_drift_names[drift->kind],
						    drift->what),
				    line);
		assert_true((drift->planned == NULL) == (drift->kind == CV_DRIFT_EXTRA));
		assert_true((drift->found == NULL) == (drift->kind == CV_DRIFT_MISSING));
	}
	va_end(lines);
	if (count < world->drift.count)
		fail_msg("%s", CV_AT(&world->drift, struct cv_drift, count)->what);
	assert_int_equal(world->ctx.findings.count, 0);
}
