/* Reads what `nft -j list ruleset` prints: which of the plan's chains, sets and rules
 * stand in the plan's table, and what they let through.
 *
 * Other chains of the table, and other tables, are the admin's and are not compared; but
 * whether one of them jumps to ours is seen, since without a jump ours have no effect,
 * and whether one of them drops what ours let through.  What an earlier rule of the
 * chain that jumps to ours makes of a packet is not seen here. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "model/plan.h"
#include "model/target.h"
#include "nftables/export.h"

enum { LONGEST_WORD = 40 }; /* bytes of a word of nft's that is shown */

/* Whether family and name make up the plan's table. */
static bool is_our_table(const struct cv_nft_export *export, const char *family,
			 const char *name)
{
	const size_t size = family ? strlen(family) : 0;

	return size && name && strncmp(export->table, family, size) == 0 &&
	       export->table[size] == ' ' && strcmp(export->table + size + 1, name) == 0;
}

struct cv_nft_set *cv_nft_set_of(struct cv_nft_export *export, const char *name)
{
	for (size_t i = 0; name && i < export->set_count; i++) {
		const size_t size = strlen(export->sets[i].name);

		if (strncmp(export->sets[i].name, name, size) == 0 &&
		    strcmp(export->sets[i].chain->suffix, name + size) == 0)
			return &export->sets[i];
	}
	return NULL;
}

/* The flags of a table are `dormant`, which switches it off, and `owner` and
 * `persist`, which do not matter here.  nft 1.0.6 writes the table's name in their
 * place, so anything else may mean dormant. */
static void note_flags(struct cv_nft_export *export, const json_t *table, size_t place)
{
	const json_t *flags = json_object_get(table, "flags");
	const size_t count = json_is_array(flags) ? json_array_size(flags) : 1;
	bool harmless = true;

	for (size_t i = 0; flags && i < count; i++) {
		const json_t *flag =
			json_is_array(flags) ? json_array_get(flags, i) : flags;
		const char *word = json_string_value(flag);

		harmless &= word &&
			    (strcmp(word, "owner") == 0 || strcmp(word, "persist") == 0);
		export->dormant |= word && strcmp(word, "dormant") == 0;
	}
	if (export->dormant)
		cv_nft_unknown(export, place,
			       "the table %s is dormant: nothing in it has an effect",
			       export->table);
	else if (!harmless)
		cv_nft_unknown(export, place,
			       "the table %s has a flag; when it is dormant, nothing in "
			       "it has an effect",
			       export->table);
}

/* nft's kinds of objects that are neither chains nor what chains are made of. */
static bool is_other_kind(const char *kind)
{
	static const char *const kinds[] = {
		"metainfo",  "flowtable", "counter",    "quota",
		"ct helper", "limit",     "ct timeout", "ct expectation",
		"meter",     "secmark",   "synproxy",   "tunnel",
	};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(kinds[i], kind) == 0)
			return true;
	return false;
}

static void keep(struct cv_nft_export *export, enum cv_nft_kind kind, size_t place,
		 json_t *root, const json_t *body)
{
	struct cv_nft_object *object = CV_ADD(export->reading->ctx->arena,
					      &export->objects, struct cv_nft_object);

	object->kind = kind;
	object->place = place;
	object->root = json_incref(root);
	object->body = body;
}

/* A chain of our name elsewhere lets through what nobody manages any more. */
static void note_elsewhere(struct cv_nft_export *export, const json_t *body, size_t place)
{
	const struct cv_nft_chain *chain =
		cv_nft_chain_of(export, cv_nft_text(body, "name"));

	if (chain)
		cv_nft_unknown(export, place,
			       "a chain %s in another table than %s: what it accepts is "
			       "accepted there still",
			       chain->name, export->table);
}

static void sort_object(struct cv_nft_export *export, json_t *root, size_t place)
{
	static const char *const kinds[] = {"chain", "rule", "set", "map"};
	const char *key = json_object_iter_key(json_object_iter(root));
	const json_t *body = key ? json_object_get(root, key) : NULL;
	const char *family = cv_nft_text(body, "family");

	if (!key || json_object_size(root) != 1 || !json_is_object(body)) {
		cv_nft_unknown(export, place, "something that is no object of nft's");
		return;
	}
	cv_nft_graph_add(&export->graph, key, body, place);
	if (strcmp(key, "table") == 0) {
		if (is_our_table(export, family, cv_nft_text(body, "name")))
			note_flags(export, body, place);
		return;
	}
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (strcmp(key, kinds[i]) != 0)
			continue;
		if (is_our_table(export, family, cv_nft_text(body, "table")))
			keep(export, (enum cv_nft_kind)i, place, root, body);
		else if (i == CV_NFT_CHAIN)
			note_elsewhere(export, body, place);
		return;
	}
	if (!is_other_kind(key))
		cv_nft_unknown(export, place, "an object of a kind that is not known");
}

