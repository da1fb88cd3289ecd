#pragma once
/* How a value gets into a PowerShell script.  Every target that writes PowerShell
 * quotes here; powershell_read.h is the other way. */

struct cv_buf;

/* The value as a literal in printable ASCII: 'text' with its quotes doubled, or
 * ('C:\Caf' + [char]0x00E9 + '\x') where it holds more than that.  Bytes that are no
 * UTF-8 become U+FFFD, so that they do not read back as what they were. */
void cv_powershell_quote(struct cv_buf *out, const char *value);

/* The text as it may stand in a comment, which ends at CR or LF: a question mark
 * takes the place of what is not printable ASCII, so that it does not read back. */
void cv_powershell_quote_comment(struct cv_buf *out, const char *text);
