/* Address objects are named after what they hold, and each stands once, whatever the
 * number of parties that have it.  A party's own group is named after the party, so
 * that a rule can be read without looking anything up. */
#include "paloalto-xml/addresses.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/digest.h"
#include "base/hash_table.h"

/* A range of more networks than this is one object, a range. */
enum { MOST_NETWORKS = 4, HASH = 8 };

struct address_slot {
	UT_hash_handle hh;
	struct cv_paloalto_address address;
};

struct end_key {
	const struct cv_party *party;
	const struct cv_addresses *set;
};

struct end_slot {
	UT_hash_handle hh;
	struct end_key key;
	struct cv_paloalto_end end;
};

/* `10.0.0.0/8` as a part of a name, which may hold neither a colon nor a slash. */
static const char *address_word(struct cv_ctx *ctx, const char *text)
{
	struct cv_buf out = CV_BUF_INIT;
	const char *word;

	for (; *text; text++)
		if (*text == '-')
			cv_buf_text(&out, "_to_");
		else
			cv_buf_char(&out, *text == ':'   ? '-'
					  : *text == '/' ? '_'
							 : *text);
	word = cv_arena_text(ctx->arena, cv_buf_string(&out));
	cv_buf_deinit(&out);
	return word;
}

static const char *set_text(struct cv_ctx *ctx, const struct cv_addresses *set)
{
	struct cv_buf out = CV_BUF_INIT;
	const char *text;

	for (size_t i = 0; i < set->count; i++) {
		if (i)
			cv_buf_char(&out, ',');
		cv_range_format(&out, set->family, set->ranges[i]);
	}
	text = cv_arena_text(ctx->arena, cv_buf_string(&out));
	cv_buf_deinit(&out);
	return text;
}

const char *cv_paloalto_set_word(struct cv_ctx *ctx, const struct cv_addresses *set)
{
	const char *text = set_text(ctx, set);
	char hash[65];

	if (set->count == 1)
		return address_word(ctx, text);
	cv_sha256_hex(text, strlen(text), hash);
	return cv_arena_copy(ctx->arena, hash, HASH);
}

const char *cv_paloalto_fqdn_problem(struct cv_ctx *ctx, const char *name)
{
	static const char inner[] = "._-";
	const size_t size = strlen(name);
	const char *why = NULL;

	if (size < CV_PALOALTO_FQDN_MIN || size > CV_PALOALTO_FQDN_MAX)
		why = "its length";
	else if (!strchr(cv_paloalto_name_first, name[size - 1]) ||
		 (!strchr(cv_paloalto_name_first, *name) && *name != '_'))
		why = "its first or last character";
	for (const char *c = name; !why && *c; c++)
		if (!strchr(cv_paloalto_name_first, *c) && !strchr(inner, *c))
			why = "a character in it";
	return why ? cv_arena_format(
			     ctx->arena,
			     "%s cannot be a PAN-OS address: %s (3 to 255 letters, "
			     "digits, dots, hyphens and underscores)",
			     cv_shown(ctx, name), why)
		   : NULL;
}

static struct cv_paloalto_address *address_of(struct cv_paloalto_addresses *all,
					      enum cv_paloalto_address_kind kind,
					      const char *text)
{
	struct cv_ctx *ctx = all->work->ctx;
	struct address_slot *slot;

	HASH_FIND_STR(all->slots, text, slot);
	if (slot)
		return &slot->address;
	slot = CV_NEW(ctx->arena, struct address_slot);
	slot->address = (struct cv_paloalto_address){
		.kind = kind,
		.text = text,
		.naming = {.list = CV_PALOALTO_ADDRESS,
			   .words = cv_arena_format(
				   ctx->arena, "%s-%s",
				   kind == CV_PALOALTO_FQDN ? "fqdn" : "ip",
				   kind == CV_PALOALTO_FQDN ? text
							    : address_word(ctx, text)),
			   .identity = text},
	};
	HASH_ADD_KEYPTR(hh, all->slots, text, strlen(text), slot);
	return &slot->address;
}

static const char *range_text(struct cv_ctx *ctx, uint8_t family, struct cv_range range)
{
	struct cv_buf out = CV_BUF_INIT;
	const char *text;

	cv_range_format(&out, family, range);
	text = cv_arena_text(ctx->arena, cv_buf_string(&out));
	cv_buf_deinit(&out);
	return text;
}

static void add_range(struct cv_paloalto_addresses *all, uint8_t family,
		      struct cv_range range, struct cv_table *items)
{
	struct cv_ctx *ctx = all->work->ctx;
	struct cv_range networks[MOST_NETWORKS];
	const size_t count = cv_range_prefixes(family, range, networks, MOST_NETWORKS);

	if (count > MOST_NETWORKS) {
		*CV_ADD(ctx->arena, items, struct cv_paloalto_address *) = address_of(
			all, CV_PALOALTO_RANGE, range_text(ctx, family, range));
		return;
	}
	for (size_t i = 0; i < count; i++)
		*CV_ADD(ctx->arena, items, struct cv_paloalto_address *) = address_of(
			all, CV_PALOALTO_NETMASK, range_text(ctx, family, networks[i]));
}

