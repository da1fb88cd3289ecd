/* What an object of an export means, and what in it is not known.  The order of
 * elements means nothing: real exports hold both orders. */
#include "paloalto-xml/export.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/ctx.h"
#include "model/target.h"
#include "paloalto-xml/export_node.h"

bool cv_paloalto_is_group(enum cv_paloalto_list_id list)
{
	return list == CV_PALOALTO_SERVICE_GROUP || list == CV_PALOALTO_ADDRESS_GROUP;
}

/* PAN-OS takes port 0, which nothing can use and our sets cannot hold: `0-65535` is
 * how many write "all ports". */
bool cv_paloalto_ports_read(struct cv_ctx *ctx, const char *text,
			    const struct cv_ports **ports_out)
{
	char *from_one = cv_arena_text(ctx->arena, text);
	const char *why, *bad;
	size_t size;

	for (char *at = from_one; at; at = strchr(at, ',')) {
		at += *at == ',';
		if (strncmp(at, "0-", 2) == 0)
			*at = '1';
	}
	return cv_ports_parse(ctx, from_one, ports_out, &why, &bad, &size);
}

static bool read_service(struct cv_ctx *ctx, struct cv_paloalto_object *object)
{
	const struct cv_paloalto_protocol *known = cv_paloalto_protocols;
	const struct cv_paloalto_node *protocol = cv_node_one(object->node, "protocol");
	const struct cv_paloalto_node *inner;
	const char *ports, *sources;

	if (!protocol || !protocol->first || protocol->first->next)
		return false;
	inner = protocol->first;
	while (known->name && !cv_node_is(inner, known->name))
		known++;
	object->protocol = known->number;
	if (!known->name || !cv_node_text(inner, "port", &ports) || !ports ||
	    !cv_node_text(inner, "source-port", &sources))
		return false;
	return cv_paloalto_ports_read(ctx, ports, &object->ports) &&
	       (!sources || cv_paloalto_ports_read(ctx, sources, &object->source_ports));
}

/* The network around an address with host bits set, which PAN-OS takes as well. */
static bool read_network(const char *text, uint8_t *family_out,
			 struct cv_range *range_out)
{
	const char *slash = strchr(text, '/'), *why;
	char address[64];
	unsigned bits, width;
	char *end;

	if (!slash || (size_t)(slash - text) >= sizeof address || slash[1] < '0' ||
	    slash[1] > '9' || strlen(slash) > 4)
		return false;
	memcpy(address, text, (size_t)(slash - text));
	address[slash - text] = '\0';
	bits = (unsigned)strtoul(slash + 1, &end, 10);
	if (*end || !cv_range_parse(address, family_out, range_out, &why) ||
	    cv_address_compare(range_out->first, range_out->last) != 0)
		return false;
	width = *family_out == 4 ? 32 : 128;
	if (bits > width)
		return false;
	for (unsigned bit = 0; bit < width - bits; bit++) {
		uint64_t *first =
			bit < 64 ? &range_out->first.low : &range_out->first.high;
		uint64_t *last = bit < 64 ? &range_out->last.low : &range_out->last.high;

		*first &= ~((uint64_t)1 << bit % 64);
		*last |= (uint64_t)1 << bit % 64;
	}
	return true;
}

const struct cv_addresses *cv_paloalto_addresses_read(struct cv_ctx *ctx,
						      const char *text)
{
	struct cv_range range;
	uint8_t family;
	const char *why;

	if (!cv_range_parse(text, &family, &range, &why) &&
	    !read_network(text, &family, &range))
		return NULL;
	return cv_addresses_one(ctx, family, range);
}

