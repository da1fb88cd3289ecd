/* Every key of a profile: what it holds, where it goes and what it means.  The reader,
 * "did you mean" and the schema come from these tables. */
#include "read/load.h"

#include "base/ctx.h"
#include "model/pattern.h"
#include "read/field_macros.h"

/* What all rows have; it stands at the start of each table of rows. */
#define ROW_FIELDS(type) \
	PLAIN(type, "id", TEXT, UNIQUE, row.id, &cv_lex_id, \
	      "the row's name, which never changes its meaning"), \
		PLAIN(cv_row_more, "when", WHEN, BESIDE, when, NULL, \
		      "when the row applies"), \
		PLAIN(cv_row_more, "status", TEXT, BESIDE, status, &cv_lex_status, \
		      "withdrawn: the vendor has taken the row back"), \
		PLAIN(cv_row_more, "since", TEXT, BESIDE, since, &cv_lex_date, \
		      "the day on which the row was first published"), \
		PLAIN(cv_row_more, "until", TEXT, BESIDE, until, &cv_lex_date, \
		      "the day on which it was last seen"), \
		PLAIN(cv_row_more, "class", TEXT, BESIDE, class, &cv_lex_class, \
		      "performance: in only if the site asks for that class"), \
		PLAIN(cv_row_more, "purpose", TEXT, BESIDE, purpose, &cv_lex_note, \
		      "what the page says that the row is for"), \
		PLAIN(type, "source", TEXT, 0, row.source, &cv_lex_title, \
		      "the key of the page in the profile's `source`"), \
		PLAIN(cv_row_more, "optional", FLAG, BESIDE, optional, NULL, \
		      "true: taken like the others, but no target has to carry it")

static const struct cv_field port_row_fields[] = {
	ROW_FIELDS(cv_port_row),
	PLAIN(cv_port_row, "from", FEW, REQUIRED, from, &cv_lex_title,
	      "the parties at the source"),
	PLAIN(cv_port_row, "to", FEW, REQUIRED, to, &cv_lex_title,
	      "the parties at the destination"),
	PLAIN(cv_port_row, "port", FEW, EXACT, ports, &cv_lex_ports,
	      "ports and ranges, any, dynamic, or ${parameter}"),
	PLAIN(cv_port_more, "source-port", FEW, EXACT | BESIDE, source_ports,
	      &cv_lex_ports, "the same at the source, where it is published"),
	PLAIN(cv_port_row, "protocol", FEW, REQUIRED, protocol, &cv_lex_protocol,
	      "tcp, udp, tcp+udp, sctp, icmp, icmpv6, esp, ah, or a number"),
	PLAIN(cv_port_more, "icmp-type", FEW, BESIDE, icmp_type, &cv_lex_icmp_type,
	      "ICMP types, by number"),
	PLAIN(cv_port_more, "initiates", TEXT, BESIDE, initiates, &cv_lex_initiates,
	      "which side opens the connection: from (unless set), to, either"),
	PLAIN(cv_port_more, "scope", TEXT, BESIDE, scope, &cv_lex_scope,
	      "same-subnet: each prefix with itself only"),
	PLAIN(cv_port_more, "program", TEXT, EXACT | BESIDE, program, &cv_lex_path,
	      "the program that listens or connects"),
	END,
};

const struct cv_fields cv_port_row_fields = {
	.name = "a port row",
	.size = sizeof(struct cv_port_row),
	.fields = port_row_fields,
	.holes = CV_HOLES_BESIDE(offsetof(struct cv_row_more, holes)),
	.span = offsetof(struct cv_port_row, row.at),
};

