/* Every key of a site: what it holds, where it goes and what it means. */
#include "read/load.h"

#include "base/ctx.h"
#include "model/pattern.h"
#include "read/field_macros.h"
#include "read/site_reading.h"

static const struct cv_field place_fields[] = {
	PLAIN(cv_place_setting, "windows", TEXT, EXACT, paths[CV_WINDOWS], &cv_lex_path,
	      "where it is on Windows"),
	PLAIN(cv_place_setting, "linux", TEXT, EXACT, paths[CV_LINUX], &cv_lex_path,
	      "where it is on Linux"),
	PLAIN(cv_place_setting, "macos", TEXT, EXACT, paths[CV_MACOS], &cv_lex_path,
	      "where it is on macOS"),
	END,
};

static const struct cv_fields places = {
	"a place of the site", sizeof(struct cv_place_setting), place_fields, -1, -1};

static const struct cv_field group_fields[] = {
	PLAIN(cv_group_row, "name", TEXT, REQUIRED, name, &cv_lex_name,
	      "its name, and that of its artefacts"),
	PLAIN(cv_group_row, "platform", TEXT, REQUIRED, platform, &cv_lex_platform,
	      "windows, linux or macos"),
	PLAIN(cv_group_row, "roles", TEXTS, 0, roles, &cv_lex_title,
	      "the roles of the profiles' devices that it has"),
	PLAIN(cv_group_row, "os", MAP, 0, os, &cv_lex_constraint,
	      "its system and version, as {rhel: \"7.9\"}"),
	PLAIN(cv_group_row, "versions", MAP, 0, versions, &cv_lex_constraint,
	      "its versions, under the names that the profiles give them"),
	PLAIN(cv_group_row, "edition", TEXT, 0, edition, &cv_lex_id,
	      "its edition, where it is not the site's"),
	PLAIN(cv_group_row, "arch", TEXT, 0, arch, &cv_lex_arch, "x86, x86_64 or arm64"),
	PLAIN(cv_group_row, "drive", TEXT, EXACT, drive, &cv_lex_drive,
	      "the drive of paths that name none"),
	PLAIN(cv_group_row, "party", TEXT, 0, party, &cv_lex_title,
	      "the party that these computers are"),
	PLAIN(cv_group_row, "features", TEXTS, 0, features, &cv_lex_title,
	      "its features, in place of the site's"),
	NESTED(cv_group_row, "places", NAMED, 0, places, &places,
	       "its places, where they are not the site's"),
	PLAIN(cv_group_row, "parameters", MAP, EXACT, parameters, NULL,
	      "its parameters, where they are not the site's"),
	END,
};

static const struct cv_fields groups = {"a group", sizeof(struct cv_group_row),
					group_fields, -1,
					offsetof(struct cv_group_row, at)};

static const struct cv_field pin_fields[] = {
	PLAIN(cv_pin, "addresses", TEXTS, REQUIRED, addresses, &cv_lex_address,
	      "what the names resolved to"),
	PLAIN(cv_pin, "on", TEXT, REQUIRED, on, &cv_lex_date, "on which day"),
	END,
};

static const struct cv_fields pins = {"a pinned set of addresses", sizeof(struct cv_pin),
				      pin_fields, -1, -1};

static const struct cv_field party_fields[] = {
	PLAIN(cv_party_setting, "addresses", TEXTS, 0, addresses, &cv_lex_address,
	      "addresses, networks and ranges"),
	PLAIN(cv_party_setting, "fqdn", TEXTS, 0, fqdn, &cv_lex_host, "host names"),
	NESTED(cv_party_setting, "pinned", RECORD, 0, pinned, &pins,
	       "addresses of the host names, where a target takes no names"),
	PLAIN(cv_party_setting, "zone", TEXT, 0, zone, &cv_lex_title,
	      "the firewall's zone that it is in"),
	END,
};

static const struct cv_fields parties = {
	"a party of the site", sizeof(struct cv_party_setting), party_fields, -1, -1};

static const struct cv_field fill_fields[] = {
	PLAIN(cv_fill, "row", TEXT, REQUIRED, row, &cv_lex_title,
	      "the row, as vendor/product#ports/id"),
	PLAIN(cv_fill, "set", NODE, REQUIRED, set, NULL, "its holes with their values"),
	PLAIN(cv_fill, "reason", TEXT, REQUIRED, reason, &cv_lex_note,
	      "why these; `example value` in it warns at each use"),
	PLAIN(cv_fill, "by", TEXT, 0, by, &cv_lex_title, "who says so"),
	PLAIN(cv_fill, "source", TEXT, EXACT, source, &cv_lex_note,
	      "where it is written"),
	END,
};

const struct cv_fields cv_fill_fields = {"a fill", sizeof(struct cv_fill), fill_fields,
					 -1, offsetof(struct cv_fill, at)};