static bool read_address(struct cv_ctx *ctx, struct cv_paloalto_object *object)
{
	const struct cv_paloalto_node *found = NULL;

	for (int kind = 0; kind < CV_PALOALTO_ADDRESS_KINDS; kind++) {
		const char *element = cv_paloalto_address_kinds[kind];
		const struct cv_paloalto_node *leaf = cv_node_one(object->node, element);

		if (!leaf && !cv_node_first(object->node, element))
			continue;
		if (!leaf || found)
			return false;
		found = leaf;
		object->kind = (enum cv_paloalto_address_kind)kind;
	}
	if (!found || cv_node_first(object->node, "ip-wildcard"))
		return false;
	object->value = found->text;
	if (object->kind == CV_PALOALTO_FQDN)
		return *found->text != '\0';
	object->addresses = cv_paloalto_addresses_read(ctx, found->text);
	return object->addresses != NULL;
}

static bool holds(const struct cv_paloalto_node *node, const char *member)
{
	for (node = node->first; node; node = node->next)
		if (cv_node_is(node, "member") && strcmp(node->text, member) == 0)
			return true;
	return false;
}

/* The element around the members, or NULL. */
static const char *members_in(enum cv_paloalto_list_id list)
{
	return list == CV_PALOALTO_SERVICE_GROUP   ? "members"
	       : list == CV_PALOALTO_ADDRESS_GROUP ? "static"
	       : list == CV_PALOALTO_CATEGORY      ? "list"
						   : NULL;
}

/* Whatever else stands in the lists, no name of a tag and no member is overlooked. */
static void read_members(struct cv_ctx *ctx, const char *tag,
			 struct cv_paloalto_object *object)
{
	const char *around = members_in(object->list);

	for (const struct cv_paloalto_node *inner = object->node->first; inner;
	     inner = inner->next) {
		if (tag && cv_node_is(inner, "tag"))
			object->tagged |= holds(inner, tag);
		if (!around || !cv_node_is(inner, around))
			continue;
		for (const struct cv_paloalto_node *member = inner->first; member;
		     member = member->next)
			if (cv_node_is(member, "member"))
				*CV_ADD(ctx->arena, &object->members,
					const struct cv_paloalto_node *) = member;
	}
}

/* Whether it is a list of URLs: the type came with 9.0, and the other one is a list of
 * categories, of which a URL has to be in all. */
static bool read_category(const struct cv_paloalto_object *object)
{
	const char *type;

	return cv_node_text(object->node, "type", &type) &&
	       (!type || strcmp(type, "URL List") == 0);
}

static void read_object(struct cv_export_reading *reading, const char *tag,
			struct cv_paloalto_object *object)
{
	const struct cv_paloalto_node *node = object->node;

	object->protocol = CV_NO_PROTOCOL;
	cv_node_text(node, "description", &object->note);
	read_members(reading->ctx, tag, object);
	object->understood = true;
	if (object->list == CV_PALOALTO_SERVICE)
		object->understood = read_service(reading->ctx, object);
	else if (object->list == CV_PALOALTO_ADDRESS)
		object->understood = read_address(reading->ctx, object);
	else if (object->list == CV_PALOALTO_ADDRESS_GROUP)
		object->understood = !cv_node_first(node, "dynamic");
	else if (object->list == CV_PALOALTO_CATEGORY)
		object->understood = read_category(object);
}

void cv_paloalto_objects_read(struct cv_export_reading *reading,
			      const struct cv_paloalto_listing *listing, const char *tag,
			      struct cv_table *objects)
{
	for (const struct cv_paloalto_node *node = listing->node->first; node;
	     node = node->next) {
		struct cv_paloalto_object *object;

		if (!cv_node_is(node, "entry") || !node->name) {
			cv_paloalto_unknown(reading, node->place,
					    "an element of a list that is no entry with "
					    "a name");
			continue;
		}
		object = CV_ADD(reading->ctx->arena, objects, struct cv_paloalto_object);
		object->number = objects->count - 1;
		object->list = listing->list;
		object->level = listing->level;
		object->rulebase = listing->rulebase;
		object->node = node;
		read_object(reading, tag, object);
	}
}

