/* What the published pages leave open, ask for besides, and say about roles. */
#include "commands/review_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "commands/compilation.h"
#include "commands/markdown.h"
#include "model/field.h"
#include "model/node.h"

static int compare_fills(const void *left, const void *right)
{
	return strcmp((*(const struct cv_fill *const *)left)->row.text,
		      (*(const struct cv_fill *const *)right)->row.text);
}

struct fills {
	const struct cv_fill **items; /* by row */
	size_t count;
};

static struct fills sort_fills(struct cv_review *review)
{
	const struct cv_records *records = &review->compilation->site->fills;
	const struct cv_fill *all = records->items;
	struct fills fills = {
		CV_NEW_ARRAY(review->ctx->arena, records->count, const struct cv_fill *),
		records->count};

	for (size_t i = 0; i < fills.count; i++)
		fills.items[i] = &all[i];
	if (fills.count)
		qsort(fills.items, fills.count, sizeof *fills.items, compare_fills);
	return fills;
}

/* The fill that sets a key of a row, of several for the same row; or NULL. */
static const struct cv_fill *find_fill(const struct fills *fills, const char *row,
				       const char *key)
{
	size_t low = 0, high = fills->count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (strcmp(fills->items[middle]->row.text, row) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < fills->count && strcmp(fills->items[low]->row.text, row) == 0; low++)
		if (cv_node_member(fills->items[low]->set, key))
			return fills->items[low];
	return NULL;
}

static const char *joined(struct cv_review *review, const struct cv_texts *texts)
{
	const char *all = texts->count ? texts->items[0].text : "";

	for (size_t i = 1; i < texts->count; i++)
		all = cv_arena_format(review->ctx->arena, "%s, %s", all,
				      texts->items[i].text);
	return all;
}

void cv_review_pins(struct cv_review *review)
{
	const struct cv_policy *policy = &review->compilation->policy;

	cv_review_heading(review, "Names whose addresses are pinned to a day");
	cv_review_table(review, "Party|Names|Addresses|As of");
	for (size_t i = 0; i < policy->parties.count; i++) {
		const struct cv_party *party =
			CV_AT(&policy->parties, struct cv_party, i);

		if (party->pinned_on)
			CV_REVIEW_LINE(review, party->name, joined(review, &party->names),
				       joined(review, &party->setting->pinned.addresses),
				       party->pinned_on);
	}
}

static void add_value(struct cv_buf *out, const struct cv_node *node)
{
	if (node->kind == CV_NODE_SCALAR) {
		cv_buf_text(out, node->text);
		return;
	}
	for (const struct cv_node *item = node->first; item; item = item->next) {
		if (item->key)
			cv_buf_format(out, "%s: ", item->key->text);
		add_value(out, item);
		cv_buf_text(out, item->next ? ", " : "");
	}
}

static void filled_line(struct cv_review *review, const struct fills *fills,
			const char *row, const struct cv_hole *hole)
{
	const struct cv_fill *fill = find_fill(fills, row, hole->field->key);
	struct cv_buf value = CV_BUF_INIT;
	const char *reason;

	if (!fill)
		return;
	add_value(&value, cv_node_member(fill->set, hole->field->key));
	reason = fill->reason.text ? fill->reason.text : "";
	if (strstr(reason, "example value"))
		reason = cv_arena_format(review->ctx->arena, "EXAMPLE VALUE: %s", reason);
	CV_REVIEW_LINE(review, row, hole->field->key, hole->words, cv_buf_string(&value),
		       reason, fill->by.text, fill->source.text);
	cv_buf_deinit(&value);
}

/* Calls `each` for the holes of a profile's own fields and of its rows. */
static void each_hole(struct cv_review *review, const struct fills *fills,
		      void (*each)(struct cv_review *review, const struct fills *fills,
				   const char *row, const struct cv_hole *hole,
				   const struct cv_row *of))
{
	const struct cv_policy *policy = &review->compilation->policy;

	for (size_t i = 0; i < policy->profiles.count; i++) {
		const struct cv_profile *profile =
			*CV_AT(&policy->profiles, struct cv_profile *, i);

		for (const struct cv_hole *hole = profile->holes; hole; hole = hole->next)
			each(review, fills,
			     cv_arena_format(review->ctx->arena, "%s#%s",
					     profile->id.text, hole->field->key),
			     hole, NULL);
	}
	for (size_t i = 0; i < policy->holed.count; i++) {
		const struct cv_row *row =
			*CV_AT(&policy->holed, const struct cv_row *, i);
		const char *name = cv_row_name(review->ctx, row);

		for (const struct cv_hole *hole = cv_row_more(row)->holes; hole;
		     hole = hole->next)
			each(review, fills, name, hole, row);
	}
}

static void each_filled(struct cv_review *review, const struct fills *fills,
			const char *row, const struct cv_hole *hole,
			const struct cv_row *of)
{
	(void)of;
	if (hole->filled)
		filled_line(review, fills, row, hole);
}

static void each_open(struct cv_review *review, const struct fills *fills,
		      const char *row, const struct cv_hole *hole,
		      const struct cv_row *of)
{
	const char *why;

	(void)fills;
	if (hole->filled)
		return;
	why = of ? cv_review_why_not(review, of) : NULL;
	CV_REVIEW_LINE(review, row, hole->field->key, hole->words,
		       why ? why : "nothing of this site needs it");
}

