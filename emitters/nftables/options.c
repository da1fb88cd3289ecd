/* The keys of nftables in the site, and how they hang together: what mode enforce
 * needs, mode include has no use for. */
#include <stddef.h>
#include <string.h>

#include "base/ctx.h"
#include "nftables/facts.h"

static const char *const modes[] = {"include", "enforce", NULL};
static const char *const baselines[] = {"dns", "dhcp", "ntp", "icmp", "none", NULL};

static const struct cv_lexical lex_mode = {.name = "a mode", .words = modes};
static const struct cv_lexical lex_baseline = {.name = "a part of the baseline",
					       .words = baselines};

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

static const struct cv_lexical lex_table = {
	.name = "the family inet and the name of a table",
	.check = check_table,
	.pattern = "^inet [A-Za-z][A-Za-z0-9_./-]*$",
};

static const struct cv_field management_fields[] = {
	{.key = "from",
	 .type = CV_FIELD_TEXTS,
	 .flags = CV_FIELD_REQUIRED,
	 .offset = offsetof(struct cv_nft_management, from),
	 .lexical = &cv_lex_address,
	 .meaning = "the addresses that administration comes from"},
	{.key = "port",
	 .type = CV_FIELD_TEXT,
	 .flags = CV_FIELD_EXACT,
	 .offset = offsetof(struct cv_nft_management, port),
	 .lexical = &cv_lex_ports,
	 .fallback = CV_NFT_MANAGEMENT_PORT,
	 .meaning = "the TCP ports that it comes to"},
	{.key = NULL},
};

static const struct cv_fields management = {
	.name = "`management`",
	.size = sizeof(struct cv_nft_management),
	.fields = management_fields,
	.holes = -1,
	.span = offsetof(struct cv_nft_management, at),
};

static const struct cv_field option_fields[] = {
	{.key = "mode",
	 .type = CV_FIELD_TEXT,
	 .offset = offsetof(struct cv_nft_options, mode),
	 .lexical = &lex_mode,
	 .fallback = "include",
	 .meaning = "`include`: chains and sets in a table of yours, to be jumped to; "
		    "`enforce`: a table of our own whose base chains drop what no row, "
		    "`management` or `baseline` lets through"},
	{.key = "table",
	 .type = CV_FIELD_TEXT,
	 .offset = offsetof(struct cv_nft_options, table),
	 .lexical = &lex_table,
	 .meaning = "mode include: the family and the name of your table; `" CV_NFT_TABLE
		    "` unless set"},
	{.key = "protect",
	 .type = CV_FIELD_TEXTS,
	 .offset = offsetof(struct cv_nft_options, protect),
	 .lexical = &cv_lex_title,
	 .meaning = "mode enforce, required: the parties to whose addresses new traffic "
		    "is dropped; or `all`: all other traffic is"},
	{.key = "management",
	 .type = CV_FIELD_RECORD,
	 .offset = offsetof(struct cv_nft_options, management),
	 .sub = &management,
	 .meaning = "mode enforce, required: where administration comes from, so that "
		    "nobody is locked out"},
	{.key = "baseline",
	 .type = CV_FIELD_TEXTS,
	 .offset = offsetof(struct cv_nft_options, baseline),
	 .lexical = &lex_baseline,
	 .meaning = "mode enforce, required: what is let through besides: any of `dns`, "
		    "`dhcp`, `ntp`, `icmp` (echo), or `none`"},
	{.key = "compat",
	 .type = CV_FIELD_TEXT,
	 .offset = offsetof(struct cv_nft_options, compat),
	 .lexical = &cv_lex_version,
	 .meaning = "the oldest nft that loads the file; before " CV_NFT_RANGES_SINCE
		    " sets hold no ranges, which then get a rule each"},
	{.key = NULL},
};

const struct cv_fields cv_nft_option_fields = {
	.name = "the options of nftables",
	.size = sizeof(struct cv_nft_options),
	.fields = option_fields,
	.holes = -1,
	.span = -1,
};

bool cv_nft_enforces(const void *options)
{
	const struct cv_nft_options *set = options;

	return set && set->mode.text && strcmp(set->mode.text, "enforce") == 0;
}

static bool refuse_enforcing(struct cv_ctx *ctx, struct cv_span at, const char *key)
{
	return cv_find(ctx, CV_F_BAD_VALUE, at,
		       "`%s` is for `mode: enforce`; in mode include the base chain is "
		       "yours, and so is what it drops",
		       key);
}

static bool check_include(struct cv_ctx *ctx, const struct cv_nft_options *set)
{
	bool ok = true;

	if (set->protect.count)
		ok = refuse_enforcing(ctx, set->protect.items[0].at, "protect");
	if (set->baseline.count)
		ok = refuse_enforcing(ctx, set->baseline.items[0].at, "baseline");
	if (set->management.from.count)
		ok = refuse_enforcing(ctx, set->management.at, "management");
	return ok;
}

static bool need(struct cv_ctx *ctx, struct cv_span at, const char *key,
		 const char *example)
{
	struct cv_finding *finding =
		cv_find_more(ctx, CV_F_MISSING_KEY, at, "mode enforce needs `%s`", key);

	finding->help = example;
	return false;
}

/* `all` and `none` say all there is to say. */
static bool check_alone(struct cv_ctx *ctx, const struct cv_texts *texts,
			const char *word)
{
	for (size_t i = 0; texts->count > 1 && i < texts->count; i++)
		if (strcmp(texts->items[i].text, word) == 0)
			return cv_find(ctx, CV_F_BAD_VALUE, texts->items[i].at,
				       "`%s` must stand alone", word);
	return true;
}

/* More than a network of 2^24 addresses, or of 2^112 in IPv6; a warning. */
static void note_wide(struct cv_ctx *ctx, const struct cv_text *value)
{
	struct cv_range range;
	const char *why;
	uint8_t family;

	if (!cv_range_parse(value->text, &family, &range, &why) ||
	    (family == 4 ? range.last.low - range.first.low < (uint64_t)1 << 24
			 : range.last.high - range.first.high < (uint64_t)1 << 48))
		return;
	cv_find(ctx, CV_F_WIDE_MANAGEMENT, value->at,
		"`management` lets administration in from all of %s", value->text);
}

static bool check_enforce(struct cv_ctx *ctx, const struct cv_nft_options *set,
			  struct cv_span at)
{
	bool ok = true;

	if (!set->protect.count)
		ok = need(ctx, at, "protect", "protect: [PARTY]");
	if (!set->management.from.count)
		ok = need(ctx, at, "management", "management: {from: [ADDRESS]}");
	if (!set->baseline.count)
		ok = need(ctx, at, "baseline", "baseline: [dns, dhcp, ntp, icmp]");
	if (set->table.text)
		ok = cv_find(ctx, CV_F_BAD_VALUE, set->table.at,
			     "`table` is for mode include; mode enforce has a table of "
			     "its own");
	for (size_t i = 0; i < set->management.from.count; i++)
		note_wide(ctx, &set->management.from.items[i]);
	ok = check_alone(ctx, &set->protect, CV_NFT_PROTECT_ALL) && ok;
	return check_alone(ctx, &set->baseline, CV_NFT_NO_BASELINE) && ok;
}

bool cv_nft_check_options(struct cv_ctx *ctx, const void *options, struct cv_span at)
{
	const struct cv_nft_options *set = options;

	if (!set)
		return true;
	return cv_nft_enforces(set) ? check_enforce(ctx, set, at)
				    : check_include(ctx, set);
}
