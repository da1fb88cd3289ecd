/* `base`: a file for all that a target writes, or a map from group to file where it
 * writes for groups.  The target's own reader says what stands in it; nothing of it is
 * ever quoted, since an export may hold secrets. */
#include "read/site_bases.h"

#include <string.h>

#include "base/ctx.h"
#include "base/limits.h"
#include "model/node.h"
#include "model/pattern.h"
#include "model/target.h"
#include "read/fields_values.h"
#include "read/files.h"
#include "read/site_targets.h"

struct reading {
	struct cv_ctx *ctx;
	const struct cv_site *site;
	struct cv_target_use *use;
};

static const struct cv_field file_field = {
	.key = "base",
	.type = CV_FIELD_TEXT,
	.flags = CV_FIELD_EXACT,
	.lexical = &cv_lex_path,
};

static const struct cv_field map_field = {
	.key = "base",
	.type = CV_FIELD_MAP,
	.flags = CV_FIELD_EXACT,
	.lexical = &cv_lex_path,
};

/* The finding shows where in the export, and never what stands there. */
static bool refuse(const struct reading *reading, const struct cv_source *source,
		   const struct cv_base_reading *base, struct cv_span named_at)
{
	const struct cv_target *target = reading->use->target;
	const struct cv_span at = cv_span(source->id, base->error_at, 0);
	const char *wanted = target->export_command
				     ? cv_arena_format(reading->ctx->arena, "wanted: %s",
						       target->export_command)
				     : NULL;
	struct cv_finding *finding =
		cv_find_more(reading->ctx, base->code, at, "no base for %s: %s",
			     target->name, base->error ? base->error : "not understood");

	finding->also = named_at;
	finding->also_text = "named here";
	finding->hint = base->hint ? base->hint : wanted;
	return false;
}

static bool read_file(const struct reading *reading, const struct cv_text *file,
		      const struct cv_text *group)
{
	const struct cv_target_use *use = reading->use;
	struct cv_ctx *ctx = reading->ctx;
	struct cv_base_reading base = {
		.ctx = ctx, .options = use->options, .code = CV_F_NOT_AN_EXPORT};
	struct cv_source *source;
	struct cv_base *made;

	if (file->text[0] == '\0' || strcmp(file->text, "-") == 0)
		return cv_find(ctx, CV_F_BAD_VALUE, file->at,
			       "`base` of %s must name a file beside the site's, or with "
			       "its whole path",
			       use->target->name);
	source = cv_source_read_export(
		ctx, cv_file_beside(ctx, reading->site->source, file->text), file->at,
		CV_MAX_BASE);
	if (!source)
		return false;
	base.bytes = source->text;
	base.size = source->size;
	if (!use->target->read_base(&base))
		return refuse(reading, source, &base, file->at);
	made = CV_ADD(ctx->arena, &reading->use->bases, struct cv_base);
	*made = (struct cv_base){.source = source, .content = base.content};
	if (group)
		made->group = *group;
	return true;
}

/* A file for a group that gets no artefact would be read in vain. */
static bool check_group(const struct reading *reading, const struct cv_text *name)
{
	const struct cv_target_use *use = reading->use;
	const struct cv_group_row *group =
		cv_site_find_group(reading->ctx, reading->site, name);
	bool served = false;

	if (!group)
		return false;
	for (unsigned i = 0; group->platform.text && i < CV_PLATFORM_COUNT; i++)
		served |= (use->target->can.platforms >> i & 1) &&
			  strcmp(group->platform.text, cv_platform_names[i]) == 0;
	if (served && (!use->groups.count || cv_texts_hold(&use->groups, name->text)))
		return true;
	return cv_find(reading->ctx, CV_F_BAD_VALUE, name->at,
		       "%s writes nothing for the group `%s`, so there is no use for a "
		       "base of it",
		       use->target->name, name->text);
}

static bool read_map(const struct reading *reading, const struct cv_node *node)
{
	struct cv_map files = {0};
	bool ok = true;

	if (!cv_value_read_map(reading->ctx, &map_field, node, &files))
		return false;
	for (size_t i = 0; i < files.count; i++)
		ok = check_group(reading, &files.items[i].key) &&
		     read_file(reading, &files.items[i].value, &files.items[i].key) && ok;
	return ok;
}

static bool read_base(const struct reading *reading)
{
	const struct cv_target *target = reading->use->target;
	const struct cv_node *node = reading->use->base;
	const bool grouped = target->can.subjects & CV_SUBJECT_GROUP;
	struct cv_text file;

	if (node->kind == CV_NODE_SCALAR)
		return cv_value_read_text(reading->ctx, &file_field, node, &file) &&
		       read_file(reading, &file, NULL);
	if (node->kind == CV_NODE_MAP && grouped)
		return read_map(reading, node);
	return cv_find(reading->ctx, CV_F_WRONG_TYPE, node->at,
		       "`base` of %s must be the name of a file%s", target->name,
		       grouped ? ", or a map from groups to such names" : "");
}

bool cv_site_read_bases(struct cv_ctx *ctx, struct cv_site *site)
{
	bool ok = true;

	for (size_t i = 0; i < site->targets.count; i++) {
		const struct reading reading = {
			ctx, site, CV_AT(&site->targets, struct cv_target_use, i)};

		if (reading.use->base)
			ok = read_base(&reading) && ok;
	}
	return ok;
}
