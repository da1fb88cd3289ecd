/* Words gather where they belong: in the inmost cell or caption that is open, else in the
 * block of the page. */
#include <strings.h>

#include "base/ctx.h"
#include "import/page_html.h"

struct cv_html_table *cv_html_inmost(struct cv_html *html)
{
	return html->table_count ? &html->tables[html->table_count - 1] : NULL;
}

struct cv_gathered *cv_html_current(struct cv_html *html)
{
	for (size_t i = html->table_count; i-- > 0;) {
		struct cv_html_table *table = &html->tables[i];

		if (table->in_caption)
			return &table->caption;
		if (table->in_cell)
			return &table->cell;
	}
	return &html->block;
}

bool cv_html_is_of_page(struct cv_html *html)
{
	return cv_html_current(html) == &html->block;
}

void cv_html_flush(struct cv_html *html)
{
	struct cv_gathered *gathered = &html->block;
	struct cv_block *block;

	if (gathered->words.begun) {
		const enum cv_block_kind kind = html->heading ? CV_BLOCK_HEADING
						: html->items ? CV_BLOCK_ITEM
							      : CV_BLOCK_PARAGRAPH;
		const unsigned depth = html->lists ? html->lists : 1;

		block = cv_parts_block(html->parts, kind,
				       html->heading
					       ? html->heading
					       : (kind == CV_BLOCK_ITEM ? depth : 0),
				       cv_parts_words(html->parts, &gathered->words,
						      (struct cv_span){0}));
		if (block)
			block->marks = gathered->marks;
	} else {
		cv_parts_words(html->parts, &gathered->words, (struct cv_span){0});
	}
	cv_gathered_forget(gathered);
}

void cv_html_boundary(struct cv_html *html)
{
	if (cv_html_is_of_page(html) && !html->items && !html->heading)
		cv_html_flush(html);
	else
		cv_words_line(&cv_html_current(html)->words);
}

const char *cv_html_attribute(const char *const *attributes, const char *name)
{
	for (; attributes && attributes[0]; attributes += 2)
		if (strcasecmp(attributes[0], name) == 0)
			return attributes[1] ? attributes[1] : "";
	return NULL;
}
