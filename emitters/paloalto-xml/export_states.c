/* Which elements of an export lead to the lists that are read.  A configuration, an
 * answer of the XML API and what the command line shows hold the same elements, from
 * further out or further in. */
#include "paloalto-xml/export_xml.h"

#include <string.h>

#include "base/ctx.h"
#include "model/target.h"
#include "paloalto-xml/options.h"

enum { MAX_LEVELS = 2048 }; /* Panorama takes 1024 device groups: pan-os-php */

static bool is(const struct cv_paloalto_tag *tag, const char *element)
{
	return strcmp(tag->element, element) == 0;
}

static bool is_entry(const struct cv_paloalto_tag *tag, const char *name)
{
	return is(tag, "entry") && tag->name && strcmp(tag->name, name) == 0;
}

static enum cv_paloalto_scope_kind kind_of(const struct cv_paloalto_parser *parser)
{
	return cv_paloalto_scope_kind(parser->reading->options);
}

struct cv_paloalto_level *cv_paloalto_level_of(struct cv_paloalto_parser *parser,
					       enum cv_paloalto_scope_kind kind,
					       const char *name)
{
	struct cv_table *levels = &parser->tree->levels;
	struct cv_paloalto_level *level;

	for (size_t i = 0; i < levels->count; i++) {
		level = CV_AT(levels, struct cv_paloalto_level, i);
		if (level->kind == kind && strcmp(level->name, name) == 0)
			return level;
	}
	if (levels->count == MAX_LEVELS)
		cv_paloalto_parser_fail(parser, 0,
					"more virtual systems or device groups than "
					"carveout reads");
	level = CV_ADD(parser->reading->ctx->arena, levels, struct cv_paloalto_level);
	*level = (struct cv_paloalto_level){
		.kind = kind, .name = name, .distance = CV_PALOALTO_ASIDE};
	return level;
}

static enum cv_paloalto_state enter(struct cv_paloalto_parser *parser,
				    struct cv_paloalto_level *level)
{
	level->whole = true;
	parser->level = level;
	return CV_PALOALTO_LEVEL;
}

/* Of a firewall only the scope's virtual system counts, unless the scope is what all of
 * them share; of Panorama every device group may have to do with it. */
static enum cv_paloalto_state enter_entry(struct cv_paloalto_parser *parser,
					  const struct cv_paloalto_tag *tag)
{
	const enum cv_paloalto_scope_kind kind = kind_of(parser);
	const bool panorama = cv_paloalto_scopes[kind].panorama;

	if (!is(tag, "entry") || !tag->name)
		return CV_PALOALTO_SKIPPED;
	if (kind == CV_PALOALTO_VSYS && strcmp(tag->name, parser->tree->scope->name) != 0)
		return CV_PALOALTO_SKIPPED;
	return enter(parser, cv_paloalto_level_of(parser,
						  panorama ? CV_PALOALTO_DEVICE_GROUP
							   : CV_PALOALTO_VSYS,
						  tag->name));
}

/* Below a device: the element around its levels. */
static enum cv_paloalto_state in_device(struct cv_paloalto_parser *parser,
					const struct cv_paloalto_tag *tag)
{
	const bool panorama = cv_paloalto_scopes[kind_of(parser)].panorama;
	const bool group = is(tag, "device-group"), vsys = is(tag, "vsys");

	parser->tree->panorama |= group;
	parser->tree->firewall |= vsys;
	return (panorama && group) || (!panorama && vsys) ? CV_PALOALTO_SYSTEMS
							  : CV_PALOALTO_SKIPPED;
}

/* Whether the element is a step of the way to a list; which one the parser notes.  Rules
 * have a rulebase around them, and their way is gone by itself. */
static enum cv_paloalto_state step_to_list(struct cv_paloalto_parser *parser,
					   const struct cv_paloalto_tag *tag, int step)
{
	for (int list = 0; list < CV_PALOALTO_LIST_COUNT; list++) {
		const char *const *path = cv_paloalto_lists[list].path;

		if (list == CV_PALOALTO_RULE || !path[step] || !is(tag, path[step]))
			continue;
		parser->list = (enum cv_paloalto_list_id)list;
		return path[step + 1] ? CV_PALOALTO_AROUND : CV_PALOALTO_LISTED;
	}
	return CV_PALOALTO_SKIPPED;
}

static enum cv_paloalto_state in_level(struct cv_paloalto_parser *parser,
				       const struct cv_paloalto_tag *tag)
{
	for (int base = 0; base <= CV_PALOALTO_POST_RULEBASE; base++)
		if (is(tag, cv_paloalto_rulebases[base])) {
			parser->rulebase = (enum cv_paloalto_rulebase)base;
			return CV_PALOALTO_RULES_OF;
		}
	return step_to_list(parser, tag, 0);
}

static enum cv_paloalto_state in_rulebase(struct cv_paloalto_parser *parser,
					  const struct cv_paloalto_tag *tag)
{
	parser->defaults = is(tag, "default-security-rules");
	return parser->defaults || is(tag, "security") ? CV_PALOALTO_SECURITY
						       : CV_PALOALTO_SKIPPED;
}

static enum cv_paloalto_state in_security(struct cv_paloalto_parser *parser,
					  const struct cv_paloalto_tag *tag)
{
	if (!is(tag, "rules"))
		return CV_PALOALTO_SKIPPED;
	parser->list = CV_PALOALTO_RULE;
	return CV_PALOALTO_LISTED;
}

