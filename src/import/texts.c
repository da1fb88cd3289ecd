#include "import/texts.h"

#include <string.h>

#include "base/ctx.h"

void cv_texts_add(struct cv_ctx *ctx, struct cv_texts *texts, const char *text,
		  struct cv_span at)
{
	/* Room grows by doubling: a full list has a power of two. */
	if ((texts->count & (texts->count - 1)) == 0) {
		struct cv_text *items = CV_NEW_ARRAY(
			ctx->arena, texts->count ? texts->count * 2 : 1, struct cv_text);

		if (texts->count)
			memcpy(items, texts->items, texts->count * sizeof *items);
		texts->items = items;
	}
	texts->items[texts->count++] = (struct cv_text){text, at};
}

const char *cv_texts_joined(struct cv_ctx *ctx, const struct cv_texts *texts,
			    const char *between)
{
	struct cv_buf buf = CV_BUF_INIT;
	const char *joined;

	for (size_t i = 0; i < texts->count; i++) {
		if (i)
			cv_buf_text(&buf, between);
		cv_buf_text(&buf, texts->items[i].text);
	}
	joined = cv_arena_text(ctx->arena, cv_buf_string(&buf));
	cv_buf_deinit(&buf);
	return joined;
}

const char *cv_line_next(struct cv_ctx *ctx, const char **at)
{
	const char *line = *at + strspn(*at, " \t\n");
	size_t size = strcspn(line, "\n");

	if (size == 0)
		return NULL;
	*at = line + size;
	while (size && (line[size - 1] == ' ' || line[size - 1] == '\t'))
		size--;
	return cv_arena_copy(ctx->arena, line, size);
}

const char *cv_empty_row_words(struct cv_ctx *ctx, size_t count)
{
	static const char *const numbers[] = {"no",   "one",  "two", "three",
					      "four", "five", "six", "seven"};

	if (count >= sizeof numbers / sizeof *numbers)
		return "a row of empty cells";
	return cv_arena_format(ctx->arena, "a row of %s empty cell%s", numbers[count],
			       count == 1 ? "" : "s");
}