/* The first object tells that nft listed this; commands for nft have none. */
static bool check_metainfo(struct cv_nft_export *export, const json_t *root, size_t place)
{
	const json_t *metainfo = json_object_get(root, "metainfo");
	const json_t *version = json_object_get(metainfo, "json_schema_version");

	if (!metainfo)
		return cv_export_refuse(export->reading, place,
					"the list does not begin with `metainfo`: it is "
					"not what `nft -j list ruleset` prints");
	if (json_integer_value(version) != 1)
		return cv_export_refuse(export->reading, place,
					"the version of nft's JSON is another than 1");
	return true;
}

static bool load_list(struct cv_nft_export *export, struct cv_frame *frame)
{
	bool first = true, fine = true;
	struct cv_slice none;

	if (!cv_frame_enter(frame, '['))
		return false;
	while (fine && cv_frame_next(frame, &none)) {
		size_t place;
		json_t *root = cv_frame_load(frame, &place);

		if (!root)
			return false;
		if (first)
			fine = check_metainfo(export, root, place);
		else
			sort_object(export, root, place);
		first = false;
		json_decref(root);
	}
	if (first && fine)
		fine = !export->reading->error &&
		       check_metainfo(export, NULL, cv_frame_place(frame, frame->at));
	return fine && !export->reading->error;
}

/* {"nftables": [...]} and nothing beside it. */
static bool load(struct cv_nft_export *export)
{
	struct cv_frame frame;
	struct cv_slice key;
	bool found = false;

	if (!cv_frame_open(&frame, export->reading))
		return false;
	if (!cv_frame_enter(&frame, '{'))
		return cv_export_refuse(export->reading, 0,
					"not JSON: the export is what `nft -j list "
					"ruleset` prints, with -j");
	while (cv_frame_next(&frame, &key)) {
		if (found || !cv_slice_is(key, "nftables"))
			return cv_export_refuse(export->reading,
						cv_frame_place(&frame, key.text),
						"a key that is not `nftables`, or a "
						"second one");
		found = true;
		if (!load_list(export, &frame))
			return false;
	}
	if (!cv_frame_close(&frame))
		return false;
	return found || cv_export_refuse(export->reading, 0, "no key `nftables`");
}

struct cv_entry *cv_nft_setting_add(struct cv_nft_export *export, const char *list,
				    const char *name, size_t place)
{
	struct cv_export_reading *reading = export->reading;
	struct cv_entry *entry =
		cv_entries_add(reading->ctx, &reading->entries, CV_ENTRY_SETTING, place);

	entry->ours = true;
	entry->list = list;
	entry->more->name = name;
	return entry;
}

static void read_chain(struct cv_nft_export *export, const struct cv_nft_object *object)
{
	struct cv_nft_chain *chain =
		cv_nft_chain_of(export, cv_nft_text(object->body, "name"));

	if (!chain)
		return;
	if (chain->seen) {
		cv_nft_unknown(export, object->place, "a second chain %s", chain->name);
		return;
	}
	chain->seen = true;
	chain->object = object->body;
	chain->place = object->place;
}

/* A word of nft's own as it is, anything else as `?`: what an export says is not
 * quoted. */
static void put_word(struct cv_buf *out, const json_t *value)
{
	const char *word = json_string_value(value);

	if (word && strlen(word) <= LONGEST_WORD &&
	    strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(word))
		cv_buf_text(out, word);
	else
		cv_buf_char(out, '?');
}

/* One word, or a list of them. */
static void put_words(struct cv_buf *out, const json_t *words, const char *between)
{
	if (!json_is_array(words)) {
		put_word(out, words);
		return;
	}
	for (size_t i = 0; i < json_array_size(words); i++) {
		if (i)
			cv_buf_text(out, between);
		put_word(out, json_array_get(words, i));
	}
}

/* As cv_nft_arrange() says it: `type a . b; flags interval; size 16`, and what else
 * nft can say of a set. */
