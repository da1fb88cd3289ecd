/* What PAN-OS would refuse on load or at commit, each refused here by name. */
#include "paloalto-xml/read.h"

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "model/target.h"
#include "paloalto-xml/options.h"

/* The objects by name; tags have a name space of their own, services and their
 * groups have one together (the schema's `uniquein`, both ways). */
struct names {
	const struct cv_entry **items;
	size_t count;
};

static int compare_names(const void *a, const void *b)
{
	const struct cv_entry *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

static const struct cv_entry *find(const struct names *names, const char *name)
{
	const struct cv_entry wanted = {.name = name}, *key = &wanted;
	const struct cv_entry **found =
		names->count ? bsearch(&key, names->items, names->count,
				       sizeof *names->items, compare_names)
			     : NULL;

	return found ? *found : NULL;
}

static bool is_list(const struct cv_entry *entry, enum cv_paloalto_list_id id)
{
	return strcmp(entry->list, cv_paloalto_lists[id].name) == 0;
}

static bool check_name(struct cv_reading *reading, const struct cv_entry *entry)
{
	const struct cv_paloalto_list *list = cv_paloalto_lists;
	const char *name = entry->name;

	while (strcmp(list->name, entry->list) != 0)
		list++;
	if (!*name || !strchr(cv_paloalto_name_first, *name) ||
	    strspn(name, cv_paloalto_name_rest) != strlen(name))
		return cv_paloalto_refuse(
			reading, entry->place,
			"a name holds a character that it may not hold");
	if (strlen(name) > list->name_limit)
		return cv_paloalto_refuse(reading, entry->place,
					  "a name is longer than %zu characters",
					  list->name_limit);
	for (size_t i = 0; list->reserved[i]; i++)
		if (strcmp(list->reserved[i], name) == 0)
			return cv_paloalto_refuse(reading, entry->place,
						  "%s is a name of PAN-OS itself", name);
	return true;
}

/* The names of one name space, in order; false where one stands twice. */
static bool collect(struct cv_reading *reading, bool tags, struct names *names)
{
	names->items = CV_NEW_ARRAY(reading->ctx->arena, reading->entries.count,
				    const struct cv_entry *);
	names->count = 0;
	for (size_t i = 0; i < reading->entries.count; i++) {
		const struct cv_entry *entry =
			CV_AT(&reading->entries, struct cv_entry, i);

		if (is_list(entry, CV_PALOALTO_TAG) == tags)
			names->items[names->count++] = entry;
	}
	if (names->count)
		qsort(names->items, names->count, sizeof *names->items, compare_names);
	for (size_t i = 1; i < names->count; i++)
		if (compare_names(&names->items[i - 1], &names->items[i]) == 0)
			return cv_paloalto_refuse(reading, names->items[i]->place,
						  "two objects are called %s",
						  names->items[i]->name);
	return true;
}

static int compare_texts(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return strcmp(*x, *y);
}

/* The references of one kind: each to an object that stands before this one, which
 * rules out loops, and none twice. */
static bool check_references(struct cv_reading *reading, const struct cv_entry *entry,
			     const char *kind, size_t most, const struct names *names)
{
	const char **texts =
		CV_NEW_ARRAY(reading->ctx->arena, entry->attribute_count, const char *);
	size_t count = 0;

	for (size_t i = 0; i < entry->attribute_count; i++) {
		const char *text = entry->attributes[i].value;
		const struct cv_entry *meant;

		if (strcmp(entry->attributes[i].name, kind) != 0)
			continue;
		meant = find(names, text);
		if (!meant || meant->place >= entry->place)
			return cv_paloalto_refuse(
				reading, entry->place,
				"the %s %s is not an object that stands before", kind,
				text);
		texts[count++] = text;
	}
	if (count > most)
		return cv_paloalto_refuse(reading, entry->place,
					  "more than %zu references of the kind %s", most,
					  kind);
	if (count)
		qsort(texts, count, sizeof *texts, compare_texts);
	for (size_t i = 1; i < count; i++)
		if (strcmp(texts[i - 1], texts[i]) == 0)
			return cv_paloalto_refuse(reading, entry->place,
						  "the %s %s is named twice", kind,
						  texts[i]);
	return true;
}

bool cv_paloalto_check_objects(struct cv_reading *reading)
{
	const size_t most = cv_paloalto_model(reading->options)->members;
	struct names tags, services;

	if (!collect(reading, true, &tags) || !collect(reading, false, &services))
		return false;
	for (size_t i = 0; i < reading->entries.count; i++) {
		const struct cv_entry *entry =
			CV_AT(&reading->entries, struct cv_entry, i);

		if (!check_name(reading, entry) ||
		    !check_references(reading, entry, "tag", CV_PALOALTO_TAGS_MAX,
				      &tags) ||
		    !check_references(reading, entry, "member", most, &services))
			return false;
	}
	return true;
}
