/* Above the rows: the page's day, and names that its rows use. */
#include "import/merge_parts.h"

#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "import/write.h"
#include "import/yaml_text.h"
#include "model/node.h"

static struct cv_texts one(struct cv_ctx *ctx, const char *text)
{
	struct cv_text *item = CV_NEW(ctx->arena, struct cv_text);

	item->text = text;
	return (struct cv_texts){item, 1};
}

static void want(struct cv_merge *merge, const char *value, const char *format,
		 const char *a, const char *b)
{
	char *key = cv_arena_format(merge->ctx->arena, format[0] ? "%s.%s.%s" : "%s.%s",
				    a, b, format);

	cv_flat_set(merge->ctx, &merge->want.fields, key, one(merge->ctx, value), NULL);
}

static const char *quoted(struct cv_merge *merge, const char *text, enum cv_quotes quotes)
{
	struct cv_buf buf = CV_BUF_INIT;
	const char *made;

	cv_yaml_put(&buf, text, quotes);
	made = cv_arena_text(merge->ctx->arena, cv_buf_string(&buf));
	cv_buf_deinit(&buf);
	return made;
}

/* Where a key that the profile lacks is put: before the next one in the order
 * of the house, else at the end. */
static void add_section(struct cv_merge *merge, const char *key, const char *text)
{
	static const char *const order[] = {
		"source",   "versions",   "editions",   "features", "ip",
		"places",   "parameters", "parties",    "devices",  "requires",
		"supports", "ports",      "exclusions", "urls",     "permissions"};
	const size_t count = sizeof order / sizeof *order;
	size_t at = merge->source->size, i = 0;

	while (i < count && strcmp(order[i], key) != 0)
		i++;
	for (; i < count; i++) {
		const struct cv_node *next = cv_node_member(merge->root, order[i]);

		if (!next)
			continue;
		at = cv_edit_above_comments(&merge->edits, (size_t)next->key->at.offset);
		cv_edit(&merge->edits, at, at,
			cv_arena_format(merge->ctx->arena, "%s\n", text));
		return;
	}
	cv_edit(&merge->edits, at, at,
		cv_arena_format(merge->ctx->arena, "%s\n%s",
				at && merge->source->text[at - 1] != '\n' ? "\n" : "",
				text));
}

/* Adds a name to a map of the profile, or the map. */
static void add_name(struct cv_merge *merge, const char *section, const char *name,
		     const char *value)
{
	const struct cv_node *map = cv_node_member(merge->root, section);

	if (map) {
		cv_edit_set(&merge->edits, map, name, value);
		return;
	}
	add_section(merge, section,
		    cv_arena_format(merge->ctx->arena, "  %s: %s\n",
				    quoted(merge, name, CV_QUOTES_IF_NEEDED), value));
}

/* The names of a section that the profile lacks are added at once, so that a
 * map that is not there is made once. */
struct adding {
	const char *section;
	struct cv_buf lines;
};

static void begin(struct adding *adding, const char *section)
{
	*adding = (struct adding){section, CV_BUF_INIT};
}

static void add(struct cv_merge *merge, struct adding *adding, const char *name,
		const char *value)
{
	if (cv_node_member(merge->root, adding->section))
		add_name(merge, adding->section, name, value);
	else
		cv_buf_format(&adding->lines, "  %s: %s\n",
			      quoted(merge, name, CV_QUOTES_IF_NEEDED), value);
}

static void end(struct cv_merge *merge, struct adding *adding)
{
	if (adding->lines.size)
		add_section(merge, adding->section,
			    cv_arena_format(merge->ctx->arena, "%s:\n%s", adding->section,
					    adding->lines.data));
	cv_buf_deinit(&adding->lines);
}

static bool knows_place(const struct cv_profile *profile, const char *name)
{
	const struct cv_place_row *places = profile->places.items;

	for (size_t i = 0; i < profile->places.count; i++)
		if (strcmp(places[i].name.text, name) == 0 ||
		    cv_texts_hold(&places[i].aliases, name))
			return true;
	return false;
}

static bool knows_party(const struct cv_profile *profile, const char *name)
{
	const struct cv_party_row *parties = profile->parties.items;

	for (size_t i = 0; i < profile->parties.count; i++)
		if (strcmp(parties[i].name.text, name) == 0 ||
		    cv_texts_hold(&parties[i].aliases, name))
			return true;
	return false;
}

static bool knows_device(const struct cv_profile *profile, const char *name)
{
	const struct cv_device *devices = profile->devices.items;

	for (size_t i = 0; i < profile->devices.count; i++)
		if (strcmp(devices[i].name.text, name) == 0)
			return true;
	return false;
}

static void add_names(struct cv_merge *merge, const char *section,
		      const struct cv_table *names,
		      bool (*knows)(const struct cv_profile *, const char *))
{
	struct adding adding;

	begin(&adding, section);
	for (size_t i = 0; i < names->count; i++) {
		const struct cv_draft_name *name = CV_AT(names, struct cv_draft_name, i);
		struct cv_buf value = CV_BUF_INIT;

		if (knows(merge->profile, name->name))
			continue;
		cv_write_name(name, &value);
		add(merge, &adding, name->name, cv_buf_string(&value));
		cv_buf_deinit(&value);
		*CV_ADD(merge->ctx->arena, &merge->want.fields, struct cv_draft_field) =
			(struct cv_draft_field){.key = cv_arena_format(merge->ctx->arena,
								       "%s.%s", section,
								       name->name)};
		if (name->platform)
			want(merge, name->platform, "platform", section, name->name);
		if (name->role)
			want(merge, name->role, "role", section, name->name);
		if (name->external)
			want(merge, "true", "external", section, name->name);
	}
	end(merge, &adding);
}

