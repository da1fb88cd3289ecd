/* The keys of the targets for PAN-OS in the site, and how they hang together. */
#include "paloalto-xml/options.h"

#include <stddef.h>

#include "base/ctx.h"
#include "base/finding.h"
#include "paloalto-xml/target.h"

enum { SAID_MAX = 255 }; /* ours: leaves room for the rows */

/* vsys1 to vsys255, shared, or Panorama's. */
static bool is_scope(const char *text)
{
	unsigned number = 0;

	if (strcmp(text, "shared") == 0 || strcmp(text, CV_PALOALTO_PANORAMA) == 0)
		return true;
	if (strncmp(text, "vsys", 4) != 0 || text[4] < '1' || text[4] > '9')
		return false;
	for (text += 4; *text >= '0' && *text <= '9' && number < 1000; text++)
		number = number * 10 + (unsigned)(*text - '0');
	return !*text && number <= CV_PALOALTO_VSYS_MAX;
}

static bool check_scope(struct cv_ctx *ctx, struct cv_text value)
{
	if (is_scope(value.text))
		return true;
	return cv_find(ctx, CV_F_BAD_VALUE, value.at,
		       "bad scope %s: a firewall's vsys1 to vsys%d, shared, "
		       "or " CV_PALOALTO_PANORAMA
		       "; a device group is named by `device-group`",
		       cv_shown(ctx, value.text), CV_PALOALTO_VSYS_MAX);
}

static bool check_prefix(struct cv_ctx *ctx, struct cv_text value)
{
	const size_t size = strlen(value.text);

	if (!size || (size <= CV_PALOALTO_PREFIX_MAX &&
		      strchr(cv_paloalto_name_first, value.text[0]) &&
		      strspn(value.text, cv_paloalto_name_rest) == size))
		return true;
	return cv_find(ctx, CV_F_BAD_VALUE, value.at,
		       "bad prefix %s: at most %d letters, digits, dots, underscores and "
		       "hyphens, of which the first is a letter or a digit",
		       cv_shown(ctx, value.text), CV_PALOALTO_PREFIX_MAX);
}

/* Its name becomes a part of a path in a load command, and how a blank is quoted there
 * is not published. */
static bool check_group(struct cv_ctx *ctx, struct cv_text value)
{
	if (cv_paloalto_their_name_table(value.text, CV_PALOALTO_NAME_MAX) &&
	    !strchr(value.text, ' '))
		return true;
	return cv_find(
		ctx, CV_F_BAD_VALUE, value.at,
		"bad device group %s: at most %d letters, digits, dots, underscores "
		"and hyphens, of which the first is a letter or a digit; one with a "
		"blank in its name is not supported",
		cv_shown(ctx, value.text), CV_PALOALTO_NAME_MAX);
}

static bool check_their_name(struct cv_ctx *ctx, struct cv_text value, size_t most)
{
	if (cv_paloalto_their_name_table(value.text, most))
		return true;
	return cv_find(ctx, CV_F_BAD_VALUE, value.at,
		       "bad name %s: at most %zu letters, digits, dots, underscores, "
		       "hyphens and single blanks, of which the first is a letter or a "
		       "digit",
		       cv_shown(ctx, value.text), most);
}

static bool check_name(struct cv_ctx *ctx, struct cv_text value)
{
	return check_their_name(ctx, value, CV_PALOALTO_NAME_MAX);
}

static bool check_zone(struct cv_ctx *ctx, struct cv_text value)
{
	return check_their_name(ctx, value, CV_PALOALTO_ZONE_MAX);
}

static bool check_text(struct cv_ctx *ctx, struct cv_text value)
{
	const char *c = value.text;

	while (*c >= ' ' && *c <= '~' && !strchr(cv_paloalto_text_refused, *c))
		c++;
	if (!*c && c != value.text && c - value.text <= SAID_MAX)
		return true;
	return cv_find(
		ctx, CV_F_BAD_VALUE, value.at,
		"bad description %s: at most %d printable ASCII characters, without "
		"& < > [ ] | ? \\ and quotes",
		cv_shown(ctx, value.text), SAID_MAX);
}

