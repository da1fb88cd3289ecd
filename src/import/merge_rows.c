/* Edits of rows: what the page says otherwise, no longer, or anew. */
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

static const char *words_of(struct cv_merge *merge, enum cv_section section,
			    const struct cv_draft_field *field)
{
	struct cv_buf buf = CV_BUF_INIT;
	const char *made;

	if (!field)
		return "nothing";
	cv_write_value(section, field, &buf);
	made = cv_shown(merge->ctx, cv_buf_string(&buf));
	cv_buf_deinit(&buf);
	return made;
}

static void say_changed(struct cv_merge *merge, const struct cv_old_row *older,
			const char *key, const struct cv_draft_field *was,
			const struct cv_draft_field *is)
{
	const char *name = cv_merge_name(merge, older);
	const char *before = words_of(merge, older->section, was);
	const char *after = words_of(merge, older->section, is);
	struct cv_finding *finding =
		cv_find_more(merge->ctx, CV_F_IMPORT_CHANGED, older->now->row->at,
			     "%s: `%s` was %s and is %s now", name,
			     cv_shown(merge->ctx, key), before, after);

	finding->also = older->row->at;
	finding->also_text = "the row in the older profile";
	cv_merge_say(merge, "changed    %s  %s: %s -> %s", name,
		     cv_shown(merge->ctx, key), before, after);
}

/* The keys of a condition that the page decides; the others are the profile's.
 */
static bool is_pages_when(const char *key)
{
	return cv_key_kind(key) == CV_KEY_WHEN;
}

/* Writes the row's own `when` anew: what the page says, and what was the row's
 * own and no page says. */
static void set_when(struct cv_merge *merge, struct cv_old_row *older)
{
	struct cv_table fields = {0};
	struct cv_buf buf = CV_BUF_INIT;
	const struct cv_table *sources[2] = {&older->now->flat, &older->flat};

	for (size_t s = 0; s < 2; s++)
		for (size_t i = 0; i < sources[s]->count; i++) {
			const struct cv_draft_field *field =
				CV_AT(sources[s], struct cv_draft_field, i);

			if (strncmp(field->key, "when", 4) != 0 ||
			    is_pages_when(field->key) != (s == 0) ||
			    cv_flat_find(&older->block_flat.fields, field->key))
				continue;
			*CV_ADD(merge->ctx->arena, &fields, struct cv_draft_field) =
				*field;
		}
	if (!fields.count) {
		cv_edit_remove(&merge->edits, older->node, "when");
		return;
	}
	if (cv_flat_find(&fields, "when"))
		cv_write_value(older->section, cv_flat_find(&fields, "when"), &buf);
	else
		cv_write_group(older->section, &fields, "when.", &buf);
	cv_edit_set(&merge->edits, older->node, "when", cv_buf_string(&buf));
	cv_buf_deinit(&buf);
}

static void set_key(struct cv_merge *merge, const struct cv_old_row *older,
		    const struct cv_draft_field *field)
{
	struct cv_buf buf = CV_BUF_INIT;

	cv_write_value(older->section, field, &buf);
	cv_edit_set(&merge->edits, older->node, field->key, cv_buf_string(&buf));
	cv_buf_deinit(&buf);
}

/* Whether a field of the page is another one than the profile's. */
static bool differs(const struct cv_old_row *older, const char *key)
{
	const enum cv_key_kind kind = cv_key_kind(key);
	const struct cv_draft_field *was = cv_flat_find(&older->folded, key);
	const struct cv_draft_field *is = cv_flat_find(&older->now->folded, key);

	if (!*key || kind == CV_KEY_OWN || strcmp(key, "when.edition") == 0 ||
	    (kind == CV_KEY_SOFT && !is))
		return false;
	if (kind == CV_KEY_WHEN) {
		/* Who wrote alternatives, or filled a condition in, keeps them. */
		for (size_t i = 0; i < older->flat.count; i++)
			if (strncmp(CV_AT(&older->flat, struct cv_draft_field, i)->key,
				    "when|", 5) == 0)
				return false;
	}
	return !cv_merge_fits(was, is);
}

/* A condition that is open in the page and was filled in by hand has other
 * keys. */
static bool keeps_when(const struct cv_old_row *older)
{
	const struct cv_draft_field *open = cv_flat_find(&older->now->flat, "when");

	if (!open || !open->hole)
		return false;
	for (size_t i = 0; i < older->flat.count; i++) {
		const char *key = CV_AT(&older->flat, struct cv_draft_field, i)->key;

		if (strncmp(key, "when.", 5) == 0 && is_pages_when(key))
			return true;
	}
	return false;
}

/* Brings what is wanted of the row in line, and says it. */
static bool change_key(struct cv_merge *merge, struct cv_old_row *older,
		       struct cv_table *want, const char *key)
{
	struct cv_draft_field *is = cv_flat_find(&older->now->flat, key);
	struct cv_draft_field *was = cv_flat_find(&older->flat, key);
	const bool is_when = is_pages_when(key);

	if (!differs(older, key) || (is_when && keeps_when(older)))
		return false;
	say_changed(merge, older, key, was, is);
	cv_flat_set(merge->ctx, want, cv_intern_text(merge->ctx, key),
		    is ? is->values : (struct cv_texts){NULL, 0}, is ? is->hole : NULL);
	if (is_when)
		return true;
	if (is)
		set_key(merge, older, is);
	else
		cv_edit_remove(&merge->edits, older->node, key);
	return false;
}

