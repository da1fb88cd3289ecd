/* What a page says outside of its tables: lists of URLs and of required products, and
 * the address families. */
#include <string.h>

#include "base/ctx.h"
#include "import/making.h"
#include "import/texts.h"
#include "model/field.h"

static const struct cv_block *block_at(const struct cv_making *making, size_t i)
{
	return CV_AT(&making->page->blocks, struct cv_block, i);
}

const char *cv_making_first_line(struct cv_making *making, const char *words)
{
	const char *p = words, *line = cv_line_next(making->ctx, &p);

	return line ? line : "";
}

/* "supports only IPv4 addresses" and "supports IPv4 and IPv6 addresses" */
static void find_families(struct cv_making *making)
{
	static const char only[] = "supports only IPv4",
			  both[] = "supports IPv4 and IPv6";
	const char *one = NULL, *two = NULL;
	struct cv_draft_field *ip = &making->draft->ip;

	for (size_t i = 0; i < making->page->blocks.count; i++) {
		const struct cv_block *block = block_at(making, i);

		if (block->kind == CV_BLOCK_TABLE)
			continue;
		if (!one && (one = strstr(block->words.text, only)))
			ip->at = block->words.at;
		if (!two && (two = strstr(block->words.text, both)))
			ip->at = block->words.at;
	}
	if (!one && !two)
		return;
	ip->key = "ip";
	if (one && two) {
		ip->hole = cv_arena_format(making->ctx->arena, "%s / %s", one, two);
		cv_find(making->ctx, CV_F_PAGE_CONTRADICTS, ip->at,
			"the page says both: `%s`", cv_shown(making->ctx, ip->hole));
		return;
	}
	cv_texts_add(making->ctx, &ip->values, "4", ip->at);
	if (two)
		cv_texts_add(making->ctx, &ip->values, "6", ip->at);
}

static bool holds(const char *words, const char *part)
{
	return strcasestr(words, part) != NULL;
}

void cv_making_prose_cell(struct cv_making *making, const struct cv_cell *component,
			  const struct cv_cell *prose)
{
	cv_find(making->ctx, CV_F_LINE_UNREAD, prose->words.at,
		"what is required of `%s` is told in prose: nothing of it is in the "
		"profile",
		cv_shown(making->ctx, component->words.text));
}

static bool leads_to_urls(const char *words)
{
	return (holds(words, "urls") || holds(words, "host names") ||
		holds(words, "domains"));
}

static struct cv_draft_row *item_row(struct cv_making *making,
				     struct cv_draft_block **block,
				     enum cv_section section, struct cv_span at)
{
	struct cv_draft_row *row;
	struct cv_place place;

	if (!*block)
		*block = cv_making_block(making, section, NULL);
	making->block = *block;
	row = cv_making_row(making, 0);
	row->at = at;
	row->origin =
		cv_source_place(making->ctx, at, &place)
			? cv_arena_format(making->ctx->arena, "line %zu", place.line)
			: "";
	return row;
}

static void add_url(struct cv_making *making, struct cv_draft_block **block,
		    struct cv_text words, bool optional, bool against)
{
	struct cv_draft_row *row = item_row(making, block, CV_SECTION_URLS, words.at);
	const struct cv_cell cell = {.kind = CV_CELL_WORDS, .words = words};
	struct cv_told_words urls;

	cv_making_hole(making, row, "from", "the list names no source", words.at,
		       CV_F_EMPTY_CELL, "nothing says who calls it");
	if (cv_cell_urls(making->ctx, words.text, words.at, &urls) != CV_TOLD || against)
		cv_making_open(making, row, "url", &cell,
			       against    ? "what stands above says that it is not wanted"
			       : urls.why ? urls.why
					  : "it is no URL");
	for (size_t i = 0; i < urls.values.count; i++)
		if (!cv_draft_field(row, "url") || !cv_draft_field(row, "url")->hole)
			cv_making_put(making, row, "url", urls.values.items[i].text,
				      words.at);
	if (optional)
		cv_making_put(making, row, "optional", "true", words.at);
}

/* `<OtherProductName> <version>`, `Tanium Trends 3.6 or later` */
static void add_requirement(struct cv_making *making, struct cv_draft_block **block,
			    struct cv_text words, bool optional)
{
	struct cv_draft_row *row = item_row(making, block, CV_SECTION_REQUIRES, words.at);
	const char *name = words.text, *rest = NULL, *constraint, *why;

	for (const char *p = words.text; *p && !rest;) {
		p += strcspn(p, " ");
		p += strspn(p, " ");
		if (*p && (*p == '<' || cv_cell_constraint(making->ctx, p, &constraint,
							   &why) == CV_TOLD))
			rest = p;
	}
	if (rest)
		name = cv_arena_copy(making->ctx->arena, words.text,
				     (size_t)(rest - words.text) - 1);
	why = cv_words_refused(making->ctx, &cv_lex_title, name);
	if (why)
		cv_making_hole(making, row, "component", name, words.at, CV_F_OPEN_CELL,
			       why);
	else
		cv_making_put(making, row, "component", name, words.at);
	if (rest && cv_cell_constraint(making->ctx, rest, &constraint, &why) == CV_TOLD)
		cv_making_put(making, row, "version", constraint, words.at);
	else
		cv_making_hole(making, row, "version",
			       rest ? rest : "nothing stands beside it", words.at,
			       CV_F_OPEN_CELL, "it is no version");
	if (optional)
		cv_making_put(making, row, "optional", "true", words.at);
}

/* What a sentence in front of a list says that its items are. */
enum list { NOTHING, URLS, REQUIREMENTS };

static enum list list_of(const char *words)
{
	if (leads_to_urls(words))
		return URLS;
	if (holds(words, "version") &&
	    (holds(words, "required") || holds(words, "requires") ||
	     holds(words, "optional")))
		return REQUIREMENTS;
	return NOTHING;
}

static bool is_optional(const char *words)
{
	return holds(words, "are optional") || holds(words, "is optional") ||
	       holds(words, "might need to") || holds(words, "may need to");
}

void cv_making_prose(struct cv_making *making)
{
	struct cv_draft_block *urls = NULL, *required = NULL;
	enum list list = NOTHING;
	bool optional = false, against = false;

	find_families(making);
	for (size_t i = 0; i < making->page->blocks.count; i++) {
		const struct cv_block *block = block_at(making, i);

		if (block->kind == CV_BLOCK_ITEM && list == URLS) {
			add_url(making, &urls, block->words, optional, against);
		} else if (block->kind == CV_BLOCK_ITEM && list == REQUIREMENTS) {
			add_requirement(making, &required, block->words, optional);
		} else if (block->kind != CV_BLOCK_ITEM) {
			list = block->kind == CV_BLOCK_TABLE ? NOTHING
							     : list_of(block->words.text);
			optional = block->kind != CV_BLOCK_TABLE &&
				   is_optional(block->words.text);
			against = block->kind != CV_BLOCK_TABLE &&
				  cv_making_is_against(block->words.text);
		}
	}
}