static const struct cv_lexical scope_lexical = {
	.name = "a virtual system, or a shared list",
	.check = check_scope,
	.pattern = "^(shared|" CV_PALOALTO_PANORAMA "|vsys[1-9][0-9]{0,2})$",
};

static const struct cv_lexical group_lexical = {
	.name = "a device group",
	.check = check_group,
	.pattern = "^[0-9A-Za-z][0-9A-Za-z._-]{0,62}$",
};

static const char *const rulebases[] = {"pre", "post", NULL};

static const struct cv_lexical rulebase_lexical = {
	.name = "a rulebase of Panorama",
	.words = rulebases,
};

static const struct cv_lexical model_lexical = {
	.name = "a model of firewall",
	.words = cv_paloalto_model_names,
};

#define THEIR_NAME(most) "^[0-9A-Za-z]([0-9A-Za-z. _-]{0," most "}[0-9A-Za-z._-])?$"

static const struct cv_lexical name_lexical = {
	.name = "a name on the firewall",
	.check = check_name,
	.pattern = THEIR_NAME("61"),
};

static const struct cv_lexical zone_lexical = {
	.name = "a zone",
	.check = check_zone,
	.pattern = THEIR_NAME("29"),
};

static const struct cv_lexical text_lexical = {
	.name = "a description",
	.check = check_text,
	.pattern = "^[ !#-%(-;=@-Z^_a-{}~]{1,255}$",
};

static const struct cv_lexical release_lexical = {
	.name = "a PAN-OS release",
	.words = cv_paloalto_release_names,
};

static const struct cv_lexical prefix_lexical = {
	.name = "the beginning of a PAN-OS name",
	.check = check_prefix,
	.pattern = "^([0-9A-Za-z][0-9A-Za-z._-]{0,30})?$",
};

#define RULES(member) offsetof(struct cv_paloalto_rules, member)
#define OPTION(member) offsetof(struct cv_paloalto_options, member)

static const struct cv_field zone_fields[] = {
	{"name", CV_FIELD_TEXT, 0, offsetof(struct cv_paloalto_zone, name), NULL, NULL,
	 NULL, "the zone"},
	{"addresses", CV_FIELD_TEXTS, CV_FIELD_REQUIRED,
	 offsetof(struct cv_paloalto_zone, addresses), &cv_lex_address, NULL, NULL,
	 "the addresses, networks and ranges that lie in it"},
	{.key = NULL},
};

static const struct cv_fields zone_record = {
	.name = "a zone of a Palo Alto target",
	.size = sizeof(struct cv_paloalto_zone),
	.fields = zone_fields,
	.holes = -1,
	.span = -1,
};

static const struct cv_field rule_fields[] = {
	{"before", CV_FIELD_TEXT, 0, RULES(before), &name_lexical, NULL, NULL,
	 "the rule of the firewall's rulebase that ours go before"},
	{"after", CV_FIELD_TEXT, 0, RULES(after), &name_lexical, NULL, NULL,
	 "or the one that ours go behind"},
	{"from", CV_FIELD_TEXTS, 0, RULES(from), &zone_lexical, NULL, NULL,
	 "the source zones of all rules; else `zones`, or the zone of the party"},
	{"to", CV_FIELD_TEXTS, 0, RULES(to), &zone_lexical, NULL, NULL,
	 "the destination zones of all rules"},
	{"zones", CV_FIELD_NAMED, CV_FIELD_PLAIN_IS, RULES(zones), NULL, &zone_record,
	 NULL, "zones by address: a map from each zone to what lies in it"},
	{"log-setting", CV_FIELD_TEXT, 0, RULES(log_setting), &name_lexical, NULL, NULL,
	 "the log forwarding profile of all rules, or none"},
	{"profile-group", CV_FIELD_TEXT, 0, RULES(profile_group), &name_lexical, NULL,
	 NULL, "the security profile group of all rules, or none"},
	{"description", CV_FIELD_TEXT, 0, RULES(description), &text_lexical, NULL, NULL,
	 "what every rule's description begins with, before its rows"},
	{.key = NULL},
};

static const struct cv_fields rule_record = {
	.name = "the rules of a Palo Alto target",
	.size = sizeof(struct cv_paloalto_rules),
	.fields = rule_fields,
	.holes = -1,
	.span = RULES(at),
};

