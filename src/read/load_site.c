/* A site and the profiles that it names.  Keys that may be of two shapes are taken
 * apart here; everything else comes from the field table. */
#include "read/load.h"

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "model/node.h"
#include "read/fields.h"
#include "read/fields_values.h"
#include "read/files.h"
#include "read/format.h"
#include "read/profile_reading.h"
#include "read/site_bases.h"
#include "read/site_reading.h"
#include "read/site_targets.h"
#include "read/yaml.h"

static const char format[] = "site/1";

struct loading {
	const struct cv_load *load;
	struct cv_ctx *ctx;
	struct cv_source *source;
	struct cv_site *site;
	struct cv_table *profiles;
	struct cv_table places; /* of struct cv_span: where each of them is named */
};

static bool read_edition(struct loading *loading, const struct cv_node *node)
{
	static const struct cv_field text = {
		.key = "edition", .type = CV_FIELD_TEXT, .lexical = &cv_lex_id};
	static const struct cv_field map = {
		.key = "edition", .type = CV_FIELD_MAP, .lexical = &cv_lex_id};

	if (node->kind == CV_NODE_MAP)
		return cv_value_read_map(loading->ctx, &map, node,
					 &loading->site->editions);
	return cv_value_read_text(loading->ctx, &text, node, &loading->site->edition);
}

/* The list itself, or that of the file which {file: FILE} names; NULL: reported. */
static const struct cv_node *list_of(struct loading *loading, const char *key,
				     const struct cv_node *node)
{
	static const struct cv_field file_field[] = {
		{"file", CV_FIELD_TEXT, CV_FIELD_REQUIRED | CV_FIELD_EXACT, 0,
		 &cv_lex_path, NULL, NULL, "a file with the list"},
		{.key = NULL},
	};
	static const struct cv_fields in_file = {
		"a list in a file", sizeof(struct cv_text), file_field, -1, -1};
	struct cv_ctx *ctx = loading->ctx;
	struct cv_text file = {0};
	struct cv_source *source;
	struct cv_node *root;

	if (node->kind == CV_NODE_MAP) {
		if (!cv_fields_read(ctx, &in_file, node, &file))
			return NULL;
		source = cv_source_read(
			ctx, cv_file_beside(ctx, loading->source, file.text), file.at);
		if (!source || !cv_yaml_read(ctx, source, NULL, &root))
			return NULL;
		node = root;
	}
	if (node->kind == CV_NODE_LIST)
		return node;
	cv_find(ctx, CV_F_WRONG_TYPE, node->at,
		"`%s` must be a list of maps or {file: FILE}", key);
	return NULL;
}

static bool read_list(struct loading *loading, const char *key,
		      const struct cv_node *node, const struct cv_fields *fields,
		      struct cv_records *records_out)
{
	char *record;
	bool ok = true;

	node = list_of(loading, key, node);
	if (!node)
		return false;
	records_out->count = node->count;
	records_out->items = record =
		cv_arena_array(loading->ctx->arena, node->count, fields->size);
	for (const struct cv_node *item = node->first; item; item = item->next) {
		ok = cv_fields_read(loading->ctx, fields, item, record) && ok;
		record += fields->size;
	}
	return ok;
}

static bool read_profile_refs(struct loading *loading, const struct cv_node *node)
{
	struct cv_records *refs = &loading->site->profiles;
	struct cv_profile_ref *ref;
	bool ok = true;

	if (node->kind != CV_NODE_LIST)
		return cv_find(
			loading->ctx, CV_F_WRONG_TYPE, node->at,
			"`profiles` must be a list of ids, paths and whole profiles");
	refs->count = node->count;
	refs->items = ref =
		CV_NEW_ARRAY(loading->ctx->arena, node->count, struct cv_profile_ref);
	for (const struct cv_node *item = node->first; item; item = item->next, ref++) {
		ref->name.at = item->at;
		if (item->kind == CV_NODE_MAP)
			ref->inlined = item;
		else if (item->kind == CV_NODE_SCALAR && item->text[0])
			ref->name.text = item->text;
		else
			ok = cv_find(
				loading->ctx, CV_F_WRONG_TYPE, item->at,
				"a member of `profiles` must be an id, a path or a whole "
				"profile");
	}
	return ok;
}

/* `features: []` differs from none said, and only the document knows. */
static void note_features(struct loading *loading, const struct cv_node *root)
{
	const struct cv_node *groups = cv_node_member(root, "groups");
	struct cv_group_row *rows = loading->site->groups.items;
	size_t i = 0;

	if (!groups || groups->kind != CV_NODE_LIST)
		return;
	for (const struct cv_node *group = groups->first;
	     group && i < loading->site->groups.count; group = group->next, i++)
		rows[i].has_features = group->kind == CV_NODE_MAP &&
				       cv_node_member(group, "features") != NULL;
}

static int compare_groups(const void *left, const void *right)
{
	const struct cv_text *a = &(*(const struct cv_group_row *const *)left)->name;
	const struct cv_text *b = &(*(const struct cv_group_row *const *)right)->name;
	const int order = strcmp(a->text, b->text);

	if (order)
		return order;
	return a->at.offset < b->at.offset ? -1 : 1;
}

