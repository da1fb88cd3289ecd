/* Reading `A -> B:443/tcp`.  An end may hold colons and slashes of its own, so the
 * service is looked for from the right. */
#include "commands/explain_question.h"

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "model/field.h"
#include "prove/flow_spaces.h"

static const struct cv_span nowhere;

static const char *trimmed(struct cv_ctx *ctx, const char *text, size_t size)
{
	while (size && (*text == ' ' || *text == '\t')) {
		text++;
		size--;
	}
	while (size && (text[size - 1] == ' ' || text[size - 1] == '\t'))
		size--;
	return cv_arena_copy(ctx->arena, text, size);
}

static bool is_number(const char *text, int most, int *number_out)
{
	const size_t size = strspn(text, "0123456789");

	if (!size || text[size] || size > 3)
		return false;
	*number_out = (int)strtol(text, NULL, 10);
	return *number_out <= most;
}

/* `esp`, `icmp`; a number only behind a slash of its own, since 10.0.0.0/8 is none. */
static bool protocol_of(const char *word, bool may_be_number, int *protocol_out)
{
	*protocol_out = cv_protocol_number(word);
	if (*protocol_out == CV_NO_PROTOCOL)
		return false;
	return may_be_number || strspn(word, "0123456789") != strlen(word);
}

/* `443/tcp`, `any/udp`, `8/icmp`, `/esp`, `esp`. */
static bool read_service(struct cv_ctx *ctx, const char *text, bool behind_slash,
			 struct cv_question *question)
{
	const char *slash = strrchr(text, '/'), *why, *bad, *before;
	size_t bad_size;

	question->ports = NULL;
	question->icmp_type = CV_NO_ICMP_TYPE;
	if (!protocol_of(slash ? slash + 1 : text, slash && !behind_slash,
			 &question->protocol))
		return false;
	before = slash ? trimmed(ctx, text, (size_t)(slash - text)) : "";
	if (!cv_protocol_has_ports(question->protocol))
		return !*before ||
		       ((question->protocol == 1 || question->protocol == 58) &&
			is_number(before, 255, &question->icmp_type));
	if (strcmp(before, "any") == 0) {
		question->ports = cv_ports_all(ctx);
		return true;
	}
	return cv_ports_parse(ctx, before, &question->ports, &why, &bad, &bad_size);
}

/* Takes the service off the right; the rest is the end. */
static bool split(struct cv_ctx *ctx, const char *text, struct cv_question *question,
		  const char **end_out)
{
	static const char separators[] = ":/ ";

	for (const char *s = separators; *s; s++) {
		for (size_t at = strlen(text); at-- > 1;) {
			const char *rest = text + at + 1;

			if (text[at] != *s ||
			    !read_service(ctx, trimmed(ctx, rest, strlen(rest)),
					  *s == '/', question))
				continue;
			*end_out = trimmed(ctx, text, at);
			return true;
		}
	}
	return cv_find(ctx, CV_F_USAGE, nowhere,
		       "--flow does not say what is opened in `%s`: as B:443/tcp, "
		       "B:any/udp, B:8/icmp or B:/esp",
		       text);
}

/* `B:443/esp` would be a party called B:443. */
static bool has_ports_left(const char *end)
{
	const char *colon = strchr(end, ':');

	return colon && colon[1] && !strchr(colon + 1, ':') &&
	       colon[1 + strspn(colon + 1, "0123456789,-")] == '\0';
}

static bool same_word(const char *a, const char *b)
{
	for (; *a && *b; a++, b++) {
		const char x = (char)(*a >= 'A' && *a <= 'Z' ? *a | 32 : *a);
		const char y = (char)(*b >= 'A' && *b <= 'Z' ? *b | 32 : *b);

		if (x != y)
			return false;
	}
	return *a == *b;
}

static const struct cv_party *party_by_alias(const struct cv_policy *policy,
					     const char *name)
{
	for (size_t p = 0; p < policy->profiles.count; p++) {
		const struct cv_profile *profile =
			*CV_AT(&policy->profiles, struct cv_profile *, p);
		const struct cv_party_row *parties = profile->parties.items;

		for (size_t i = 0; i < profile->parties.count; i++)
			for (size_t a = 0; a < parties[i].aliases.count; a++)
				if (same_word(parties[i].aliases.items[a].text, name))
					return cv_policy_party(policy,
							       parties[i].name.text);
	}
	return NULL;
}

static const struct cv_party *find_party(const struct cv_policy *policy, const char *name)
{
	for (size_t i = 0; i < policy->parties.count; i++) {
		const struct cv_party *party =
			CV_AT(&policy->parties, struct cv_party, i);

		if (same_word(party->name, name) || strcmp(party->slug, name) == 0)
			return party;
	}
	for (size_t i = 0; i < policy->groups.count; i++) {
		const struct cv_group *group = CV_AT(&policy->groups, struct cv_group, i);

		if (group->party && strcmp(group->name, name) == 0)
			return group->party;
	}
	return party_by_alias(policy, name);
}

/* What begins with a digit and a dot is meant to be an address. */
static bool looks_like_address(const char *text)
{
	const size_t digits = strspn(text, "0123456789");

	return text[0] == '[' || (digits && text[digits] == '.');
}

