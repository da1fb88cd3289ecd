/* Edits by byte ranges, for maps and lists in either style. */
#include "import/edits.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "import/yaml_text.h"
#include "model/node.h"

struct edit {
	size_t start, end, order;
	const char *text;
};

void cv_edit(struct cv_edits *edits, size_t start, size_t end, const char *text)
{
	struct edit *edit = CV_ADD(edits->ctx->arena, &edits->all, struct edit);

	*edit = (struct edit){start, end, edits->all.count,
			      cv_arena_text(edits->ctx->arena, text)};
}

static size_t start_of(const struct cv_node *node)
{
	return (size_t)node->at.offset;
}

bool cv_edit_is_flow(const struct cv_edits *edits, const struct cv_node *node)
{
	const char first = edits->source->text[start_of(node)];

	return first == '{' || first == '[';
}

size_t cv_edit_line_start(const struct cv_edits *edits, size_t at)
{
	while (at && edits->source->text[at - 1] != '\n')
		at--;
	return at;
}

size_t cv_edit_line_end(const struct cv_edits *edits, size_t at)
{
	at += strcspn(edits->source->text + at, "\n");
	return at && edits->source->text[at - 1] == '\r' ? at - 1 : at;
}

size_t cv_edit_column(const struct cv_edits *edits, size_t at)
{
	return at - cv_edit_line_start(edits, at);
}

size_t cv_edit_above_comments(const struct cv_edits *edits, size_t at)
{
	const char *text = edits->source->text;

	at = cv_edit_line_start(edits, at);
	while (at) {
		const size_t above = cv_edit_line_start(edits, at - 1);

		if (text[above + strspn(text + above, " \t")] != '#')
			break;
		at = above;
	}
	return at;
}

/* Behind the node's last byte that is no line end: a block scalar has one of
 * its own. */
static size_t end_of(const struct cv_edits *edits, const struct cv_node *node)
{
	size_t end = node->end;

	while (end > start_of(node) && strchr("\r\n", edits->source->text[end - 1]))
		end--;
	return end;
}

static const struct cv_node *before(const struct cv_node *map,
				    const struct cv_node *member)
{
	const struct cv_node *node = map->first;

	if (node == member)
		return NULL;
	while (node->next != member)
		node = node->next;
	return node;
}

static const char *entry(struct cv_edits *edits, const char *key, const char *value)
{
	struct cv_buf buf = CV_BUF_INIT;
	const char *made;

	cv_yaml_put(&buf, key, CV_QUOTES_IF_NEEDED);
	cv_buf_format(&buf, ": %s", value);
	made = cv_arena_text(edits->ctx->arena, cv_buf_string(&buf));
	cv_buf_deinit(&buf);
	return made;
}

static void replace(struct cv_edits *edits, const struct cv_node *member,
		    const char *value)
{
	const bool below =
		member->kind != CV_NODE_SCALAR && !cv_edit_is_flow(edits, member);

	if (below)
		cv_edit(edits, member->key->end, end_of(edits, member),
			cv_arena_format(edits->ctx->arena, ": %s", value));
	else
		cv_edit(edits, start_of(member), end_of(edits, member), value);
}

void cv_edit_set(struct cv_edits *edits, const struct cv_node *map, const char *key,
		 const char *value)
{
	const struct cv_node *member = cv_node_member(map, key);
	struct cv_arena *arena = edits->ctx->arena;
	size_t end;

	if (member) {
		replace(edits, member, value);
		return;
	}
	if (!map->last) {
		cv_edit(edits, start_of(map), end_of(edits, map),
			cv_arena_format(arena, "{%s}", entry(edits, key, value)));
		return;
	}
	end = end_of(edits, map->last);
	if (cv_edit_is_flow(edits, map)) {
		cv_edit(edits, end, end,
			cv_arena_format(arena, ", %s", entry(edits, key, value)));
		return;
	}
	end = cv_edit_line_end(edits, end);
	cv_edit(edits, end, end,
		cv_arena_format(arena, "\n%*s%s",
				(int)cv_edit_column(edits, start_of(map->first->key)), "",
				entry(edits, key, value)));
}

void cv_edit_remove(struct cv_edits *edits, const struct cv_node *map, const char *key)
{
	const struct cv_node *member = cv_node_member(map, key), *previous;
	size_t start;

	if (!member)
		return;
	previous = before(map, member);
	if (!previous && member->next)
		cv_edit(edits, start_of(member->key), start_of(member->next->key), "");
	else if (cv_edit_is_flow(edits, map) || !previous)
		cv_edit(edits, previous ? previous->end : start_of(member->key),
			end_of(edits, member), "");
	else {
		start = cv_edit_line_start(edits, start_of(member->key));
		cv_edit(edits, cv_edit_line_end(edits, start - 1),
			cv_edit_line_end(edits, end_of(edits, member)), "");
	}
}

void cv_edit_append(struct cv_edits *edits, const struct cv_node *list, const char *value)
{
	size_t end = end_of(edits, list->last);

	if (cv_edit_is_flow(edits, list)) {
		cv_edit(edits, end, end,
			cv_arena_format(edits->ctx->arena, ", %s", value));
		return;
	}
	end = cv_edit_line_end(edits, end);
	cv_edit(edits, end, end,
		cv_arena_format(edits->ctx->arena, "\n%*s- %s",
				(int)cv_edit_column(edits, start_of(list)), "", value));
}

static int compare(const void *left, const void *right)
{
	const struct edit *a = *(const struct edit *const *)left;
	const struct edit *b = *(const struct edit *const *)right;

	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	/* What is put before a place stands before what takes its bytes. */
	if ((a->start == a->end) != (b->start == b->end))
		return a->start == a->end ? -1 : 1;
	return a->order < b->order ? -1 : 1;
}

bool cv_edits_apply(const struct cv_edits *edits, struct cv_buf *out)
{
	const size_t count = edits->all.count;
	const struct edit **all =
		CV_NEW_ARRAY(edits->ctx->arena, count, const struct edit *);
	size_t at = 0;

	for (size_t i = 0; i < count; i++)
		all[i] = CV_AT(&edits->all, struct edit, i);
	qsort(all, count, sizeof *all, compare);
	for (size_t i = 0; i < count; i++) {
		if (all[i]->start < at || all[i]->end < all[i]->start ||
		    all[i]->end > edits->source->size)
			return false;
		cv_buf_add(out, edits->source->text + at, all[i]->start - at);
		cv_buf_text(out, all[i]->text);
		at = all[i]->end;
	}
	cv_buf_add(out, edits->source->text + at, edits->source->size - at);
	return true;
}
