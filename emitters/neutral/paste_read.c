/* Reads the lists to paste back; see paste.h.  A heading stands before the lines that it
 * counts and nowhere else, so that a value which looks like one is a value. */
#include <string.h>

#include "base/ctx.h"
#include "base/utf8.h"
#include "model/target.h"
#include "paste.h"
#include "read.h"

struct lists {
	struct cv_reading *reading;
	const char *at; /* of the line that comes next */
	const char *line;
	size_t size; /* of `line` */
	const char *cells[CV_PASTE_CELLS];
	/* Of all entries of the list; NULL: none was read, or each has its own. */
	const struct cv_attribute *attributes;
};

static const char *const names[CV_PASTE_COLUMNS] = {
	[CV_PASTE_TYPE] = "type",           [CV_PASTE_MATCH] = "match",
	[CV_PASTE_RECURSIVE] = "recursive", [CV_PASTE_CHILDREN] = "children",
	[CV_PASTE_ENGINES] = "engines",     [CV_PASTE_SIGNER] = "signer",
	[CV_PASTE_SHA256] = "sha256",
};

static bool fail(const struct lists *lists, const char *why)
{
	return cv_neutral_refuse(lists->reading,
				 (size_t)(lists->line - lists->reading->bytes), why);
}

static bool take_line(struct lists *lists)
{
	const char *stop = lists->reading->bytes + lists->reading->size, *end;

	lists->line = lists->at;
	end = memchr(lists->at, '\n', (size_t)(stop - lists->at));
	if (!end)
		return fail(lists, lists->at == stop ? "lines are missing at the end"
						     : "the last line has no end");
	lists->size = (size_t)(end - lists->line);
	lists->at = end + 1;
	return true;
}

static bool is_line(const struct lists *lists, const char *text)
{
	return strlen(text) == lists->size && memcmp(lists->line, text, lists->size) == 0;
}

/* The choice of a part with the longest words that stand there; NULL: none does. */
static const struct cv_paste_words *choice_at(const struct cv_paste_words *part,
					      const char *text, size_t size)
{
	const struct cv_paste_words *found = NULL;

	for (; part->words; part++) {
		const size_t length = strlen(part->words);

		if (length <= size && memcmp(text, part->words, length) == 0 &&
		    (!found || length > strlen(found->words)))
			found = part;
	}
	return found;
}

/* ` (N)`, N from 1 on and without a leading zero, and nothing behind it. */
static bool read_count(const char *text, size_t size, size_t *count_out)
{
	const size_t most = 12;
	size_t at = 2;

	if (size < 4 || memcmp(text, " (", 2) || text[2] == '0')
		return false;
	for (*count_out = 0; at < size && at < 2 + most; at++) {
		if (text[at] < '0' || text[at] > '9')
			break;
		*count_out = *count_out * 10 + (size_t)(text[at] - '0');
	}
	return at > 2 && at + 1 == size && text[at] == ')';
}

/* The cells that the heading says, and how many lines follow.  `*order` is that of the
 * section before, plus one. */
static bool read_heading(struct lists *lists, size_t *order, size_t *count_out)
{
	const char *at = lists->line, *end = lists->line + lists->size;
	size_t section = 0;

	memset(lists->cells, 0, sizeof lists->cells);
	lists->attributes = NULL;
	for (size_t i = 0; i < CV_PASTE_PARTS; i++) {
		const struct cv_paste_words *part = cv_paste_parts_table[i];
		const struct cv_paste_words *choice =
			choice_at(part, at, (size_t)(end - at));
		size_t choices = 0;

		if (!choice)
			return fail(lists, "no heading of a list");
		while (part[choices].words)
			choices++;
		section = section * choices + (size_t)(choice - part);
		for (size_t cell = 0; cell < CV_PASTE_CELLS; cell++)
			if (choice->cells[cell])
				lists->cells[cell] = choice->cells[cell];
		at += strlen(choice->words);
	}
	if (!read_count(at, (size_t)(end - at), count_out))
		return fail(lists, "no number of lines behind a heading");
	if (section < *order)
		return fail(lists, "the lists stand in another order");
	*order = section + 1;
	return true;
}

static bool is_whole(const char *text)
{
	const size_t size = strlen(text);
	size_t at = cv_utf8_printable(text, size), length;

	for (; at < size; at += length) {
		const uint32_t c = cv_utf8_decode(text + at, size - at, &length);

		if (c == 0 || cv_is_control(c) || cv_is_invisible(c))
			return false;
	}
	return size > 0;
}

static const struct cv_attribute *attributes_of(struct lists *lists, const char *value)
{
	struct cv_attribute *attributes;
	bool shared = true;

	if (lists->attributes)
		return lists->attributes;
	attributes = CV_NEW_ARRAY(lists->reading->ctx->arena, CV_PASTE_COLUMNS,
				  struct cv_attribute);
	for (size_t i = 0; i < CV_PASTE_COLUMNS; i++) {
		const bool is_own = lists->cells[i] == cv_paste_value_table;

		attributes[i] =
			(struct cv_attribute){names[i], is_own ? value : lists->cells[i]};
		shared = shared && !is_own;
	}
	if (shared)
		lists->attributes = attributes;
	return attributes;
}

static bool read_value(struct lists *lists)
{
	struct cv_ctx *ctx = lists->reading->ctx;
	const char *value = cv_arena_copy(ctx->arena, lists->line, lists->size);
	struct cv_entry *entry;

	if (strlen(value) != lists->size || !is_whole(value))
		return fail(lists, "a line holds what no text box takes");
	if (cv_is_blank_at_end(value) !=
	    (strcmp(lists->cells[CV_PASTE_BLANK], "yes") == 0))
		return fail(lists, "a line with a blank at an end in another list, or "
				   "one without in theirs");
	entry = cv_entries_add(ctx, &lists->reading->entries, CV_ENTRY_EXCLUSION,
			       (size_t)(lists->line - lists->reading->bytes));
	entry->list = "exclusions";
	entry->more->value = value;
	entry->more->attributes = attributes_of(lists, value);
	entry->more->attribute_count = CV_PASTE_COLUMNS;
	return true;
}

static bool read_list(struct lists *lists, size_t *order)
{
	size_t count = 0;

	if (!take_line(lists))
		return false;
	if (lists->size)
		return fail(lists, "no empty line before a list");
	if (!take_line(lists) || !read_heading(lists, order, &count))
		return false;
	while (count-- > 0)
		if (!take_line(lists) || !read_value(lists))
			return false;
	return true;
}

bool cv_paste_read(struct cv_reading *reading)
{
	struct lists lists = {.reading = reading, .at = reading->bytes};
	size_t order = 0;

	for (size_t i = 0; cv_paste_head_table[i]; i++) {
		if (!take_line(&lists))
			return false;
		if (!is_line(&lists, cv_paste_head_table[i]))
			return fail(&lists, "the head is another one");
	}
	while (lists.at < reading->bytes + reading->size)
		if (!read_list(&lists, &order))
			return false;
	return true;
}
