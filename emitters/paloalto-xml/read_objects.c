/* What PAN-OS would refuse on load or at commit, each refused here by name. */
#include "paloalto-xml/read.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "base/hash.h"
#include "model/target.h"
#include "paloalto-xml/options.h"
#include "paloalto-xml/plan.h"

/* What the values of an attribute must be. */
enum look {
	ADDRESS,
	NAMES,  /* of objects that stand before */
	THEIRS, /* names that others gave */
	URLS,
	ONLY, /* one value, which must be there */
};

struct kind {
	enum cv_paloalto_list_id list;
	const char *attribute;
	enum look look;
	enum cv_paloalto_naming_id names; /* NAMES */
	enum cv_paloalto_space space;     /* NAMES */
	size_t longest;                   /* THEIRS */
	const char *only;                 /* ONLY */
	size_t most; /* 0: as many as a service group of the model takes */
};

#define TAGS(list) \
	{ \
		list, CV_PALOALTO_TAGGED, NAMES, CV_PALOALTO_NAMES_TAG, \
			CV_PALOALTO_TAG_SPACE, 0, NULL, CV_PALOALTO_TAGS_MAX \
	}
#define MEANT(list, attribute, names, space, most) \
	{ \
		list, attribute, NAMES, names, space, 0, NULL, most \
	}
#define VALUES(list, attribute, look, longest, only, most) \
	{ \
		list, attribute, look, CV_PALOALTO_NAMES_COUNT, CV_PALOALTO_SPACE_COUNT, \
			longest, only, most \
	}

/* In the order of a plan's attributes. */
static const struct kind kinds[] = {
	VALUES(CV_PALOALTO_ADDRESS, "ip-netmask", ADDRESS, 0, NULL, 1),
	VALUES(CV_PALOALTO_ADDRESS, "ip-range", ADDRESS, 0, NULL, 1),
	VALUES(CV_PALOALTO_ADDRESS, "fqdn", ADDRESS, 0, NULL, 1),
	TAGS(CV_PALOALTO_ADDRESS),
	MEANT(CV_PALOALTO_ADDRESS_GROUP, CV_PALOALTO_MEMBER, CV_PALOALTO_NAMES_MEMBER,
	      CV_PALOALTO_ADDRESS_SPACE, CV_PALOALTO_ADDRESS_MEMBERS_MAX),
	TAGS(CV_PALOALTO_ADDRESS_GROUP),
	TAGS(CV_PALOALTO_SERVICE),
	MEANT(CV_PALOALTO_SERVICE_GROUP, CV_PALOALTO_MEMBER, CV_PALOALTO_NAMES_MEMBER,
	      CV_PALOALTO_SERVICE_SPACE, 0),
	TAGS(CV_PALOALTO_SERVICE_GROUP),
	VALUES(CV_PALOALTO_CATEGORY, CV_PALOALTO_URL, URLS, 0, NULL, SIZE_MAX),
	VALUES(CV_PALOALTO_RULE, CV_PALOALTO_FROM, THEIRS, CV_PALOALTO_ZONE_MAX, NULL,
	       SIZE_MAX),
	VALUES(CV_PALOALTO_RULE, CV_PALOALTO_TO, THEIRS, CV_PALOALTO_ZONE_MAX, NULL,
	       SIZE_MAX),
	MEANT(CV_PALOALTO_RULE, CV_PALOALTO_SOURCE, CV_PALOALTO_NAMES_SOURCE,
	      CV_PALOALTO_ADDRESS_SPACE, SIZE_MAX),
	MEANT(CV_PALOALTO_RULE, CV_PALOALTO_DESTINATION, CV_PALOALTO_NAMES_DESTINATION,
	      CV_PALOALTO_ADDRESS_SPACE, SIZE_MAX),
	MEANT(CV_PALOALTO_RULE, CV_PALOALTO_SERVICES, CV_PALOALTO_NAMES_SERVICE,
	      CV_PALOALTO_SERVICE_SPACE, SIZE_MAX),
	VALUES(CV_PALOALTO_RULE, CV_PALOALTO_APPLICATION, ONLY, 0, CV_PALOALTO_ANY, 1),
	TAGS(CV_PALOALTO_RULE),
	VALUES(CV_PALOALTO_RULE, CV_PALOALTO_ACTION, ONLY, 0, CV_PALOALTO_ALLOW, 1),
	VALUES(CV_PALOALTO_RULE, CV_PALOALTO_LOG, THEIRS, CV_PALOALTO_LOG_SETTING_MAX,
	       NULL, 1),
	VALUES(CV_PALOALTO_RULE, CV_PALOALTO_PROFILES, THEIRS, CV_PALOALTO_NAME_MAX, NULL,
	       1),
};

