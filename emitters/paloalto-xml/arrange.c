/* From flows, bare services and URLs to PAN-OS objects: what is needed beside them, and
 * in which order all of it stands in the plan. */
#include "paloalto-xml/arrange.h"

#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/finding.h"
#include "paloalto-xml/services.h"
#include "paloalto-xml/target.h"

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

/* `tcp-80_8000-8010-from-1024-65535` */
static const char *service_words(struct cv_ctx *ctx, const struct cv_entry *entry)
{
	struct cv_buf out = CV_BUF_INIT;
	const char *words;

	cv_buf_format(&out, "%s-", cv_paloalto_protocol_name(entry->protocol));
	add_port_words(&out, entry->ports);
	if (entry->source_ports) {
		cv_buf_text(&out, "-from-");
		add_port_words(&out, entry->source_ports);
	}
	words = cv_arena_text(ctx->arena, cv_buf_string(&out));
	cv_buf_deinit(&out);
	return words;
}

static void name_services(struct cv_paloalto_work *work)
{
	struct cv_arena *arena = work->ctx->arena;
	const size_t count = work->service_count;
	struct cv_paloalto_naming *namings =
		CV_NEW_ARRAY(arena, count, struct cv_paloalto_naming);
	struct cv_paloalto_naming **items =
		CV_NEW_ARRAY(arena, count, struct cv_paloalto_naming *);

	for (size_t i = 0; i < count; i++) {
		namings[i].list = CV_PALOALTO_SERVICE;
		namings[i].words = service_words(work->ctx, &work->services[i]);
		namings[i].identity = cv_arena_format(arena, "%s%s", work->names.prefix,
						      namings[i].words);
		items[i] = &namings[i];
	}
	cv_paloalto_name_all(work, items, count);
	for (size_t i = 0; i < count; i++) {
		struct cv_entry *service = &work->services[i];

		service->name = namings[i].name;
		service->note = cv_paloalto_plain(work->ctx, service->note,
						  CV_PALOALTO_DESCRIPTION_MAX);
		service->attributes = work->tagged;
		service->attribute_count = 1;
	}
}

/* All services in one group, for the admin's own rule. */
static bool add_services(const struct cv_paloalto_work *work)
{
	const size_t count = work->service_count;
	const char **names = CV_NEW_ARRAY(work->ctx->arena, count, const char *);

	for (size_t i = 0; i < count; i++) {
		*cv_plan_add(work->ctx, work->plan, CV_ENTRY_OBJECT) = work->services[i];
		names[i] = work->services[i].name;
	}
	return !count ||
	       cv_paloalto_group_add(work, CV_PALOALTO_SERVICE_GROUP, work->names.group,
				     names, count,
				     cv_paloalto_model(work->options)->members, NULL);
}

static void add_tag(const struct cv_paloalto_work *work)
{
	struct cv_entry *tag = cv_plan_add(work->ctx, work->plan, CV_ENTRY_OBJECT);
	const char *text =
		cv_arena_format(work->ctx->arena, "written by carveout for the site %s",
				work->plan->policy->site->name.text);

	tag->list = cv_paloalto_lists[CV_PALOALTO_TAG].name;
	tag->name = work->names.tag;
	tag->value = cv_paloalto_plain(work->ctx, text, CV_PALOALTO_DESCRIPTION_MAX);
}

/* What the generic lowering made, taken out of the plan by kind; the rest stays. */
static void take_out(struct cv_ctx *ctx, struct cv_plan *plan, struct cv_table *services,
		     struct cv_table *flows, struct cv_table *urls)
{
	const struct cv_table before = plan->entries;

	plan->entries = (struct cv_table){0};
	for (size_t i = 0; i < before.count; i++) {
		const struct cv_entry *entry = CV_AT(&before, struct cv_entry, i);

		if (entry->kind == CV_ENTRY_OBJECT)
			*CV_ADD(ctx->arena, services, struct cv_entry) = *entry;
		else if (entry->kind == CV_ENTRY_FLOW)
			*CV_ADD(ctx->arena, flows, struct cv_entry) = *entry;
		else if (entry->kind == CV_ENTRY_URL)
			*CV_ADD(ctx->arena, urls, struct cv_entry) = *entry;
		else
			*cv_plan_add(ctx, plan, entry->kind) = *entry;
	}
}

/* Heads, objects in the order of the lists with the tag where one carries it, and the
 * rest. */
