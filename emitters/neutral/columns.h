#pragma once
/* The columns of the neutral lists, in their order: what the emitters, the readers
 * and cv_neutral_arrange() share.  In CSV they are the header line, in JSON the keys
 * of each row; every cell is text, an empty one says nothing.
 *
 * Exclusions, one file a group:
 *   id           the published rows that the entry comes from
 *   product      the profiles of these rows
 *   product_min  lowest version of the product in the group, where the group says one
 *   product_max  highest one: 7.4.9.1046, or <7.5 for a series 7.4.x
 *   os, arch     windows, linux or macos; the group's architecture, where it says one
 *   role         the group's roles
 *   type         process, folder, file or extension
 *   path         the pattern; empty where the row asks for a signer or a digest
 *   match        exact, or glob where the pattern has a wildcard
 *   recursive    yes for a folder with all below it, else no
 *   children     yes where the processes that it starts are meant, too
 *   engines      onaccess for a process: the files that it opens; empty: all of them
 *   signer, sha256  one of them for a row that asks for it; type is file then
 *   user         always empty: no published row names one
 *   reason       what the page says the row is for
 *   source       title of the document (key, day of reading) and row
 *   ticket, owner, expires  of the acceptance of what `lints` names, its `ticket`,
 *                `by` and `until`; of several the one that ends first
 *   risk         severity of the worst finding about the rows themselves
 *   lints        names of these findings
 *
 * Flows and URLs, one file each for the site:
 *   from, to     the parties; from_names and to_names their host names
 *   zone_from, zone_to  their zones
 *   family       4 or 6; empty where an end is known by its host name only
 *   source, destination  addresses, networks and ranges; host names where there is
 *                nothing else, so that an empty cell is never read as "anywhere"
 *   protocol     its word, or its number where it has none
 *   ports        empty: the protocol has none; of a URL: not said
 *   source_ports, icmp_type, program  empty: any
 *   scheme, url  of a URL row, as published
 *   purpose, source_document  as reason and source above */

#include "model/target.h"

/* Where the text of a column lives in an entry. */
enum cv_cell {
	CV_CELL_ATTRIBUTE,
	CV_CELL_VALUE, /* empty where an attribute `signer` or `sha256` holds it */
	CV_CELL_FAMILY,
	CV_CELL_SOURCE,      /* an attribute in an entry without a family */
	CV_CELL_DESTINATION, /* the same */
	CV_CELL_PROTOCOL,
	CV_CELL_ICMP_TYPE,
	CV_CELL_PORTS,
	CV_CELL_SOURCE_PORTS,
	CV_CELL_PROGRAM,
};

struct cv_column {
	const char *name;
	enum cv_cell cell;
	bool prose; /* words for people, which nothing compares byte for byte */
	/* Its name as an attribute of an entry; NULL: that of the column.  The column
	 * `source` of flows and that of exclusions are different things. */
	const char *attribute;
};

enum { CV_NEUTRAL_VERSION = 1, CV_NEUTRAL_COLUMNS = 24 };

struct cv_neutral {
	const char *format; /* what the JSON form calls itself */
	const char *list;   /* of its entries */
	enum cv_entry_kind kind;
	size_t count;
	struct cv_column columns[CV_NEUTRAL_COLUMNS];
};

extern const struct cv_neutral cv_neutral_exclusions, cv_neutral_flows, cv_neutral_urls;

extern const struct cv_list cv_neutral_lists[];

enum { CV_NEUTRAL_PLATFORMS = 1 << CV_WINDOWS | 1 << CV_LINUX | 1 << CV_MACOS };

/* What both targets can carry: everything but a program's arguments. */
#define CV_NEUTRAL_ABILITIES \
	{ \
		.subjects = CV_SUBJECT_GROUP | CV_SUBJECT_SITE, .flows = CV_FLOWS_WHOLE, \
		.source_ports = true, .icmp = true, .other_protocols = true, \
		.names = true, .program = true, .urls = true, \
		.platforms = CV_NEUTRAL_PLATFORMS, .lists = cv_neutral_lists, \
	}

/* What stands for "any" where a cell may not be empty. */
extern const char cv_neutral_any[];