enum { KINDS = sizeof kinds / sizeof *kinds };

/* The values of one attribute, which stand side by side. */
struct run {
	const struct kind *kind;
	const struct cv_attribute *items;
	size_t count;
};

/* The object under way. */
struct look_at {
	struct cv_paloalto_objects *objects;
	struct cv_reading *reading;
	const struct cv_entry *entry;
	struct cv_paloalto_object *object;
};

static uint32_t hash_of(const char *name)
{
	return (uint32_t)cv_hash(name, strlen(name));
}

static const struct cv_paloalto_object *find(const struct cv_paloalto_objects *objects,
					     enum cv_paloalto_space space,
					     const char *name)
{
	const uint32_t hash = hash_of(name);
	size_t at = hash;
	uint32_t number;

	while ((number = cv_numbers_next(&objects->spaces[space], hash, &at)) !=
	       CV_NO_NUMBER) {
		const struct cv_paloalto_object *object =
			CV_AT(&objects->all, struct cv_paloalto_object, number);

		if (strcmp(object->name, name) == 0)
			return object;
	}
	return NULL;
}

void cv_paloalto_objects_close(struct cv_paloalto_objects *objects)
{
	for (size_t space = 0; space < CV_PALOALTO_SPACE_COUNT; space++)
		cv_numbers_deinit(&objects->spaces[space]);
}

static bool check_name(const struct look_at *at)
{
	const enum cv_paloalto_list_id id = at->object->list;
	const struct cv_paloalto_list *list = &cv_paloalto_lists[id];
	const size_t rule = cv_paloalto_release(at->reading->options)->rule_name;
	const char *name = at->entry->more->name;
	const size_t size = strlen(name);
	size_t limit = list->name_limit;

	if (id == CV_PALOALTO_RULE && rule < limit)
		limit = rule;
	if (!*name || !strchr(list->first, *name) ||
	    strspn(name, cv_paloalto_name_rest) != size)
		return cv_paloalto_refuse(
			at->reading, at->entry->more->place,
			"a name holds a character that it may not hold");
	if (size > limit)
		return cv_paloalto_refuse(at->reading, at->entry->more->place,
					  "a name is longer than %zu characters", limit);
	for (size_t i = 0; list->reserved[i]; i++)
		if (strcmp(list->reserved[i], name) == 0)
			return cv_paloalto_refuse(at->reading, at->entry->more->place,
						  "%s is a name of PAN-OS itself", name);
	return true;
}

/* False where the name stands in its space already. */
static bool add_name(const struct look_at *at)
{
	struct cv_paloalto_objects *objects = at->objects;
	const enum cv_paloalto_space space = cv_paloalto_lists[at->object->list].space;
	const char *name = at->entry->more->name;

	if (find(objects, space, name))
		return cv_paloalto_refuse(at->reading, at->entry->more->place,
					  "two objects are called %s", name);
	at->object->name = cv_arena_text(at->reading->ctx->arena, name);
	/* It is the last so far. */
	cv_numbers_add(&objects->spaces[space], hash_of(name),
		       (uint32_t)(objects->all.count - 1));
	return true;
}

static int compare_texts(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return strcmp(*x, *y);
}

