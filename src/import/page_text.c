/* Plain text: its lines as they stand there.  Where a table begins and where its cells do
 * is told by what stands in the lines, which is not this file's concern. */
#include <string.h>

#include "base/ctx.h"
#include "import/page_parts.h"

static void take_line(struct cv_parts *parts, size_t at, size_t size)
{
	const char *line = parts->source->text + at;
	const struct cv_span span = cv_parts_at(parts, at, size);

	/* A line of tabs is a row whose cells are blank. */
	if (strspn(line, " ") >= size)
		cv_parts_block(parts, CV_BLOCK_GAP, 0, (struct cv_text){"", span});
	else
		cv_parts_block(
			parts, CV_BLOCK_LINE, 0,
			(struct cv_text){cv_arena_copy(parts->ctx->arena, line, size),
					 span});
}

/* A form feed ends a line: it stands where a page of paper did, before the first line of
 * the next one, and is no empty line itself. */
void cv_page_read_text(struct cv_parts *parts)
{
	const struct cv_source *source = parts->source;
	size_t at = strncmp(source->text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

	while (at < source->size && !parts->full) {
		size_t size = strcspn(source->text + at, "\n\f");
		const char end = source->text[at + size];

		if (end != '\f' || size)
			take_line(parts, at,
				  size && end == '\n' &&
						  source->text[at + size - 1] == '\r'
					  ? size - 1
					  : size);
		at += size + 1;
	}
}
