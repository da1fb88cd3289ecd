/* POSIX, Shell Command Language, 2.2.2: between single quotes every character is
 * literal, and a single quote cannot stand there at all. */
#include "mdatp/write.h"

#include "base/buf.h"

void cv_sh_quote(struct cv_buf *out, const char *text)
{
	cv_buf_char(out, '\'');
	for (; *text; text++) {
		if (*text == '\'')
			cv_buf_text(out, "'\\''");
		else
			cv_buf_char(out, *text);
	}
	cv_buf_char(out, '\'');
}
