#pragma once
/* Drafts made by hand. */

#include "load_fixture.h"

#include "base/buf.h"
#include "import/draft.h"
#include "import/flat.h"
#include "import/ids.h"
#include "import/proof.h"
#include "import/settle.h"
#include "import/write.h"

struct drafting {
	struct fixture fixture;
	struct cv_ctx *ctx;
	struct cv_draft draft;
	struct cv_draft_block *block;
	size_t line;
};

static inline void open_drafting(struct drafting *drafting)
{
	memset(drafting, 0, sizeof *drafting);
	fixture_open(&drafting->fixture, "page.txt", "the page\n", 9);
	drafting->ctx = &drafting->fixture.ctx;
	drafting->draft = (struct cv_draft){.id = "vendor/product",
					    .title = "Product",
					    .source_key = "page",
					    .source_title = "Requirements",
					    .url = "https://example.com/page",
					    .retrieved = "2026-11-23"};
}

static inline struct cv_texts one_text(struct cv_ctx *ctx, const char *text)
{
	struct cv_text *item = CV_NEW(ctx->arena, struct cv_text);

	item->text = text;
	item->at = (struct cv_span){1, 3, 4};
	return (struct cv_texts){item, 1};
}

static inline void add_edition(struct drafting *drafting, const char *name)
{
	*CV_ADD(drafting->ctx->arena, &drafting->draft.editions, const char *) = name;
}

static inline void add_device(struct drafting *drafting, const char *name,
			      const char *platform, const char *role)
{
	*CV_ADD(drafting->ctx->arena, &drafting->draft.devices, struct cv_draft_name) =
		(struct cv_draft_name){.name = name, .platform = platform, .role = role};
}

static inline void add_block(struct drafting *drafting, enum cv_section section,
			     const char *edition)
{
	drafting->block = CV_ADD(drafting->ctx->arena, &drafting->draft.blocks,
				 struct cv_draft_block);
	drafting->block->section = section;
	drafting->block->edition = edition;
}

/* Keys and values by turns up to a NULL; a value `hole:WORDS` is a hole, and items of a
 * list stand between `|`. */
static inline struct cv_draft_row *add_row(struct drafting *drafting, ...)
{
	struct cv_ctx *ctx = drafting->ctx;
	struct cv_draft_row *row =
		CV_ADD(ctx->arena, &drafting->block->rows, struct cv_draft_row);
	const char *key;
	va_list words;

	row->section = drafting->block->section;
	row->origin = cv_arena_format(ctx->arena, "line %zu", ++drafting->line);
	row->at = (struct cv_span){1, 3, 0};
	va_start(words, drafting);
	while ((key = va_arg(words, const char *))) {
		struct cv_draft_field *field = cv_draft_add(ctx, row, key, row->at);
		const char *value = va_arg(words, const char *);

		if (strncmp(value, "hole:", 5) == 0) {
			field->hole = value + 5;
			continue;
		}
		field->values.count = 1;
		for (const char *c = value; *c; c++)
			field->values.count += *c == '|';
		field->values.items =
			CV_NEW_ARRAY(ctx->arena, field->values.count, struct cv_text);
		for (size_t i = 0; i < field->values.count; i++) {
			const size_t size = strcspn(value, "|");

			field->values.items[i].text =
				cv_arena_copy(ctx->arena, value, size);
			field->values.items[i].at = (struct cv_span){1, 3, 4};
			value += size + (value[size] == '|');
		}
	}
	va_end(words);
	return row;
}

/* Settles, names and writes the draft, and reads it back. */
static inline void write_draft(struct drafting *drafting, struct cv_buf *out)
{
	struct cv_flat want;

	cv_draft_settle(drafting->ctx, &drafting->draft);
	assert_true(cv_draft_check(drafting->ctx, &drafting->draft));
	cv_draft_name_rows(drafting->ctx, &drafting->draft, NULL);
	cv_draft_write(drafting->ctx, &drafting->draft, out);
	cv_flat_of_draft(drafting->ctx, &drafting->draft, &want);
	if (!cv_import_prove(drafting->ctx, "made", out->data, out->size, &want))
		fail_msg("%s\n%s",
			 fixture_finding(&drafting->fixture,
					 drafting->ctx->findings.count - 1)
				 ->text,
			 out->data);
}

/* One of the findings is of that code. */
static inline void assert_code(struct drafting *drafting, enum cv_code code)
{
	for (size_t i = 0; i < drafting->ctx->findings.count; i++)
		if (fixture_finding(&drafting->fixture, i)->code == code)
			return;
	fail_msg("no finding %s", cv_finding_kinds[code].name);
}

static inline const char *id_at(const struct drafting *drafting, size_t block, size_t row)
{
	return CV_AT(&CV_AT(&drafting->draft.blocks, struct cv_draft_block, block)->rows,
		     struct cv_draft_row, row)
		->id;
}