static void add_versions(struct cv_merge *merge)
{
	struct adding adding;

	begin(&adding, "versions");
	for (size_t i = 0; i < merge->draft->versions.count; i++) {
		const struct cv_pair *pair =
			CV_AT(&merge->draft->versions, struct cv_pair, i);

		if (cv_map_get(&merge->profile->versions, pair->key.text))
			continue;
		add(merge, &adding, pair->key.text,
		    quoted(merge, pair->value.text, CV_QUOTES_IF_NEEDED));
		want(merge, pair->value.text, "", "versions", pair->key.text);
	}
	end(merge, &adding);
}

static void add_editions(struct cv_merge *merge)
{
	const struct cv_texts *known = &merge->profile->editions;
	const struct cv_node *node = cv_node_member(merge->root, "editions");
	const size_t most = known->count + merge->draft->editions.count;
	struct cv_texts all = {CV_NEW_ARRAY(merge->ctx->arena, most, struct cv_text), 0};
	struct cv_buf list = CV_BUF_INIT;

	for (; all.count < known->count; all.count++)
		all.items[all.count] = known->items[all.count];
	for (size_t i = 0; i < merge->draft->editions.count; i++) {
		const char *name = *CV_AT(&merge->draft->editions, const char *, i);

		if (!cv_texts_hold(known, name))
			all.items[all.count++].text = name;
	}
	if (all.count == known->count)
		return;
	cv_buf_char(&list, '[');
	for (size_t i = 0; i < all.count; i++)
		cv_buf_format(&list, "%s%s", i ? ", " : "",
			      quoted(merge, all.items[i].text, CV_QUOTES_IF_NEEDED));
	cv_buf_char(&list, ']');
	if (!node)
		add_section(
			merge, "editions",
			cv_arena_format(merge->ctx->arena, "editions: %s\n", list.data));
	else if (node->kind == CV_NODE_LIST && node->last)
		for (size_t i = known->count; i < all.count; i++)
			cv_edit_append(
				&merge->edits, node,
				quoted(merge, all.items[i].text, CV_QUOTES_IF_NEEDED));
	else
		cv_edit_set(&merge->edits, merge->root, "editions", list.data);
	cv_flat_set(merge->ctx, &merge->want.fields, "editions", all, NULL);
	cv_buf_deinit(&list);
}

/* A key of the page in `source`, where it says something else now. */
static void set_source(struct cv_merge *merge, const struct cv_node *note,
		       const char *older, const char *key, const char *value)
{
	if (!value || (older && strcmp(older, value) == 0))
		return;
	cv_edit_set(&merge->edits, note, key, quoted(merge, value, CV_QUOTES_ALWAYS));
	want(merge, value, key, "source", merge->draft->source_key);
}

static void set_sources(struct cv_merge *merge)
{
	const struct cv_draft *draft = merge->draft;
	const struct cv_node *map = cv_node_member(merge->root, "source");
	const struct cv_node *note = map ? cv_node_member(map, draft->source_key) : NULL;
	const struct cv_source_note *notes = merge->profile->sources.items;
	struct adding adding;
	struct cv_buf value = CV_BUF_INIT;

	for (size_t i = 0; note && i < merge->profile->sources.count; i++) {
		if (strcmp(notes[i].key.text, draft->source_key) != 0)
			continue;
		set_source(merge, note, notes[i].title.text, "title",
			   draft->source_title);
		set_source(merge, note, notes[i].url.text, "url", draft->url);
		set_source(merge, note, notes[i].retrieved.text, "retrieved",
			   draft->retrieved);
	}
	if (note)
		return;
	cv_buf_char(&value, '{');
	if (draft->source_title)
		cv_buf_format(&value, "title: %s, ",
			      quoted(merge, draft->source_title, CV_QUOTES_ALWAYS));
	cv_buf_format(&value, "url: %s, retrieved: %s}",
		      quoted(merge, draft->url, CV_QUOTES_ALWAYS),
		      quoted(merge, draft->retrieved, CV_QUOTES_ALWAYS));
	begin(&adding, "source");
	add(merge, &adding, draft->source_key, value.data);
	end(merge, &adding);
	*CV_ADD(merge->ctx->arena, &merge->want.fields, struct cv_draft_field) =
		(struct cv_draft_field){.key = cv_arena_format(merge->ctx->arena,
							       "source.%s",
							       draft->source_key)};
	if (draft->source_title)
		want(merge, draft->source_title, "title", "source", draft->source_key);
	want(merge, draft->url, "url", "source", draft->source_key);
	want(merge, draft->retrieved, "retrieved", "source", draft->source_key);
	cv_buf_deinit(&value);
}

void cv_merge_head(struct cv_merge *merge)
{
	set_sources(merge);
	add_versions(merge);
	add_editions(merge);
	add_names(merge, "places", &merge->draft->places, knows_place);
	add_names(merge, "parties", &merge->draft->parties, knows_party);
	add_names(merge, "devices", &merge->draft->devices, knows_device);
}
