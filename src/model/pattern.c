/* Whether one pattern lies inside another, as a question about two automata over
 * characters: every character that the inner one may read is followed through the
 * set of states that the outer one may be in.  Characters that neither names are
 * all alike and stand for one symbol.  Sets that were seen are not followed twice,
 * and the work is counted: some questions are exponential.
 *
 * A path is read as (separator, segment) again and again behind its head. */
#include "model/pattern.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/utf8.h"

#define uthash_fatal(message) cv_out_of_memory()
#include <uthash.h>

enum token_kind {
	LITERAL,
	SEPARATOR,
	ANY,        /* one character */
	STAR,       /* any number of them */
	DEEP,       /* any number of whole segments: this and the two behind it */
	DEEP_FIRST, /* the first character of such a segment */
	DEEP_MORE,  /* its others */
};

struct token {
	enum token_kind kind;
	uint32_t character;
};

struct automaton {
	struct token *tokens;
	uint32_t count; /* state `count` accepts */
};

/* A state of the inner automaton, and all that the outer may be in meanwhile. */
struct pair {
	UT_hash_handle hh;
	struct pair *next;
	uint32_t state, count, set[];
};

struct search {
	struct cv_arena *arena;
	struct automaton inner, outer;
	struct pair *seen, *waiting;
	uint32_t *set, count;  /* under construction */
	uint32_t *marks, mark; /* states that are in it */
	size_t steps;
};

static bool is_wildcard(char c)
{
	return c == '*' || c == '?';
}

static char fold(enum cv_platform platform, char c)
{
	return platform != CV_LINUX && c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
}

static void put(struct automaton *automaton, enum token_kind kind, uint32_t character)
{
	automaton->tokens[automaton->count++] = (struct token){kind, character};
}

static void put_deep(struct automaton *automaton)
{
	put(automaton, DEEP, 0);
	put(automaton, DEEP_FIRST, 0);
	put(automaton, DEEP_MORE, 0);
}

static void put_segment(struct automaton *automaton, enum cv_platform platform,
			const char *text, size_t size)
{
	size_t length;

	/* No segment is empty, so one of nothing but stars has a character. */
	if (strspn(text, "*") >= size)
		put(automaton, ANY, 0);
	for (size_t at = 0; at < size; at += length) {
		const uint32_t c = cv_utf8_decode(text + at, size - at, &length);

		if (c == '*')
			put(automaton, STAR, 0);
		else if (c == '?')
			put(automaton, ANY, 0);
		else
			put(automaton, LITERAL,
			    c < 0x80 ? (uint32_t)fold(platform, (char)c) : c);
	}
}

static struct automaton build(struct cv_arena *arena, enum cv_platform platform,
			      const char *text, enum cv_reach reach)
{
	const char separator = platform == CV_WINDOWS ? '\\' : '/';
	const char stop[] = {separator, '\0'};
	struct automaton automaton = {NULL, 0};

	automaton.tokens = CV_NEW_ARRAY(arena, 3 * strlen(text) + 8, struct token);
	while (*text) {
		size_t size;

		/* Only a root ends with its separator, which begins no segment. */
		if (*text == separator && text[1] == '\0')
			break;
		if (*text == separator) {
			size = strcspn(++text, stop);
			if (size == 2 && text[0] == '*' && text[1] == '*') {
				put_deep(&automaton);
				text += size;
				continue;
			}
			put(&automaton, SEPARATOR, 0);
		} else {
			size = strcspn(text, stop);
		}
		if (size > 0)
			put_segment(&automaton, platform, text, size);
		text += size;
	}
	if (reach != CV_REACH_ITSELF) {
		put(&automaton, SEPARATOR, 0);
		put(&automaton, ANY, 0);
		put(&automaton, STAR, 0);
	}
	if (reach == CV_REACH_TREE)
		put_deep(&automaton);
	return automaton;
}

