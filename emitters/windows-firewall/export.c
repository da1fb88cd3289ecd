/* Reads what SUBJECT.export.ps1 prints: the rules that are in force with their filters,
 * and how each profile is set.  Rules of ours are compared; of other people's those that
 * block are looked at, since a block overrules whatever allows ("FW_RULE_ACTION",
 * MS-FASP 2.2.34). */
#include "windows-firewall/export.h"

#include <string.h>
#include <strings.h>

#include "base/ctx.h"

const char *const cv_winfw_profile_words[CV_WINFW_PROFILES] = {"Domain", "Private",
							       "Public"};

unsigned cv_winfw_profile_bits(const char *text)
{
	unsigned bits = 0;

	if (!text || strcasecmp(text, CV_WINFW_ANY) == 0)
		return (1u << CV_WINFW_PROFILES) - 1;
	while (*text) {
		const size_t size = strcspn(text, ", ");

		for (unsigned i = 0; i < CV_WINFW_PROFILES; i++)
			if (size == strlen(cv_winfw_profile_words[i]) &&
			    strncasecmp(text, cv_winfw_profile_words[i], size) == 0)
				bits |= 1u << i;
		text += size;
		text += strspn(text, ", ");
	}
	return bits;
}

/* The names of rules are somebody else's text: only plain ones are shown. */
static const char *shown(struct cv_ctx *ctx, const char *name)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789._-{}";

	if (!name || !*name || strlen(name) > 200 || name[strspn(name, plain)])
		return "a rule";
	return cv_arena_format(ctx->arena, "the rule %s", name);
}

static void remark(struct cv_winfw_export *export, enum cv_code code, size_t place,
		   const char *text)
{
	struct cv_export_remark *one =
		CV_ADD(export->reading->ctx->arena, &export->reading->remarks,
		       struct cv_export_remark);

	*one = (struct cv_export_remark){code, place, text};
}

static bool is(const json_t *object, const char *key, const char *word)
{
	const char *text = cv_winfw_text(object, key);

	return text && strcasecmp(text, word) == 0;
}

static bool is_ours(const struct cv_winfw_export *export, const json_t *rule)
{
	const char *name = cv_winfw_text(rule, "Name");

	return (name && strncasecmp(name, export->prefix, strlen(export->prefix)) == 0) ||
	       is(rule, "Group", export->group);
}

/* ---- rules ---- */

static void read_block(struct cv_winfw_export *export, const json_t *rule,
		       const char *list, size_t place)
{
	struct cv_ctx *ctx = export->reading->ctx;
	struct cv_winfw_box box;

	if (!(cv_winfw_profile_bits(cv_winfw_text(rule, "Profile")) & export->profiles))
		return;
	cv_winfw_read_box(export, rule, &box);
	if (!cv_winfw_meets_plan(export, list, &box))
		return;
	remark(export, CV_F_OVERRULED, place,
	       cv_arena_format(ctx->arena,
			       "%s blocks %s traffic that the policy lets through%s",
			       shown(ctx, cv_winfw_text(rule, "Name")),
			       strcmp(list, CV_WINFW_INPUT) == 0 ? "inbound" : "outbound",
			       box.unknown || box.only ? ", or some of it: not all that "
							 "limits it was understood"
						       : ""));
}

static void read_ours(struct cv_winfw_export *export, const json_t *rule,
		      const char *list, size_t place)
{
	struct cv_ctx *ctx = export->reading->ctx;
	struct cv_winfw_box box;

	if (!is(rule, "Enabled", "True")) {
		remark(export, CV_F_RULE_DISABLED, place,
		       cv_arena_format(ctx->arena, "%s is disabled, and has no effect",
				       shown(ctx, cv_winfw_text(rule, "Name"))));
		return;
	}
	cv_winfw_read_box(export, rule, &box);
	if (box.unknown)
		cv_export_unknown(export->reading, place,
				  cv_arena_format(ctx->arena, "a rule of ours with %s",
						  box.unknown));
	else
		cv_winfw_add_box(export, rule, list, &box, place);
}

static void read_rule(struct cv_winfw_export *export, const json_t *rule, size_t place)
{
	const char *list = is(rule, "Direction", "Inbound")    ? CV_WINFW_INPUT
			   : is(rule, "Direction", "Outbound") ? CV_WINFW_OUTPUT
							       : NULL;
	const bool ours = is_ours(export, rule);

	if (!list || !(is(rule, "Action", "Allow") || is(rule, "Action", "Block"))) {
		if (ours)
			cv_export_unknown(export->reading, place,
					  "a rule of ours whose direction or action is "
					  "not understood");
		return;
	}
	if (is(rule, "Action", "Block")) {
		if (is(rule, "Enabled", "True"))
			read_block(export, rule, list, place);
		return;
	}
	if (ours)
		read_ours(export, rule, list, place);
}

