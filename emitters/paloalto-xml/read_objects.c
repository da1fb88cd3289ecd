/* What PAN-OS would refuse on load or at commit, each refused here by name. */
#include "paloalto-xml/read.h"

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "base/hash.h"
#include "model/target.h"
#include "paloalto-xml/options.h"
#include "paloalto-xml/plan.h"

/* The slot of that name, or the empty one where it would be. */
static const struct cv_entry **slot_of(const struct cv_paloalto_named *named,
				       const char *name)
{
	size_t at = cv_hash(name, strlen(name)) & named->mask;

	while (named->slots[at] && strcmp(named->slots[at]->name, name) != 0)
		at = (at + 1) & named->mask;
	return &named->slots[at];
}

const struct cv_entry *cv_paloalto_find(const struct cv_paloalto_named *named,
					const char *name)
{
	return *slot_of(named, name);
}

static enum cv_paloalto_list_id list_of(const struct cv_entry *entry)
{
	return cv_paloalto_list_table(entry->list);
}

static bool check_name(struct cv_reading *reading, const struct cv_entry *entry)
{
	const struct cv_paloalto_list *list = &cv_paloalto_lists[list_of(entry)];
	const size_t rule = cv_paloalto_release(reading->options)->rule_name;
	const char *name = entry->name;
	size_t limit = list->name_limit;

	if (list_of(entry) == CV_PALOALTO_RULE && rule < limit)
		limit = rule;
	if (!*name || !strchr(list->first, *name) ||
	    strspn(name, cv_paloalto_name_rest) != strlen(name))
		return cv_paloalto_refuse(
			reading, entry->place,
			"a name holds a character that it may not hold");
	if (strlen(name) > limit)
		return cv_paloalto_refuse(reading, entry->place,
					  "a name is longer than %zu characters", limit);
	for (size_t i = 0; list->reserved[i]; i++)
		if (strcmp(list->reserved[i], name) == 0)
			return cv_paloalto_refuse(reading, entry->place,
						  "%s is a name of PAN-OS itself", name);
	return true;
}

static bool is_of(const struct cv_entry *entry, enum cv_paloalto_space space)
{
	return entry->kind == CV_ENTRY_OBJECT &&
	       cv_paloalto_lists[list_of(entry)].space == space;
}

const struct cv_entry *cv_paloalto_names_collect(struct cv_ctx *ctx,
						 const struct cv_table *entries,
						 enum cv_paloalto_space space,
						 struct cv_paloalto_named *named)
{
	const struct cv_entry *twice = NULL;
	size_t count = 0, slots = 1;

	for (size_t i = 0; i < entries->count; i++)
		count += is_of(CV_AT(entries, struct cv_entry, i), space);
	while (slots <= 2 * count)
		slots *= 2;
	named->slots = CV_NEW_ARRAY(ctx->arena, slots, const struct cv_entry *);
	named->mask = slots - 1;
	for (size_t i = 0; i < entries->count; i++) {
		const struct cv_entry *entry = CV_AT(entries, struct cv_entry, i), **slot;

		if (!is_of(entry, space))
			continue;
		slot = slot_of(named, entry->name);
		if (*slot && !twice)
			twice = entry;
		else if (!*slot)
			*slot = entry;
	}
	return twice;
}

/* False where a name stands twice in its space. */
static bool collect(struct cv_reading *reading, enum cv_paloalto_space space,
		    struct cv_paloalto_named *named)
{
	const struct cv_entry *twice =
		cv_paloalto_names_collect(reading->ctx, &reading->entries, space, named);

	return !twice || cv_paloalto_refuse(reading, twice->place,
					    "two objects are called %s", twice->name);
}

static int compare_texts(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return strcmp(*x, *y);
}