/* Puts a state into the set with all that it reaches without reading; sorted. */
static void enter(struct search *search, uint32_t state)
{
	for (;;) {
		const bool is_end = state == search->outer.count;
		uint32_t at = search->count;

		if (search->marks[state] == search->mark)
			return;
		search->marks[state] = search->mark;
		for (; at > 0 && search->set[at - 1] > state; at--) {
			search->set[at] = search->set[at - 1];
			search->steps++;
		}
		search->set[at] = state;
		search->count++;
		if (is_end)
			return;
		if (search->outer.tokens[state].kind == STAR)
			state++;
		else if (search->outer.tokens[state].kind == DEEP)
			state += 3;
		else if (search->outer.tokens[state].kind == DEEP_MORE)
			state -= 2;
		else
			return;
	}
}

/* Whether the token lets `read` pass, and the state behind it.  ANY as what is read
 * is a character that no token names. */
static bool reads(const struct token *token, uint32_t state, struct token read,
		  uint32_t *next_out)
{
	if (read.kind == SEPARATOR) {
		*next_out = state + 1;
		return token->kind == SEPARATOR || token->kind == DEEP;
	}
	switch (token->kind) {
	case LITERAL:
		*next_out = state + 1;
		return read.kind == LITERAL && read.character == token->character;
	case ANY:
	case DEEP_FIRST:
		*next_out = state + 1;
		return true;
	case STAR:
	case DEEP_MORE:
		*next_out = state;
		return true;
	case SEPARATOR:
	case DEEP:
		break;
	}
	return false;
}

/* Notes the pair of `state` and the set under construction, unless it is known. */
static void note(struct search *search, uint32_t state)
{
	const size_t size = (2 + search->count) * sizeof(uint32_t);
	struct pair *pair, *known;

	pair = cv_arena_array(search->arena,
			      sizeof *pair + search->count * sizeof(uint32_t), 1);
	pair->state = state;
	pair->count = search->count;
	memcpy(pair->set, search->set, search->count * sizeof(uint32_t));
	search->steps += 1 + search->count;
	HASH_FIND(hh, search->seen, &pair->state, size, known);
	if (known)
		return;
	HASH_ADD_KEYPTR(hh, search->seen, &pair->state, size, pair);
	pair->next = search->waiting;
	search->waiting = pair;
}

static void begin_set(struct search *search)
{
	search->count = 0;
	search->mark++;
}

/* The inner automaton goes to `state` on reading `read`; false when the outer one
 * cannot follow, for then some path is outside: from every state there is a way on. */
static bool follow(struct search *search, const struct pair *from, struct token read,
		   uint32_t state)
{
	begin_set(search);
	for (uint32_t i = 0; i < from->count; i++) {
		const uint32_t at = from->set[i];
		uint32_t next;

		if (at < search->outer.count &&
		    reads(&search->outer.tokens[at], at, read, &next))
			enter(search, next);
	}
	search->steps += from->count;
	note(search, state);
	return search->count > 0;
}

/* The same for every character: those that the outer one tells apart, and one
 * that stands for all others. */
static bool follow_any(struct search *search, const struct pair *from, uint32_t state)
{
	const struct token *tokens = search->outer.tokens;

	for (uint32_t i = 0; i < from->count; i++) {
		const uint32_t at = from->set[i];

		if (at < search->outer.count && tokens[at].kind == LITERAL &&
		    !follow(search, from, tokens[at], state))
			return false;
	}
	return follow(search, from, (struct token){ANY, 0}, state);
}

/* The inner automaton goes to `state` without reading. */
static void slip(struct search *search, const struct pair *from, uint32_t state)
{
	begin_set(search);
	for (uint32_t i = 0; i < from->count; i++)
		enter(search, from->set[i]);
	note(search, state);
}

/* False when a path is found that the outer one does not take. */
static bool expand(struct search *search, const struct pair *pair)
{
	const uint32_t at = pair->state;
	struct token token;

	if (at == search->inner.count)
		return pair->set[pair->count - 1] == search->outer.count;
	token = search->inner.tokens[at];
	switch (token.kind) {
	case LITERAL:
	case SEPARATOR:
		return follow(search, pair, token, at + 1);
	case ANY:
	case DEEP_FIRST:
		return follow_any(search, pair, at + 1);
	case STAR:
		slip(search, pair, at + 1);
		return follow_any(search, pair, at);
	case DEEP:
		slip(search, pair, at + 3);
		return follow(search, pair, (struct token){SEPARATOR, 0}, at + 1);
	case DEEP_MORE:
		slip(search, pair, at - 2);
		return follow_any(search, pair, at);
	}
	return false;
}