static bool check_groups(struct loading *loading)
{
	const struct cv_records *groups = &loading->site->groups;
	const struct cv_group_row *rows = groups->items, **sorted;
	bool ok = true;

	sorted = CV_NEW_ARRAY(loading->ctx->arena, groups->count,
			      const struct cv_group_row *);
	for (size_t i = 0; i < groups->count; i++)
		sorted[i] = &rows[i];
	qsort(sorted, groups->count, sizeof *sorted, compare_groups);
	for (size_t i = 1; i < groups->count; i++) {
		struct cv_finding *finding;

		if (strcmp(sorted[i - 1]->name.text, sorted[i]->name.text) != 0)
			continue;
		finding = cv_find_more(loading->ctx, CV_F_DUPLICATE_NAME,
				       sorted[i]->name.at, "two groups are called `%s`",
				       sorted[i]->name.text);
		finding->also = sorted[i - 1]->name.at;
		finding->also_text = "first defined here";
		ok = false;
	}
	return ok;
}

static bool read_site(struct loading *loading, const struct cv_node *root)
{
	struct cv_site_reading *reading =
		CV_NEW(loading->ctx->arena, struct cv_site_reading);
	struct cv_site *site = loading->site = &reading->site;
	bool ok = cv_fields_read(loading->ctx, &cv_site_fields, root, reading),
	     sound = ok;

	site->source = loading->source;
	if (sound)
		ok = cv_format_check(loading->ctx, site->format, format) &&
		     check_groups(loading);
	if (root->kind == CV_NODE_MAP)
		note_features(loading, root);
	if (reading->edition)
		ok = read_edition(loading, reading->edition) && ok;
	if (reading->profiles)
		ok = read_profile_refs(loading, reading->profiles) && ok;
	if (reading->fill)
		ok = read_list(loading, "fill", reading->fill, &cv_fill_fields,
			       &site->fills) &&
		     ok;
	if (reading->accept)
		ok = read_list(loading, "accept", reading->accept, &cv_acceptance_fields,
			       &site->accepts) &&
		     ok;
	if (site->target_node)
		ok = cv_site_read_targets(loading->load, site->target_node,
					  sound ? site : NULL, &site->targets) &&
		     cv_site_read_bases(loading->ctx, site) && ok;
	return ok;
}

static bool check_id(struct loading *loading, const struct cv_profile *profile,
		     const char *id, const struct cv_profile_ref *ref)
{
	struct cv_finding *finding;

	if (strcmp(profile->id.text, id) == 0)
		return true;
	finding = cv_find_more(loading->ctx, CV_F_BAD_VALUE, profile->id.at,
			       "this profile is `%s`, and the site asks for `%s`",
			       profile->id.text, id);
	finding->also = ref->name.at;
	finding->also_text = "asked for here";
	return false;
}

static bool check_once(struct loading *loading, const struct cv_profile *profile,
		       const struct cv_profile_ref *ref)
{
	struct cv_finding *finding;

	for (size_t i = 0; i < loading->profiles->count; i++) {
		const struct cv_profile *other =
			*CV_AT(loading->profiles, struct cv_profile *, i);

		if (strcmp(other->id.text, profile->id.text) != 0)
			continue;
		finding = cv_find_more(loading->ctx, CV_F_DUPLICATE_NAME, ref->name.at,
				       "the profile `%s` stands twice", profile->id.text);
		finding->also = *CV_AT(&loading->places, struct cv_span, i);
		finding->also_text = "first named here";
		return false;
	}
	return true;
}

static bool load_one(struct loading *loading, const struct cv_profile_ref *ref)
{
	struct cv_found_profile found = {0};
	struct cv_profile *profile = NULL;

	if (ref->inlined) {
		profile = cv_profile_read_inlined(loading->load, loading->source,
						  ref->inlined);
	} else if (cv_profile_find(loading->load, loading->source, &ref->name, &found)) {
		profile = cv_profile_read(loading->load, &found);
		cv_source_release(found.source);
	}
	if (!profile || (found.is_id && !check_id(loading, profile, found.origin, ref)) ||
	    !check_once(loading, profile, ref))
		return false;
	*CV_ADD(loading->ctx->arena, &loading->places, struct cv_span) = ref->name.at;
	*CV_ADD(loading->ctx->arena, loading->profiles, struct cv_profile *) = profile;
	return true;
}

static bool load_profiles(struct loading *loading)
{
	const struct cv_profile_ref *refs = loading->site->profiles.items;
	bool ok = true;

	for (size_t i = 0; i < loading->site->profiles.count; i++)
		if (refs[i].inlined || refs[i].name.text)
			ok = load_one(loading, &refs[i]) && ok;
	return ok;
}

bool cv_load_site(const struct cv_load *load, struct cv_source *source,
		  struct cv_site **site_out, struct cv_table *profiles_out)
{
	struct loading loading = {.load = load,
				  .ctx = load->ctx,
				  .source = source,
				  .profiles = profiles_out};
	const size_t errors = cv_error_count(load->ctx);
	struct cv_node *root;

	*site_out = NULL;
	if (cv_format_is_other(load->ctx, source, format))
		return false;
	cv_yaml_read(load->ctx, source, NULL, &root);
	if (!root)
		return false;
	read_site(&loading, root);
	load_profiles(&loading);
	*site_out = loading.site;
	if (cv_error_count(load->ctx) == errors)
		cv_fill_holes(load->ctx, loading.site, profiles_out);
	return cv_error_count(load->ctx) == errors;
}