const char *cv_nft_declaration_of(struct cv_ctx *ctx, const json_t *set)
{
	static const char *const others[] = {"timeout", "gc-interval", "auto-merge",
					     "policy", "stmt"};
	const json_t *flags = json_object_get(set, "flags");
	const json_t *size = json_object_get(set, "size");
	struct cv_buf out = CV_BUF_INIT;
	const char *text;

	cv_buf_text(&out, "type ");
	put_words(&out, json_object_get(set, "type"), " . ");
	if (json_object_get(set, "map")) {
		cv_buf_text(&out, " : ");
		put_word(&out, json_object_get(set, "map"));
	}
	if (flags) {
		cv_buf_text(&out, "; flags ");
		put_words(&out, flags, ",");
	}
	if (json_is_integer(size) && json_integer_value(size) >= 0) {
		cv_buf_text(&out, "; size ");
		cv_buf_number(&out, (uint64_t)json_integer_value(size));
	}
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (json_object_get(set, others[i]))
			cv_buf_format(&out, "; %s", others[i]);
	text = cv_arena_text(ctx->arena, cv_buf_string(&out));
	cv_buf_deinit(&out);
	return text;
}

static void read_set(struct cv_nft_export *export, const struct cv_nft_object *object)
{
	struct cv_nft_set *set = cv_nft_set_of(export, cv_nft_text(object->body, "name"));

	if (!set)
		return;
	if (set->object) {
		cv_nft_unknown(export, object->place, "a second set %s", set->name);
		return;
	}
	set->object = object->body;
	set->place = object->place;
	cv_nft_setting_add(export, "set", set->name, object->place)->more->value =
		cv_nft_declaration_of(export->reading->ctx, object->body);
}

/* `type filter hook forward priority -5; policy drop` */
static const char *base_of(struct cv_ctx *ctx, const json_t *chain, const char *policy)
{
	struct cv_buf out = CV_BUF_INIT;
	const char *text;

	cv_buf_text(&out, "type ");
	put_word(&out, json_object_get(chain, "type"));
	cv_buf_text(&out, " hook ");
	put_word(&out, json_object_get(chain, "hook"));
	cv_buf_format(&out, " priority %lld; policy ",
		      (long long)json_integer_value(json_object_get(chain, "prio")));
	if (policy)
		cv_buf_text(&out, policy);
	else
		put_word(&out, json_object_get(chain, "policy"));
	text = cv_arena_text(ctx->arena, cv_buf_string(&out));
	cv_buf_deinit(&out);
	return text;
}

/* Rules that stand aside decide about all there is: the policy of the base chain may
 * still be the old one. */
static const char *base_value(const struct cv_nft_export *export,
			      const struct cv_nft_chain *chain)
{
	const char *policy = chain->passes_rest ? "accept" : "drop";

	return base_of(export->reading->ctx, chain->object,
		       *chain->suffix && chain->closed ? policy : NULL);
}

/* Behind the rules, which tell what the policy comes to. */
static void add_chain(struct cv_nft_export *export, const struct cv_nft_chain *chain)
{
	const bool is_base = json_object_get(chain->object, "hook") != NULL;
	struct cv_entry *entry =
		cv_nft_setting_add(export, "chain", chain->name, chain->place);

	entry->more->value = export->table;
	if (is_base && chain->base)
		cv_nft_setting_add(export, "base", chain->name, chain->place)
			->more->value = base_value(export, chain);
	else if (is_base)
		entry->more->value =
			cv_arena_format(export->reading->ctx->arena,
					"%s, as a base chain of its own", export->table);
}

static void add_beside(struct cv_nft_export *export, const struct cv_nft_chain *beside)
{
	if (beside->seen)
		cv_nft_setting_add(export, "beside", beside->name, beside->place)
			->more->value = export->table;
}

/* What the plan has and the kernel has not is missing only where it is known that the
 * kernel would show it: such an entry says so, also of a list of which nothing is
 * there. */
static void add_lists(struct cv_nft_export *export)
{
	static const char *const lists[] = {"base",   "opening", "closing",
					    "beside", "map",     "way"};
	const struct cv_table *entries = &export->reading->plan->entries;
	bool planned[sizeof lists / sizeof *lists] = {false};

	for (size_t i = 0; i < entries->count; i++) {
		const struct cv_entry *entry = CV_AT(entries, struct cv_entry, i);

		for (size_t n = 0; n < sizeof lists / sizeof *lists; n++)
			planned[n] |= entry->kind == CV_ENTRY_SETTING &&
				      strcmp(entry->list, lists[n]) == 0;
	}
	for (size_t n = 0; n < sizeof lists / sizeof *lists; n++)
		if (planned[n])
			cv_nft_setting_add(export, lists[n], NULL, 0)->operation =
				CV_REMOVE;
}