static const struct cv_field fields[] = {
	{"scope", CV_FIELD_TEXT, 0, OPTION(scope), &scope_lexical, NULL,
	 CV_PALOALTO_DEFAULT_SCOPE,
	 "where the objects go: a virtual system of a firewall, its shared list, or "
	 "Panorama's"},
	{"device-group", CV_FIELD_TEXT, 0, OPTION(device_group), &group_lexical, NULL,
	 NULL, "or a device group of Panorama"},
	{"rulebase", CV_FIELD_TEXT, 0, OPTION(rulebase), &rulebase_lexical, NULL, NULL,
	 "where Panorama's rules go: before those of the firewall, which is the default, "
	 "or behind them"},
	{"version", CV_FIELD_TEXT, 0, OPTION(version), &release_lexical, NULL,
	 CV_PALOALTO_DEFAULT_RELEASE,
	 "the PAN-OS release; the load commands differ before 9.0"},
	{"model", CV_FIELD_TEXT, 0, OPTION(model), &model_lexical, NULL, NULL,
	 "the smallest firewall that gets the objects; decides how many members a group "
	 "has; a pa-220 unless set"},
	{"prefix", CV_FIELD_TEXT, 0, OPTION(prefix), &prefix_lexical, NULL, NULL,
	 "what every object's name begins with; the site's name unless set; empty for "
	 "names "
	 "without one, which need a `base`"},
	{"multi-vsys", CV_FIELD_FLAG, 0, OPTION(multi_vsys), NULL, NULL, NULL,
	 "whether the firewall has several virtual systems, so that commands name one; "
	 "true unless the scope is vsys1"},
	{"rules", CV_FIELD_RECORD, 0, OPTION(rules), NULL, &rule_record, NULL,
	 "security rules, too, with addresses and zones, at a place in the rulebase"},
	{.key = NULL},
};

const struct cv_fields cv_paloalto_option_fields = {
	.name = "the options of a Palo Alto target",
	.size = sizeof(struct cv_paloalto_options),
	.fields = fields,
	.holes = -1,
	.span = -1,
};

/* Shared objects and vsys2 exist only where there are several virtual systems: the
 * schema prunes them "single-vsys-mode". */
static bool check_scopes(struct cv_ctx *ctx, const struct cv_paloalto_options *set,
			 struct cv_span at)
{
	const struct cv_span scope_at = set->scope.at.length ? set->scope.at : at;

	if (set->device_group.text && set->scope.at.length)
		return cv_find(ctx, CV_F_BAD_VALUE, set->scope.at,
			       "scope %s beside device-group %s: the objects go to one "
			       "place",
			       set->scope.text, set->device_group.text);
	if (cv_paloalto_is_panorama(set) && set->multi_vsys != CV_UNSET)
		return cv_find(ctx, CV_F_BAD_VALUE, at,
			       "multi-vsys is a firewall's, and the objects go to "
			       "Panorama");
	if (!cv_paloalto_is_panorama(set) && set->rulebase.text)
		return cv_find(ctx, CV_F_BAD_VALUE, set->rulebase.at,
			       "rulebase %s is Panorama's: a firewall has one; name a "
			       "`device-group`, or the scope " CV_PALOALTO_PANORAMA,
			       set->rulebase.text);
	if (set->multi_vsys != CV_NO ||
	    strcmp(cv_paloalto_scope(set), CV_PALOALTO_DEFAULT_SCOPE) == 0)
		return true;
	return cv_find(ctx, CV_F_BAD_VALUE, scope_at,
		       "scope %s needs a firewall with several virtual systems; with "
		       "multi-vsys: false the scope is " CV_PALOALTO_DEFAULT_SCOPE,
		       cv_paloalto_scope(set));
}

