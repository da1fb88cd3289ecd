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

struct cv_entry *cv_paloalto_entry_add(const struct cv_paloalto_work *work,
				       enum cv_entry_kind kind)
{
	struct cv_ctx listed = *work->ctx;

	listed.arena = work->listed;
	return cv_plan_add(&listed, work->plan, kind);
}

/* `tcp-80_8000-8010-from-1024-65535` */
static const char *service_words(struct cv_ctx *ctx, const struct cv_entry *entry)
{
	struct cv_buf out = CV_BUF_INIT;
	const char *words;

	cv_buf_format(&out, "%s-", cv_paloalto_protocol_name(entry->protocol));
	add_port_words(&out, entry->ports);
	if (entry->more->source_ports) {
		cv_buf_text(&out, "-from-");
		add_port_words(&out, entry->more->source_ports);
	}
	words = cv_arena_text(ctx->arena, cv_buf_string(&out));
	cv_buf_deinit(&out);
	return words;
}

static void name_services(struct cv_paloalto_work *work)
{
	struct cv_arena *arena = work->aside;
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

		service->more->name = namings[i].name;
		service->note = cv_paloalto_plain(work->ctx, service->note,
						  CV_PALOALTO_DESCRIPTION_MAX);
		service->more->attributes = work->tagged;
		service->more->attribute_count = 1;
	}
}

/* All services in one group, for the admin's own rule. */
static bool add_services(const struct cv_paloalto_work *work)
{
	const size_t count = work->service_count;
	const char **names = CV_NEW_ARRAY(work->aside, count, const char *);

	for (size_t i = 0; i < count; i++) {
		cv_entry_say(cv_paloalto_entry_add(work, CV_ENTRY_OBJECT),
			     &work->services[i]);
		names[i] = work->services[i].more->name;
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
	tag->more->name = work->names.tag;
	tag->more->value =
		cv_paloalto_plain(work->ctx, text, CV_PALOALTO_DESCRIPTION_MAX);
}

/* What the generic lowering made, taken out of the plan by kind; the rest stays. */
static void take_out(struct cv_paloalto_work *work, struct cv_table *services,
		     struct cv_table *flows, struct cv_table *urls)
{
	work->lowered = work->plan->entries;
	work->plan->entries = (struct cv_table){0};
	for (size_t i = 0; i < work->lowered.count; i++) {
		struct cv_entry *entry = CV_AT(&work->lowered, struct cv_entry, i);
		struct cv_table *list = entry->kind == CV_ENTRY_OBJECT ? services
					: entry->kind == CV_ENTRY_FLOW ? flows
					: entry->kind == CV_ENTRY_URL  ? urls
								       : NULL;

		if (list)
			*CV_ADD(work->aside, list, struct cv_entry *) = entry;
		else
			cv_entry_say(cv_paloalto_entry_add(work, entry->kind), entry);
	}
}

/* Where an entry stands among the others: heads, objects in the order of the lists, and
 * the rest. */
static size_t rank_of(const struct cv_entry *entry)
{
	if (entry->kind == CV_ENTRY_HEADER)
		return 0;
	return entry->kind == CV_ENTRY_OBJECT
		       ? 1 + (size_t)cv_paloalto_list_table(entry->list)
		       : 1 + CV_PALOALTO_LIST_COUNT;
}

/* The plan as it stays, where the lowered one was, with the tag before the objects where
 * one carries it. */
static void put_in_order(const struct cv_paloalto_work *work)
{
	struct cv_plan *plan = work->plan;
	const struct cv_table all = plan->entries;
	bool tagged = false;

	for (size_t i = 0; i < all.count; i++) {
		const size_t rank = rank_of(CV_AT(&all, struct cv_entry, i));

		tagged |= rank > 0 && rank <= CV_PALOALTO_LIST_COUNT &&
			  rank != 1 + CV_PALOALTO_CATEGORY;
	}
	plan->entries = work->lowered;
	cv_table_clear(&plan->entries);
	for (size_t rank = 0; rank <= 1 + CV_PALOALTO_LIST_COUNT; rank++) {
		if (rank == 1 && tagged)
			add_tag(work);
		for (size_t i = 0; i < all.count; i++) {
			const struct cv_entry *entry = CV_AT(&all, struct cv_entry, i);

			if (rank_of(entry) == rank)
				cv_entry_say(cv_plan_add(work->ctx, plan, entry->kind),
					     entry);
		}
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

/* False: reported. */
static bool arrange(struct cv_paloalto_work *work)
{
	struct cv_table services = {0}, flows = {0}, urls = {0};
	struct cv_attribute *tagged;
	bool ok;

	take_out(work, &services, &flows, &urls);
	work->service_count = cv_paloalto_services(work, &services, &work->services);
	if (!work->service_count && !urls.count)
		return true; /* neither tag nor group without an object */
	work->names = cv_paloalto_names_of(work->ctx, work->plan);
	tagged = CV_NEW(work->ctx->arena, struct cv_attribute);
	*tagged = (struct cv_attribute){CV_PALOALTO_TAGGED, work->names.tag};
	work->tagged = tagged;
	name_services(work);
	ok = cv_paloalto_has_rules(work->options) ? cv_paloalto_rules_add(work, &flows)
						  : add_services(work);
	ok = cv_paloalto_categories_add(work, &urls) && ok;
	return cv_paloalto_check_counts(work) && ok;
}

bool cv_paloalto_arrange(struct cv_ctx *ctx, struct cv_plan *plan)
{
	struct cv_paloalto_work work = {.ctx = ctx,
					.aside = cv_arena_open(),
					.listed = cv_arena_open(),
					.plan = plan,
					.options = plan->use->options};
	const bool ok = arrange(&work);

	cv_arena_close(work.aside);
	put_in_order(&work);
	cv_arena_close(work.listed);
	return ok && (!work.tagged || cv_paloalto_base_hold(ctx, plan));
}

bool cv_paloalto_arrange_config(struct cv_ctx *ctx, struct cv_plan *plan)
{
	if (!cv_paloalto_arrange(ctx, plan))
		return false;
	cv_paloalto_steps_add(ctx, plan);
	return true;
}
