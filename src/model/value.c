/* Small questions about values, and how messages show them.  A value that is shown
 * comes from a stranger's file: it is cut, and what the eye would miss is named. */
#include "model/value.h"

#include <string.h>

#include "base/ctx.h"
#include "base/utf8.h"

enum { MOST_SHOWN = 80 };

const struct cv_text *cv_map_get(const struct cv_map *map, const char *key)
{
	for (size_t i = 0; i < map->count; i++)
		if (strcmp(map->items[i].key.text, key) == 0)
			return &map->items[i].value;
	return NULL;
}

bool cv_texts_hold(const struct cv_texts *texts, const char *text)
{
	for (size_t i = 0; i < texts->count; i++)
		if (strcmp(texts->items[i].text, text) == 0)
			return true;
	return false;
}

struct cv_few cv_few_of(struct cv_texts texts)
{
	struct cv_few few = {{{0}}};

	if (texts.count == 1) {
		few.one = texts.items[0];
		/* What has no file needs no length, and would be several with that. */
		if (!few.one.at.file)
			few.one.at.length = 0;
	} else if (texts.count) {
		few.several = texts.items;
		few.one.at = cv_span(0, texts.count, CV_MAX_LENGTH);
	}
	return few;
}

struct cv_span cv_text_part(const struct cv_ctx *ctx, const struct cv_text *text,
			    const char *part, size_t size)
{
	struct cv_source *source = cv_source_by_id(ctx, text->at.file);
	const char *bytes, *raw, *found;
	size_t raw_size;
	struct cv_span at = text->at;

	if (!source || text->at.offset >= source->size || size == 0)
		return at;
	bytes = cv_source_text(source);
	if (!bytes)
		return at;
	raw = bytes + text->at.offset;
	raw_size = source->size - text->at.offset;
	if (raw_size > text->at.length)
		raw_size = text->at.length;
	found = memmem(raw, raw_size, text->text, strlen(text->text));
	if (found)
		found += part - text->text;
	else
		found = memmem(raw, raw_size, part, size);
	if (!found)
		return at;
	return cv_span(at.file, (size_t)(found - bytes), size);
}

const char *cv_shown_part(struct cv_ctx *ctx, const char *text, size_t size)
{
	char shown[MOST_SHOWN * 10 + 16];
	size_t at = 0, filled = 0, length;

	while (at < size) {
		const uint32_t c = cv_utf8_decode(text + at, size - at, &length);

		if (at + length > MOST_SHOWN)
			break;
		if (cv_is_control(c) || cv_is_invisible(c) || c == 0xA0) {
			char name[12];

			cv_character_name(c, name);
			shown[filled++] = '<';
			memcpy(shown + filled, name, strlen(name));
			filled += strlen(name);
			shown[filled++] = '>';
		} else {
			memcpy(shown + filled, text + at, length);
			filled += length;
		}
		at += length;
	}
	if (at < size) {
		memcpy(shown + filled, "...", 3);
		filled += 3;
	}
	return cv_arena_copy(ctx->arena, shown, filled);
}

const char *cv_shown(struct cv_ctx *ctx, const char *text)
{
	return cv_shown_part(ctx, text, strlen(text));
}

bool cv_name_matches(const char *pattern, const char *name)
{
	const char *star = NULL, *again = NULL;

	while (*name) {
		if (*pattern == '*') {
			star = pattern++;
			again = name;
		} else if (*pattern == '?' || *pattern == *name) {
			pattern++;
			name++;
		} else if (star) {
			pattern = star + 1;
			name = ++again;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return *pattern == '\0';
}
