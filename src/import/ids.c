/* Ids out of what rows say. */
#include "import/ids.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/hash_table.h"
#include "import/draft.h"
#include "model/profile.h"

enum { WORDS = 6, LONGEST_WORD = 40 };

/* A row that needs an id, and what it could be told by, in the order of use. */
struct naming {
	struct cv_draft_row *row;
	const char
		*words[WORDS]; /* slugs, "" where it has none; the first always is one */
	unsigned used;         /* bit per word */
	const char *id;
};

/* What an id is the id of. */
struct named {
	UT_hash_handle hh;
	size_t count;     /* of rows without an id that would have it */
	bool taken;       /* a row has it already */
	const char *word; /* of the first of them, for the word that is being tried */
	bool differ;      /* another one has another word */
	size_t given;     /* numbers given out */
	char id[];
};

/* Lower-case letters and digits, one hyphen for whatever lies between. */
static const char *slug(struct cv_ctx *ctx, const char *text, size_t size)
{
	struct cv_buf buf = CV_BUF_INIT;
	const char *made;
	bool gap = false;

	for (size_t i = 0; i < size && buf.size < LONGEST_WORD; i++) {
		const char c =
			text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] | 32) : text[i];

		if ((c < 'a' || c > 'z') && (c < '0' || c > '9')) {
			gap = buf.size > 0;
			continue;
		}
		if (gap)
			cv_buf_char(&buf, '-');
		gap = false;
		cv_buf_char(&buf, c);
	}
	made = cv_intern_text(ctx, cv_buf_string(&buf));
	cv_buf_deinit(&buf);
	return made;
}

static const char *slug_of(struct cv_ctx *ctx, const char *text)
{
	return slug(ctx, text, strlen(text));
}

/* The value, or the page's words where it is open; NULL: neither. */
static const char *said(const struct cv_draft_row *row, const char *key, bool open_too)
{
	const struct cv_draft_field *field = cv_draft_field(row, key);

	if (!field)
		return NULL;
	if (field->values.count)
		return field->values.items[0].text;
	return open_too ? field->hole : NULL;
}

/* The last part of a path that holds a letter or digit; *size_out without .exe.  What
 * stands before it goes to *before_out. */
static const char *last_part(struct cv_ctx *ctx, const char *path, size_t *size_out,
			     size_t *before_out)
{
	size_t end = strlen(path);

	for (;;) {
		size_t start = end;

		while (start && !strchr("/\\", path[start - 1]))
			start--;
		if (start == 0 || *slug(ctx, path + start, end - start)) {
			*size_out = end - start;
			*before_out = start ? start - 1 : 0;
			if (*size_out > 4 && strncasecmp(path + end - 4, ".exe", 4) == 0)
				*size_out -= 4;
			return path + start;
		}
		end = start - 1;
	}
}

static void name_path(struct cv_ctx *ctx, struct naming *naming, const char *path)
{
	size_t size, before, ignored;
	const char *last = last_part(ctx, path, &size, &before), *folder;

	naming->words[0] = slug(ctx, last, size);
	if (!before)
		return;
	path = cv_arena_copy(ctx->arena, path, before);
	folder = last_part(ctx, path, &size, &ignored);
	naming->words[4] = slug(ctx, folder, size);
}

static void name_exclusion(struct cv_ctx *ctx, struct naming *naming)
{
	const struct cv_draft_row *row = naming->row;
	const char *value = NULL;
	size_t kind = 0;

	for (; kind < CV_KIND_COUNT; kind++) {
		value = said(row, cv_kind_names[kind], true);
		if (value)
			break;
	}
	if (value &&
	    (kind == CV_KIND_PROCESS || kind == CV_KIND_FOLDER || kind == CV_KIND_FILE) &&
	    cv_draft_field(row, cv_kind_names[kind])->values.count)
		name_path(ctx, naming, value);
	else if (value)
		naming->words[0] = slug_of(ctx, value);
	if (value)
		naming->words[1] = cv_kind_names[kind];
	value = said(row, "device", false);
	if (value)
		naming->words[2] = slug_of(ctx, value);
}

static void name_flow(struct cv_ctx *ctx, struct naming *naming)
{
	const struct cv_draft_row *row = naming->row;
	const char *from = said(row, "from", false), *to = said(row, "to", false);
	const char *port = said(row, "port", false), *protocol;

	protocol = said(row, "protocol", false);
	if (from || to || port)
		naming->words[0] =
			slug_of(ctx, cv_arena_format(ctx->arena, "%.14s%s%.14s %.8s",
						     from ? from : "", to ? " to " : " ",
						     to ? to : "", port ? port : ""));
	if (protocol)
		naming->words[1] = slug_of(ctx, protocol);
	if (from)
		naming->words[2] = slug_of(ctx, from);
	if (to)
		naming->words[4] = slug_of(ctx, to);
}

static void name_url(struct cv_ctx *ctx, struct naming *naming)
{
	const char *url = said(naming->row, "url", true);
	const char *from = said(naming->row, "from", false);
	const char *port = said(naming->row, "port", false);

	if (url)
		naming->words[0] =
			slug_of(ctx, strstr(url, "://") ? strstr(url, "://") + 3 : url);
	if (from)
		naming->words[1] = slug_of(ctx, from);
	if (port)
		naming->words[2] = slug_of(ctx, port);
}

