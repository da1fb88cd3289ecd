/* What an object of an export means, and what in it is not known.  The order of
 * elements means nothing: real exports hold both orders. */
#include "paloalto-xml/export.h"

#include <string.h>

#include "base/ctx.h"
#include "model/target.h"

static bool is(const struct cv_paloalto_node *node, const char *element)
{
	return strcmp(node->element, element) == 0;
}

static const struct cv_paloalto_node *first(const struct cv_paloalto_node *node,
					    const char *element)
{
	for (node = node->first; node; node = node->next)
		if (is(node, element))
			return node;
	return NULL;
}

/* The element of that name in a node, when it stands there once. */
static const struct cv_paloalto_node *one(const struct cv_paloalto_node *node,
					  const char *element)
{
	const struct cv_paloalto_node *found = first(node, element);

	for (node = found ? found->next : NULL; node; node = node->next)
		if (is(node, element))
			return NULL;
	return found;
}

/* The text of an element that may be absent; false where it stands there in a way
 * that is not known. */
static bool text_of(const struct cv_paloalto_node *node, const char *element,
		    const char **text_out)
{
	const struct cv_paloalto_node *leaf = one(node, element);

	*text_out = NULL;
	if (!leaf)
		return !first(node, element);
	*text_out = leaf->text;
	return true;
}

/* PAN-OS takes port 0, which nothing can use and our sets cannot hold: `0-65535` is
 * how many write "all ports". */
static bool parse_ports(struct cv_ctx *ctx, const char *text,
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

static bool read_protocol(struct cv_ctx *ctx, const struct cv_paloalto_node *node,
			  struct cv_paloalto_object *object)
{
	const struct cv_paloalto_protocol *known = cv_paloalto_protocols;
	const struct cv_paloalto_node *protocol = one(node, "protocol"), *inner;
	const char *ports, *sources;

	if (!protocol || !protocol->first || protocol->first->next)
		return false;
	inner = protocol->first;
	while (known->name && !is(inner, known->name))
		known++;
	object->protocol = known->number;
	if (!known->name || !text_of(inner, "port", &ports) || !ports ||
	    !text_of(inner, "source-port", &sources))
		return false;
	return parse_ports(ctx, ports, &object->ports) &&
	       (!sources || parse_ports(ctx, sources, &object->source_ports));
}

static bool holds(const struct cv_paloalto_node *node, const char *member)
{
	for (node = node->first; node; node = node->next)
		if (is(node, "member") && strcmp(node->text, member) == 0)
			return true;
	return false;
}

/* Whatever else stands in the lists, no name of a tag and no member is overlooked. */
static void read_members(struct cv_ctx *ctx, const char *tag,
			 struct cv_paloalto_object *object)
{
	for (const struct cv_paloalto_node *list = object->node->first; list;
	     list = list->next) {
		if (is(list, "tag"))
			object->tagged |= holds(list, tag);
		if (object->list != CV_PALOALTO_SERVICE_GROUP || !is(list, "members"))
			continue;
		for (const struct cv_paloalto_node *member = list->first; member;
		     member = member->next)
			if (is(member, "member"))
				*CV_ADD(ctx->arena, &object->members,
					const struct cv_paloalto_node *) = member;
	}
}

static void read_object(struct cv_export_reading *reading, const char *tag,
			struct cv_paloalto_object *object)
{
	const struct cv_paloalto_node *node = object->node;

	object->protocol = CV_NO_PROTOCOL;
	text_of(node, "description", &object->note);
	read_members(reading->ctx, tag, object);
	object->understood = object->list != CV_PALOALTO_SERVICE ||
			     read_protocol(reading->ctx, node, object);
}

void cv_paloalto_objects_read(struct cv_export_reading *reading,
			      const struct cv_paloalto_listing *listing, const char *tag,
			      struct cv_table *objects)
{
	for (const struct cv_paloalto_node *node = listing->node->first; node;
	     node = node->next) {
		struct cv_paloalto_object *object;

		if (!is(node, "entry") || !node->name) {
			cv_paloalto_unknown(reading, node->place,
					    "an element of a list that is no entry with "
					    "a name");
			continue;
		}
		object = CV_ADD(reading->ctx->arena, objects, struct cv_paloalto_object);
		object->list = listing->list;
		object->shared = listing->shared;
		object->node = node;
		read_object(reading, tag, object);
	}
}

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
		    is(node, known->name))
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
		if (!is(inner, "member") && first(node, inner->element) != inner)
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