static const struct cv_field exclusion_row_fields[] = {
	ROW_FIELDS(cv_exclusion_row),
	PLAIN(cv_exclusion_row, "device", FEW, REQUIRED, device, &cv_lex_title,
	      "the devices whose security software leaves it alone"),
	PLAIN(cv_exclusion_row, "process", FEW, EXACT | UNIQUE, values[CV_KIND_PROCESS],
	      &cv_lex_path,
	      "a program; in double quotes with arguments behind it a command"),
	PLAIN(cv_exclusion_row, "folder", FEW, EXACT | UNIQUE, values[CV_KIND_FOLDER],
	      &cv_lex_path, "a folder"),
	PLAIN(cv_exclusion_row, "file", FEW, EXACT | UNIQUE, values[CV_KIND_FILE],
	      &cv_lex_path, "a file"),
	PLAIN(cv_exclusion_row, "extension", FEW, EXACT, values[CV_KIND_EXTENSION],
	      &cv_lex_extension, "files with that extension"),
	PLAIN(cv_exclusion_row, "command", FEW, EXACT | UNIQUE, values[CV_KIND_COMMAND],
	      &cv_lex_path, "a program with its arguments"),
	PLAIN(cv_exclusion_row, "sha256", FEW, UNIQUE, values[CV_KIND_SHA256],
	      &cv_lex_sha256, "a file by its SHA-256"),
	PLAIN(cv_exclusion_row, "signer", FEW, EXACT, values[CV_KIND_SIGNER],
	      &cv_lex_title, "what that publisher signed"),
	PLAIN(cv_exclusion_row, "tls-inspection", FEW, EXACT,
	      values[CV_KIND_TLS_INSPECTION], &cv_lex_url,
	      "hosts whose traffic is not to be decrypted"),
	PLAIN(cv_exclusion_row, "recursive", FLAG, 0, recursive, NULL,
	      "false: not the subfolders of a folder"),
	PLAIN(cv_exclusion_row, "children", FLAG, 0, children, NULL,
	      "true: also the processes that a process starts"),
	END,
};

const struct cv_fields cv_exclusion_row_fields = {
	.name = "an exclusion row",
	.size = sizeof(struct cv_exclusion_row),
	.fields = exclusion_row_fields,
	.holes = CV_HOLES_BESIDE(offsetof(struct cv_row_more, holes)),
	.span = offsetof(struct cv_exclusion_row, row.at),
};

static const struct cv_field url_row_fields[] = {
	ROW_FIELDS(cv_url_row),
	PLAIN(cv_url_row, "from", FEW, 0, from, &cv_lex_title,
	      "the parties that call it"),
	PLAIN(cv_url_row, "url", FEW, REQUIRED | EXACT | UNIQUE, url, &cv_lex_url,
	      "a host name pattern, with or without scheme, port and path"),
	PLAIN(cv_url_row, "port", FEW, EXACT, ports, &cv_lex_ports, "its ports"),
	PLAIN(cv_url_row, "protocol", FEW, 0, protocol, &cv_lex_protocol, "its protocol"),
	END,
};

const struct cv_fields cv_url_row_fields = {
	.name = "a URL row",
	.size = sizeof(struct cv_url_row),
	.fields = url_row_fields,
	.holes = CV_HOLES_BESIDE(offsetof(struct cv_row_more, holes)),
	.span = offsetof(struct cv_url_row, row.at),
};

const struct cv_fields *cv_row_fields(enum cv_table_kind table)
{
	static const struct cv_fields *const all[] = {
		[CV_PORTS] = &cv_port_row_fields,
		[CV_EXCLUSIONS] = &cv_exclusion_row_fields,
		[CV_URLS] = &cv_url_row_fields,
	};

	return all[table];
}

static const struct cv_field source_fields[] = {
	PLAIN(cv_source_note, "title", TEXT, 0, title, &cv_lex_title, "the page's title"),
	PLAIN(cv_source_note, "url", TEXT, REQUIRED | EXACT, url, &cv_lex_url,
	      "where the page is"),
	PLAIN(cv_source_note, "retrieved", TEXT, REQUIRED, retrieved, &cv_lex_date,
	      "the day on which it was read"),
	PLAIN(cv_source_note, "cites", MAP, EXACT, cites, &cv_lex_url,
	      "the pages that it says it was made from, title to address; not read"),
	END,
};

static const struct cv_fields sources = {"a source", sizeof(struct cv_source_note),
					 source_fields, -1, -1};

static const struct cv_field place_path_fields[] = {
	PLAIN(cv_place_path, "path", TEXT, REQUIRED | EXACT, path, &cv_lex_path,
	      "an absolute path; on Windows the drive may be left to the site"),
	PLAIN(cv_place_path, "when", WHEN, 0, when, NULL, "when it is this one"),
	END,
};

