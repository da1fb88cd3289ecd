/* Cells of ports.  A cell is cut into numbers, words and signs; then each item is a
 * number or a range, with a protocol before or behind it.  What does not come out as one
 * list is open: ports are never made up. */
#include "import/cells.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "import/texts.h"

enum token_kind { NUMBER, WORD, RANGE, PARTING, SLASH, COLON, OPEN, CLOSE, OTHER, END };

struct token {
	enum token_kind kind;
	const char *text;
	size_t size;
};

enum { MOST_TOKENS = 256, MOST_GROUPS = 8 };

struct reading {
	struct cv_ctx *ctx;
	struct cv_span at;
	struct cv_footnotes notes;
	struct cv_told_ports *out;
	struct token tokens[MOST_TOKENS];
	size_t count, next;
	const char *before; /* a protocol that stood before the numbers */
	bool fresh;         /* and no number has followed yet */
};

static const struct {
	const char *sign;
	enum token_kind kind;
} signs[] = {
	{"..", RANGE},
	{"-", RANGE},
	{"\xE2\x80\x93", RANGE},
	{"\xE2\x80\x94", RANGE},
	{",", PARTING},
	{";", PARTING},
	{"\n", PARTING},
	{"&", PARTING},
	{"/", SLASH},
	{":", COLON},
	{"(", OPEN},
	{")", CLOSE},
};

static struct token next_token(const char *p)
{
	struct token token = {OTHER, p, 1};

	if (isdigit((unsigned char)*p)) {
		token.kind = NUMBER;
		token.size = strspn(p, "0123456789");
		return token;
	}
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (strncmp(p, signs[i].sign, strlen(signs[i].sign)) == 0)
			return (struct token){signs[i].kind, p, strlen(signs[i].sign)};
	if (isalpha((unsigned char)*p)) {
		token.size = 0;
		while (isalnum((unsigned char)p[token.size]))
			token.size++;
		token.kind = WORD;
	}
	return token;
}

static bool is_word(const struct token *token, const char *word)
{
	return token->kind == WORD && token->size == strlen(word) &&
	       strncasecmp(token->text, word, token->size) == 0;
}

static bool cut_tokens(struct reading *reading, const char *words)
{
	for (const char *p = words; *p;) {
		struct token token;

		if (*p == ' ') {
			p++;
			continue;
		}
		if (reading->count + 1 >= MOST_TOKENS)
			return false;
		token = next_token(p);
		p += token.size;
		if (is_word(&token, "and") || is_word(&token, "or"))
			token.kind = PARTING;
		else if (is_word(&token, "to"))
			token.kind = RANGE;
		else if (is_word(&token, "port") || is_word(&token, "ports"))
			continue;
		reading->tokens[reading->count++] = token;
	}
	reading->tokens[reading->count] = (struct token){END, "", 0};
	return true;
}

static struct token *peek(struct reading *reading, size_t ahead)
{
	const size_t at = reading->next + ahead;

	return &reading->tokens[at < reading->count ? at : reading->count];
}

/* The protocol that the word names, a footnote glued behind it left out. */
static const char *protocol_of(struct reading *reading, const struct token *token)
{
	static const char *const protocols[] = {"tcp", "udp", "sctp", NULL};
	size_t size = token->size;

	if (token->kind != WORD)
		return NULL;
	while (size && isdigit((unsigned char)token->text[size - 1]))
		size--;
	for (size_t i = 0; protocols[i]; i++)
		if (strlen(protocols[i]) == size &&
		    strncasecmp(protocols[i], token->text, size) == 0) {
			if (size < token->size)
				reading->out->remark = cv_arena_format(
					reading->ctx->arena, "footnote %.*s",
					(int)(token->size - size), token->text + size);
			return protocols[i];
		}
	return NULL;
}

static bool fail(struct reading *reading, const char *format, const struct token *token)
{
	if (!reading->out->why)
		reading->out->why = cv_arena_format(
			reading->ctx->arena, format,
			cv_shown_part(reading->ctx, token->text, token->size));
	return false;
}