void cv_review_holes(struct cv_review *review)
{
	const struct fills fills = sort_fills(review);

	cv_review_heading(review, "What the pages leave open and this site fills");
	cv_review_table(review, "Row|Field|The page says|Filled with|Reason|By|Source");
	each_hole(review, &fills, each_filled);
	cv_review_heading(review,
			  "What the pages leave open and this site does not need");
	cv_review_table(review, "Row|Field|The page says|Why it does no harm");
	each_hole(review, &fills, each_open);
}

/* A value, or in its place what the page says instead. */
static const char *value_or_hole(struct cv_review *review, const char *value,
				 const char *key, const struct cv_hole *holes)
{
	if (value)
		return value;
	for (; holes; holes = holes->next)
		if (strcmp(holes->field->key, key) == 0)
			return cv_arena_format(review->ctx->arena, "OPEN: %s",
					       holes->words);
	return "";
}

void cv_review_requirements(struct cv_review *review)
{
	const struct cv_table *profiles = &review->compilation->policy.profiles;
	const struct cv_map *inventory = &review->compilation->site->inventory;

	cv_review_heading(review, "What the products require");
	cv_review_table(review, "Profile|Component|Version|Optional|This site has|Note");
	for (size_t i = 0; i < profiles->count; i++) {
		const struct cv_profile *profile =
			*CV_AT(profiles, struct cv_profile *, i);
		const struct cv_requirement *all = profile->requires.items;

		for (size_t n = 0; n < profile->requires.count; n++) {
			const struct cv_requirement *need = &all[n];
			const struct cv_text *have =
				need->component.text
					? cv_map_get(inventory, need->component.text)
					: NULL;

			CV_REVIEW_LINE(review, profile->id.text,
				       value_or_hole(review, need->component.text,
						     "component", need->holes),
				       value_or_hole(review, need->version.text,
						     "version", need->holes),
				       need->optional == CV_YES ? "yes" : "",
				       have ? have->text : "", need->note.text);
		}
	}
}

static void add_grants(const struct cv_permission_row *row, const char *role,
		       struct cv_buf *cell)
{
	const struct cv_grant *grants = row->grants.items;

	for (const struct cv_hole *hole = row->holes; hole; hole = hole->next)
		if (strcmp(hole->field->key, "grants") == 0)
			cv_buf_format(cell, "OPEN: %s", hole->words);
	for (size_t i = 0; i < row->grants.count; i++) {
		if (!grants[i].role.text || strcmp(grants[i].role.text, role) != 0)
			continue;
		for (size_t g = 0; g < grants[i].grants.count; g++)
			cv_buf_format(cell, "%s%s", g ? ", " : "",
				      grants[i].grants.items[g].text);
	}
}

static void permission_line(struct cv_review *review,
			    const struct cv_permissions *permissions,
			    const struct cv_permission_row *row)
{
	struct cv_buf *out = review->out, cell = CV_BUF_INIT;

	cv_buf_text(out, "| ");
	cv_markdown_cell(out, value_or_hole(review, row->permission.text, "permission",
					    row->holes));
	cv_buf_text(out, " | ");
	cv_markdown_cell(out, value_or_hole(review, row->type.text, "type", row->holes));
	for (size_t i = 0; i < permissions->roles.count; i++) {
		cell.size = 0;
		cv_buf_text(&cell, "");
		add_grants(row, permissions->roles.items[i].text, &cell);
		cv_buf_text(out, " | ");
		cv_markdown_cell(out, cv_buf_string(&cell));
	}
	cv_buf_text(out, " | ");
	cv_markdown_cell(out, row->note.text ? row->note.text : "");
	cv_buf_text(out, " |\n");
	cv_buf_deinit(&cell);
}

static void permission_table(struct cv_review *review, const struct cv_profile *profile,
			     const struct cv_permissions *permissions)
{
	const struct cv_permission_row *rows = permissions->rows.items;
	struct cv_buf *out = review->out;

	cv_buf_text(out, "\n");
	cv_markdown_cell(out,
			 cv_arena_format(review->ctx->arena, "%s, %s:",
					 permissions->title.text ? permissions->title.text
								 : "Permissions",
					 profile->id.text));
	cv_buf_text(out, "\n\n| Permission | Type");
	for (size_t i = 0; i < permissions->roles.count; i++) {
		cv_buf_text(out, " | ");
		cv_markdown_cell(out, permissions->roles.items[i].text);
	}
	cv_buf_text(out, " | Note |\n|");
	for (size_t i = 0; i < permissions->roles.count + 3; i++)
		cv_buf_text(out, "---|");
	cv_buf_text(out, "\n");
	for (size_t i = 0; i < permissions->rows.count; i++)
		permission_line(review, permissions, &rows[i]);
}

void cv_review_roles(struct cv_review *review)
{
	const struct cv_table *profiles = &review->compilation->policy.profiles;

	cv_review_heading(review, "Roles and permissions");
	cv_buf_text(review->out, "As published; no artefact holds them.\n");
	for (size_t i = 0; i < profiles->count; i++) {
		const struct cv_profile *profile =
			*CV_AT(profiles, struct cv_profile *, i);
		const struct cv_permissions *all = profile->permissions.items;

		for (size_t n = 0; n < profile->permissions.count; n++)
			permission_table(review, profile, &all[n]);
	}
}
