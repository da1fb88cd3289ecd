/* Names for the rules, and what the scripts have to know besides. */
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/digest.h"
#include "model/plan.h"
#include "model/policy.h"
#include "model/site.h"
#include "windows-firewall/facts.h"

enum { DIGITS = 20, LONGEST_PORTS = 60 };

static const struct cv_winfw_options *options_of(const struct cv_plan *plan)
{
	return plan->use->options;
}

static bool is_output(const struct cv_entry *entry)
{
	return strcmp(entry->list, CV_WINFW_OUTPUT) == 0;
}

static const char *kept(struct cv_ctx *ctx, struct cv_buf *buf)
{
	const char *text = cv_arena_text(ctx->arena, cv_buf_string(buf));

	cv_buf_deinit(buf);
	return text;
}

/* ---- names ---- */

static void add_addresses(struct cv_buf *out, const struct cv_addresses *set)
{
	for (size_t i = 0; i < set->count; i++) {
		cv_buf_char(out, i ? ',' : ' ');
		cv_range_format(out, set->family, set->ranges[i]);
	}
}

static void add_ports(struct cv_buf *out, const struct cv_ports *ports)
{
	cv_buf_char(out, ' ');
	if (ports)
		cv_ports_format(out, ports);
}

/* By all that it lets through, so that a rule keeps its name whatever other rows come
 * and go, and never means another thing under the same name. */
static void content_digest(const struct cv_entry *entry, char hex_out[65])
{
	struct cv_buf text = CV_BUF_INIT;

	cv_buf_format(&text, "%s %d %d", entry->list, entry->protocol, entry->icmp_type);
	add_addresses(&text, entry->source);
	add_addresses(&text, entry->destination);
	add_ports(&text, entry->ports);
	add_ports(&text, entry->more->source_ports);
	cv_buf_format(&text, " %s", entry->more->program ? entry->more->program : "");
	cv_sha256_hex(cv_buf_string(&text), text.size, hex_out);
	cv_buf_deinit(&text);
}

/* `in.tcp.` and digits of the digest, behind the prefix. */
static const char *name_of(struct cv_ctx *ctx, const struct cv_entry *entry,
			   const char *prefix)
{
	const struct cv_winfw_protocol *protocol =
		cv_winfw_facts_protocol(entry->protocol);
	const char *word = cv_protocol_name(entry->protocol);
	char hex[65];

	content_digest(entry, hex);
	if (!protocol || !word)
		word = cv_arena_format(ctx->arena, "%d", entry->protocol);
	return cv_arena_format(ctx->arena, "%s%s.%s.%.*s", prefix,
			       is_output(entry) ? "out" : "in", word, DIGITS, hex);
}

/* ---- words for people ---- */

/* INetFwRule takes no `|` in a rule's name and description, and what begins with `@` for
 * the place of a text in a DLL. */
static const char *plain(struct cv_ctx *ctx, const char *text)
{
	char *copy = cv_arena_text(ctx->arena, text ? text : "");

	for (char *c = copy; *c; c++)
		if (*c < ' ' || *c > '~' || *c == '|' || (*c == '@' && c == copy))
			*c = '_';
	return copy;
}

static const char *party_word(const struct cv_party *party)
{
	return party->slug[0] ? party->slug : "party";
}

static void add_service(struct cv_buf *out, const struct cv_entry *entry)
{
	const char *word = cv_protocol_name(entry->protocol);
	struct cv_buf ports = CV_BUF_INIT;

	if (word)
		cv_buf_text(out, word);
	else
		cv_buf_format(out, "protocol %d", entry->protocol);
	if (entry->icmp_type >= 0)
		cv_buf_format(out, " type %d", entry->icmp_type);
	if (entry->ports)
		cv_ports_format(&ports, entry->ports);
	if (ports.size > LONGEST_PORTS)
		cv_buf_format(out, " %zu ports and ranges", entry->ports->count);
	else if (ports.size)
		cv_buf_format(out, " %s", cv_buf_string(&ports));
	cv_buf_deinit(&ports);
}

/* In plain ASCII: slugs, words and numbers. */
static const char *display_of(struct cv_ctx *ctx, const struct cv_plan *plan,
			      const struct cv_entry *entry)
{
	struct cv_buf out = CV_BUF_INIT;

	cv_buf_format(&out, "%s %s: %.80s to %.80s, ", plan->policy->site->name.text,
		      plan->subject->name, party_word(cv_origin(entry)->flow->ends->from),
		      party_word(cv_origin(entry)->flow->ends->to));
	add_service(&out, entry);
	cv_buf_format(&out, ", IPv%d %s", entry->family, is_output(entry) ? "out" : "in");
	if (out.size > CV_WINFW_LONGEST_DISPLAY)
		out.size = CV_WINFW_LONGEST_DISPLAY;
	return kept(ctx, &out);
}