static bool port(struct reading *reading, const struct token *token, unsigned long *out)
{
	if (token->size > 5 || token->text[0] == '0')
		return fail(reading, "`%s` is no port", token);
	*out = strtoul(token->text, NULL, 10);
	if (*out > 65535)
		return fail(reading, "`%s` is no port", token);
	return true;
}

/* Whether the last digit may be the mark of a footnote; `low` is the range's start or 0.
 */
static bool may_be_glued(const struct reading *reading, unsigned long value,
			 unsigned long low)
{
	const unsigned mark = (unsigned)(value % 10);

	if (low)
		return value / 10 >= low && reading->notes.noted >> mark & 1;
	return value > 9999 && reading->notes.glued >> mark & 1;
}

static struct cv_port_group *add_group(struct reading *reading, const char *protocol)
{
	struct cv_told_ports *out = reading->out;

	for (size_t i = 0; i < out->count; i++)
		if (cv_text_compare(out->groups[i].protocol, protocol) == 0)
			return &out->groups[i];
	if (out->count == MOST_GROUPS)
		return NULL;
	out->groups[out->count].protocol = protocol;
	return &out->groups[out->count++];
}

/* `/tcp`, ` tcp` or `/ip` behind an item.  *protocol_out stays where there is none. */
static bool read_behind(struct reading *reading, const char **protocol_out, bool *number)
{
	const bool slash = peek(reading, 0)->kind == SLASH;
	const struct token *word = peek(reading, slash);
	const char *protocol = protocol_of(reading, word);

	if (slash && is_word(word, "ip")) {
		*number = true;
		reading->next += 2;
		return true;
	}
	if (!protocol)
		return true;
	if (reading->before)
		return fail(reading, "`%s` stands beside another protocol", word);
	reading->next += 1U + slash;
	*protocol_out = protocol;
	if (!slash) /* it is said of all numbers before it */
		for (size_t i = 0; i < reading->out->count; i++)
			if (!reading->out->groups[i].protocol)
				reading->out->groups[i].protocol = protocol;
	/* `53/tcp/udp`, `53 tcp and udp` */
	if (peek(reading, 0)->kind == SLASH && protocol_of(reading, peek(reading, 1))) {
		*protocol_out = "tcp+udp";
		reading->next += 2;
	}
	return true;
}

static bool add_port(struct reading *reading, const char *protocol, const char *text)
{
	struct cv_port_group *group = add_group(reading, protocol);

	reading->fresh = false;
	if (!group) {
		reading->out->why = "more protocols than one cell has";
		return false;
	}
	if (text)
		cv_texts_add(reading->ctx, &group->ports, text, reading->at);
	return true;
}

static const char *ip_protocol(struct reading *reading, unsigned long number)
{
	if (number == 50)
		return "esp";
	if (number == 51)
		return "ah";
	return cv_arena_format(reading->ctx->arena, "%lu", number);
}

static bool read_number(struct reading *reading)
{
	const struct token *first = peek(reading, 0), *sign = peek(reading, 1),
			   *second = peek(reading, 2);
	const bool range =
		(sign->kind == RANGE || sign->kind == COLON) && second->kind == NUMBER;
	unsigned long low, high = 0; /* of a range */
	const char *protocol = reading->before, *text;
	bool number = false;

	if (!port(reading, first, &low) || (range && !port(reading, second, &high)))
		return false;
	if (low == 0 || (range && high < low))
		return fail(reading, "the range from `%s` runs backwards", first);
	if (may_be_glued(reading, range ? high : low, range ? low : 0))
		return fail(
			reading,
			"`%s` may be a port, or a shorter one with a footnote behind it",
			range ? second : first);
	reading->next += range ? 3 : 1;
	if (!read_behind(reading, &protocol, &number))
		return false;
	if (number)
		return !range && add_port(reading, ip_protocol(reading, low), NULL);
	text = cv_arena_format(reading->ctx->arena, range ? "%lu-%lu" : "%lu", low, high);
	return add_port(reading, protocol, text);
}