static void note_kept(struct cv_merge *merge, const struct cv_old_row *older,
		      const struct cv_draft_field *was)
{
	static const char *const silent[] = {"purpose", "class", "since"};
	const enum cv_key_kind kind = cv_key_kind(was->key);
	const struct cv_draft_field *is = cv_flat_find(&older->now->flat, was->key);

	for (size_t i = 0; i < sizeof silent / sizeof *silent; i++)
		if (strcmp(was->key, silent[i]) == 0)
			return;
	if (kind == CV_KEY_OWN || (is && !(is->hole && !was->hole)) ||
	    (kind != CV_KEY_SOFT && !is))
		return;
	cv_find(merge->ctx, CV_F_IMPORT_KEPT, was->at.file ? was->at : older->row->at,
		"%s keeps `%s`, %s, which the page %s", cv_merge_name(merge, older),
		cv_shown(merge->ctx, was->key), words_of(merge, older->section, was),
		is ? "leaves open" : "does not say");
}

/* `line 76`, `table 2, row 4`: what import itself writes behind a row. */
static bool is_origin(const char *text, size_t size)
{
	size_t at = 0;

	for (;;) {
		const size_t word = strspn(text + at, "abcdefghijklmnopqrstuvwxyz");
		size_t digits;

		if (!word || at + word >= size || text[at + word] != ' ')
			return false;
		at += word + 1;
		digits = strspn(text + at, "0123456789");
		at += digits;
		if (!digits || at > size)
			return false;
		if (at == size)
			return true;
		if (strncmp(text + at, ", ", 2) != 0)
			return false;
		at += 2;
	}
}

/* A comment that says where in the page the row stood follows it. */
static void move_origin(struct cv_merge *merge, const struct cv_old_row *older)
{
	const bool flow = cv_edit_is_flow(&merge->edits, older->node);
	const char *text = merge->source->text, *origin = older->now->row->origin;
	const struct cv_node *first = older->node->first;
	size_t at = flow ? older->node->end : first->end, size;
	struct cv_buf buf = CV_BUF_INIT;

	at += strspn(text + at, " ");
	size = cv_edit_line_end(&merge->edits, at) - at;
	if (!origin || size < 3 || strncmp(text + at, "# ", 2) != 0 ||
	    !is_origin(text + at + 2, size - 2))
		return;
	cv_yaml_put_comment(&buf, origin);
	if (buf.size != size || memcmp(buf.data, text + at, size) != 0)
		cv_edit(&merge->edits, at, at + size, cv_buf_string(&buf));
	cv_buf_deinit(&buf);
}

static struct cv_table *wanted(struct cv_merge *merge, const struct cv_old_row *older)
{
	return &CV_AT(&merge->want.rows[older->section], struct cv_flat_row,
		      older->row->number - 1)
			->fields;
}

static void bring_back(struct cv_merge *merge, struct cv_old_row *older,
		       struct cv_table *want)
{
	const char *name = cv_merge_name(merge, older);

	cv_edit_remove(&merge->edits, older->node, "status");
	cv_edit_remove(&merge->edits, older->node, "until");
	cv_flat_set(merge->ctx, want, "status", (struct cv_texts){NULL, 0}, NULL);
	cv_flat_set(merge->ctx, want, "until", (struct cv_texts){NULL, 0}, NULL);
	cv_find(merge->ctx, CV_F_IMPORT_BACK, older->now->row->at,
		"%s was withdrawn and stands on the page again", name);
	cv_merge_say(merge, "back       %s", name);
	merge->counts->back++;
}

void cv_merge_change(struct cv_merge *merge, struct cv_old_row *older)
{
	struct cv_table *want = wanted(merge, older);
	const size_t lines = merge->lines->count;
	bool when = false;

	/* All keys of the one, and those of the other that it lacks. */
	for (size_t i = 0; i < older->flat.count; i++) {
		const struct cv_draft_field *was =
			CV_AT(&older->flat, struct cv_draft_field, i);

		when = change_key(merge, older, want, was->key) || when;
		note_kept(merge, older, was);
	}
	for (size_t i = 0; i < older->now->flat.count; i++) {
		const char *key = CV_AT(&older->now->flat, struct cv_draft_field, i)->key;

		if (!cv_flat_find(&older->flat, key))
			when = change_key(merge, older, want, key) || when;
	}
	if (when)
		set_when(merge, older);
	if (merge->lines->count > lines)
		merge->counts->changed++;
	else if (!older->withdrawn)
		merge->counts->same++;
	move_origin(merge, older);
	if (older->withdrawn)
		bring_back(merge, older, want);
}

/* The day on which the row was last seen: when the page was read before. */
static const char *last_seen(const struct cv_merge *merge, const struct cv_old_row *older)
{
	const struct cv_source_note *notes = merge->profile->sources.items;
	const char *key = older->row->source.text;

	for (size_t i = 0; i < merge->profile->sources.count; i++)
		if (strcmp(notes[i].key.text, key ? key : merge->draft->source_key) == 0)
			return notes[i].retrieved.text;
	return merge->draft->retrieved;
}

void cv_merge_withdraw(struct cv_merge *merge, struct cv_old_row *older)
{
	const char *name = cv_merge_name(merge, older), *until = last_seen(merge, older);
	struct cv_table *want = wanted(merge, older);

	cv_edit_set(&merge->edits, older->node, "status", "withdrawn");
	cv_edit_set(&merge->edits, older->node, "until",
		    cv_arena_format(merge->ctx->arena, "\"%s\"", until));
	cv_flat_set(merge->ctx, want, "status", one(merge->ctx, "withdrawn"), NULL);
	cv_flat_set(merge->ctx, want, "until", one(merge->ctx, until), NULL);
	cv_find(merge->ctx, CV_F_IMPORT_WITHDRAWN, older->row->at,
		"%s no longer stands on the page; it was last seen on %s", name, until);
	cv_merge_say(merge, "withdrawn  %s", name);
	merge->counts->withdrawn++;
}