/* ---- settings ---- */

/* "Domain,Private", in Windows' own order whatever the site's. */
static const char *profile_words(struct cv_ctx *ctx, const struct cv_texts *asked)
{
	static const char *const words[][2] = {
		{"domain", "Domain"}, {"private", "Private"}, {"public", "Public"}};
	struct cv_buf out = CV_BUF_INIT;

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (cv_texts_hold(asked, words[i][0]))
			cv_buf_format(&out, "%s%s", out.size ? "," : "", words[i][1]);
	return kept(ctx, &out);
}

static void add_setting(struct cv_ctx *ctx, struct cv_plan *plan, const char *list,
			const char *value)
{
	struct cv_entry *entry = cv_plan_add(ctx, plan, CV_ENTRY_SETTING);

	entry->list = list;
	entry->more->value = value;
}

static void add_header(struct cv_ctx *ctx, struct cv_plan *plan, const char *text)
{
	cv_plan_add(ctx, plan, CV_ENTRY_HEADER)->more->value = text;
}

static void add_heads(struct cv_ctx *ctx, struct cv_plan *plan, size_t bound)
{
	const struct cv_winfw_options *options = options_of(plan);

	add_header(ctx, plan,
		   "counts on: inbound traffic that no rule is about is blocked");
	if (!cv_winfw_is_both(options))
		add_header(ctx, plan,
			   "counts on: outbound traffic that no rule is about is "
			   "allowed; there are no rules for it");
	if (bound)
		add_header(ctx, plan,
			   "a rule with a program is for that program on this computer, "
			   "not at the other end");
}

static void note_open(struct cv_ctx *ctx, const struct cv_plan *plan, size_t count)
{
	const struct cv_target_use *use = plan->use;

	if (!count || strcmp(options_of(plan)->default_outbound.text, "allow") != 0)
		return;
	cv_find_more(ctx, CV_F_OUTBOUND_OPEN, use->name.at,
		     "%s for %s: outbound traffic is allowed by default, so that %zu "
		     "outbound %s nothing",
		     use->name.text, plan->subject->name, count,
		     count == 1 ? "rule changes" : "rules change")
		->hint = "`default-outbound: block` where the machines block it";
}

bool cv_winfw_arrange(struct cv_ctx *ctx, struct cv_plan *plan)
{
	const char *site = plan->policy->site->name.text, *subject = plan->subject->name;
	const struct cv_winfw_options *options = options_of(plan);
	const char *prefix =
		cv_arena_format(ctx->arena, CV_WINFW_PREFIX_FORMAT, site, subject);
	const char *profile = profile_words(ctx, &options->profile);
	size_t outputs = 0, bound = 0;

	for (size_t i = 0; i < plan->entries.count; i++) {
		struct cv_entry *entry = CV_AT(&plan->entries, struct cv_entry, i);
		struct cv_attribute *attributes;

		if (entry->kind != CV_ENTRY_FLOW)
			continue;
		attributes = CV_NEW_ARRAY(ctx->arena, CV_WINFW_ATTRIBUTES,
					  struct cv_attribute);
		attributes[0] = (struct cv_attribute){CV_WINFW_DISPLAY,
						      display_of(ctx, plan, entry)};
		attributes[1] = (struct cv_attribute){CV_WINFW_PROFILE, profile};
		entry->more->attributes = attributes;
		entry->more->attribute_count = CV_WINFW_ATTRIBUTES;
		entry->more->name = name_of(ctx, entry, prefix);
		entry->note = plain(ctx, entry->note);
		outputs += is_output(entry);
		bound += entry->more->program != NULL;
	}
	add_setting(ctx, plan, CV_WINFW_GROUP,
		    cv_arena_format(ctx->arena, CV_WINFW_GROUP_FORMAT, site, subject));
	add_setting(ctx, plan, CV_WINFW_PREFIX, prefix);
	add_setting(ctx, plan, CV_WINFW_PROFILE, profile);
	add_setting(ctx, plan, CV_WINFW_OUTBOUND,
		    strcmp(options->default_outbound.text, "block") == 0 ? "Block"
									 : "Allow");
	add_heads(ctx, plan, bound);
	note_open(ctx, plan, outputs);
	return true;
}