static void put_in_order(const struct cv_paloalto_work *work)
{
	struct cv_plan *plan = work->plan;
	const struct cv_table all = plan->entries;
	bool tagged = false;

	plan->entries = (struct cv_table){0};
	for (size_t i = 0; i < all.count; i++) {
		const struct cv_entry *entry = CV_AT(&all, struct cv_entry, i);

		if (entry->kind == CV_ENTRY_HEADER)
			*cv_plan_add(work->ctx, plan, entry->kind) = *entry;
		tagged |= entry->kind == CV_ENTRY_OBJECT &&
			  cv_paloalto_list_table(entry->list) != CV_PALOALTO_CATEGORY;
	}
	if (tagged)
		add_tag(work);
	for (int list = 0; list < CV_PALOALTO_LIST_COUNT; list++)
		for (size_t i = 0; i < all.count; i++) {
			const struct cv_entry *entry = CV_AT(&all, struct cv_entry, i);

			if (entry->kind == CV_ENTRY_OBJECT &&
			    (int)cv_paloalto_list_table(entry->list) == list)
				*cv_plan_add(work->ctx, plan, entry->kind) = *entry;
		}
	for (size_t i = 0; i < all.count; i++) {
		const struct cv_entry *entry = CV_AT(&all, struct cv_entry, i);

		if (entry->kind != CV_ENTRY_HEADER && entry->kind != CV_ENTRY_OBJECT)
			*cv_plan_add(work->ctx, plan, entry->kind) = *entry;
	}
}

static size_t count_in(const struct cv_plan *plan, enum cv_paloalto_list_id list)
{
	size_t count = 0;

	for (size_t i = 0; i < plan->entries.count; i++) {
		const struct cv_entry *entry = CV_AT(&plan->entries, struct cv_entry, i);

		count += entry->kind == CV_ENTRY_OBJECT &&
			 cv_paloalto_list_table(entry->list) == list;
	}
	return count;
}

/* Beyond what the platform takes the firewall refuses the file, or the commit. */
static bool check_count(const struct cv_paloalto_work *work,
			enum cv_paloalto_list_id list, size_t most)
{
	const struct cv_span at = work->plan->use->name.at;
	const char *target = work->plan->use->target->name;
	const size_t count = count_in(work->plan, list);
	const char *model = cv_paloalto_model(work->options)->name;

	if (!most || count <= most)
		return true;
	if (work->options && work->options->model.text)
		return cv_find(work->ctx, CV_F_TOO_MANY_OBJECTS, work->options->model.at,
			       "%s: %zu entries in the list %s, and a %s takes %zu",
			       target, count, cv_paloalto_lists[list].name, model, most);
	cv_find(work->ctx, CV_F_UNKNOWN_MODEL, at,
		"%s: %zu entries in the list %s, and the smallest model, a %s, takes "
		"%zu: say which `model` it is",
		target, count, cv_paloalto_lists[list].name, model, most);
	return true;
}

bool cv_paloalto_check_counts(const struct cv_paloalto_work *work)
{
	const struct cv_paloalto_model *model = cv_paloalto_model(work->options);
	const bool services = check_count(work, CV_PALOALTO_SERVICE, model->services);

	return check_count(work, CV_PALOALTO_SERVICE_GROUP, model->groups) && services;
}

bool cv_paloalto_arrange(struct cv_ctx *ctx, struct cv_plan *plan)
{
	struct cv_paloalto_work work = {
		.ctx = ctx, .plan = plan, .options = plan->use->options};
	struct cv_table services = {0}, flows = {0}, urls = {0};
	struct cv_attribute *tagged = CV_NEW(ctx->arena, struct cv_attribute);
	bool ok;

	take_out(ctx, plan, &services, &flows, &urls);
	work.service_count = cv_paloalto_services(ctx, plan, &services, &work.services);
	if (!work.service_count && !urls.count)
		return true; /* neither tag nor group without an object */
	work.names = cv_paloalto_names_of(ctx, plan);
	*tagged = (struct cv_attribute){CV_PALOALTO_TAGGED, work.names.tag};
	work.tagged = tagged;
	name_services(&work);
	ok = cv_paloalto_has_rules(work.options) ? cv_paloalto_rules_add(&work, &flows)
						 : add_services(&work);
	ok = cv_paloalto_categories_add(&work, &urls) && ok;
	ok = cv_paloalto_check_counts(&work) && ok;
	if (!ok)
		return false;
	put_in_order(&work);
	return cv_paloalto_base_hold(ctx, plan);
}

bool cv_paloalto_arrange_config(struct cv_ctx *ctx, struct cv_plan *plan)
{
	if (!cv_paloalto_arrange(ctx, plan))
		return false;
	cv_paloalto_steps_add(ctx, plan);
	return true;
}
