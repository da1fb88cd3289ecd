/* What leads the rules of a chain of ours when a load or a trial has its policy stand
 * aside, in a chain and sets with a suffix to their names:
 *
 *   meta nfproto @TRIAL goto CHAIN.new   while the set holds the families; else what
 *                                        stands behind is in force
 *   goto CHAIN.new                       always
 *   return                               nothing is in force */
#include <string.h>

#include "base/ctx.h"
#include "model/target.h"
#include "nftables/export.h"

enum { FOUR = 1, SIX = 2, BOTH = FOUR | SIX };

/* What the statements of a rule that leads are. */
struct lead {
	const char *target, *set;
	bool returns;
};

static bool read_match(const json_t *match, struct lead *lead)
{
	const json_t *left = json_object_get(match, "left");
	const char *key = cv_nft_text(json_object_get(left, "meta"), "key");
	const char *right = cv_nft_text(match, "right"), *op = cv_nft_text(match, "op");

	if (!key || strcmp(key, "nfproto") || !right || *right != '@' || lead->set ||
	    !op || strcmp(op, "=="))
		return false;
	lead->set = right + 1;
	return true;
}

/* A match on a set of families at most, then a goto or a return. */
static bool read_lead(const json_t *statements, struct lead *lead_out)
{
	const json_t *statement;
	size_t i;

	*lead_out = (struct lead){.target = NULL};
	json_array_foreach(statements, i, statement)
	{
		const json_t *match = json_object_get(statement, "match");
		const char *target =
			cv_nft_text(json_object_get(statement, "goto"), "target");

		if (lead_out->target || lead_out->returns)
			return false;
		if (match) {
			if (!read_match(match, lead_out))
				return false;
		} else if (target) {
			lead_out->target = target;
		} else if (json_object_get(statement, "return")) {
			lead_out->returns = true;
		} else if (!json_object_get(statement, "counter")) {
			return false;
		}
	}
	return lead_out->target || (lead_out->returns && !lead_out->set);
}

static unsigned family_of(const json_t *element)
{
	const json_t *inside = json_object_get(element, "elem");
	const char *word =
		json_string_value(inside ? json_object_get(inside, "val") : element);

	if (!word)
		return 0;
	return strcmp(word, "ipv4") == 0 ? FOUR : strcmp(word, "ipv6") == 0 ? SIX : 0;
}

/* The families that a set holds. */
static unsigned families_of(const struct cv_nft_export *export, const char *name)
{
	unsigned families = 0;

	for (size_t i = 0; i < export->objects.count; i++) {
		const struct cv_nft_object *object =
			CV_AT(&export->objects, struct cv_nft_object, i);
		const char *own = cv_nft_text(object->body, "name");
		const json_t *element;
		size_t n;

		if (object->kind != CV_NFT_SET || !own || strcmp(own, name))
			continue;
		json_array_foreach(json_object_get(object->body, "elem"), n, element)
			families |= family_of(element);
	}
	return families;
}

/* The suffix of a chain that stands aside for this one, or NULL. */
static const char *suffix_of(const struct cv_nft_chain *chain, const char *target)
{
	const size_t size = strlen(chain->name);

	return strncmp(target, chain->name, size) == 0 && target[size] == '.'
		       ? target + size
		       : NULL;
}

/* Whether the rule behind this one may lead, too: this one leads nowhere now. */
static bool follow(struct cv_nft_export *export, struct cv_nft_chain *chain,
		   const struct cv_nft_object *rule)
{
	const char *suffix;
	struct lead lead;
	unsigned families;

	if (!read_lead(json_object_get(rule->body, "expr"), &lead))
		return false;
	if (lead.returns) {
		chain->withheld = true;
		return false;
	}
	suffix = suffix_of(chain, lead.target);
	if (!suffix)
		return false;
	families = lead.set ? families_of(export, lead.set) : BOTH;
	if (families == BOTH) {
		chain->suffix = cv_arena_text(export->reading->ctx->arena, suffix);
		chain->on_trial = lead.set != NULL;
		chain->place = rule->place;
	} else if (families) {
		cv_nft_unknown(export, rule->place,
			       "a policy of %s is on trial for one family only",
			       chain->name);
	}
	return !families;
}

bool cv_nft_lead_is_over(const struct cv_nft_export *export,
			 const struct cv_nft_object *rule)
{
	struct lead lead;

	return read_lead(json_object_get(rule->body, "expr"), &lead) && lead.set &&
	       !families_of(export, lead.set);
}

void cv_nft_lead_read(struct cv_nft_export *export)
{
	for (size_t c = 0; c < export->chain_count; c++) {
		struct cv_nft_chain *chain = &export->chains[c];
		bool more = true;

		for (size_t i = 0; more && i < export->objects.count; i++) {
			const struct cv_nft_object *object =
				CV_AT(&export->objects, struct cv_nft_object, i);
			const char *name = cv_nft_text(object->body, "chain");

			if (object->kind == CV_NFT_RULE && name &&
			    strcmp(name, chain->name) == 0)
				more = follow(export, chain, object);
		}
	}
}
