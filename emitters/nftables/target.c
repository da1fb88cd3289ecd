/* nftables as text for `nft -f`.  Mode include: chains and sets of our own in a table
 * of the admin's, to be jumped to from the admin's base chain; nothing of the table's
 * owner is touched, and the table itself is never flushed or deleted.  Mode enforce: a
 * table of our own, with base chains that drop. */
#include "model/target.h"

#include "nftables/facts.h"
#include "nftables/live.h"

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
	.summary = "chains and sets for Linux gateways and hosts",
	CV_NFT_DESCRIPTION,
	.forms = forms,
	.live = &cv_nft_live,
	.verified = verified,
};
