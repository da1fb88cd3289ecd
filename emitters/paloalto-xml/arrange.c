/* From bare services to PAN-OS objects.  Names say what a service is and depend on
 * nothing but it, so that one row more renames nothing: order and spread come from
 * the content and from hashes of names. */
#include "paloalto-xml/target.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/digest.h"
#include "base/utf8.h"
#include "paloalto-xml/options.h"
#include "paloalto-xml/services.h"

/* Hex digits.  The longest prefix, the longest protocol and these stay below 63. */
enum { HASH = 8, LONG_HASH = 24 };

struct work {
	struct cv_ctx *ctx;
	struct cv_plan *plan;
	const struct cv_paloalto_options *options;
	struct cv_paloalto_names names;
};

/* A site's name may be longer than a prefix: the hash keeps two such sites apart. */
static const char *prefix_of(struct cv_ctx *ctx, const struct cv_plan *plan)
{
	const struct cv_paloalto_options *options = plan->use->options;
	const char *name = plan->policy->site->name.text;
	char hash[65];

	if (options && options->prefix.text)
		return options->prefix.text;
	if (strlen(name) <= CV_PALOALTO_PREFIX_MAX)
		return name;
	cv_sha256_hex(name, strlen(name), hash);
	return cv_arena_format(ctx->arena, "%.*s-%.*s", CV_PALOALTO_PREFIX_MAX - HASH - 1,
			       name, HASH, hash);
}

struct cv_paloalto_names cv_paloalto_names_of(struct cv_ctx *ctx,
					      const struct cv_plan *plan)
{
	const char *prefix = prefix_of(ctx, plan);

	const bool bare = !*prefix;

	return (struct cv_paloalto_names){
		.prefix = bare ? "" : cv_arena_format(ctx->arena, "%s-", prefix),
		.tag = cv_arena_format(ctx->arena, "carveout-%s",
				       bare ? plan->policy->site->name.text : prefix),
		.group = cv_arena_format(ctx->arena, "%s-services",
					 bare ? plan->policy->site->name.text : prefix),
	};
}

/* ASCII without what PAN-OS or its command line would take amiss; NULL when nothing
 * is left. */
static const char *plain_text(struct cv_ctx *ctx, const char *text)
{
	char *plain = cv_arena_text(ctx->arena, text ? text : "");
	const size_t size = strlen(plain);
	size_t length, filled = 0;

	for (size_t at = 0; at < size; at += length) {
		const uint32_t c = cv_utf8_decode(plain + at, size - at, &length);
		const char ascii = c <= ' ' || c == 0x7F ? ' ' : c < 0x80 ? (char)c : '_';

		/* Bytes that are not UTF-8 decode as 0 and become a blank. */
		if (strchr(cv_paloalto_text_refused, ascii))
			continue;
		if (ascii != ' ' || (filled && plain[filled - 1] != ' '))
			plain[filled++] = ascii;
	}
	if (filled > CV_PALOALTO_DESCRIPTION_MAX) {
		filled = CV_PALOALTO_DESCRIPTION_MAX;
		memcpy(plain + filled - 3, "...", 3);
	}
	while (filled && plain[filled - 1] == ' ')
		filled--;
	plain[filled] = '\0';
	return filled ? plain : NULL;
}

/* A comma may not stand in a name, and a hyphen in its place would make the list
 * 80,8080 and the range 80-8080 one name. */
static void add_port_words(struct cv_buf *out, const struct cv_ports *ports)
{
	size_t at = out->size;

	cv_ports_format(out, ports);
	for (; at < out->size; at++)
		if (out->data[at] == ',')
			out->data[at] = '_';
}

/* `hq-tcp-80_8000-8010-from-1024-65535`; where that is too long, what fits of it and
 * `digits` of its hash, cut between two ports so that it never shows half a one. */