static enum cv_answer run(struct search *search)
{
	enum cv_answer answer = CV_ANSWER_YES;

	search->set = CV_NEW_ARRAY(search->arena, search->outer.count + 1, uint32_t);
	search->marks = CV_NEW_ARRAY(search->arena, search->outer.count + 1, uint32_t);
	begin_set(search);
	enter(search, 0);
	note(search, 0);
	while (search->waiting && answer == CV_ANSWER_YES) {
		struct pair *pair = search->waiting;

		search->waiting = pair->next;
		if (!expand(search, pair))
			answer = CV_ANSWER_NO;
		else if (search->steps > CV_MAX_PATTERN_STEPS)
			answer = CV_ANSWER_UNKNOWN;
	}
	HASH_CLEAR(hh, search->seen);
	return answer;
}

/* Whether variables keep us from comparing: where two heads differ and one of
 * them is a variable, they may still be one folder. */
static bool are_heads_open(enum cv_platform platform, const char *a, const char *b)
{
	const size_t size = strcspn(a, "\\");

	if (platform != CV_WINDOWS || (a[0] != '%' && b[0] != '%'))
		return false;
	if (size != strcspn(b, "\\"))
		return true;
	for (size_t i = 0; i < size; i++)
		if (fold(platform, a[i]) != fold(platform, b[i]))
			return true;
	return false;
}

static bool same_name(enum cv_platform platform, const char *a, const char *b)
{
	while (*a && fold(platform, *a) == fold(platform, *b))
		a++, b++;
	return *a == *b;
}

/* One of them is a program's name alone.  Windows has no other pattern that is of all
 * drives and shares; elsewhere a name is one below any folders of the root. */
static enum cv_answer bare_inside(enum cv_platform platform, const char *inner,
				  enum cv_reach inner_reach, const char *outer,
				  enum cv_reach outer_reach)
{
	struct cv_arena *arena;
	enum cv_answer answer;

	if (cv_path_is_bare(outer))
		return inner_reach == CV_REACH_ITSELF && outer_reach == CV_REACH_ITSELF &&
				       same_name(platform, cv_path_base(platform, inner),
						 outer)
			       ? CV_ANSWER_YES
			       : CV_ANSWER_NO;
	if (platform == CV_WINDOWS)
		return CV_ANSWER_NO;
	arena = cv_arena_open();
	answer = cv_pattern_inside(platform, cv_arena_format(arena, "/**/%s", inner),
				   inner_reach, outer, outer_reach);
	cv_arena_close(arena);
	return answer;
}

enum cv_answer cv_pattern_inside(enum cv_platform platform, const char *inner,
				 enum cv_reach inner_reach, const char *outer,
				 enum cv_reach outer_reach)
{
	const char separator = platform == CV_WINDOWS ? '\\' : '/';
	struct search search = {0};
	enum cv_answer answer;
	size_t at = 0, start = 0;

	/* Also where a search would end at its bound. */
	if (inner_reach == outer_reach && strcmp(inner, outer) == 0)
		return CV_ANSWER_YES;
	if (cv_path_is_bare(inner) || cv_path_is_bare(outer))
		return bare_inside(platform, inner, inner_reach, outer, outer_reach);
	if (are_heads_open(platform, inner, outer))
		return CV_ANSWER_UNKNOWN;
	/* What both begin with needs no search, and most pairs end here. */
	for (; inner[at] && !is_wildcard(inner[at]) &&
	       fold(platform, inner[at]) == fold(platform, outer[at]);
	     at++)
		if (inner[at] == separator)
			start = at;
	if (inner[at] && outer[at] && !is_wildcard(inner[at]) && !is_wildcard(outer[at]))
		return CV_ANSWER_NO;
	search.arena = cv_arena_open();
	search.inner = build(search.arena, platform, inner + start, inner_reach);
	search.outer = build(search.arena, platform, outer + start, outer_reach);
	answer = run(&search);
	cv_arena_close(search.arena);
	return answer;
}
