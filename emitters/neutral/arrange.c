/* Fills the columns of each entry as attributes, in the order of columns.h; a cell
 * that is one of the entry's own members (its path, its ports) is none. */
#include "arrange.h"

#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "columns.h"

struct arranging {
	struct cv_ctx *ctx;
	struct cv_plan *plan;
	bool spreadsheet;
	struct cv_neutral_risk_index index;
	const char *roles; /* of the group */
	bool good;
};

/* The ASCII signs, and their full-width twins, which Japanese and Chinese editions
 * take for the same. */
static const char *const formula_signs[] = {
	"=",
	"+",
	"-",
	"@",
	"\t",
	"\r",
	"\n",
	"\xef\xbc\x9d",
	"\xef\xbc\x8b",
	"\xef\xbc\x8d",
	"\xef\xbc\xa0",
};

/* Importers strip blanks, so those in front do not help. */
static bool begins_as_formula(const char *text)
{
	while (*text == ' ')
		text++;
	for (size_t i = 0; i < sizeof formula_signs / sizeof *formula_signs; i++)
		if (strncmp(text, formula_signs[i], strlen(formula_signs[i])) == 0)
			return true;
	return false;
}

static const char *harmless(const struct arranging *a, const struct cv_column *column,
			    const char *text)
{
	if (!a->spreadsheet || !column->prose || !begins_as_formula(text))
		return text;
	return cv_arena_format(a->ctx->arena, "'%s", text);
}

/* `texts` is column by column; NULL where the entry itself holds the cell. */
static void attach(const struct arranging *a, struct cv_entry *entry,
		   const struct cv_neutral *table, const char *const *texts)
{
	struct cv_attribute *attributes;
	size_t count = 0;

	for (size_t i = 0; i < table->count; i++)
		count += texts[i] != NULL;
	attributes = CV_NEW_ARRAY(a->ctx->arena, count, struct cv_attribute);
	entry->list = table->list;
	entry->more->attributes = attributes;
	entry->more->attribute_count = (uint32_t)count;
	entry->note = NULL; /* it stands in the columns */
	for (size_t i = 0; i < table->count; i++) {
		const struct cv_column *column = &table->columns[i];

		if (texts[i])
			*attributes++ = (struct cv_attribute){
				column->attribute ? column->attribute : column->name,
				harmless(a, column, texts[i])};
	}
}

static const char *joined(struct cv_ctx *ctx, const struct cv_texts *texts)
{
	struct cv_buf out = CV_BUF_INIT;
	const char *text;

	if (texts->count == 0)
		return "";
	for (size_t i = 0; i < texts->count; i++) {
		cv_buf_text(&out, i ? " " : "");
		cv_buf_text(&out, texts->items[i].text);
	}
	text = cv_arena_copy(ctx->arena, cv_buf_string(&out), out.size);
	cv_buf_deinit(&out);
	return text;
}

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

/* Only process, folder, file and extension are types; a digest or a signer is one
 * of a file. */
static const char *type_of(enum cv_kind kind)
{
	switch (kind) {
	case CV_KIND_PROCESS:
	case CV_KIND_FOLDER:
	case CV_KIND_EXTENSION:
		return cv_kind_names[kind];
	default:
		return cv_kind_names[CV_KIND_FILE];
	}
}

static bool has_path(enum cv_kind kind)
{
	return kind == CV_KIND_PROCESS || kind == CV_KIND_FOLDER || kind == CV_KIND_FILE;
}

/* How the path is meant; of a name alone, that it is the program in any folder. */
static const char *match_of(enum cv_kind kind, const char *value)
{
	if (has_path(kind) && cv_path_is_bare(value))
		return "name";
	return has_path(kind) && cv_path_has_wildcard(value) ? "glob" : "exact";
}