/* (DNS): a remark; with a number in it, who knows. */
static bool read_brackets(struct reading *reading)
{
	const struct token *open = peek(reading, 0), *token = open;

	while (token->kind != CLOSE) {
		reading->next++;
		token = peek(reading, 0);
		if (token->kind == END || token->kind == NUMBER ||
		    protocol_of(reading, token))
			return fail(reading,
				    "`%s` and what follows may say more of ports", open);
	}
	reading->next++;
	reading->out->remark = cv_arena_copy(reading->ctx->arena, open->text + 1,
					     (size_t)(token->text - open->text) - 1);
	return true;
}

static bool read_word(struct reading *reading)
{
	const struct token *word = peek(reading, 0);
	const char *protocol = protocol_of(reading, word);
	const char *alone = is_word(word, "any") || is_word(word, "all") ? "any"
			    : is_word(word, "dynamic")                   ? "dynamic"
									 : NULL;

	if (alone) {
		reading->next++;
		return add_port(reading, reading->before, alone);
	}
	if (!protocol)
		return fail(reading, "`%s` is neither a port nor a protocol", word);
	if (reading->out->count && !reading->before)
		return fail(reading, "`%s` may belong to what stands before or behind it",
			    word);
	reading->next++;
	if (peek(reading, 0)->kind == SLASH && protocol_of(reading, peek(reading, 1))) {
		protocol = "tcp+udp";
		reading->next += 2;
	}
	if (peek(reading, 0)->kind == COLON || peek(reading, 0)->kind == SLASH)
		reading->next++;
	if (reading->fresh && strcmp(reading->before, protocol) != 0)
		protocol = "tcp+udp"; /* `TCP and UDP 53` */
	reading->before = protocol;
	reading->fresh = true;
	return true;
}

static bool read_items(struct reading *reading)
{
	for (;;) {
		const struct token *token = peek(reading, 0);

		switch (token->kind) {
		case END:
			return true;
		case PARTING:
		case SLASH:
			reading->next++;
			continue;
		case NUMBER:
			if (!read_number(reading))
				return false;
			continue;
		case WORD:
			if (!read_word(reading))
				return false;
			continue;
		case OPEN:
			if (!read_brackets(reading))
				return false;
			continue;
		case RANGE:
		case COLON:
		case CLOSE:
		case OTHER:
			return fail(reading, "`%s` says nothing of ports", token);
		}
	}
}

static bool has_port_words(const struct reading *reading)
{
	for (size_t i = 0; i < reading->count; i++)
		if (reading->tokens[i].kind == NUMBER ||
		    is_word(&reading->tokens[i], "any") ||
		    is_word(&reading->tokens[i], "dynamic"))
			return true;
	return false;
}

/* `any` beside numbers is not one thing, nor are ports of a protocol beside others of
 * none. */
static bool is_one_thing(struct reading *reading)
{
	for (size_t i = 1; i < reading->out->count; i++)
		if (!reading->out->groups[i].protocol !=
		    !reading->out->groups[0].protocol) {
			reading->out->why =
				"some ports have a protocol and some have none";
			return false;
		}
	for (size_t i = 0; i < reading->out->count; i++) {
		const struct cv_texts *ports = &reading->out->groups[i].ports;

		for (size_t k = 0; k < ports->count; k++)
			if (ports->count > 1 &&
			    isalpha((unsigned char)*ports->items[k].text)) {
				reading->out->why =
					"a word and numbers stand side by side";
				return false;
			}
	}
	return true;
}

enum cv_told cv_cell_ports(struct cv_ctx *ctx, const char *words, struct cv_span at,
			   struct cv_footnotes notes, struct cv_told_ports *out)
{
	struct reading reading = {.ctx = ctx, .at = at, .notes = notes, .out = out};

	memset(out, 0, sizeof *out);
	if (!cut_tokens(&reading, words)) {
		out->why = "more numbers than one row has";
		return CV_TOLD_OPEN;
	}
	if (!has_port_words(&reading))
		return CV_TOLD_NOT;
	out->groups = CV_NEW_ARRAY(ctx->arena, MOST_GROUPS, struct cv_port_group);
	if (!read_items(&reading) || !is_one_thing(&reading))
		return CV_TOLD_OPEN;
	if (out->count)
		return CV_TOLD;
	out->why = "no port in it";
	return CV_TOLD_OPEN;
}