/* The chain whose rules these are, when they are in force. */
static struct cv_nft_chain *rules_of(struct cv_nft_export *export, const char *name)
{
	for (size_t i = 0; name && i < export->chain_count; i++) {
		struct cv_nft_chain *chain = &export->chains[i];
		const size_t size = strlen(chain->name);

		if (!chain->withheld && strncmp(chain->name, name, size) == 0 &&
		    strcmp(chain->suffix, name + size) == 0)
			return chain;
	}
	return NULL;
}

struct cv_nft_chain *cv_nft_beside_of_rule(struct cv_nft_export *export, const char *name)
{
	for (size_t i = 0; name && i < export->beside_count; i++) {
		struct cv_nft_chain *beside = &export->beside[i];
		const size_t size = strlen(beside->name);

		beside->suffix = beside->of->suffix;
		if (!beside->of->withheld && strncmp(beside->name, name, size) == 0 &&
		    strcmp(beside->suffix, name + size) == 0)
			return beside;
	}
	return NULL;
}

static void read_all(struct cv_nft_export *export, enum cv_nft_kind kind,
		     void (*read)(struct cv_nft_export *export,
				  const struct cv_nft_object *object))
{
	for (size_t i = 0; i < export->objects.count; i++) {
		const struct cv_nft_object *object =
			CV_AT(&export->objects, struct cv_nft_object, i);

		if (object->kind == kind)
			read(export, object);
	}
}

static bool read_rules(struct cv_nft_export *export,
		       struct cv_nft_chain *(*find)(struct cv_nft_export *export,
						    const char *name))
{
	bool fine = true;

	for (size_t i = 0; fine && i < export->objects.count; i++) {
		const struct cv_nft_object *object =
			CV_AT(&export->objects, struct cv_nft_object, i);
		struct cv_nft_chain *chain =
			object->kind == CV_NFT_RULE
				? find(export, cv_nft_text(object->body, "chain"))
				: NULL;

		if (chain)
			fine = cv_nft_rule_read(export, chain, object);
	}
	return fine;
}

/* Once it is known under which names. */
static void read_beside(struct cv_nft_export *export, const struct cv_nft_object *object)
{
	struct cv_nft_chain *beside =
		cv_nft_beside_of_rule(export, cv_nft_text(object->body, "name"));

	if (!beside)
		return;
	beside->seen = true;
	beside->place = object->place;
}

/* Sets first: a rule may stand before the set that it looks into.  What leads to chains
 * beside others is known once the others are read. */
static bool read_ours(struct cv_nft_export *export)
{
	bool fine;

	read_all(export, CV_NFT_SET, read_set);
	read_all(export, CV_NFT_CHAIN, read_beside);
	read_all(export, CV_NFT_MAP, cv_nft_map_read);
	fine = read_rules(export, rules_of) && read_rules(export, cv_nft_beside_of_rule);
	for (size_t i = 0; i < export->chain_count; i++)
		if (export->chains[i].seen)
			add_chain(export, &export->chains[i]);
	for (size_t i = 0; i < export->beside_count; i++)
		add_beside(export, &export->beside[i]);
	add_lists(export);
	return fine;
}

static bool read_objects(struct cv_nft_export *export)
{
	bool fine = true;

	read_all(export, CV_NFT_CHAIN, read_chain);
	cv_nft_lead_read(export);
	if (!export->reading->way_only)
		fine = read_ours(export);
	cv_nft_reach_read(export);
	return fine;
}

bool cv_nft_read_export(struct cv_export_reading *reading)
{
	struct cv_nft_export export = {.reading = reading,
				       .graph = {.arena = reading->ctx->arena}};
	bool fine;

	reading->shows = CV_ENTRY_SETTING | CV_ENTRY_FLOW;
	cv_nft_plan_read(&export);
	if (!export.table)
		return cv_export_refuse(reading, 0, "the plan has no chain of nftables");
	fine = load(&export) && read_objects(&export);
	for (size_t i = 0; i < export.objects.count; i++)
		json_decref(CV_AT(&export.objects, struct cv_nft_object, i)->root);
	cv_nft_graph_close(&export.graph);
	return fine;
}