static const struct cv_fields place_paths = {
	"a path of a place", sizeof(struct cv_place_path), place_path_fields, -1, -1};

static const struct cv_field place_fields[] = {
	PLAIN(cv_place_row, "aliases", TEXTS, 0, aliases, &cv_lex_title,
	      "other names that the pages use for it"),
	NESTED(cv_place_row, "windows", RECORDS, PLAIN_IS, paths[CV_WINDOWS],
	       &place_paths, "where it is on Windows; of a list the first that applies"),
	NESTED(cv_place_row, "linux", RECORDS, PLAIN_IS, paths[CV_LINUX], &place_paths,
	       "where it is on Linux"),
	NESTED(cv_place_row, "macos", RECORDS, PLAIN_IS, paths[CV_MACOS], &place_paths,
	       "where it is on macOS"),
	PLAIN(cv_place_row, "source", TEXT, 0, source, &cv_lex_title,
	      "the key of the page in `source`"),
	END,
};

static const struct cv_fields places = {"a place", sizeof(struct cv_place_row),
					place_fields, -1, -1};

static const struct cv_field parameter_fields[] = {
	PLAIN(cv_parameter, "default", TEXT, REQUIRED | EXACT, value, NULL,
	      "its value unless the site sets another"),
	PLAIN(cv_parameter, "type", TEXT, 0, type, &cv_lex_parameter_type,
	      "what its values look like"),
	END,
};

static const struct cv_fields parameters = {"a parameter", sizeof(struct cv_parameter),
					    parameter_fields,
					    offsetof(struct cv_parameter, holes), -1};

static const struct cv_field party_fields[] = {
	PLAIN(cv_party_row, "external", FLAG, 0, external, NULL,
	      "true: not among the site's own machines"),
	PLAIN(cv_party_row, "aliases", TEXTS, 0, aliases, &cv_lex_title,
	      "other names that the pages use for it"),
	END,
};

const struct cv_fields cv_party_fields = {"a party", sizeof(struct cv_party_row),
					  party_fields, -1, -1};

static const struct cv_field device_fields[] = {
	PLAIN(cv_device, "platform", TEXT, REQUIRED, platform, &cv_lex_platform,
	      "windows, linux or macos"),
	PLAIN(cv_device, "role", TEXT, REQUIRED, role, &cv_lex_id,
	      "what groups of the site call it"),
	END,
};

const struct cv_fields cv_device_fields = {"a device", sizeof(struct cv_device),
					   device_fields, -1, -1};

static const struct cv_field requirement_fields[] = {
	PLAIN(cv_requirement, "component", TEXT, REQUIRED, component, &cv_lex_title,
	      "what must be there"),
	PLAIN(cv_requirement, "version", TEXT, 0, version, &cv_lex_constraint,
	      "in which versions"),
	PLAIN(cv_requirement, "optional", FLAG, 0, optional, NULL,
	      "true: only if it is there must the version fit"),
	PLAIN(cv_requirement, "note", TEXT, 0, note, &cv_lex_note, "what else is said"),
	END,
};

const struct cv_fields cv_requirement_fields = {
	.name = "a requirement",
	.size = sizeof(struct cv_requirement),
	.fields = requirement_fields,
	.holes = offsetof(struct cv_requirement, holes),
	.span = offsetof(struct cv_requirement, at),
};

static const struct cv_field support_fields[] = {
	PLAIN(cv_support, "version", TEXT, 0, version, &cv_lex_constraint,
	      "the versions that are supported"),
	PLAIN(cv_support, "as", TEXT, 0, as, &cv_lex_title,
	      "the component that supports the same"),
	END,
};

static const struct cv_fields supports = {"a supported system", sizeof(struct cv_support),
					  support_fields,
					  offsetof(struct cv_support, holes), -1};

static const struct cv_field grant_fields[] = {
	PLAIN(cv_grant, "grants", TEXTS, 0, grants, &cv_lex_title,
	      "what the role may do"),
	END,
};

static const struct cv_fields grants = {"a grant", sizeof(struct cv_grant), grant_fields,
					-1, -1};