/* ---- profiles ---- */

/* How the machine is set so that the rules are void, or moot, or NULL. */
static const char *obstacle(const struct cv_winfw_export *export, const json_t *profile)
{
	const bool lets_out = is(profile, "DefaultOutboundAction", "Allow");
	const bool blocks_out = is(profile, "DefaultOutboundAction", "Block");

	if (is(profile, "Enabled", "False"))
		return "Windows Firewall is off";
	if (is(profile, "AllowInboundRules", "False"))
		return "all that comes in is blocked, whatever the rules say";
	if (is(profile, "AllowLocalFirewallRules", "False"))
		return "a policy makes Windows ignore rules made on the computer";
	if (is(profile, "DefaultInboundAction", "Allow"))
		return "what no rule is about is let in, so that inbound rules change "
		       "nothing";
	if (lets_out && strcmp(export->outbound, "Block") == 0)
		return "outbound traffic is allowed by default, and the site says that "
		       "it is blocked";
	if (blocks_out && strcmp(export->outbound, "Allow") == 0)
		return "outbound traffic is blocked by default, and the site says that "
		       "it is allowed";
	return NULL;
}

static void read_profile(struct cv_winfw_export *export, const json_t *profile,
			 size_t place)
{
	struct cv_arena *arena = export->reading->ctx->arena;
	const char *what = obstacle(export, profile);

	for (unsigned i = 0; what && i < CV_WINFW_PROFILES; i++)
		if (export->profiles >> i & 1 &&
		    is(profile, "Name", cv_winfw_profile_words[i]))
			remark(export, CV_F_DEFAULTS_DIFFER, place,
			       cv_arena_format(arena, "profile %s: %s",
					       cv_winfw_profile_words[i], what));
}

/* ---- the whole ---- */

typedef void reading_one(struct cv_winfw_export *export, const json_t *value,
			 size_t place);

static bool read_list(struct cv_winfw_export *export, reading_one *read_one)
{
	struct cv_slice none;

	if (!cv_frame_enter(&export->frame, '['))
		return false;
	while (cv_frame_next(&export->frame, &none)) {
		size_t place;
		json_t *value = cv_frame_load(&export->frame, &place);

		if (!value)
			return false;
		if (json_is_object(value))
			read_one(export, value, place);
		else if (!json_is_null(value))
			cv_export_unknown(export->reading, place,
					  "something in a list that is no object");
		json_decref(value);
	}
	return !export->reading->error;
}

static bool read_members(struct cv_winfw_export *export)
{
	bool seen_rules = false, seen_profiles = false;
	struct cv_slice key, value;

	if (!cv_frame_enter(&export->frame, '{'))
		return false;
	while (cv_frame_next(&export->frame, &key)) {
		const bool rules = cv_slice_is(key, "rules");
		const bool profiles = cv_slice_is(key, "profiles");
		bool *seen = rules ? &seen_rules : &seen_profiles;

		if (!rules && !profiles) {
			if (!cv_frame_value(&export->frame, &value))
				return false;
			continue;
		}
		if (*seen)
			return cv_export_refuse(export->reading,
						cv_frame_place(&export->frame, key.text),
						"a list stands twice");
		*seen = true;
		if (!read_list(export, rules ? read_rule : read_profile))
			return false;
	}
	if (export->reading->error)
		return false;
	if (!seen_rules)
		return cv_export_refuse(export->reading, 0,
					"no list `rules`: it is not what the export "
					"script prints");
	if (!seen_profiles)
		cv_export_unknown(export->reading, 0,
				  "how the profiles are set is not in the export");
	return true;
}

static const char *setting(const struct cv_plan *plan, const char *list)
{
	for (size_t i = 0; i < plan->entries.count; i++) {
		const struct cv_entry *entry = CV_AT(&plan->entries, struct cv_entry, i);

		if (entry->kind == CV_ENTRY_SETTING && strcmp(entry->list, list) == 0)
			return entry->more->value;
	}
	return "";
}

bool cv_winfw_read_export(struct cv_export_reading *reading)
{
	const struct cv_plan *plan = reading->plan;
	struct cv_winfw_export export = {
		.reading = reading,
		.group = setting(plan, CV_WINFW_GROUP),
		.prefix = setting(plan, CV_WINFW_PREFIX),
		.outbound = setting(plan, CV_WINFW_OUTBOUND),
		.profiles = cv_winfw_profile_bits(setting(plan, CV_WINFW_PROFILE)),
	};

	reading->shows = CV_ENTRY_FLOW;
	return cv_frame_open(&export.frame, reading) && read_members(&export) &&
	       cv_frame_close(&export.frame);
}
