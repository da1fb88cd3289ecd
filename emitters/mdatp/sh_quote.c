/* POSIX, Shell Command Language, 2.2.2: between single quotes every character is
 * literal, and a single quote cannot stand there at all. */
#include "mdatp/write.h"

#include <string.h>

#include "base/buf.h"

void cv_sh_quote(struct cv_buf *out, const char *text)
{
	cv_buf_char(out, '\'');
	for (const char *quote; (quote = strchr(text, '\'')); text = quote + 1) {
		cv_buf_add(out, text, (size_t)(quote - text));
		cv_buf_text(out, "'\\''");
	}
	cv_buf_text(out, text);
	cv_buf_char(out, '\'');
}
