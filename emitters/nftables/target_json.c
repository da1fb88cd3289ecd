/* nftables as libnftables JSON for `nft -j -f`: the chains, sets and rules of the text
 * target, under the same names, for tools that make JSON of everything. */
#include "model/target.h"

#include <string.h>

#include "nftables/json_facts.h"

enum {
	SUBJECTS =
		CV_SUBJECT_SITE | CV_SUBJECT_GROUP | CV_SUBJECT_PARTY | CV_SUBJECT_HOST,
};

/* Rules go with a flush or with their table, and JSON has no comments to name them in. */
static const char *const undone[] = {"chain", "base", "beside", "map", "set", NULL};

/* What made a base chain of it is gone with its table; the undo does not say what that
 * was. */
static void strip_base(struct cv_entry *entry)
{
	if (entry->list && strcmp(entry->list, "base") == 0)
		entry->more->value = NULL;
}

static const struct cv_form forms[] = {
	{.name = "document",
	 .suffix = ".json",
	 .summary = "JSON for `nft -j -f`; may be loaded again and again",
	 .kinds = CV_ENTRY_SETTING | CV_ENTRY_FLOW,
	 .subjects = SUBJECTS,
	 .ordered = "rule",
	 .change = CV_CHANGE_WHOLE,
	 .emit = cv_nft_json_emit,
	 .read = cv_nft_json_read},
	{.name = "undo",
	 .suffix = ".undo.json",
	 .summary = "empties the chains and removes the sets, or the table of our own",
	 .kinds = CV_ENTRY_SETTING,
	 .subjects = SUBJECTS,
	 .lists = undone,
	 .undo = true,
	 .change = CV_CHANGE_WHOLE,
	 .emit = cv_nft_json_emit_undo,
	 .read = cv_nft_json_read_undo,
	 .strip = strip_base},
	{.name = NULL},
};

static const char *const verified[] = {
	"nft 1.0.6 and Linux 6.18: loaded twice in a row and undone; the kernel then "
	"holds "
	"what the text of the same plan leaves there, byte for byte in its listing",
	NULL,
};

const struct cv_target cv_target_nftables_json = {
	.name = "nftables-json",
	.summary = "the same as nftables, as libnftables JSON",
	CV_NFT_DESCRIPTION,
	.forms = forms,
	.verified = verified,
};
