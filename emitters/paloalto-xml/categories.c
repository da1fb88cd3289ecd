/* URLs as custom URL categories, one for each party that needs them: the rule that
 * names a category names a source, too. */
#include "paloalto-xml/arrange.h"

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "base/finding.h"

static const char *party_name(const struct cv_entry *url)
{
	return cv_origin(url)->url->from ? cv_origin(url)->url->from->name : "";
}

static int by_party(const void *left, const void *right)
{
	const struct cv_entry *a = *(const struct cv_entry *const *)left;
	const struct cv_entry *b = *(const struct cv_entry *const *)right;
	const int order = strcmp(party_name(a), party_name(b));

	return order ? order : strcmp(a->more->value, b->more->value);
}

struct category {
	struct cv_paloalto_naming naming;
	struct cv_entry **urls;
	size_t count;
};

static int by_name(const void *left, const void *right)
{
	const struct category *a = left, *b = right;

	return strcmp(a->naming.name, b->naming.name);
}

static void add_category(const struct cv_paloalto_work *work, struct category *category)
{
	struct cv_arena *arena = work->ctx->arena;
	struct cv_attribute *attributes =
		CV_NEW_ARRAY(arena, category->count, struct cv_attribute);
	const char **notes = CV_NEW_ARRAY(arena, category->count, const char *);
	struct cv_entry *entry = cv_paloalto_entry_add(work, CV_ENTRY_OBJECT);

	for (size_t i = 0; i < category->count; i++) {
		attributes[i] = (struct cv_attribute){CV_PALOALTO_URL,
						      category->urls[i]->more->value};
		notes[i] = category->urls[i]->note;
	}
	/* A category has no tag. */
	entry->list = cv_paloalto_lists[CV_PALOALTO_CATEGORY].name;
	entry->more->name = category->naming.name;
	entry->note = cv_paloalto_notes_join(work->ctx, "", notes, category->count,
					     CV_PALOALTO_CATEGORY_DESCRIPTION_MAX);
	entry->more->attributes = attributes;
	entry->more->attribute_count = (uint32_t)category->count;
}

/* Sorted by party, so that those of one stand together. */
static struct category *sort_out(const struct cv_paloalto_work *work,
				 struct cv_entry **urls, size_t count, size_t *count_out)
{
	struct cv_ctx *ctx = work->ctx;
	struct category *all = CV_NEW_ARRAY(ctx->arena, count, struct category);
	size_t filled = 0;

	qsort(urls, count, sizeof *urls, by_party);
	for (size_t i = 0; i < count; i++) {
		const struct cv_party *party = cv_origin(urls[i])->url->from;

		if (i && strcmp(party_name(urls[i]), party_name(urls[i - 1])) == 0) {
			all[filled - 1].count++;
			continue;
		}
		all[filled].urls = urls + i;
		all[filled].count = 1;
		all[filled].naming.list = CV_PALOALTO_CATEGORY;
		all[filled].naming.words =
			party ? cv_arena_format(ctx->arena, "urls-%s", party->slug)
			      : "urls";
		all[filled].naming.identity =
			cv_arena_format(ctx->arena, "urls\t%s%s", work->names.prefix,
					party_name(urls[i]));
		filled++;
	}
	*count_out = filled;
	return all;
}

bool cv_paloalto_categories_add(const struct cv_paloalto_work *work,
				const struct cv_table *urls)
{
	struct cv_arena *arena = work->aside;
	struct cv_entry **sorted = CV_NEW_ARRAY(arena, urls->count, struct cv_entry *);
	struct cv_paloalto_naming **namings;
	struct category *all;
	size_t count;

	if (!urls->count)
		return true;
	if (urls->count > CV_PALOALTO_URLS_MAX)
		return cv_find(work->ctx, CV_F_TOO_LONG, work->plan->use->name.at,
			       "%s: %zu URLs, and a firewall takes at most %d",
			       work->plan->use->target->name, urls->count,
			       CV_PALOALTO_URLS_MAX);
	for (size_t i = 0; i < urls->count; i++)
		sorted[i] = *CV_AT(urls, struct cv_entry *, i);
	all = sort_out(work, sorted, urls->count, &count);
	namings = CV_NEW_ARRAY(arena, count, struct cv_paloalto_naming *);
	for (size_t i = 0; i < count; i++)
		namings[i] = &all[i].naming;
	cv_paloalto_name_all(work, namings, count);
	qsort(all, count, sizeof *all, by_name);
	for (size_t i = 0; i < count; i++)
		add_category(work, &all[i]);
	for (size_t i = 0; i < count; i++)
		for (size_t u = 0; u < all[i].count; u++) {
			struct cv_entry *entry =
				cv_paloalto_entry_add(work, CV_ENTRY_URL);

			cv_entry_say(entry, all[i].urls[u]);
			entry->list = cv_paloalto_lists[CV_PALOALTO_CATEGORY].name;
			entry->more->name = all[i].naming.name;
			entry->note = NULL;
		}
	return true;
}
