#include "csv_quote.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

void cv_csv_quote(struct cv_buf *out, const char *text)
{
	const size_t size = strlen(text);

	if (size == 0 || (!strpbrk(text, ",\"\r\n") && !is_blank(text[0]) &&
			  !is_blank(text[size - 1]))) {
		cv_buf_text(out, text);
		return;
	}
	cv_buf_char(out, '"');
	for (const char *at = text; *at; at++) {
		if (*at == '"')
			cv_buf_char(out, '"');
		cv_buf_char(out, *at);
	}
	cv_buf_char(out, '"');
}