static const char *service_name(const struct work *work, const struct cv_entry *entry,
				size_t digits)
{
	const char *protocol = cv_paloalto_protocol_name(entry->protocol);
	struct cv_buf full = CV_BUF_INIT;
	const char *name;
	char hash[65];
	size_t head, keep;

	cv_buf_format(&full, "%s%s", work->names.prefix, protocol);
	head = full.size;
	cv_buf_char(&full, '-');
	add_port_words(&full, entry->ports);
	if (entry->source_ports) {
		cv_buf_text(&full, "-from-");
		add_port_words(&full, entry->source_ports);
	}
	if (full.size <= CV_PALOALTO_NAME_MAX) {
		name = cv_arena_text(work->ctx->arena, full.data);
	} else {
		cv_sha256_hex(full.data, full.size, hash);
		keep = CV_PALOALTO_NAME_MAX - 1 - digits;
		while (keep > head && full.data[keep] != '_' && full.data[keep] != '-')
			keep--;
		name = cv_arena_format(work->ctx->arena, "%.*s-%.*s", (int)keep,
				       full.data, (int)digits, hash);
	}
	cv_buf_deinit(&full);
	return name;
}

static int by_name(const void *a, const void *b)
{
	const struct cv_entry *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

/* Names that end in a hash may be equal for all we know: those get more of it, and no
 * others, since a name must not hang on what else the site has. */
static void name_services(const struct work *work, struct cv_entry *services,
			  size_t count)
{
	struct cv_entry **sorted =
		CV_NEW_ARRAY(work->ctx->arena, count, struct cv_entry *);

	for (size_t i = 0; i < count; i++) {
		services[i].name = service_name(work, &services[i], HASH);
		sorted[i] = &services[i];
	}
	qsort(sorted, count, sizeof *sorted, by_name);
	for (size_t i = 0, end; i < count; i = end) {
		const char *name = sorted[i]->name;

		for (end = i + 1; end < count; end++)
			if (strcmp(name, sorted[end]->name) != 0)
				break;
		for (size_t same = i; end - i > 1 && same < end; same++)
			sorted[same]->name = service_name(work, sorted[same], LONG_HASH);
	}
}

static struct cv_entry *add_object(const struct work *work, enum cv_paloalto_list_id list,
				   const char *name)
{
	struct cv_entry *entry = cv_plan_add(work->ctx, work->plan, CV_ENTRY_OBJECT);

	entry->list = cv_paloalto_lists[list].name;
	entry->name = name;
	return entry;
}

/* Of the names those whose hash falls into the bucket. */
static bool add_group(const struct work *work, const char *name, const char *const *names,
		      const uint32_t *hashes, size_t count, uint32_t mask,
		      uint32_t bucket)
{
	struct cv_attribute *attributes =
		CV_NEW_ARRAY(work->ctx->arena, count + 1, struct cv_attribute);
	size_t filled = 0;
	struct cv_entry *group;

	for (size_t i = 0; i < count; i++)
		if ((hashes[i] & mask) == bucket)
			attributes[filled++] = (struct cv_attribute){"member", names[i]};
	if (!filled)
		return false; /* PAN-OS refuses an empty group */
	attributes[filled++] = (struct cv_attribute){"tag", work->names.tag};
	group = add_object(work, CV_PALOALTO_SERVICE_GROUP, name);
	group->attributes = attributes;
	group->attribute_count = filled;
	return true;
}

static uint32_t hash_of(const char *name)
{
	char hex[65];

	cv_sha256_hex(name, strlen(name), hex);
	hex[8] = '\0';
	return (uint32_t)strtoul(hex, NULL, 16);
}

/* The fewest buckets, a power of two, of which none is too full; 0: there are none. */
static uint32_t bucket_count(const uint32_t *hashes, size_t count, size_t limit)
{
	for (uint32_t buckets = 1; buckets <= CV_PALOALTO_GROUPS_MAX; buckets *= 2) {
		size_t filled[CV_PALOALTO_GROUPS_MAX] = {0}, most = 0;

		for (size_t i = 0; i < count; i++) {
			const size_t now = ++filled[hashes[i] & (buckets - 1)];

			most = now > most ? now : most;
		}
		if (most <= limit)
			return buckets;
	}
	return 0;
}

/* One group, or one of groups.  The outer one comes last: what it names stands
 * before it, and the undo, which goes backwards, takes it away first. */
static bool add_groups(const struct work *work, const struct cv_entry *services,
		       size_t count)
{
	const char **names = CV_NEW_ARRAY(work->ctx->arena, count, const char *);
	uint32_t *hashes = CV_NEW_ARRAY(work->ctx->arena, count, uint32_t);
	const char *inner[CV_PALOALTO_GROUPS_MAX];
	const size_t most = cv_paloalto_model(work->options)->members;
	size_t inner_count = 0;
	uint32_t buckets;

	for (size_t i = 0; i < count; i++) {
		names[i] = services[i].name;
		hashes[i] = hash_of(names[i]);
	}
	buckets = bucket_count(hashes, count, most);
	if (!buckets)
		return cv_find(work->ctx, CV_F_TOO_LONG, work->plan->use->name.at,
			       "%s: %zu services do not fit into %d groups of at "
			       "most %zu members",
			       work->plan->use->target->name, count,
			       CV_PALOALTO_GROUPS_MAX, most);
	for (uint32_t bucket = 0; buckets > 1 && bucket < buckets; bucket++) {
		const char *name = cv_arena_format(work->ctx->arena, "%s-%02x",
						   work->names.group, (unsigned)bucket);

		if (add_group(work, name, names, hashes, count, buckets - 1, bucket))
			inner[inner_count++] = name;
	}
	if (buckets > 1)
		add_group(work, work->names.group, inner, hashes, inner_count, 0, 0);
	else
		add_group(work, work->names.group, names, hashes, count, 0, 0);
	return true;
}

static bool has_list(const struct cv_plan *plan, const char *list)
{
	for (size_t i = 0; i < plan->entries.count; i++) {
		const struct cv_entry *entry = CV_AT(&plan->entries, struct cv_entry, i);

		if (entry->kind == CV_ENTRY_OBJECT && strcmp(entry->list, list) == 0)
			return true;
	}
	return false;
}

/* One command for each list.  The mode is merge and nothing else: replace would wipe
 * the site's own objects out of the list. */
static void add_steps(struct cv_ctx *ctx, struct cv_plan *plan)
{
	const struct cv_paloalto_options *options = plan->use->options;
	struct cv_arena *arena = ctx->arena;
	const char *scope = cv_paloalto_scope(options);
	const char *file = cv_arena_format(arena, "%s.xml", plan->subject->name);
	const char *base = scope;

	if (!cv_paloalto_is_shared(options))
		base = cv_arena_format(arena,
				       "devices/entry[@name='" CV_PALOALTO_DEVICE
				       "']/vsys/entry[@name='%s']",
				       scope);
	for (int i = 0; i < CV_PALOALTO_LIST_COUNT; i++) {
		const char *list = cv_paloalto_lists[i].name;
		struct cv_entry *step;
		/* From begins below /config, to begins with it: PAN-OS CLI quick start,
		 * "xpath location formats". */
		const char *paths = cv_arena_format(
			arena, "from-xpath %s/%s to-xpath /config/%s/%s mode merge", base,
			list, base, list);

		if (!has_list(plan, list))
			continue;
		step = cv_plan_add(ctx, plan, CV_ENTRY_STEP);
		step->list = "load";
		if (cv_paloalto_release(options)->file_first)
			step->value = cv_arena_format(
				arena, "load config partial from %s %s", file, paths);
		else
			step->value = cv_arena_format(
				arena, "load config partial %s from %s", paths, file);
	}
}

bool cv_paloalto_arrange(struct cv_ctx *ctx, struct cv_plan *plan)
{
	struct work work = {.ctx = ctx, .plan = plan, .options = plan->use->options};
	struct cv_attribute *tags;
	struct cv_entry *services;
	const size_t count = cv_paloalto_services(ctx, plan, &services);

	if (!count)
		return true; /* neither tag nor group without a service */
	work.names = cv_paloalto_names_of(ctx, plan);
	tags = CV_NEW(ctx->arena, struct cv_attribute);
	*tags = (struct cv_attribute){"tag", work.names.tag};
	name_services(&work, services, count);
	add_object(&work, CV_PALOALTO_TAG, work.names.tag)->value = plain_text(
		ctx, cv_arena_format(ctx->arena, "written by carveout for the site %s",
				     plan->policy->site->name.text));
	for (size_t i = 0; i < count; i++) {
		services[i].note = plain_text(ctx, services[i].note);
		services[i].attributes = tags;
		services[i].attribute_count = 1;
		*cv_plan_add(ctx, plan, CV_ENTRY_OBJECT) = services[i];
	}
	return add_groups(&work, services, count) && cv_paloalto_base_hold(ctx, plan);
}

bool cv_paloalto_arrange_config(struct cv_ctx *ctx, struct cv_plan *plan)
{
	if (!cv_paloalto_arrange(ctx, plan))
		return false;
	add_steps(ctx, plan);
	return true;
}
