/* A rule of a chain of ours: one as our artefacts write it, or a simple one that somebody
 * wrote by hand.  What it lets through becomes flows; what comes before any row and what
 * drops the rest become settings; any other rule is not understood, and is said to be.
 *
 * Matches look at addresses, protocols, ports and ICMP types only, for equality with
 * values, ranges and anonymous sets.  Counters, logs and rules without a verdict change
 * nothing.  The order of the rules does not matter as long as all of them accept; behind
 * one that drops everything nothing is in force. */
#include <stdarg.h>
#include <string.h>

#include "base/ctx.h"
#include "model/plan.h"
#include "model/target.h"
#include "nftables/export_box.h"

enum { MOST_FIELDS = 8 };

enum verdict { GO_ON, ACCEPT, DROP, ASIDE };

/* States of connections, as bits. */
enum {
	INVALID = 1,
	ESTABLISHED = 2,
	RELATED = 4,
	OTHER_STATE = 8,
	REPLIES = ESTABLISHED | RELATED,
};

struct match {
	const struct cv_nft_field *fields[MOST_FIELDS];
	size_t count;
	const json_t *right;
};

struct rule {
	struct cv_nft_export *export;
	struct cv_nft_chain *chain;
	size_t place;
	const char *note;
	struct cv_nft_box box; /* of the matches with one field */
	size_t narrowed;       /* how many they are */
	unsigned sides;        /* 1 << enum cv_nft_side: what they ask for */
	int protocol;          /* that the last of them asks for, and no other, or -1 */
	struct match joined;   /* the match with more; no fields: none */
	size_t others;         /* matches on states or interfaces */
	unsigned states;       /* that such a match asks for */
	bool from_lo, to_lo;
	enum verdict verdict;
	struct cv_nft_chain *aside; /* where ASIDE leads; NULL: by a map */
	struct cv_nft_steps steps;
};

void cv_nft_unknown(const struct cv_nft_export *export, size_t place, const char *format,
		    ...)
{
	const char *what;
	va_list args;

	va_start(args, format);
	what = cv_arena_vformat(export->reading->ctx->arena, format, args);
	va_end(args);
	cv_export_unknown(export->reading, place, what);
}

/* One field may stand alone, more are a concatenation. */
static bool read_left(const json_t *left, struct match *match)
{
	const json_t *parts = json_object_get(left, "concat");

	match->count = parts ? json_array_size(parts) : 1;
	if (match->count == 0 || match->count > MOST_FIELDS)
		return false;
	for (size_t i = 0; i < match->count; i++) {
		match->fields[i] =
			cv_nft_field_of(parts ? json_array_get(parts, i) : left);
		if (!match->fields[i])
			return false;
	}
	return true;
}

/* The values of an element, a field each. */
static bool read_element(const struct match *match, const json_t *element,
			 struct cv_range values[MOST_FIELDS])
{
	const json_t *value = cv_nft_element_value(element);
	const json_t *parts = json_object_get(value, "concat");

	if (match->count > 1 && json_array_size(parts) != match->count)
		return false;
	for (size_t i = 0; i < match->count; i++)
		if (!cv_nft_value_read(match->fields[i],
				       match->count > 1 ? json_array_get(parts, i)
							: value,
				       &values[i]))
			return false;
	return true;
}

/* The elements of an anonymous set, or the one value. */
static const json_t *elements_of(const json_t *right, size_t *count_out)
{
	const json_t *set = json_object_get(right, "set");

	*count_out = set ? json_array_size(set) : 1;
	return set;
}

static bool narrow(struct rule *rule, const struct match *match)
{
	struct cv_ctx *ctx = rule->export->reading->ctx;
	struct cv_range values[MOST_FIELDS], *ranges;
	const json_t *set;
	size_t count;

	set = elements_of(match->right, &count);
	ranges = CV_NEW_ARRAY(ctx->arena, count, struct cv_range);
	for (size_t i = 0; i < count; i++) {
		if (!read_element(match, set ? json_array_get(set, i) : match->right,
				  values))
			return false;
		ranges[i] = values[0];
	}
	cv_nft_box_narrow(ctx, &rule->box, match->fields[0], ranges, count);
	rule->narrowed++;
	rule->sides |= 1u << match->fields[0]->side;
	rule->protocol = CV_NO_PROTOCOL;
	if (match->fields[0]->side == CV_NFT_SIDE_PROTOCOL && count == 1 &&
	    cv_address_compare(ranges[0].first, ranges[0].last) == 0)
		rule->protocol = (int)ranges[0].first.low;
	return true;
}

