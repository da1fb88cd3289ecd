/* Values with blanks stand between double quotes.  There is no way known to write a
 * double quote in one: what the device itself shows then can be read in two ways
 * (batfish, testconfigs/quoted-values). */
#include "paloalto-set/cli_quote.h"

#include <string.h>

#include "base/buf.h"
#include "paloalto-set/facts.h"

void cv_cli_quote(struct cv_buf *out, const char *text)
{
	if (*text && strspn(text, cv_set_plain) == strlen(text)) {
		cv_buf_text(out, text);
		return;
	}
	cv_buf_char(out, '"');
	for (; *text; text++)
		cv_buf_char(out,
			    *text >= ' ' && *text <= '~' && *text != '"' ? *text : '_');
	cv_buf_char(out, '"');
}
