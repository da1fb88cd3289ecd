/* nftables as text for `nft -f`, mode include: chains and sets of our own in a
 * table of the admin's, to be jumped to from the admin's base chain.  Nothing of
 * the table's owner is touched, and the table itself is never flushed or deleted. */
#include "model/target.h"

#include <stddef.h>
#include <string.h>

#include "base/finding.h"
#include "nftables/facts.h"

static bool check_mode(struct cv_ctx *ctx, struct cv_text value)
{
	if (strcmp(value.text, "include") == 0)
		return true;
	return cv_find(ctx, CV_F_BAD_VALUE, value.at,
		       "mode is `%s`; only `include` is there yet",
		       cv_shown(ctx, value.text));
}

static bool is_keyword(const char *word)
{
	for (size_t i = 0; cv_nft_keywords[i]; i++)
		if (strcmp(cv_nft_keywords[i], word) == 0)
			return true;
	return false;
}

/* nft's grammar for names: a letter first, and no quotes that would allow more. */
static bool is_name(const char *name)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

	return *name && strchr(letters, *name) &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "0123456789_./-") == strlen(name);
}

static bool check_table(struct cv_ctx *ctx, struct cv_text value)
{
	static const char family[] = "inet ";
	const char *name = value.text + sizeof family - 1;

	if (strncmp(value.text, family, sizeof family - 1) != 0)
		return cv_find(
			ctx, CV_F_BAD_VALUE, value.at,
			"table is `%s`; it must be of the family inet, which holds "
			"IPv4 and IPv6, as in `" CV_NFT_TABLE "`",
			value.text);
	if (!is_name(name))
		return cv_find(
			ctx, CV_F_BAD_VALUE, value.at,
			"table is `%s`; the name must begin with a letter and hold "
			"letters, digits, `_`, `.`, `/` and `-` only",
			value.text);
	if (strlen(name) > CV_NFT_LONGEST_NAME)
		return cv_find(ctx, CV_F_TOO_LONG, value.at,
			       "the table's name has %zu bytes; nftables takes %d",
			       strlen(name), CV_NFT_LONGEST_NAME);
	if (is_keyword(name))
		return cv_find(
			ctx, CV_F_BAD_VALUE, value.at,
			"table is `%s`; `%s` is a word of nft's grammar and cannot "
			"name a table",
			value.text, name);
	return true;
}

static const struct cv_lexical lex_mode = {
	.name = "`include`",
	.check = check_mode,
	.pattern = "^include$",
};

static const struct cv_lexical lex_table = {
	.name = "the family inet and the name of a table",
	.check = check_table,
	.pattern = "^inet [A-Za-z][A-Za-z0-9_./-]*$",
};

static const struct cv_field option_fields[] = {
	{.key = "mode",
	 .type = CV_FIELD_TEXT,
	 .offset = offsetof(struct cv_nft_options, mode),
	 .lexical = &lex_mode,
	 .fallback = "include",
	 .meaning = "`include`: chains and sets in a table of yours, to be jumped to"},
	{.key = "table",
	 .type = CV_FIELD_TEXT,
	 .offset = offsetof(struct cv_nft_options, table),
	 .lexical = &lex_table,
	 .fallback = CV_NFT_TABLE,
	 .meaning = "the family and the name of your table"},
	{.key = NULL},
};

static const struct cv_fields options = {
	.name = "the options of nftables",
	.size = sizeof(struct cv_nft_options),
	.fields = option_fields,
	.holes = -1,
	.span = -1,
};

enum {
	SUBJECTS =
		CV_SUBJECT_SITE | CV_SUBJECT_GROUP | CV_SUBJECT_PARTY | CV_SUBJECT_HOST,
};

static const struct cv_form forms[] = {
	{.name = "text",
	 .suffix = ".nft",
	 .summary = "text for `nft -f`; may be loaded again and again",
	 .kinds = CV_ENTRY_HEADER | CV_ENTRY_SETTING | CV_ENTRY_FLOW,
	 .subjects = SUBJECTS,
	 .ordered = "rule",
	 .change = CV_CHANGE_WHOLE,
	 .emit = cv_nft_emit,
	 .read = cv_nft_read},
	{.name = "undo",
	 .suffix = ".undo.nft",
	 .summary = "empties the chains and removes the sets",
	 .kinds = CV_ENTRY_HEADER | CV_ENTRY_SETTING,
	 .subjects = SUBJECTS,
	 .undo = true,
	 .change = CV_CHANGE_WHOLE,
	 .emit = cv_nft_emit_undo,
	 .read = cv_nft_read_undo},
	{.name = NULL},
};

static const char *const verified[] = {
	"nft 1.0.6 and Linux 6.18: loaded twice in a row, switched, undone",
	NULL,
};

const struct cv_target cv_target_nftables = {
	.name = "nftables",
	.summary = "chains and sets for Linux gateways and hosts, in a table of yours",
	.can =
		{
			.subjects = CV_SUBJECT_SITE | CV_SUBJECT_HOST,
			.flows = CV_FLOWS_ELEMENTS,
			.source_ports = true,
			.icmp = true,
			.other_protocols = true,
			.note_limit = CV_NFT_LONGEST_COMMENT,
		},
	.options = &options,
	.arrange = cv_nft_arrange,
	.forms = forms,
	.read_export = cv_nft_read_export,
	.export_command = "nft -j list ruleset",
	.verified = verified,
};