/* ---- the same meaning ---- */

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char **sorted_members(const struct cv_paloalto_object *object)
{
	const char **texts = malloc((object->members.count + 1) * sizeof *texts);

	if (!texts)
		cv_out_of_memory();
	for (size_t i = 0; i < object->members.count; i++)
		texts[i] = (*CV_AT(&object->members, const struct cv_paloalto_node *, i))
				   ->text;
	qsort(texts, object->members.count, sizeof *texts, by_text);
	return texts;
}

static bool same_members(const struct cv_paloalto_object *a,
			 const struct cv_paloalto_object *b)
{
	const char **x, **y;
	bool same = a->members.count == b->members.count;

	if (!same)
		return false;
	x = sorted_members(a);
	y = sorted_members(b);
	for (size_t i = 0; same && i < a->members.count; i++)
		same = strcmp(x[i], y[i]) == 0;
	free(x);
	free(y);
	return same;
}

bool cv_paloalto_same_meaning(const struct cv_paloalto_object *a,
			      const struct cv_paloalto_object *b)
{
	if (a->list != b->list || !a->understood || !b->understood)
		return false;
	switch (a->list) {
	case CV_PALOALTO_TAG:
		return strcmp(a->node->name, b->node->name) == 0;
	case CV_PALOALTO_SERVICE:
		return a->protocol == b->protocol && a->ports == b->ports &&
		       a->source_ports == b->source_ports;
	case CV_PALOALTO_ADDRESS:
		return a->addresses == b->addresses &&
		       (a->addresses || strcasecmp(a->value, b->value) == 0);
	case CV_PALOALTO_RULE:
		return false;
	default:
		return same_members(a, b);
	}
}

/* ---- what no object of ours should hold ---- */

/* A word of the schema is told; another one might be anything. */
static const char *word_of(const char *element)
{
	for (const struct cv_paloalto_element *known = cv_paloalto_elements; known->name;
	     known++)
		if (strcmp(known->name, element) == 0)
			return known->name;
	for (const char *const *word = cv_paloalto_words; *word; word++)
		if (strcmp(*word, element) == 0)
			return *word;
	return NULL;
}

static bool belongs(const struct cv_paloalto_node *node, const char *in, bool of_entry)
{
	for (const struct cv_paloalto_element *known = cv_paloalto_elements; known->name;
	     known++)
		if (known->of_entry == of_entry && strcmp(known->in, in) == 0 &&
		    cv_node_is(node, known->name))
			return true;
	return false;
}

static void say(struct cv_export_reading *reading, const struct cv_paloalto_node *node,
		const char *where)
{
	const char *word = word_of(node->element);

	word = word ? cv_arena_format(reading->ctx->arena, "<%s>", word)
		    : "an unknown element";
	cv_paloalto_unknown(reading, node->place,
			    cv_arena_format(reading->ctx->arena, "%s %s", word, where));
}

/* As deep as the table of elements goes, which is not deep. */
static void check_node(struct cv_export_reading *reading,
		       const struct cv_paloalto_node *node, const char *in, bool of_entry)
{
	for (const struct cv_paloalto_node *inner = node->first; inner;
	     inner = inner->next) {
		if (!belongs(inner, in, of_entry)) {
			say(reading, inner, "in an object of ours");
			continue;
		}
		if (!cv_node_is(inner, "member") &&
		    cv_node_first(node, inner->element) != inner)
			say(reading, inner, "more than once in an object of ours");
		if (inner->odd)
			say(reading, inner,
			    "in an object of ours with more than is known of it");
		check_node(reading, inner, inner->element, false);
	}
}

void cv_paloalto_object_check(struct cv_export_reading *reading,
			      const struct cv_paloalto_object *object)
{
	if (object->node->odd)
		say(reading, object->node,
		    "that is an object of ours with more than is known of it");
	check_node(reading, object->node, cv_paloalto_lists[object->list].name, true);
}