static unsigned state_of(const json_t *word)
{
	static const struct {
		const char *word;
		unsigned state;
	} states[] = {
		{"established", ESTABLISHED}, {"related", RELATED}, {"invalid", INVALID}};
	const char *text = json_string_value(word);

	for (size_t i = 0; text && i < sizeof states / sizeof *states; i++)
		if (strcmp(text, states[i].word) == 0)
			return states[i].state;
	return OTHER_STATE;
}

/* ct state is one of these. */
static bool read_states(struct rule *rule, const json_t *right)
{
	const size_t count = json_is_array(right) ? json_array_size(right) : 1;

	for (size_t i = 0; i < count; i++)
		rule->states |=
			state_of(json_is_array(right) ? json_array_get(right, i) : right);
	rule->others++;
	return true;
}

/* The loopback interface, by index or by name. */
static bool read_interface(struct rule *rule, const char *key, const char *name)
{
	const bool from = strncmp(key, "iif", 3) == 0;

	if (!name || strcmp(name, "lo"))
		return false;
	rule->from_lo |= from;
	rule->to_lo |= !from;
	rule->others++;
	return true;
}

/* What openings ask for and nothing else does.  False: it is none of that. */
static bool read_other(struct rule *rule, const char *op, const json_t *left,
		       const json_t *right, bool *fine_out)
{
	static const char *const interfaces[] = {"iif", "oif", "iifname", "oifname"};
	const char *ct = cv_nft_text(json_object_get(left, "ct"), "key");
	const char *meta = cv_nft_text(json_object_get(left, "meta"), "key");

	if (ct) {
		*fine_out = strcmp(ct, "state") == 0 && strcmp(op, "in") == 0 &&
			    json_object_size(json_object_get(left, "ct")) == 1 &&
			    read_states(rule, right);
		return true;
	}
	for (size_t i = 0; meta && i < sizeof interfaces / sizeof *interfaces; i++) {
		if (strcmp(meta, interfaces[i]) != 0)
			continue;
		*fine_out = strcmp(op, "==") == 0 &&
			    read_interface(rule, meta, json_string_value(right));
		return true;
	}
	return false;
}

static bool read_match(struct rule *rule, const json_t *body)
{
	const char *op = cv_nft_text(body, "op");
	const json_t *left = json_object_get(body, "left");
	struct match match = {.right = json_object_get(body, "right")};
	bool fine = false;

	if (!op || json_object_size(body) != 3 || !match.right)
		return false;
	if (read_other(rule, op, left, match.right, &fine))
		return fine;
	if (strcmp(op, "==") != 0 || !read_left(left, &match))
		return false;
	if (match.count == 1)
		return narrow(rule, &match);
	if (rule->joined.count)
		return false;
	rule->joined = match;
	return true;
}

static bool read_statement(struct rule *rule, const json_t *statement)
{
	const json_t *match = json_object_get(statement, "match");
	const json_t *vmap = json_object_get(statement, "vmap");

	if (json_object_size(statement) != 1 || rule->verdict != GO_ON)
		return false;
	if (match)
		return read_match(rule, match);
	if (vmap) {
		rule->verdict = ASIDE;
		return cv_nft_steps_read(rule->export, rule->chain, vmap, &rule->steps);
	}
	if (json_object_get(statement, "accept"))
		rule->verdict = ACCEPT;
	if (json_object_get(statement, "drop"))
		rule->verdict = DROP;
	rule->aside = cv_nft_beside_of_rule(
		rule->export, cv_nft_text(json_object_get(statement, "jump"), "target"));
	if (rule->aside && rule->aside->of == rule->chain)
		rule->verdict = ASIDE;
	return rule->verdict != GO_ON || json_object_get(statement, "counter") ||
	       json_object_get(statement, "log");
}

static bool read_statements(struct rule *rule, const json_t *body)
{
	const json_t *statements = json_object_get(body, "expr");
	const size_t count = json_array_size(statements);

	for (size_t i = 0; i < count; i++)
		if (!read_statement(rule, json_array_get(statements, i)))
			return false;
	return statements != NULL;
}

/* What one element of the match with more fields lets through. */
static bool add_element(const struct rule *rule, const struct cv_range *values,
			const char *name)
{
	struct cv_nft_box box = rule->box;

	for (size_t i = 0; i < rule->joined.count; i++)
		cv_nft_box_narrow(rule->export->reading->ctx, &box,
				  rule->joined.fields[i], &values[i], 1);
	return cv_nft_box_add(rule->export, rule->chain, name, rule->place, &box);
}

