#pragma once
/* The resolved form: flows, exclusions and URLs with nothing left open. */

#include "base/finding.h"
#include "base/table.h"
#include "model/pattern.h"
#include "model/profile.h"
#include "model/sets.h"
#include "model/site.h"
#include "model/version.h"

enum { CV_NO_PROTOCOL = -1, CV_NO_ICMP_TYPE = -1 };

/* Rows in ascending order of `ordinal`, each once. */
struct cv_rows {
	const struct cv_row **items;
	uint32_t count;
	uint32_t last; /* ordinal of the last: most are of one row, or grow there, and it
			  need not be looked at for it */
};

/* Of items that stay where they are. */
static inline struct cv_rows cv_rows_of(const struct cv_row **items, size_t count)
{
	return (struct cv_rows){items, (uint32_t)count,
				count ? items[count - 1]->ordinal : 0};
}

/* The ordinal of the one at `index`. */
static inline uint32_t cv_rows_ordinal(const struct cv_rows *rows, size_t index)
{
	return index + 1 == rows->count ? rows->last : rows->items[index]->ordinal;
}

/* A party with the site's addresses. */
struct cv_party {
	const char *name;                        /* as published, "Module Server" */
	const char *slug;                        /* "module-server" */
	const struct cv_addresses *addresses[2]; /* [0] IPv4, [1] IPv6; NULL: none */
	struct cv_texts names;                   /* host names */
	const char *pinned_on; /* the date of pinned addresses, or NULL */
	const char *zone;
	bool anyone;
	const struct cv_party_setting *setting;
};

struct cv_group {
	const struct cv_group_row *row;
	const char *name;
	enum cv_platform platform;
	const struct cv_party *party; /* or NULL */
};

/* Between whom flows go, once for all of the same. */
struct cv_ends {
	const struct cv_party *from, *to;
	const struct cv_addresses *source, *destination; /* NULL with family 0 */
	uint8_t family; /* 4 or 6; 0 when one end is only a name */
};

/* What flows carry, once for all of the same. */
struct cv_service {
	const struct cv_ports *ports,
		*source_ports; /* NULL: the protocol has none; any */
	const char *program;   /* or NULL */
	int16_t protocol;      /* IP protocol number */
	int16_t icmp_type;     /* or CV_NO_ICMP_TYPE: all types */
};

/* There is one for each row, most often, so that it is kept small. */
struct cv_flow {
	const struct cv_ends *ends;
	const struct cv_service *service;
	struct cv_rows rows;
};

struct cv_exclusion {
	const struct cv_group *group;
	enum cv_kind kind; /* never CV_KIND_COMMAND: that is a process with arguments */
	const char
		*value; /* an absolute path pattern, an extension, a digest, a signer */
	const char *arguments; /* the program only with these, or NULL */
	enum cv_reach reach;
	bool children; /* the processes that it starts, too */
	struct cv_rows rows;
};

struct cv_url {
	const struct cv_party *from;
	const char *scheme;           /* or NULL */
	const char *pattern;          /* host pattern and path, as published */
	const struct cv_ports *ports; /* NULL: not said */
	struct cv_rows rows;
};

/* Whom an artefact is for. */
enum cv_subject_kind { CV_SUBJECT_SITE = 1, CV_SUBJECT_GROUP = 2, CV_SUBJECT_PARTY = 4 };

struct cv_subject {
	enum cv_subject_kind kind;
	const char *name; /* the word that -s takes and the file is called */
	const struct cv_group *group;
	const struct cv_party
		*party; /* a host subject's addresses; of the group or alone */
};

/* What goes for many rows, once for all of them. */
struct cv_used {
	const struct cv_profile *profile;
	const struct cv_group *group; /* NULL: the site */
	const char *why; /* the condition that failed, or what only some clients need */
	enum cv_table_kind table;
	bool applies;
	uint32_t count; /* uses for which it goes */
};

/* Whether a row applies to a group (exclusions) or to the site (ports, URLs).  There is
 * one for each row at least, so that it is kept small. */
struct cv_use {
	uint32_t row; /* its ordinal */
	uint32_t as;  /* index in policy->used */
};

/* A finding about a row that an acceptance may cover. */
struct cv_risk {
	enum cv_code code;
	bool of_others; /* hangs on other rows, too: no artefact shows it */
	const struct cv_row *row;
	const struct cv_target *target;   /* NULL: a risk of the row itself */
	const struct cv_subject *subject; /* NULL: of the row itself */
	const char *says;   /* what stands between row and detail: " is wider: " */
	const char *detail; /* what is wider, for the digest and the ledger */
	const struct cv_acceptance *accepted; /* by whom, or NULL */
	const char *ground; /* what places and parameters make of the row, or NULL */
};

struct cv_buf;

/* The message: `ROW in TARGET is wider: DETAIL`. */
void cv_risk_text_add(struct cv_buf *out, const struct cv_risk *risk);

/* A party by one of its names. */
struct cv_party_name {
	const char *name; /* or an alias */
	const struct cv_party *party;
};

struct cv_policy {
	const struct cv_site *site;
	struct cv_table profiles; /* of struct cv_profile * */
	struct cv_table rows;     /* of const struct cv_row *, by ordinal */
	struct cv_table holed;    /* those of them that have holes, filled or open */
	/* Rows as the notes of entries show them, by ordinal; NULL: no target shows any.
	 */
	const char *const *notes;
	size_t longest_note;                     /* of those, in bytes */
	struct cv_table parties;                 /* of cv_party */
	const struct cv_party_name *party_names; /* names and aliases, sorted */
	size_t party_name_count;
	struct cv_table groups;     /* of cv_group */
	struct cv_table flows;      /* of cv_flow */
	struct cv_table exclusions; /* of cv_exclusion */
	struct cv_table urls;       /* of cv_url */
	struct cv_table uses;       /* of cv_use, by row */
	struct cv_table used;       /* of cv_used, each once */
	struct cv_table risks;      /* of cv_risk, grows as targets are lowered */
};

static inline const struct cv_row *cv_policy_row(const struct cv_policy *policy,
						 uint32_t ordinal)
{
	return *CV_AT(&policy->rows, const struct cv_row *, ordinal);
}

static inline const struct cv_used *cv_used_as(const struct cv_policy *policy,
					       const struct cv_use *use)
{
	return CV_AT(&policy->used, struct cv_used, use->as);
}

/* By its name or an alias; NULL: there is none. */
const struct cv_party *cv_policy_party(const struct cv_policy *policy, const char *name);
const struct cv_group *cv_policy_group(const struct cv_policy *policy, const char *name);

/* The index of the first use of a row, or where it would stand: they are by row. */
size_t cv_policy_first_use(const struct cv_policy *policy, uint32_t ordinal);

/* What goes for the use numbered *at, if that is one of the row, which *at is then moved
 * behind; NULL: it is not.  From cv_policy_first_use() on, one after the other. */
const struct cv_used *cv_policy_next_used(const struct cv_policy *policy,
					  uint32_t ordinal, size_t *at);

/* `tcp`, `udp`, ... or NULL where the number has no word; and the number, or -1. */
const char *cv_protocol_name(int protocol);
int cv_protocol_number(const char *name);
bool cv_protocol_has_ports(int protocol);
