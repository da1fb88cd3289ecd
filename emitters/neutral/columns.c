/* The columns of the neutral lists and what a neutral list can carry: all but a
 * program's arguments, for which no console has a column. */
#include "columns.h"

#define TEXT(name) \
	{ \
		name, CV_CELL_ATTRIBUTE, false, NULL \
	}
#define PROSE(name) \
	{ \
		name, CV_CELL_ATTRIBUTE, true, NULL \
	}

const char cv_neutral_any[] = "any";

const struct cv_neutral cv_neutral_exclusions = {
	.format = "edr-exclusions",
	.list = "exclusions",
	.kind = CV_ENTRY_EXCLUSION,
	.count = 23,
	.columns =
		{
			TEXT("id"),
			TEXT("product"),
			TEXT("product_min"),
			TEXT("product_max"),
			TEXT("os"),
			TEXT("arch"),
			PROSE("role"),
			TEXT("type"),
			{"path", CV_CELL_VALUE, false, NULL},
			TEXT("match"),
			TEXT("recursive"),
			TEXT("children"),
			TEXT("engines"),
			TEXT("signer"),
			TEXT("sha256"),
			TEXT("user"),
			PROSE("reason"),
			PROSE("source"),
			PROSE("ticket"),
			PROSE("owner"),
			TEXT("expires"),
			TEXT("risk"),
			TEXT("lints"),
		},
};

const struct cv_neutral cv_neutral_flows = {
	.format = "flows",
	.list = "flows",
	.kind = CV_ENTRY_FLOW,
	.count = 17,
	.columns =
		{
			TEXT("id"),
			PROSE("from"),
			PROSE("to"),
			{"family", CV_CELL_FAMILY, false, NULL},
			{"source", CV_CELL_SOURCE, false, "source_end"},
			{"destination", CV_CELL_DESTINATION, false, "destination_end"},
			{"protocol", CV_CELL_PROTOCOL, false, NULL},
			{"source_ports", CV_CELL_SOURCE_PORTS, false, NULL},
			{"ports", CV_CELL_PORTS, false, NULL},
			{"icmp_type", CV_CELL_ICMP_TYPE, false, NULL},
			{"program", CV_CELL_PROGRAM, false, NULL},
			TEXT("from_names"),
			TEXT("to_names"),
			PROSE("zone_from"),
			PROSE("zone_to"),
			PROSE("purpose"),
			PROSE("source_document"),
		},
};

const struct cv_neutral cv_neutral_urls = {
	.format = "urls",
	.list = "urls",
	.kind = CV_ENTRY_URL,
	.count = 7,
	.columns =
		{
			TEXT("id"),
			PROSE("from"),
			TEXT("scheme"),
			{"url", CV_CELL_VALUE, false, NULL},
			{"ports", CV_CELL_PORTS, false, NULL},
			PROSE("purpose"),
			PROSE("source_document"),
		},
};

/* The neutral dialect has no bound and no marker for a folder: how far a folder
 * reaches stands in the column `recursive`. */
static const struct cv_dialect dialect = {
	.name = "neutral",
	.one_segment = true,
	.any_depth = true,
	.one_character = true,
	.wildcard_in_base_of_folder = true,
	.tree_suffix = "",
	.children_suffix = "",
	.refused = "",
	.bare_name = true,
	.passed_on = true,
};

const struct cv_list cv_neutral_lists[] = {
	{
		.name = "exclusions",
		.kinds = 1 << CV_KIND_PROCESS | 1 << CV_KIND_FOLDER | 1 << CV_KIND_FILE |
			 1 << CV_KIND_EXTENSION | 1 << CV_KIND_SHA256 |
			 1 << CV_KIND_SIGNER,
		.platforms = CV_NEUTRAL_PLATFORMS,
		.effect = CV_EFFECT_AS_ASKED,
		.dialect = &dialect,
		.children = true,
	},
	{.name = NULL},
};