/* False with *bad_out grown where an element is not understood, or with an error. */
static bool add_elements(const struct rule *rule, const json_t *set, const char *name,
			 size_t *bad_out)
{
	struct cv_range values[MOST_FIELDS];
	const json_t *element;
	size_t i;

	*bad_out = 0;
	json_array_foreach(set, i, element)
	{
		if (!read_element(&rule->joined, element, values))
			(*bad_out)++;
		else if (!add_element(rule, values, name))
			return false;
	}
	return true;
}

/* Whether the rule is the one that our artefacts write for the set.  nft does not list
 * the protocol that a match on ICMP types asks for; where it stands, it is the same. */
static bool is_ours(const struct rule *rule, const struct cv_nft_shape *shape)
{
	const struct match *match = &rule->joined;
	size_t parts = 2;

	for (unsigned part = 1; part <= CV_NFT_ICMP_TYPE; part *= 2)
		parts += (shape->parts & part) != 0;
	if (match->count != parts)
		return false;
	for (size_t i = 0; i < parts; i++)
		if (!cv_nft_field_fits(match->fields[i], shape, i))
			return false;
	return rule->narrowed == 0 ||
	       (rule->narrowed == 1 && rule->protocol != CV_NO_PROTOCOL &&
		rule->protocol == shape->protocol);
}

/* A set that two rules of a chain look into lets through no more than with one. */
static bool read_named(const struct rule *rule, const char *name)
{
	struct cv_nft_export *export = rule->export;
	struct cv_nft_set *set = cv_nft_set_of(export, name);
	const char *chain = rule->chain->name;
	const unsigned mark = rule->chain->of ? 0 : 1u << (rule->chain - export->chains);
	const json_t *elements;
	size_t bad;

	if (!set || rule->chain->of || !is_ours(rule, set->shape)) {
		cv_nft_unknown(export, rule->place,
			       "a rule of %s looks into a set that is not ours, or in "
			       "another way than ours",
			       chain);
		return true;
	}
	if (!set->object || set->used & mark) {
		cv_nft_unknown(export, rule->place,
			       set->object
				       ? "a rule of %s looks into %s, as one before "
					 "it does"
				       : "a rule of %s looks into %s, which is not in "
					 "the export",
			       chain, set->name);
		return true;
	}
	set->used |= mark;
	cv_nft_setting_add(export, "rule", chain, rule->place)->more->value =
		cv_arena_format(export->reading->ctx->arena, "%s @%s %s",
				set->shape->match, set->name, cv_nft_verdict);
	elements = json_object_get(set->object, "elem");
	if (elements && !json_is_array(elements))
		cv_nft_unknown(export, set->place, "the elements of %s", set->name);
	if (!add_elements(rule, elements, set->name, &bad))
		return false;
	if (bad)
		cv_nft_unknown(export, set->place, "%zu of the elements of %s", bad,
			       set->name);
	return true;
}

/* What the flows of a rule without a named set of ours are called.  A class looks into a
 * set of what its sources may reach; rules that we write have a comment. */
static const char *name_of(const struct rule *rule)
{
	const size_t baseline = strlen(CV_NFT_BASELINE_NOTE);

	if (rule->joined.count)
		return rule->sides & 1u << CV_NFT_SIDE_SOURCE &&
				       rule->joined.fields[0]->side ==
					       CV_NFT_SIDE_DESTINATION
			       ? rule->chain->of ? rule->chain->name : CV_NFT_CLASS
			       : NULL;
	if (!rule->note)
		return NULL;
	return strncmp(rule->note, CV_NFT_BASELINE_NOTE, baseline) == 0 ? CV_NFT_BASELINE
									: CV_NFT_OWN;
}

/* A match with more fields against an anonymous set or one value. */
static bool read_joined(const struct rule *rule)
{
	const json_t *right = rule->joined.right;
	json_t *set = json_object_get(right, "set");
	const char *name = name_of(rule);
	struct cv_range values[MOST_FIELDS];
	size_t bad = 0;
	bool fine = true;

	if (set)
		fine = add_elements(rule, set, name, &bad);
	else if (read_element(&rule->joined, right, values))
		fine = add_element(rule, values, name);
	else
		bad = 1;
	if (fine && bad)
		cv_nft_unknown(rule->export, rule->place,
			       "%zu of the values that a rule of %s asks for", bad,
			       rule->chain->name);
	return fine;
}

/* What it is of the openings; or CV_NFT_OPENINGS.  Broken packets that were let through
 * before are not dropped any more. */
