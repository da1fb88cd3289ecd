#pragma once
/* How the values of a PowerShell script are read back.  Only the one spelling of a
 * literal that cv_powershell_quote() writes is taken, so that no byte can change
 * without the script being refused or the value coming out different. */

#include <stdbool.h>

#include "base/buf.h"

struct cv_reading;

struct cv_powershell {
	struct cv_reading *reading;
	const char *at, *end;
	struct cv_buf value; /* private: of the literal read last */
};

/* At the first byte; to be closed. */
struct cv_powershell cv_powershell_open(struct cv_reading *reading);
void cv_powershell_close(struct cv_powershell *script);

/* Sets the reading's error at this place; false. */
bool cv_powershell_fail(struct cv_powershell *script, const char *why);

/* Whether the text stands here; steps over it if so. */
bool cv_powershell_take(struct cv_powershell *script, const char *text);

/* The rest of the line, which must be printable ASCII, and its CRLF. */
bool cv_powershell_read_comment(struct cv_powershell *script, const char **text_out);

/* 'text' or ('text' + [char]0x00E9 + 'text'); the value is interned. */
bool cv_powershell_read_literal(struct cv_powershell *script, const char **value_out);
