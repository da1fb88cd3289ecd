#pragma once
/* What the emitters of this folder share. */

struct cv_buf;
struct cv_emission;
struct cv_entry;

/* The one place that quotes for sh: the text between single quotes, each of its own
 * as '\'' . Every POSIX shell gives it back byte for byte. */
void cv_sh_quote(struct cv_buf *out, const char *text);

/* Printable ASCII as it is; a question mark for what no comment may hold, so that the
 * proof fails. */
void cv_mdatp_write_comment(struct cv_buf *out, const char *text);

/* The entry as an element of exclusionSettings.exclusions, on one line. */
void cv_mdatp_write_json(struct cv_buf *out, const struct cv_entry *entry);