/* The first condition but the edition. */
static const char *condition_of(struct cv_ctx *ctx, const struct cv_draft_row *row)
{
	for (size_t i = 0; i < row->fields.count; i++) {
		const struct cv_draft_field *field =
			CV_AT(&row->fields, struct cv_draft_field, i);

		if (strncmp(field->key, "when.", 5) == 0 &&
		    strcmp(field->key, "when.edition") != 0 && field->values.count)
			return slug_of(ctx, field->values.items[0].text);
	}
	return "";
}

static void find_words(struct cv_ctx *ctx, const struct cv_draft_block *block,
		       struct naming *naming)
{
	static void (*const of_section[])(struct cv_ctx *, struct naming *) = {
		[CV_SECTION_PORTS] = name_flow,
		[CV_SECTION_EXCLUSIONS] = name_exclusion,
		[CV_SECTION_URLS] = name_url,
	};

	for (size_t i = 0; i < WORDS; i++)
		naming->words[i] = "";
	of_section[block->section](ctx, naming);
	naming->words[3] = condition_of(ctx, naming->row);
	naming->words[5] = block->edition ? slug_of(ctx, block->edition) : "";
	if (!*naming->words[0])
		naming->words[0] = *naming->words[1] ? naming->words[1] : "row";
	naming->used = 1;
}

static const char *id_of(struct cv_ctx *ctx, const struct naming *naming)
{
	const char *id = naming->words[0];

	for (unsigned i = 1; i < WORDS; i++)
		if (naming->used >> i & 1)
			id = cv_arena_format(ctx->arena, "%s-%s", id, naming->words[i]);
	return cv_intern_text(ctx, id);
}

static struct named *find_named(struct cv_ctx *ctx, struct named **all, const char *id)
{
	const size_t size = strlen(id);
	struct named *named;

	HASH_FIND(hh, *all, id, size, named);
	if (named)
		return named;
	named = cv_arena_array(ctx->arena, sizeof *named + size + 1, 1);
	memcpy(named->id, id, size);
	HASH_ADD_KEYPTR(hh, *all, named->id, size, named);
	return named;
}

/* Counts afresh who would have which id. */
static void count(struct cv_ctx *ctx, struct named **all, struct naming *namings,
		  size_t size, unsigned word)
{
	struct named *named, *next;

	HASH_ITER(hh, *all, named, next)
	{
		named->count = 0;
		named->word = NULL;
		named->differ = false;
	}
	for (size_t i = 0; i < size; i++) {
		const char *is = namings[i].words[word];

		namings[i].id = id_of(ctx, &namings[i]);
		named = find_named(ctx, all, namings[i].id);
		named->count++;
		named->differ =
			named->differ || (named->word && strcmp(named->word, is) != 0);
		named->word = is;
	}
}

/* Words behind the first, one after the other, wherever they tell rows apart. */
static void lengthen(struct cv_ctx *ctx, struct named **all, struct naming *namings,
		     size_t size)
{
	for (unsigned word = 1; word < WORDS; word++) {
		count(ctx, all, namings, size, word);
		for (size_t i = 0; i < size; i++) {
			const struct named *named = find_named(ctx, all, namings[i].id);

			if (*namings[i].words[word] &&
			    (named->taken || (named->count > 1 && named->differ)))
				namings[i].used |= 1U << word;
		}
	}
	count(ctx, all, namings, size, 0);
}

static void give(struct cv_ctx *ctx, struct named **all, struct naming *naming)
{
	struct named *named = find_named(ctx, all, naming->id), *other = named;

	while (other->taken) {
		if (!named->given)
			named->given = 1;
		other = find_named(
			ctx, all,
			cv_arena_format(ctx->arena, "%s-%zu", named->id, ++named->given));
	}
	other->taken = true;
	naming->row->id = other->id;
}

static void name_section(struct cv_ctx *ctx, struct cv_draft *draft,
			 enum cv_section section, const struct cv_profile *older)
{
	struct named *all = NULL;
	struct naming *namings;
	size_t size = 0;

	for (size_t i = 0; older && i < older->rows[section].count; i++) {
		const struct cv_row *row = cv_table_at(&older->rows[section], i);

		if (row->id.text)
			find_named(ctx, &all, row->id.text)->taken = true;
	}
	for (size_t b = 0; b < draft->blocks.count; b++)
		size += CV_AT(&draft->blocks, struct cv_draft_block, b)->rows.count;
	namings = CV_NEW_ARRAY(ctx->arena, size, struct naming);
	size = 0;
	for (size_t b = 0; b < draft->blocks.count; b++) {
		const struct cv_draft_block *block =
			CV_AT(&draft->blocks, struct cv_draft_block, b);

		for (size_t i = 0; block->section == section && i < block->rows.count;
		     i++) {
			struct cv_draft_row *row =
				CV_AT(&block->rows, struct cv_draft_row, i);

			if (row->id) {
				find_named(ctx, &all, row->id)->taken = true;
				continue;
			}
			namings[size].row = row;
			find_words(ctx, block, &namings[size++]);
		}
	}
	lengthen(ctx, &all, namings, size);
	for (size_t i = 0; i < size; i++)
		give(ctx, &all, &namings[i]);
	HASH_CLEAR(hh, all);
}

void cv_draft_name_rows(struct cv_ctx *ctx, struct cv_draft *draft,
			const struct cv_profile *older)
{
	for (int section = 0; section <= CV_SECTION_URLS; section++)
		name_section(ctx, draft, (enum cv_section)section, older);
}
