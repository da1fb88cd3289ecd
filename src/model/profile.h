#pragma once
/* What a vendor publishes, as data.  It knows no site. */

#include "base/table.h"
#include "model/value.h"

struct cv_source;
struct cv_profile;

enum cv_table_kind { CV_PORTS, CV_EXCLUSIONS, CV_URLS, CV_TABLE_COUNT };

/* "ports", "exclusions", "urls" */
extern const char *const cv_table_names[CV_TABLE_COUNT + 1];

/* What few rows say: it lies beside them, once for neighbours that say the same. */
struct cv_row_more {
	struct cv_text status; /* withdrawn */
	struct cv_text since, until, class, purpose;
	struct cv_when when;
	enum cv_flag optional;
	struct cv_hole *holes;
};

enum { CV_ROW_NUMBER_BITS = 24, CV_ROW_NUMBERS = (1 << CV_ROW_NUMBER_BITS) - 1 };

/* What all rows have.  A struct of a row begins with one. */
struct cv_row {
	/* Of a port row a cv_port_more; NULL where nothing of it is given.  It is the
	 * first member: see CV_FIELD_BESIDE. */
	struct cv_row_more *more;
	const struct cv_profile *profile;
	uint32_t number
	    : CV_ROW_NUMBER_BITS; /* in its table, from 1, up to CV_MAX_ROWS */
	enum cv_table_kind table : 8;
	uint32_t ordinal; /* among all rows of all profiles of the compile, from 0 */
	struct cv_span at;
	struct cv_text id, source;
};

struct cv_port_more {
	struct cv_row_more row;
	struct cv_few source_ports, icmp_type;
	struct cv_text initiates, scope, program;
};

struct cv_port_row {
	struct cv_row row;
	struct cv_few from, to, ports, protocol;
};

/* The kinds of exclusion, in the order of the fields below. */
enum cv_kind {
	CV_KIND_PROCESS,
	CV_KIND_FOLDER,
	CV_KIND_FILE,
	CV_KIND_EXTENSION,
	CV_KIND_COMMAND,
	CV_KIND_SHA256,
	CV_KIND_SIGNER,
	CV_KIND_TLS_INSPECTION,
	CV_KIND_COUNT
};

/* "process", "folder", ... as the keys of a profile */
extern const char *const cv_kind_names[CV_KIND_COUNT + 1];

struct cv_exclusion_row {
	struct cv_row row;
	struct cv_few device;
	struct cv_few values[CV_KIND_COUNT];
	enum cv_flag recursive, children;
};

struct cv_url_row {
	struct cv_row row;
	struct cv_few from, url, ports, protocol;
};

/* A page that was read.  One that says itself from which pages it was made names them in
 * `cites`, title to URL: those were not read. */
struct cv_source_note {
	struct cv_text key, title, url, retrieved;
	struct cv_map cites;
};

struct cv_place_path {
	struct cv_when when;
	struct cv_text path;
};

struct cv_place_row {
	struct cv_text name;
	struct cv_texts aliases;
	struct cv_records paths[3]; /* of cv_place_path; by enum cv_platform */
	struct cv_text source;
};

struct cv_parameter {
	struct cv_text name, value, type; /* `value` is the key `default` */
	struct cv_hole *holes;
};

struct cv_party_row {
	struct cv_text name;
	enum cv_flag external;
	struct cv_texts aliases;
};

struct cv_device {
	struct cv_text name, platform, role;
};

struct cv_requirement {
	struct cv_text component, version, note;
	enum cv_flag optional;
	struct cv_hole *holes;
	struct cv_span at;
};

struct cv_support {
	struct cv_text name, version, as; /* `as`: the same as that component's */
	struct cv_hole *holes;
};

struct cv_grant {
	struct cv_text role;
	struct cv_texts grants;
};

struct cv_permission_row {
	struct cv_text permission, type;
	struct cv_records grants; /* of cv_grant */
	struct cv_text note;
	struct cv_hole *holes;
	struct cv_span at;
};

struct cv_permissions {
	struct cv_text title, source;
	struct cv_texts roles;
	struct cv_records rows; /* of cv_permission_row */
};

struct cv_profile {
	const struct cv_source *source; /* its file; for an inline one the site's */
	const char *origin;             /* what the site calls it: an id or a path */
	struct cv_text format, id, title;
	struct cv_records sources; /* of cv_source_note */
	struct cv_map versions;
	struct cv_texts editions, features, ip;
	struct cv_records places, parameters, parties, devices;
	struct cv_records requires, supports, permissions;
	struct cv_table
		rows[CV_TABLE_COUNT]; /* of cv_port_row, cv_exclusion_row, cv_url_row */
	struct cv_hole *holes;        /* of the profile's own fields: `ip` */
	struct cv_span at;
};

struct cv_ctx;

/* What a row says beside itself, whether or not it says anything. */
const struct cv_row_more *cv_row_more(const struct cv_row *row);
const struct cv_port_more *cv_port_more(const struct cv_port_row *row);

/* Bytes of what a row of that table may say beside itself. */
size_t cv_row_more_size(enum cv_table_kind table);

/* `tanium/threat-response#exclusions/tpython-27`, or `#exclusions/3` without an id. */
const char *cv_row_name(struct cv_ctx *ctx, const struct cv_row *row);