/* A host name in the one spelling: case means nothing in it. */
static const char *lower(struct cv_ctx *ctx, const char *name)
{
	char *text = cv_arena_text(ctx->arena, name);

	for (char *c = text; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	return text;
}

static void fill(struct cv_paloalto_addresses *all, struct cv_paloalto_end *end)
{
	struct cv_ctx *ctx = all->work->ctx;
	const struct cv_texts *names = &end->party->names;
	struct cv_table items = {0};

	for (size_t i = 0; end->set && i < end->set->count; i++)
		add_range(all, end->set->family, end->set->ranges[i], &items);
	for (size_t i = 0; !end->set && i < names->count; i++)
		*CV_ADD(ctx->arena, &items, struct cv_paloalto_address *) = address_of(
			all, CV_PALOALTO_FQDN, lower(ctx, names->items[i].text));
	end->items = CV_NEW_ARRAY(ctx->arena, items.count, struct cv_paloalto_address *);
	for (size_t i = 0; i < items.count; i++) {
		struct cv_paloalto_address *item =
			*CV_AT(&items, struct cv_paloalto_address *, i);
		bool known = false; /* two spellings of one name */

		for (size_t k = 0; !known && !end->set && k < end->count; k++)
			known = end->items[k] == item;
		if (!known)
			end->items[end->count++] = item;
	}
}

/* A party's whole set is its group, however small; a part of it only where it needs
 * more than one object. */
static void name_end(struct cv_ctx *ctx, struct cv_paloalto_end *end)
{
	const struct cv_party *party = end->party;
	const uint8_t family = end->set ? end->set->family : 0;
	const bool whole = !end->set || end->set == party->addresses[family == 6];
	const char *kind = family ? family == 6 ? "ipv6" : "ipv4" : "fqdn";

	end->is_group = whole || end->count > 1;
	end->naming.list = CV_PALOALTO_ADDRESS_GROUP;
	end->naming.words =
		whole ? cv_arena_format(ctx->arena, "%s-%s", party->slug, kind)
		      : cv_arena_format(ctx->arena, "%s-%s-%s", party->slug, kind,
					cv_paloalto_set_word(ctx, end->set));
	end->naming.identity =
		cv_arena_format(ctx->arena, "group\t%s\t%s\t%s", party->name, kind,
				whole ? "" : set_text(ctx, end->set));
}

struct cv_paloalto_end *cv_paloalto_end_of(struct cv_paloalto_addresses *all,
					   const struct cv_party *party,
					   const struct cv_addresses *set)
{
	const struct end_key key = {party, set};
	struct end_slot *slot;

	HASH_FIND(hh, all->ends, &key, sizeof key, slot);
	if (slot)
		return &slot->end;
	slot = CV_NEW(all->work->ctx->arena, struct end_slot);
	slot->key = key;
	slot->end.party = party;
	slot->end.set = set;
	fill(all, &slot->end);
	name_end(all->work->ctx, &slot->end);
	HASH_ADD(hh, all->ends, key, sizeof slot->key, slot);
	return &slot->end;
}

const char *cv_paloalto_end_name(const struct cv_paloalto_end *end)
{
	return end->is_group ? end->naming.name : end->items[0]->naming.name;
}

void cv_paloalto_addresses_collect(const struct cv_paloalto_addresses *all,
				   struct cv_table *namings)
{
	struct cv_arena *arena = all->work->aside;

	for (struct address_slot *slot = all->slots; slot; slot = slot->hh.next)
		*CV_ADD(arena, namings, struct cv_paloalto_naming *) =
			&slot->address.naming;
	for (struct end_slot *slot = all->ends; slot; slot = slot->hh.next)
		if (slot->end.is_group)
			*CV_ADD(arena, namings, struct cv_paloalto_naming *) =
				&slot->end.naming;
}

static int by_address(const struct address_slot *a, const struct address_slot *b)
{
	return strcmp(a->address.naming.name, b->address.naming.name);
}

static int by_end(const struct end_slot *a, const struct end_slot *b)
{
	return strcmp(cv_paloalto_end_name(&a->end), cv_paloalto_end_name(&b->end));
}

static int by_text(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static bool add_group(const struct cv_paloalto_work *work,
		      const struct cv_paloalto_end *end)
{
	struct cv_ctx *ctx = work->ctx;
	const char **members = CV_NEW_ARRAY(ctx->arena, end->count, const char *);
	const char *note =
		cv_arena_format(ctx->arena, "%s of the site %s", end->party->name,
				work->plan->policy->site->name.text);

	for (size_t i = 0; i < end->count; i++)
		members[i] = end->items[i]->naming.name;
	qsort(members, end->count, sizeof *members, by_text);
	return cv_paloalto_group_add(
		work, CV_PALOALTO_ADDRESS_GROUP, end->naming.name, members, end->count,
		CV_PALOALTO_ADDRESS_MEMBERS_MAX,
		cv_paloalto_plain(ctx, note, CV_PALOALTO_DESCRIPTION_MAX));
}

bool cv_paloalto_addresses_add(struct cv_paloalto_addresses *all)
{
	const struct cv_paloalto_work *work = all->work;
	bool ok = true;

	HASH_SRT(hh, all->slots, by_address);
	HASH_SRT(hh, all->ends, by_end);
	for (struct address_slot *slot = all->slots; slot; slot = slot->hh.next) {
		struct cv_attribute *attributes =
			CV_NEW_ARRAY(work->ctx->arena, 2, struct cv_attribute);

		attributes[0] = (struct cv_attribute){
			cv_paloalto_address_kinds[slot->address.kind],
			slot->address.text};
		cv_paloalto_object_add(work, CV_PALOALTO_ADDRESS,
				       slot->address.naming.name, attributes, 1);
	}
	for (struct end_slot *slot = all->ends; slot; slot = slot->hh.next)
		if (slot->end.is_group)
			ok = add_group(work, &slot->end) && ok;
	return ok;
}

void cv_paloalto_addresses_close(struct cv_paloalto_addresses *all)
{
	HASH_CLEAR(hh, all->slots);
	HASH_CLEAR(hh, all->ends);
}