static enum cv_nft_opening_kind opening_of(const struct rule *rule)
{
	if (rule->narrowed || rule->joined.count || rule->others != 1)
		return CV_NFT_OPENINGS;
	if (rule->verdict == DROP)
		return rule->states == INVALID && !rule->chain->grants ? CV_NFT_INVALID
								       : CV_NFT_OPENINGS;
	if (rule->states)
		return rule->states == REPLIES ? CV_NFT_REPLIES : CV_NFT_OPENINGS;
	return rule->from_lo ? CV_NFT_FROM_LO : CV_NFT_TO_LO;
}

/* Everything, or everything to some addresses, is dropped. */
static bool read_closing(const struct rule *rule)
{
	const struct cv_nft_box *box = &rule->box;
	const bool whole = rule->narrowed == 0;
	struct cv_entry *entry;

	if (rule->others || rule->joined.count ||
	    (!whole && (rule->narrowed != 1 || !box->destination)))
		return false;
	entry = cv_nft_setting_add(rule->export, "closing", rule->chain->name,
				   rule->place);
	entry->more->value = cv_nft_closing;
	if (whole) {
		rule->chain->closed = true;
		return true;
	}
	entry->family = box->destination->family;
	entry->destination = box->destination;
	rule->chain->guarded = true;
	return true;
}

/* Rules of a base chain that stand aside end in what its policy is to be. */
static bool is_policy(const struct rule *rule)
{
	return *rule->chain->suffix && rule->chain->base && !rule->narrowed &&
	       !rule->joined.count;
}

static bool read_flows(const struct rule *rule)
{
	const char *name;

	if (is_policy(rule)) {
		rule->chain->closed = rule->chain->passes_rest = true;
		return true;
	}
	if (rule->chain->guarded) {
		cv_nft_unknown(rule->export, rule->place,
			       "a rule of %s behind one that drops some of the same",
			       rule->chain->name);
		return true;
	}
	rule->chain->grants = true;
	if (rule->joined.count == 0)
		return cv_nft_box_add(rule->export, rule->chain, name_of(rule),
				      rule->place, &rule->box);
	name = json_string_value(rule->joined.right);
	if (name && *name == '@')
		return read_named(rule, name + 1);
	return read_joined(rule);
}

/* What comes from some sources is sent on to a chain beside this one, or to several. */
static bool read_way(const struct rule *rule)
{
	struct cv_ctx *ctx = rule->export->reading->ctx;
	const struct cv_nft_box *box = &rule->box;

	if (rule->others || rule->joined.count || rule->chain->guarded ||
	    rule->narrowed > 1 || (rule->narrowed && !box->source))
		return false;
	if (!rule->aside && rule->narrowed)
		return false;
	rule->chain->grants = true;
	if (!rule->aside)
		cv_nft_steps_follow(rule->export, rule->chain, &rule->steps, rule->place);
	for (int six = 0; rule->aside && six <= 1; six++) {
		const struct cv_addresses **from = &rule->aside->from[six];

		if (box->nothing || !box->families[six])
			continue;
		*from = cv_addresses_union(
			ctx, *from,
			box->source ? box->source : cv_addresses_all(ctx, six ? 6 : 4));
	}
	return true;
}

bool cv_nft_rule_read(struct cv_nft_export *export, struct cv_nft_chain *chain,
		      const struct cv_nft_object *object)
{
	struct rule rule = {.export = export,
			    .chain = chain,
			    .place = object->place,
			    .note = cv_nft_text(object->body, "comment"),
			    .protocol = CV_NO_PROTOCOL,
			    .box = cv_nft_box_all()};
	enum cv_nft_opening_kind opening;

	if (chain->closed || cv_nft_lead_is_over(export, object))
		return true;
	if (read_statements(&rule, object->body)) {
		if (rule.verdict == GO_ON)
			return true; /* it counts or logs */
		if (rule.verdict == ASIDE && read_way(&rule))
			return true;
		opening = rule.verdict == ASIDE || chain->of ? CV_NFT_OPENINGS
							     : opening_of(&rule);
		if (opening < CV_NFT_OPENINGS) {
			cv_nft_setting_add(export, "opening", chain->name, rule.place)
				->more->value = cv_nft_openings[opening];
			return true;
		}
		if (rule.verdict == ACCEPT && !rule.others)
			return read_flows(&rule);
		if (rule.verdict == DROP && !chain->of && read_closing(&rule))
			return true;
	}
	cv_nft_unknown(export, object->place,
		       "a rule of %s that is neither ours nor an accept by addresses, "
		       "protocols, ports and ICMP types alone",
		       chain->name);
	/* Where ours decide, one of another's may let anything through, and is drift
	 * whatever it says. */
	if (chain->base)
		cv_nft_setting_add(export, "opening", chain->name, object->place)
			->more->value = "a rule that is not understood";
	return true;
}