/* None twice, and no more than there may be. */
static bool check_values(const struct look_at *at, const struct run *run)
{
	const size_t most = run->kind->most
				    ? run->kind->most
				    : cv_paloalto_model(at->reading->options)->members;
	const char **texts;

	if (run->count > most)
		return cv_paloalto_refuse(at->reading, at->entry->more->place,
					  "more than %zu references of the kind %s", most,
					  run->kind->attribute);
	if (run->count < 2)
		return true;
	texts = CV_NEW_ARRAY(cv_reading_texts(at->reading)->arena, run->count,
			     const char *);
	for (size_t i = 0; i < run->count; i++)
		texts[i] = run->items[i].value;
	qsort(texts, run->count, sizeof *texts, compare_texts);
	for (size_t i = 1; i < run->count; i++)
		if (strcmp(texts[i - 1], texts[i]) == 0)
			return cv_paloalto_refuse(at->reading, at->entry->more->place,
						  "the %s %s is named twice",
						  run->kind->attribute, texts[i]);
	return true;
}

/* What stands before cannot name this one, which rules out loops. */
static bool check_names(const struct look_at *at, const struct run *run)
{
	struct cv_arena *arena = at->reading->ctx->arena;
	struct cv_table *named = &at->objects->named[run->kind->names];

	for (size_t i = 0; i < run->count; i++) {
		const struct cv_paloalto_object *meant =
			find(at->objects, run->kind->space, run->items[i].value);

		if (!meant)
			return cv_paloalto_refuse(
				at->reading, at->entry->more->place,
				"the %s %s is not an object that stands before",
				run->kind->attribute, run->items[i].value);
		*CV_ADD(arena, named, const struct cv_paloalto_object *) = meant;
	}
	return true;
}

/* `any` only alone. */
static bool check_theirs(const struct look_at *at, const struct run *run)
{
	for (size_t i = 0; i < run->count; i++) {
		const char *text = run->items[i].value;

		if (!cv_paloalto_their_name_table(text, run->kind->longest))
			return cv_paloalto_refuse(at->reading, at->entry->more->place,
						  "the %s holds a character that it may "
						  "not hold, or is too long",
						  run->kind->attribute);
		if (run->count > 1 && strcmp(text, CV_PALOALTO_ANY) == 0)
			return cv_paloalto_refuse(at->reading, at->entry->more->place,
						  "any stands beside another %s",
						  run->kind->attribute);
	}
	return true;
}

/* Why it is no entry of a URL category, or NULL: whole tokens, no two wildcards side by
 * side, and no scheme. */
static const char *url_problem(const char *text)
{
	if (strlen(text) > CV_PALOALTO_URL_MAX)
		return "too long";
	if (strstr(text, "://"))
		return "with a scheme";
	if (!strchr(text, '/'))
		return "without a slash";
	for (const char *c = text; *c; c++) {
		if (*c <= ' ' || *c > '~' || strchr("\"'\\<>?^`", *c))
			return "with a character that it may not hold";
		if (*c == '*' &&
		    ((c > text && !strchr(cv_paloalto_url_separators, c[-1])) ||
		     (c[1] && !strchr(cv_paloalto_url_separators, c[1])) ||
		     (c[1] && c[2] == '*')))
			return "with a wildcard that is no whole part, or two";
	}
	return NULL;
}

static bool check_urls(const struct look_at *at, const struct run *run)
{
	for (size_t i = 0; i < run->count; i++) {
		const char *why = url_problem(run->items[i].value);

		if (why)
			return cv_paloalto_refuse(at->reading, at->entry->more->place,
						  "an entry of a URL category is one %s",
						  why);
	}
	return true;
}

static bool check_only(const struct look_at *at, const struct run *run)
{
	return (run->count == 1 && strcmp(run->items->value, run->kind->only) == 0) ||
	       cv_paloalto_refuse(at->reading, at->entry->more->place,
				  "the %s should be %s", run->kind->attribute,
				  run->kind->only);
}

static bool check_run(const struct look_at *at, const struct run *run)
{
	switch (run->kind->look) {
	case ADDRESS:
		return cv_paloalto_address_read(at->reading, at->entry, run->items,
						at->object);
	case NAMES:
		return check_names(at, run);
	case THEIRS:
		return check_theirs(at, run);
	case URLS:
		return check_urls(at, run);
	case ONLY:
		break;
	}
	return check_only(at, run);
}

/* From *next to the kind of that attribute, or with NULL to the end.  False: refused,
 * since none is of it, or one before it must be there. */