static bool unknown_end(struct cv_ctx *ctx, const struct cv_policy *policy,
			const char *text, const char *why)
{
	const size_t count = policy->parties.count;
	const char **names = CV_NEW_ARRAY(ctx->arena, count, const char *);
	struct cv_finding *finding;

	if (looks_like_address(text))
		return cv_find(ctx, CV_F_USAGE, nowhere, "`%s` is no address: %s", text,
			       why);
	finding = cv_find_more(ctx, CV_F_USAGE, nowhere,
			       "`%s` is no party of this site and no address", text);
	for (size_t i = 0; i < count; i++)
		names[i] = CV_AT(&policy->parties, struct cv_party, i)->name;
	cv_suggest(ctx, finding, text, names, count);
	return false;
}

static bool read_addresses(struct cv_ctx *ctx, const char *text,
			   struct cv_question_end *end, const char **why_out)
{
	const size_t size = strlen(text);
	struct cv_range range;
	uint8_t family;

	if (size > 2 && text[0] == '[' && text[size - 1] == ']')
		text = cv_arena_copy(ctx->arena, text + 1, size - 2);
	if (!cv_range_parse(text, &family, &range, why_out))
		return false;
	end->addresses[family == 6] = cv_addresses_one(ctx, family, range);
	return true;
}

static bool read_end(struct cv_ctx *ctx, const struct cv_policy *policy, const char *text,
		     struct cv_question_end *end)
{
	const struct cv_party *party;
	const char *why;

	*end = (struct cv_question_end){.name = NULL};
	if (strcmp(text, "any") == 0) {
		end->addresses[0] = cv_addresses_all(ctx, 4);
		end->addresses[1] = cv_addresses_all(ctx, 6);
		return true;
	}
	if (read_addresses(ctx, text, end, &why))
		return true;
	party = find_party(policy, text);
	if (!party)
		return unknown_end(ctx, policy, text, why);
	end->addresses[0] = party->addresses[0];
	end->addresses[1] = party->addresses[1];
	if (end->addresses[0] || end->addresses[1])
		return true;
	end->name = party->name;
	return party->names.count ||
	       cv_find(ctx, CV_F_USAGE, nowhere,
		       "the party `%s` has neither addresses nor names in this site",
		       party->name);
}

/* By family.  An end that is only a name has no family; there the other end's counts. */
static size_t make_spaces(const struct cv_space *base, const struct cv_question_end *from,
			  const struct cv_question_end *to, struct cv_space out[2])
{
	size_t count = 0;

	for (int f = 0; f < 2; f++) {
		if ((!from->name && !from->addresses[f]) ||
		    (!to->name && !to->addresses[f]) || (f && from->name && to->name))
			continue;
		out[count] = *base;
		out[count].family = (uint8_t)(from->name && to->name ? 0 : f ? 6 : 4);
		out[count].source = from->addresses[f];
		out[count].destination = to->addresses[f];
		out[count].from_name = from->name;
		out[count++].to_name = to->name;
	}
	return count;
}

static void set_spaces(struct cv_question *question)
{
	const struct cv_space base = {.protocol = question->protocol,
				      .icmp_type = question->icmp_type,
				      .ports = question->ports};

	question->count =
		make_spaces(&base, &question->from, &question->to, question->spaces);
}

bool cv_question_read(struct cv_ctx *ctx, const struct cv_policy *policy,
		      const char *text, struct cv_question *question_out)
{
	const char *arrow = strstr(text, "->"), *to = NULL;

	*question_out = (struct cv_question){.text = trimmed(ctx, text, strlen(text))};
	if (!arrow)
		return cv_find(ctx, CV_F_USAGE, nowhere,
			       "--flow takes 'A -> B:443/tcp', not `%s`", text);
	if (!split(ctx, trimmed(ctx, arrow + 2, strlen(arrow + 2)), question_out, &to))
		return false;
	if (!question_out->ports && has_ports_left(to))
		return cv_find(ctx, CV_F_USAGE, nowhere,
			       "the protocol of `%s` has no ports", question_out->text);
	if (!read_end(ctx, policy, trimmed(ctx, text, (size_t)(arrow - text)),
		      &question_out->from) ||
	    !read_end(ctx, policy, to, &question_out->to))
		return false;
	set_spaces(question_out);
	return question_out->count ||
	       cv_find(ctx, CV_F_USAGE, nowhere,
		       "the ends of `%s` have no address family in common",
		       question_out->text);
}

struct cv_question cv_question_back(const struct cv_question *question)
{
	struct cv_question back = *question;

	back.from = question->to;
	back.to = question->from;
	set_spaces(&back);
	return back;
}

static struct cv_question_end end_of(const struct cv_party *party)
{
	struct cv_question_end end = {{party->addresses[0], party->addresses[1]}, NULL};

	if (!end.addresses[0] && !end.addresses[1])
		end.name = party->name;
	return end;
}

size_t cv_question_flow(const struct cv_flow *flow, struct cv_space spaces_out[2])
{
	const struct cv_question_end from = end_of(flow->ends->from),
				     to = end_of(flow->ends->to);
	const struct cv_space base = cv_flow_sides(flow);

	if (flow->ends->family == 0)
		return make_spaces(&base, &from, &to, spaces_out);
	spaces_out[0] = base;
	return 1;
}
