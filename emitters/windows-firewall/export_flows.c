/* A rule's box as flows of the plan's list, and whether it meets those of the plan. */
#include "windows-firewall/export.h"

#include <string.h>

#include "base/ctx.h"
#include "model/policy.h"

enum { MOST_ATTRIBUTES = 3 };

struct ends {
	const struct cv_addresses *source, *destination;
	const struct cv_ports *ports, *source_ports;
};

static struct ends ends_of(const char *list, const struct cv_winfw_box *box, int family)
{
	if (strcmp(list, CV_WINFW_OUTPUT) == 0)
		return (struct ends){box->local[family], box->remote[family],
				     box->remote_ports, box->local_ports};
	return (struct ends){box->remote[family], box->local[family], box->local_ports,
			     box->remote_ports};
}

static bool ports_meet(struct cv_ctx *ctx, const struct cv_ports *a,
		       const struct cv_ports *b)
{
	return !a || !b || cv_ports_cut(ctx, a, b);
}

static bool type_meets(const struct cv_winfw_box *box, int type)
{
	for (size_t i = 0; i < box->types.count; i++)
		if (type < 0 || *CV_AT(&box->types, int, i) == type)
			return true;
	return box->types.count == 0;
}

static bool meets(struct cv_ctx *ctx, const struct cv_entry *entry,
		  const struct cv_winfw_box *box)
{
	const struct ends ends = ends_of(entry->list, box, entry->family == 6);

	return (box->protocol < 0 || box->protocol == entry->protocol) &&
	       type_meets(box, entry->icmp_type) &&
	       (!box->program || !entry->more->program ||
		strcmp(box->program, entry->more->program) == 0) &&
	       cv_addresses_cut(ctx, ends.source, entry->source) &&
	       cv_addresses_cut(ctx, ends.destination, entry->destination) &&
	       ports_meet(ctx, ends.ports, entry->ports) &&
	       ports_meet(ctx, ends.source_ports, entry->more->source_ports);
}

bool cv_winfw_meets_plan(const struct cv_winfw_export *export, const char *list,
			 const struct cv_winfw_box *box)
{
	const struct cv_table *entries = &export->reading->plan->entries;

	for (size_t i = 0; i < entries->count; i++) {
		const struct cv_entry *entry = CV_AT(entries, struct cv_entry, i);

		if (entry->kind == CV_ENTRY_FLOW && strcmp(entry->list, list) == 0 &&
		    meets(export->reading->ctx, entry, box))
			return true;
	}
	return false;
}

static const char *profile_text(struct cv_ctx *ctx, unsigned bits)
{
	const char *text = NULL;

	for (unsigned i = 0; i < CV_WINFW_PROFILES; i++)
		if (bits >> i & 1)
			text = text ? cv_arena_format(ctx->arena, "%s,%s", text,
						      cv_winfw_profile_words[i])
				    : cv_winfw_profile_words[i];
	return text ? text : "none";
}

/* How a rule is not like ours besides its box; the profile is always told. */
static size_t attributes_of(struct cv_winfw_export *export, const json_t *rule,
			    const char *list, const struct cv_winfw_box *box,
			    struct cv_attribute *attributes)
{
	struct cv_ctx *ctx = export->reading->ctx;
	const char *edge = cv_winfw_text(rule, "EdgeTraversalPolicy");
	size_t count = 1;

	if (strcmp(list, CV_WINFW_INPUT) == 0 && edge && *edge &&
	    strcmp(edge, "Block") != 0)
		attributes[count++] =
			(struct cv_attribute){CV_WINFW_EDGE, cv_intern_text(ctx, edge)};
	if (box->only)
		attributes[count++] = (struct cv_attribute){CV_WINFW_ONLY, box->only};
	return count;
}

static void add_flow(struct cv_winfw_export *export, const struct cv_entry *like,
		     int family, const struct cv_winfw_box *box, int type)
{
	struct cv_export_reading *reading = export->reading;
	const struct ends ends = ends_of(like->list, box, family);
	struct cv_entry *entry;

	if (!ends.source || !ends.destination)
		return;
	entry = cv_entries_add(reading->ctx, &reading->entries, CV_ENTRY_FLOW,
			       like->more->place);
	entry->ours = true;
	entry->list = like->list;
	entry->more->name = like->more->name;
	entry->more->attributes = like->more->attributes;
	entry->more->attribute_count = like->more->attribute_count;
	entry->family = family ? 6 : 4;
	entry->source = ends.source;
	entry->destination = ends.destination;
	entry->protocol = cv_entry_number(box->protocol);
	entry->icmp_type = cv_entry_number(type);
	entry->ports = ends.ports;
	entry->more->source_ports = ends.source_ports;
	entry->more->program = box->program;
	if (!entry->ports && cv_protocol_has_ports(box->protocol))
		entry->ports = cv_ports_all(reading->ctx);
}

static void add_in_profiles(struct cv_winfw_export *export, const json_t *rule,
			    const struct cv_entry *like, unsigned profiles,
			    const struct cv_winfw_box *box)
{
	struct cv_ctx *ctx = export->reading->ctx;
	struct cv_attribute *attributes =
		CV_NEW_ARRAY(ctx->arena, MOST_ATTRIBUTES, struct cv_attribute);
	struct cv_entry_more more;
	struct cv_entry entry = {.more = &more};

	cv_entry_say(&entry, like);
	attributes[0] =
		(struct cv_attribute){CV_WINFW_PROFILE, profile_text(ctx, profiles)};
	more.attributes = attributes;
	more.attribute_count =
		(uint32_t)attributes_of(export, rule, like->list, box, attributes);
	for (int family = 0; family < 2; family++) {
		for (size_t i = 0; i < box->types.count; i++)
			add_flow(export, &entry, family, box,
				 *CV_AT(&box->types, int, i));
		if (box->types.count == 0)
			add_flow(export, &entry, family, box, CV_NO_ICMP_TYPE);
	}
}

/* What holds in more profiles than the plan's is what was asked for, and more. */
void cv_winfw_add_box(struct cv_winfw_export *export, const json_t *rule,
		      const char *list, const struct cv_winfw_box *box, size_t place)
{
	const unsigned wanted = export->profiles;
	const unsigned has = cv_winfw_profile_bits(cv_winfw_text(rule, "Profile"));
	const char *name = cv_winfw_text(rule, "Name");
	struct cv_entry_more more = {
		.name = name ? cv_intern_text(export->reading->ctx, name) : NULL,
		.place = place,
	};
	const struct cv_entry like = {.list = list, .more = &more};

	if ((has & wanted) == wanted && has != wanted) {
		add_in_profiles(export, rule, &like, wanted, box);
		add_in_profiles(export, rule, &like, has & ~wanted, box);
		return;
	}
	add_in_profiles(export, rule, &like, has, box);
}