static bool pass_to(const struct look_at *at, const char *attribute, size_t *next)
{
	for (; *next < KINDS; ++*next) {
		const struct kind *kind = &kinds[*next];

		if (kind->list != at->object->list)
			continue;
		if (attribute && strcmp(kind->attribute, attribute) == 0)
			return true;
		if (kind->look == ONLY)
			return cv_paloalto_refuse(at->reading, at->entry->more->place,
						  "the %s should be %s", kind->attribute,
						  kind->only);
	}
	return !attribute ||
	       cv_paloalto_refuse(at->reading, at->entry->more->place,
				  "%s is nothing that stands here", attribute);
}

/* The attributes, kind by kind, as the table has them. */
static bool check_attributes(const struct look_at *at)
{
	const struct cv_entry *entry = at->entry;
	size_t next = 0;
	struct run run;

	for (size_t i = 0; i < entry->more->attribute_count; i += run.count) {
		run.items = entry->more->attributes + i;
		if (!pass_to(at, run.items->name, &next))
			return false;
		run.kind = &kinds[next++];
		run.count = 1;
		while (i + run.count < entry->more->attribute_count &&
		       strcmp(run.items[run.count].name, run.items->name) == 0)
			run.count++;
		if (!check_run(at, &run) || !check_values(at, &run))
			return false;
	}
	return pass_to(at, NULL, &next);
}

/* What stands there already, and is only used, has neither tag nor description. */
static bool is_ours(const struct cv_entry *entry)
{
	for (size_t i = 0; i < entry->more->attribute_count; i++)
		if (strcmp(entry->more->attributes[i].name, CV_PALOALTO_TAGGED) == 0)
			return true;
	return entry->note != NULL;
}

/* The entry of the category is gone with the first of its URLs. */
static void add_urls(const struct look_at *at)
{
	struct cv_arena *arena = at->reading->ctx->arena;
	const size_t count = at->entry->more->attribute_count;
	const char **values = CV_NEW_ARRAY(arena, count, const char *);

	for (size_t i = 0; i < count; i++)
		values[i] = cv_arena_text(arena, at->entry->more->attributes[i].value);
	for (size_t i = 0; i < count; i++) {
		struct cv_entry *url =
			cv_reading_begin(at->reading, CV_ENTRY_URL, at->object->place);

		url->list = cv_paloalto_lists[CV_PALOALTO_CATEGORY].name;
		url->more->name = at->object->name;
		url->more->value = values[i];
	}
}

/* What the object comes to. */
static void follow(const struct look_at *at)
{
	struct cv_paloalto_object *object = at->object;

	switch (object->list) {
	case CV_PALOALTO_ADDRESS_GROUP:
	case CV_PALOALTO_SERVICE_GROUP:
		cv_paloalto_group_read(at->objects, object);
		break;
	case CV_PALOALTO_SERVICE:
		object->protocol = at->entry->protocol;
		object->ports[0] = at->entry->ports;
		object->ports[1] = at->entry->more->source_ports;
		break;
	case CV_PALOALTO_CATEGORY:
		add_urls(at);
		break;
	case CV_PALOALTO_RULE:
		cv_paloalto_grants_add(at->objects, object);
		break;
	case CV_PALOALTO_TAG:
	case CV_PALOALTO_ADDRESS:
	case CV_PALOALTO_LIST_COUNT:
		break;
	}
}

struct cv_paloalto_object *cv_paloalto_object_take(struct cv_paloalto_objects *objects,
						   const struct cv_entry *entry)
{
	const enum cv_paloalto_list_id list = cv_paloalto_list_table(entry->list);
	const struct look_at at = {objects, objects->reading, entry,
				   CV_ADD(objects->reading->ctx->arena, &objects->all,
					  struct cv_paloalto_object)};

	*at.object = (struct cv_paloalto_object){
		.list = list, .ours = is_ours(entry), .place = entry->more->place};
	for (size_t i = 0; i < CV_PALOALTO_NAMES_COUNT; i++)
		objects->named[i].count = 0;
	if (!check_name(&at) || !check_attributes(&at) || !add_name(&at))
		return NULL;
	if (list == CV_PALOALTO_ADDRESS && !at.object->value) {
		cv_paloalto_refuse(objects->reading, entry->more->place,
				   "an address is one thing");
		return NULL;
	}
	follow(&at);
	return at.object;
}