/* The values of the attributes of one kind, sorted; mostly there is one. */
static const char *const *values(struct cv_ctx *ctx, const struct cv_entry *entry,
				 const char *kind, size_t *count_out)
{
	const char *const *first = NULL;
	size_t count = 0;
	const char **texts;

	for (size_t i = entry->attribute_count; i-- > 0;)
		if (strcmp(entry->attributes[i].name, kind) == 0) {
			first = &entry->attributes[i].value;
			count++;
		}
	*count_out = count;
	if (count < 2)
		return first;
	texts = CV_NEW_ARRAY(ctx->arena, count, const char *);
	for (size_t i = entry->attribute_count; count > 0;)
		if (strcmp(entry->attributes[--i].name, kind) == 0)
			texts[--count] = entry->attributes[i].value;
	qsort(texts, *count_out, sizeof *texts, compare_texts);
	return texts;
}

/* None twice, and no more than `most`. */
static bool check_values(struct cv_reading *reading, const struct cv_entry *entry,
			 const char *kind, size_t most)
{
	size_t count;
	const char *const *texts = values(reading->ctx, entry, kind, &count);

	if (count > most)
		return cv_paloalto_refuse(reading, entry->place,
					  "more than %zu references of the kind %s", most,
					  kind);
	for (size_t i = 1; i < count; i++)
		if (strcmp(texts[i - 1], texts[i]) == 0)
			return cv_paloalto_refuse(reading, entry->place,
						  "the %s %s is named twice", kind,
						  texts[i]);
	return true;
}

/* The references of one kind: each to an object that stands before this one, which
 * rules out loops. */
static bool check_references(struct cv_reading *reading, const struct cv_entry *entry,
			     const char *kind, size_t most,
			     const struct cv_paloalto_named *named)
{
	for (size_t i = 0; i < entry->attribute_count; i++) {
		const char *text = entry->attributes[i].value;
		const struct cv_entry *meant;

		if (strcmp(entry->attributes[i].name, kind) != 0)
			continue;
		meant = cv_paloalto_find(named, text);
		if (!meant || meant->place >= entry->place)
			return cv_paloalto_refuse(
				reading, entry->place,
				"the %s %s is not an object that stands before", kind,
				text);
	}
	return check_values(reading, entry, kind, most);
}

/* Names that others gave, in one of the lists of a rule; `any` only alone. */
static bool check_theirs(struct cv_reading *reading, const struct cv_entry *entry,
			 const char *kind, size_t longest, size_t most)
{
	size_t count;
	const char *const *texts = values(reading->ctx, entry, kind, &count);

	for (size_t i = 0; i < count; i++) {
		if (!cv_paloalto_their_name_table(texts[i], longest))
			return cv_paloalto_refuse(reading, entry->place,
						  "the %s holds a character that it may "
						  "not hold, or is too long",
						  kind);
		if (count > 1 && strcmp(texts[i], CV_PALOALTO_ANY) == 0)
			return cv_paloalto_refuse(reading, entry->place,
						  "any stands beside another %s", kind);
	}
	return check_values(reading, entry, kind, most);
}

static bool is_only(struct cv_reading *reading, const struct cv_entry *entry,
		    const char *kind, const char *value)
{
	size_t count;
	const char *const *texts = values(reading->ctx, entry, kind, &count);

	if (count == 1 && strcmp(texts[0], value) == 0)
		return true;
	return cv_paloalto_refuse(reading, entry->place, "the %s should be %s", kind,
				  value);
}

static bool check_rule(struct cv_reading *reading, const struct cv_entry *entry,
		       const struct cv_paloalto_named *spaces)
{
	const struct cv_paloalto_named *addresses = &spaces[CV_PALOALTO_ADDRESS_SPACE];

	return check_theirs(reading, entry, CV_PALOALTO_FROM, CV_PALOALTO_ZONE_MAX,
			    SIZE_MAX) &&
	       check_theirs(reading, entry, CV_PALOALTO_TO, CV_PALOALTO_ZONE_MAX,
			    SIZE_MAX) &&
	       check_references(reading, entry, CV_PALOALTO_SOURCE, SIZE_MAX,
				addresses) &&
	       check_references(reading, entry, CV_PALOALTO_DESTINATION, SIZE_MAX,
				addresses) &&
	       check_references(reading, entry, CV_PALOALTO_SERVICES, SIZE_MAX,
				&spaces[CV_PALOALTO_SERVICE_SPACE]) &&
	       is_only(reading, entry, CV_PALOALTO_APPLICATION, CV_PALOALTO_ANY) &&
	       is_only(reading, entry, CV_PALOALTO_ACTION, CV_PALOALTO_ALLOW) &&
	       check_theirs(reading, entry, CV_PALOALTO_LOG, CV_PALOALTO_LOG_SETTING_MAX,
			    1) &&
	       check_theirs(reading, entry, CV_PALOALTO_PROFILES, CV_PALOALTO_NAME_MAX,
			    1);
}