static enum cv_paloalto_state in_config(struct cv_paloalto_parser *parser,
					const struct cv_paloalto_tag *tag)
{
	if (is(tag, "shared"))
		return enter(parser, parser->tree->shared);
	if (is(tag, "readonly"))
		return CV_PALOALTO_READONLY;
	return is(tag, "devices") ? CV_PALOALTO_DEVICES : CV_PALOALTO_SKIPPED;
}

/* The scope's rulebase, where rules are shown without the one around them. */
static void assume_scope(struct cv_paloalto_parser *parser)
{
	const char *name = cv_paloalto_rulebase(parser->reading->options);
	int base = 0;

	while (strcmp(cv_paloalto_rulebases[base], name) != 0)
		base++;
	parser->level = parser->tree->scope;
	parser->rulebase = (enum cv_paloalto_rulebase)base;
	parser->defaults = false;
}

/* A part of a configuration by itself.  A list does not say whose it is: it is taken
 * for the scope's, since that is what one asks for. */
static enum cv_paloalto_state in_fragment(struct cv_paloalto_parser *parser,
					  const struct cv_paloalto_tag *tag)
{
	enum cv_paloalto_state state = in_config(parser, tag);

	if (state != CV_PALOALTO_SKIPPED)
		return state;
	if (is(tag, "config")) {
		parser->tree->config = true;
		return CV_PALOALTO_CONFIG;
	}
	if (is(tag, "vsys") || is(tag, "device-group"))
		return in_device(parser, tag);
	if (is_entry(tag, CV_PALOALTO_DEVICE))
		return CV_PALOALTO_DEVICE_ENTRY;
	if (is_entry(tag, parser->tree->scope->name))
		return enter(parser, parser->tree->scope);
	assume_scope(parser);
	state = in_level(parser, tag);
	for (int step = 1; step < 2 && state == CV_PALOALTO_SKIPPED; step++)
		state = step_to_list(parser, tag, step);
	if (state == CV_PALOALTO_SKIPPED)
		state = in_rulebase(parser, tag);
	if (state == CV_PALOALTO_SKIPPED)
		state = in_security(parser, tag);
	if (state == CV_PALOALTO_SKIPPED)
		cv_paloalto_unknown(
			parser->reading, tag->place,
			"an element that holds none of the lists that are compared");
	return state;
}

static enum cv_paloalto_state in_readonly(struct cv_paloalto_parser *parser,
					  const struct cv_paloalto_tag *tag,
					  enum cv_paloalto_state state)
{
	switch (state) {
	case CV_PALOALTO_READONLY:
		if (is(tag, "devices"))
			return CV_PALOALTO_READONLY_DEVICES;
		break;
	case CV_PALOALTO_READONLY_DEVICES:
		if (is_entry(tag, CV_PALOALTO_DEVICE))
			return CV_PALOALTO_READONLY_DEVICE;
		break;
	case CV_PALOALTO_READONLY_DEVICE:
		if (is(tag, "device-group"))
			return CV_PALOALTO_READONLY_GROUPS;
		break;
	case CV_PALOALTO_READONLY_GROUPS:
		if (!is(tag, "entry") || !tag->name ||
		    !cv_paloalto_scopes[kind_of(parser)].panorama)
			break;
		parser->tree->ranked = true;
		parser->level =
			cv_paloalto_level_of(parser, CV_PALOALTO_DEVICE_GROUP, tag->name);
		return CV_PALOALTO_READONLY_GROUP;
	default:
		if (is(tag, "parent-dg"))
			return CV_PALOALTO_PARENT;
		break;
	}
	return CV_PALOALTO_SKIPPED;
}

enum cv_paloalto_state cv_paloalto_state_of(struct cv_paloalto_parser *parser,
					    const struct cv_paloalto_tag *tag)
{
	const enum cv_paloalto_state state = parser->states[parser->depth];

	switch (state) {
	case CV_PALOALTO_OUTSIDE:
		return CV_PALOALTO_TOP;
	case CV_PALOALTO_TOP:
		if (is(tag, "response"))
			return CV_PALOALTO_RESPONSE;
		/* fall through */
	case CV_PALOALTO_RESPONSE:
		if (is(tag, "result"))
			return CV_PALOALTO_RESULT;
		/* fall through */
	case CV_PALOALTO_RESULT:
		return in_fragment(parser, tag);
	case CV_PALOALTO_CONFIG:
		return in_config(parser, tag);
	case CV_PALOALTO_DEVICES:
		return is_entry(tag, CV_PALOALTO_DEVICE) ? CV_PALOALTO_DEVICE_ENTRY
							 : CV_PALOALTO_SKIPPED;
	case CV_PALOALTO_DEVICE_ENTRY:
		return in_device(parser, tag);
	case CV_PALOALTO_SYSTEMS:
		return enter_entry(parser, tag);
	case CV_PALOALTO_LEVEL:
		return in_level(parser, tag);
	case CV_PALOALTO_AROUND:
		return step_to_list(parser, tag, 1);
	case CV_PALOALTO_RULES_OF:
		return in_rulebase(parser, tag);
	case CV_PALOALTO_SECURITY:
		return in_security(parser, tag);
	case CV_PALOALTO_READONLY:
	case CV_PALOALTO_READONLY_DEVICES:
	case CV_PALOALTO_READONLY_DEVICE:
	case CV_PALOALTO_READONLY_GROUPS:
	case CV_PALOALTO_READONLY_GROUP:
		return in_readonly(parser, tag, state);
	case CV_PALOALTO_LISTED:
	case CV_PALOALTO_NODE:
		return CV_PALOALTO_NODE;
	case CV_PALOALTO_PARENT:
	case CV_PALOALTO_SKIPPED:
		break;
	}
	return CV_PALOALTO_SKIPPED;
}
