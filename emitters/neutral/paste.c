/* What headings of the lists to paste say. */
#include "paste.h"

#include <string.h>

#include "model/plan.h"

const char cv_paste_value_table[] = "the value";

const char *const cv_paste_head_table[] = {
	"Lists for the text boxes of a console: paste the lines below a heading, without "
	"it.",
	"`*` is something inside a name, `**` any depth, `?` one character: look whether "
	"the console",
	"means the same, and what it does for a process.",
	"Rows, versions, reasons and dates stand in the CSV file beside this one.",
	NULL,
};

#define KIND(words, type, recursive, engines, signer, sha256) \
	{ \
		words, \
		{ \
			type, NULL, recursive, NULL, engines, signer, sha256, NULL \
		} \
	}

static const struct cv_paste_words kinds[] = {
	KIND("process", "process", "no", "onaccess", "", ""),
	KIND("folder with all below it", "folder", "yes", "", "", ""),
	KIND("folder, its own files only", "folder", "no", "", "", ""),
	KIND("file", "file", "no", "", "", ""),
	KIND("extension", "extension", "no", "", "", ""),
	KIND("sha256", "file", "no", "", "", cv_paste_value_table),
	KIND("signer", "file", "no", "", cv_paste_value_table, ""),
	{.words = NULL},
};

static const struct cv_paste_words matches[] = {
	{"", {[CV_PASTE_MATCH] = "exact"}},
	{", with wildcards", {[CV_PASTE_MATCH] = "glob"}},
	{", a name alone in any folder", {[CV_PASTE_MATCH] = "name"}},
	{.words = NULL},
};

static const struct cv_paste_words children[] = {
	{"", {[CV_PASTE_CHILDREN] = "no"}},
	{", and what it starts", {[CV_PASTE_CHILDREN] = "yes"}},
	{.words = NULL},
};

static const struct cv_paste_words ends[] = {
	{"", {[CV_PASTE_BLANK] = "no"}},
	{", with a blank at an end, which a text box may cut off",
	 {[CV_PASTE_BLANK] = "yes"}},
	{.words = NULL},
};

const struct cv_paste_words *const cv_paste_parts_table[CV_PASTE_PARTS] = {
	kinds,
	matches,
	children,
	ends,
};

/* They stand side by side in the order of the columns. */
void cv_paste_strip(struct cv_entry *entry)
{
	size_t first = 0;

	while (first < entry->more->attribute_count &&
	       strcmp(entry->more->attributes[first].name, "type"))
		first++;
	if (first + CV_PASTE_COLUMNS > entry->more->attribute_count)
		return; /* the proof will say so */
	entry->more->attributes += first;
	entry->more->attribute_count = CV_PASTE_COLUMNS;
}