/* `any` is every zone and stands alone: 10.1 and later refuse it beside another. */
static bool check_zones(struct cv_ctx *ctx, const struct cv_texts *zones)
{
	bool ok = true;

	for (size_t i = 0; i < zones->count; i++)
		for (size_t k = 0; k < i; k++)
			if (strcmp(zones->items[i].text, zones->items[k].text) == 0)
				ok = cv_find(ctx, CV_F_DUPLICATE_NAME, zones->items[i].at,
					     "the zone %s is named twice",
					     zones->items[i].text);
	for (size_t i = 0; zones->count > 1 && i < zones->count; i++)
		if (strcmp(zones->items[i].text, CV_PALOALTO_ANY) == 0)
			ok = cv_find(ctx, CV_F_BAD_VALUE, zones->items[i].at,
				     "the zone any beside others: it is all of them");
	return ok;
}

/* Below a rule that drops what is left a rule is dead, and on top of all it passes the
 * lists that block. */
static bool check_place(struct cv_ctx *ctx, const struct cv_paloalto_options *set)
{
	const struct cv_paloalto_rules *rules = &set->rules;
	struct cv_finding *finding;

	if (rules->before.text && rules->after.text)
		return cv_find(ctx, CV_F_BAD_VALUE, rules->after.at,
			       "after %s beside before %s: the rules stand in one place",
			       rules->after.text, rules->before.text);
	if (rules->before.text || rules->after.text)
		return true;
	finding =
		cv_find_more(ctx, CV_F_MISSING_KEY, rules->at,
			     "the rules have no place in the rulebase: below a rule that "
			     "drops the rest they are dead, above one that blocks they "
			     "pass it");
	finding->hint = "`before` or `after` with the name of a rule that is there";
	return false;
}

/* A firewall's shared list of objects has no rulebase: "Could not find schema node". */
static bool check_rulebase(struct cv_ctx *ctx, const struct cv_paloalto_options *set)
{
	if (cv_paloalto_scope_kind(set) != CV_PALOALTO_SHARED)
		return true;
	return cv_find(ctx, CV_F_BAD_VALUE, set->rules.at,
		       "rules in the scope shared: a firewall has rules in its virtual "
		       "systems only, as the scope " CV_PALOALTO_DEFAULT_SCOPE);
}

/* Zones by address that overlap would not say in which one an address lies. */
static bool check_rules(struct cv_ctx *ctx, const struct cv_paloalto_options *set)
{
	const struct cv_paloalto_rules *rules = &set->rules;
	const bool from = check_zones(ctx, &rules->from);
	const bool to = check_zones(ctx, &rules->to);
	const struct cv_paloalto_zone *zones = rules->zones.items;
	bool ok = check_place(ctx, set) && from && to;

	ok = check_rulebase(ctx, set) && ok;
	for (size_t i = 0; i < rules->zones.count; i++)
		if (!check_zone(ctx, zones[i].name))
			ok = false;
	if (!rules->log_setting.text)
		cv_find(ctx, CV_F_RULE_UNGUARDED, rules->at,
			"the rules forward no log: name a `log-setting`, or say none");
	if (!rules->profile_group.text)
		cv_find(ctx, CV_F_RULE_UNGUARDED, rules->at,
			"the rules have no security profiles: name a `profile-group`, or "
			"say none");
	return ok;
}

bool cv_paloalto_check_options(struct cv_ctx *ctx, const void *all, struct cv_span at)
{
	const struct cv_paloalto_options *set = all;
	bool ok;

	if (!set)
		return true;
	ok = check_scopes(ctx, set, at);
	return (!set->rules.at.length || check_rules(ctx, set)) && ok;
}

const char *cv_paloalto_scope_words(const void *all)
{
	switch (cv_paloalto_scope_kind(all)) {
	case CV_PALOALTO_SHARED:
		return "puts its objects into `shared`, where every virtual system of "
		       "the firewall sees them";
	case CV_PALOALTO_PANORAMA_SHARED:
		return "puts its objects into Panorama's shared list, where every "
		       "firewall "
		       "that it manages gets them";
	case CV_PALOALTO_VSYS:
	case CV_PALOALTO_DEVICE_GROUP:
	case CV_PALOALTO_SCOPE_COUNT:
		break;
	}
	return NULL;
}

/* With rules the addresses are in the file, and without them for the admin to add. */
enum cv_flow_form cv_paloalto_flows(const void *all)
{
	return cv_paloalto_has_rules(all) ? CV_FLOWS_RULES : CV_FLOWS_SERVICES;
}