/* Whole tokens, no two wildcards side by side, and no scheme. */
static bool check_urls(struct cv_reading *reading, const struct cv_entry *entry)
{
	size_t count;
	const char *const *texts = values(reading->ctx, entry, CV_PALOALTO_URL, &count);

	for (size_t i = 0; i < count; i++) {
		const char *text = texts[i];
		const char *why = strlen(text) > CV_PALOALTO_URL_MAX ? "too long"
				  : strstr(text, "://")              ? "with a scheme"
				  : !strchr(text, '/')               ? "without a slash"
								     : NULL;

		for (const char *c = text; !why && *c; c++) {
			if (*c <= ' ' || *c > '~' || strchr("\"'\\<>?^`", *c))
				why = "with a character that it may not hold";
			else if (*c == '*' &&
				 ((c > text &&
				   !strchr(cv_paloalto_url_separators, c[-1])) ||
				  (c[1] && !strchr(cv_paloalto_url_separators, c[1])) ||
				  (c[1] && c[2] == '*')))
				why = "with a wildcard that is no whole part, or two";
		}
		if (why)
			return cv_paloalto_refuse(reading, entry->place,
						  "an entry of a URL category is one %s",
						  why);
	}
	return check_values(reading, entry, CV_PALOALTO_URL, SIZE_MAX);
}

static bool check_object(struct cv_reading *reading, const struct cv_entry *entry,
			 const struct cv_paloalto_named *spaces)
{
	switch (list_of(entry)) {
	case CV_PALOALTO_ADDRESS:
		return cv_paloalto_check_address(reading, entry);
	case CV_PALOALTO_ADDRESS_GROUP:
		return check_references(reading, entry, CV_PALOALTO_MEMBER,
					CV_PALOALTO_ADDRESS_MEMBERS_MAX,
					&spaces[CV_PALOALTO_ADDRESS_SPACE]);
	case CV_PALOALTO_SERVICE_GROUP:
		return check_references(reading, entry, CV_PALOALTO_MEMBER,
					cv_paloalto_model(reading->options)->members,
					&spaces[CV_PALOALTO_SERVICE_SPACE]);
	case CV_PALOALTO_CATEGORY:
		return check_urls(reading, entry);
	case CV_PALOALTO_RULE:
		return check_rule(reading, entry, spaces);
	case CV_PALOALTO_TAG:
	case CV_PALOALTO_SERVICE:
	case CV_PALOALTO_LIST_COUNT:
		break;
	}
	return true;
}

bool cv_paloalto_check_objects(struct cv_reading *reading)
{
	struct cv_paloalto_named spaces[CV_PALOALTO_SPACE_COUNT];

	for (int space = 0; space < CV_PALOALTO_SPACE_COUNT; space++)
		if (!collect(reading, (enum cv_paloalto_space)space, &spaces[space]))
			return false;
	for (size_t i = 0; i < reading->entries.count; i++) {
		const struct cv_entry *entry =
			CV_AT(&reading->entries, struct cv_entry, i);

		if (entry->kind != CV_ENTRY_OBJECT)
			continue;
		if (!check_name(reading, entry) ||
		    !check_references(reading, entry, CV_PALOALTO_TAGGED,
				      CV_PALOALTO_TAGS_MAX,
				      &spaces[CV_PALOALTO_TAG_SPACE]) ||
		    !check_object(reading, entry, spaces))
			return false;
	}
	return true;
}