static const struct cv_field acceptance_fields[] = {
	PLAIN(cv_acceptance, "row", TEXTS, REQUIRED, row, &cv_lex_title,
	      "the rows, by name or pattern"),
	PLAIN(cv_acceptance, "finding", TEXT, REQUIRED, finding, &cv_lex_finding,
	      "what is accepted"),
	PLAIN(cv_acceptance, "target", TEXTS, 0, target, &cv_lex_title,
	      "for which targets; none for risks of the row itself"),
	PLAIN(cv_acceptance, "of", TEXT, REQUIRED, of, &cv_lex_digest,
	      "the digest of what was accepted, as carveout prints it"),
	PLAIN(cv_acceptance, "reason", TEXT, REQUIRED, reason, &cv_lex_note, "why"),
	PLAIN(cv_acceptance, "by", TEXT, REQUIRED, by, &cv_lex_title, "who accepts it"),
	PLAIN(cv_acceptance, "ticket", TEXT, 0, ticket, &cv_lex_title,
	      "where that is recorded"),
	PLAIN(cv_acceptance, "until", TEXT, REQUIRED, until, &cv_lex_date,
	      "the last day on which it holds"),
	END,
};

const struct cv_fields cv_acceptance_fields = {
	"an acceptance", sizeof(struct cv_acceptance), acceptance_fields, -1,
	offsetof(struct cv_acceptance, at)};

static const struct cv_field target_use_fields[] = {
	PLAIN(cv_target_use, "groups", TEXTS, CV_FIELD_GROUPS, groups, &cv_lex_name,
	      "the groups that it serves; all that it can unless set"),
	PLAIN(cv_target_use, "gateway", FLAG, 0, gateway, NULL,
	      "true: for the machine that forwards between the parties"),
	PLAIN(cv_target_use, "hosts", TEXTS, 0, hosts, &cv_lex_title,
	      "groups and parties that filter for themselves"),
	PLAIN(cv_target_use, "base", NODE, 0, base, NULL,
	      "an export of what is there already: a file, or a map from group to file"),
	END,
};

const struct cv_fields cv_target_use_fields = {"a target", sizeof(struct cv_target_use),
					       target_use_fields, -1, -1};

#define SITE(key, kind, flags, member, lexical, meaning) \
	PLAIN(cv_site_reading, key, kind, flags, member, lexical, meaning)

static const struct cv_field site_fields[] = {
	SITE("carveout", TEXT, REQUIRED, site.format, NULL,
	     "what the document is: site/1"),
	SITE("name", TEXT, REQUIRED, site.name, &cv_lex_name,
	     "its name, and that of its artefacts"),
	SITE("profiles", NODE, REQUIRED, profiles, NULL,
	     "ids, paths, ID@sha256:HEX, or whole profiles"),
	SITE("edition", NODE, 0, edition, NULL,
	     "the edition, or a map from profile to edition"),
	SITE("versions", MAP, 0, site.versions, &cv_lex_constraint,
	     "versions of what is there once"),
	SITE("ip", TEXTS, 0, site.ip, &cv_lex_family, "the address families in use"),
	SITE("features", TEXTS, 0, site.features, &cv_lex_title, "the features in use"),
	SITE("classes", TEXTS, 0, site.classes, &cv_lex_class,
	     "classes of rows that are wanted besides the operational ones"),
	SITE("drive", TEXT, EXACT, site.drive, &cv_lex_drive,
	     "the drive of Windows paths that name none"),
	SITE("dynamic-ports", TEXT, EXACT, site.dynamic_ports, &cv_lex_ports,
	     "the ports that `dynamic` stands for"),
	NESTED(cv_site_reading, "groups", RECORDS, 0, site.groups, &groups,
	       "computers that are alike"),
	NESTED(cv_site_reading, "parties", NAMED, 0, site.parties, &parties,
	       "the addresses of the profiles' parties"),
	NESTED(cv_site_reading, "places", NAMED, 0, site.places, &places,
	       "paths that are not the profiles' defaults"),
	SITE("parameters", MAP, EXACT, site.parameters, NULL,
	     "parameters of the profiles that are not their defaults"),
	NESTED(cv_site_reading, "fill", NODE, 0, fill, &cv_fill_fields,
	       "values for holes, or {file: FILE}"),
	NESTED(cv_site_reading, "targets", NODE, 0, site.target_node,
	       &cv_target_use_fields, "the targets to write, each with its options"),
	NESTED(cv_site_reading, "accept", NODE, 0, accept, &cv_acceptance_fields,
	       "findings that are accepted, or {file: FILE}"),
	SITE("inventory", MAP, 0, site.inventory, &cv_lex_constraint,
	     "what `check` holds the profiles' requirements against"),
	END,
};

const struct cv_fields cv_site_fields = {
	.name = "a site",
	.size = sizeof(struct cv_site_reading),
	.fields = site_fields,
	.holes = -1,
	.span = offsetof(struct cv_site_reading, site.at),
};