static const struct cv_field permission_row_fields[] = {
	PLAIN(cv_permission_row, "permission", TEXT, REQUIRED, permission, &cv_lex_title,
	      "its name"),
	PLAIN(cv_permission_row, "type", TEXT, 0, type, &cv_lex_title, "its type"),
	NESTED(cv_permission_row, "grants", NAMED, PLAIN_IS, grants, &grants,
	       "for each role what it grants"),
	PLAIN(cv_permission_row, "note", TEXT, 0, note, &cv_lex_note,
	      "what else is said"),
	END,
};

static const struct cv_fields permission_rows = {
	"a permission row", sizeof(struct cv_permission_row), permission_row_fields,
	offsetof(struct cv_permission_row, holes),
	offsetof(struct cv_permission_row, at)};

static const struct cv_field permissions_fields[] = {
	PLAIN(cv_permissions, "title", TEXT, REQUIRED, title, &cv_lex_title,
	      "the table's caption"),
	PLAIN(cv_permissions, "source", TEXT, 0, source, &cv_lex_title,
	      "the key of the page in `source`"),
	PLAIN(cv_permissions, "roles", TEXTS, 0, roles, &cv_lex_title, "its columns"),
	NESTED(cv_permissions, "rows", RECORDS, 0, rows, &permission_rows, "its rows"),
	END,
};

static const struct cv_fields permissions = {"a table of permissions",
					     sizeof(struct cv_permissions),
					     permissions_fields, -1, -1};

static const struct cv_field profile_fields[] = {
	PLAIN(cv_profile, "carveout", TEXT, REQUIRED, format, NULL,
	      "what the document is: profile/1"),
	PLAIN(cv_profile, "id", TEXT, REQUIRED, id, &cv_lex_profile_id, "vendor/product"),
	PLAIN(cv_profile, "title", TEXT, 0, title, &cv_lex_title, "the product's name"),
	NESTED(cv_profile, "source", NAMED, 0, sources, &sources,
	       "the pages that the tables come from"),
	PLAIN(cv_profile, "versions", MAP, 0, versions, &cv_lex_title,
	      "what version conditions talk about"),
	PLAIN(cv_profile, "editions", TEXTS, 0, editions, &cv_lex_id, "of the product"),
	PLAIN(cv_profile, "features", TEXTS, 0, features, &cv_lex_id,
	      "what optional rows hang on"),
	PLAIN(cv_profile, "ip", TEXTS, 0, ip, &cv_lex_family,
	      "the address families that the product supports"),
	NESTED(cv_profile, "places", NAMED, 0, places, &places,
	       "the placeholders of its paths"),
	NESTED(cv_profile, "parameters", NAMED, PLAIN_IS, parameters, &parameters,
	       "what a site may set"),
	NESTED(cv_profile, "parties", NAMED, 0, parties, &cv_party_fields,
	       "the ends of its flows"),
	NESTED(cv_profile, "devices", NAMED, 0, devices, &cv_device_fields,
	       "the machines that exclusions are for"),
	NESTED(cv_profile, "requires", RECORDS, 0, requires, &cv_requirement_fields,
	       "what the environment must have"),
	NESTED(cv_profile, "supports", NAMED, PLAIN_IS, supports, &supports,
	       "the systems that it runs on"),
	{"ports", CV_FIELD_TABLE, 0, 0, NULL, &cv_port_row_fields, NULL,
	 "the rows of its port table, or {csv: FILE}"},
	{"exclusions", CV_FIELD_TABLE, 0, 0, NULL, &cv_exclusion_row_fields, NULL,
	 "the rows of its table of exclusions, or {csv: FILE}"},
	{"urls", CV_FIELD_TABLE, 0, 0, NULL, &cv_url_row_fields, NULL,
	 "the rows of its URL list, or {csv: FILE}"},
	NESTED(cv_profile, "permissions", RECORDS, 0, permissions, &permissions,
	       "role tables: carried and reported, not enforced"),
	END,
};

const struct cv_fields cv_profile_fields = {
	.name = "a profile",
	.size = sizeof(struct cv_profile),
	.fields = profile_fields,
	.holes = offsetof(struct cv_profile, holes),
	.span = offsetof(struct cv_profile, at),
};