static void arrange_exclusion(struct arranging *a, struct cv_entry *entry)
{
	const struct cv_exclusion *asked = cv_origin(entry)->exclusion;
	const struct cv_group *group = asked->group;
	const struct cv_neutral_risks risks =
		cv_neutral_risks(a->ctx, &a->index, &entry->rows);
	const bool tree = asked->kind == CV_KIND_FOLDER && asked->reach == CV_REACH_TREE;
	const char *min, *max;

	cv_neutral_versions(a->ctx, a->plan->policy->site, group->row, &entry->rows, &min,
			    &max);
	if (!a->roles)
		a->roles = joined(a->ctx, &group->row->roles);
	if (a->spreadsheet && asked->kind == CV_KIND_SIGNER &&
	    begins_as_formula(entry->more->value)) {
		cv_find(a->ctx, CV_F_BAD_VALUE,
			entry->rows.count ? entry->rows.items[0]->at
					  : (struct cv_span){0},
			"the csv target cannot hold the signer `%s`: spreadsheets run "
			"a "
			"cell that begins so; the json target can",
			entry->more->value);
		a->good = false;
	}

	const char *const texts[] = {
		cv_neutral_ids(a->ctx, &entry->rows),
		cv_neutral_products(a->ctx, &entry->rows),
		min,
		max,
		cv_platform_names[group->platform],
		or_empty(group->row->arch.text),
		a->roles,
		type_of(asked->kind),
		NULL, /* path */
		match_of(asked->kind, entry->more->value),
		tree ? "yes" : "no",
		asked->children ? "yes" : "no",
		asked->kind == CV_KIND_PROCESS ? "onaccess" : "",
		asked->kind == CV_KIND_SIGNER ? entry->more->value : "",
		asked->kind == CV_KIND_SHA256 ? entry->more->value : "",
		"", /* user */
		cv_neutral_purposes(a->ctx, &entry->rows),
		cv_neutral_sources(a->ctx, &entry->rows),
		risks.ticket,
		risks.owner,
		risks.expires,
		risks.risk,
		risks.lints,
	};
	attach(a, entry, &cv_neutral_exclusions, texts);
}

/* An end of a flow that has no address of a family: all that is known of it. */
static const char *end_text(struct cv_ctx *ctx, const struct cv_party *party)
{
	struct cv_buf out = CV_BUF_INIT;
	const char *text;

	for (size_t family = 0; family < 2; family++) {
		const struct cv_addresses *set = party->addresses[family];

		for (size_t i = 0; set && i < set->count; i++) {
			cv_buf_text(&out, out.size ? " " : "");
			cv_range_format(&out, set->family, set->ranges[i]);
		}
	}
	text = cv_arena_copy(ctx->arena, cv_buf_string(&out), out.size);
	cv_buf_deinit(&out);
	return *text ? text : joined(ctx, &party->names);
}

static void arrange_flow(struct arranging *a, struct cv_entry *entry)
{
	const struct cv_party *from = cv_origin(entry)->flow->ends->from,
			      *to = cv_origin(entry)->flow->ends->to;
	const bool named = entry->family == 0;
	const char *const texts[] = {
		cv_neutral_ids(a->ctx, &entry->rows),
		from->name,
		to->name,
		NULL, /* family */
		named ? end_text(a->ctx, from) : NULL,
		named ? end_text(a->ctx, to) : NULL,
		NULL, /* protocol */
		NULL, /* source_ports */
		NULL, /* ports */
		NULL, /* icmp_type */
		NULL, /* program */
		joined(a->ctx, &from->names),
		joined(a->ctx, &to->names),
		or_empty(from->zone),
		or_empty(to->zone),
		cv_neutral_purposes(a->ctx, &entry->rows),
		cv_neutral_sources(a->ctx, &entry->rows),
	};

	attach(a, entry, &cv_neutral_flows, texts);
}

static void arrange_url(struct arranging *a, struct cv_entry *entry)
{
	const char *const texts[] = {
		cv_neutral_ids(a->ctx, &entry->rows),
		cv_origin(entry)->url->from ? cv_origin(entry)->url->from->name : "",
		or_empty(cv_origin(entry)->url->scheme),
		NULL, /* url */
		NULL, /* ports */
		cv_neutral_purposes(a->ctx, &entry->rows),
		cv_neutral_sources(a->ctx, &entry->rows),
	};

	attach(a, entry, &cv_neutral_urls, texts);
}

bool cv_neutral_arrange(struct cv_ctx *ctx, struct cv_plan *plan, bool spreadsheet)
{
	struct arranging a = {ctx, plan, spreadsheet, {0}, NULL, true};

	cv_neutral_index_risks(ctx, plan, &a.index);
	for (size_t i = 0; i < plan->entries.count; i++) {
		struct cv_entry *entry = CV_AT(&plan->entries, struct cv_entry, i);

		if (entry->kind == CV_ENTRY_EXCLUSION)
			arrange_exclusion(&a, entry);
		else if (entry->kind == CV_ENTRY_FLOW)
			arrange_flow(&a, entry);
		else if (entry->kind == CV_ENTRY_URL)
			arrange_url(&a, entry);
	}
	return a.good;
}
