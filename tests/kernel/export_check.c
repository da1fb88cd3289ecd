/* export_check FILE.nft EXPORT.json: whether the export, read back, holds exactly what
 * the file of ours says: the file's own entries stand for the plan.  Says what differs
 * and exits with 1.  With a third word, EXPORT.json must not hold exactly that. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "model/plan.h"
#include "model/target.h"

extern const struct cv_target cv_target_nftables;

struct entries {
	const struct cv_entry **items;
	size_t count;
};

static int by_content(const void *a, const void *b)
{
	return cv_entry_compare(*(const struct cv_entry *const *)a,
				*(const struct cv_entry *const *)b);
}

/* What a kernel shows: no head, no comments, nothing that is taken away.  By its comment
 * a rule alone is told from one that somebody wrote by hand, and it need not have one. */
static struct entries shown(struct cv_ctx *ctx, const struct cv_table *table)
{
	struct entries entries = {
		CV_NEW_ARRAY(ctx->arena, table->count, const struct cv_entry *), 0};

	for (size_t i = 0; i < table->count; i++) {
		struct cv_entry *entry = CV_AT(table, struct cv_entry, i);

		entry->note = NULL;
		if (entry->kind == CV_ENTRY_FLOW && entry->more->name &&
		    strcmp(entry->more->name, "own") == 0)
			entry->more->name = NULL;
		if (entry->kind != CV_ENTRY_HEADER && entry->operation == CV_ADD)
			entries.items[entries.count++] = entry;
	}
	qsort(entries.items, entries.count, sizeof *entries.items, by_content);
	return entries;
}

static size_t compare(struct cv_ctx *ctx, struct entries planned, struct entries found)
{
	size_t p = 0, f = 0, differences = 0;

	while (p < planned.count || f < found.count) {
		const int order = p == planned.count ? 1
				  : f == found.count ? -1
						     : by_content(&planned.items[p],
								  &found.items[f]);

		if (order) {
			differences++;
			printf("%s: %s\n", order < 0 ? "missing" : "extra",
			       cv_entry_words(ctx, order < 0 ? planned.items[p]
							     : found.items[f]));
		}
		p += order <= 0;
		f += order >= 0;
	}
	return differences;
}

static size_t check(struct cv_ctx *ctx, const struct cv_source *file,
		    const struct cv_source *json)
{
	struct cv_reading reading = {.ctx = ctx, .bytes = file->text, .size = file->size};
	struct cv_export_reading export = {
		.ctx = ctx, .bytes = json->text, .size = json->size};
	struct cv_plan plan = {.policy = NULL};

	if (!cv_target_nftables.forms[0].read(&reading)) {
		printf("%s: %s\n", file->name, reading.error);
		return 1;
	}
	plan.entries = reading.entries;
	export.plan = &plan;
	if (!cv_target_nftables.read_export(&export)) {
		printf("%s: %s at byte %zu\n", json->name, export.error, export.error_at);
		return 1;
	}
	for (size_t i = 0; i < export.unknown.count; i++)
		printf("not understood: %s\n",
		       CV_AT(&export.unknown, struct cv_unknown, i)->what);
	return export.unknown.count +
	       compare(ctx, shown(ctx, &plan.entries), shown(ctx, &export.entries));
}

int main(int argc, char **argv)
{
	const struct cv_source *file, *json;
	struct cv_ctx ctx;
	size_t differences = 1;

	if (argc < 3)
		return 2;
	cv_ctx_open(&ctx);
	file = cv_source_read(&ctx, argv[1], (struct cv_span){0});
	json = cv_source_read(&ctx, argv[2], (struct cv_span){0});
	if (file && json)
		differences = check(&ctx, file, json);
	cv_sets_close(&ctx);
	cv_ctx_close(&ctx);
	return (differences != 0) != (argc > 3);
}
