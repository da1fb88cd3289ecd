/* The search behind cv_pattern_inside, as a question about two automata over characters:
 * every character that the inner one may read is followed through the set of states that
 * the outer one may be in.  Characters that neither names are all alike and stand for one
 * symbol.  Sets that were seen are not followed twice, and the work is counted: some
 * questions are exponential.
 *
 * A path is read as (separator, segment) again and again behind its head. */
#include "model/pattern_search.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/hash_table.h"
#include "base/limits.h"
#include "base/utf8.h"

enum token_kind {
	LITERAL,
	SEPARATOR,
	ANY,        /* one character */
	STAR,       /* any number of them */
	DEEP,       /* any number of whole segments: this and the two behind it */
	DEEP_FIRST, /* the first character of such a segment */
	DEEP_MORE,  /* its others */
	EITHER,     /* a letter in both cases, where the other pattern tells them apart */
	ANYTHING,   /* any number of characters, separators too */
	ANYONE,     /* one character, a separator too */
	MAYBE,      /* one character or none */
	BYTE,       /* one character of a byte */
};

/* What of a path was read last.  No segment of a path is empty and no file's path ends
 * with a separator: ways that lead there are none. */
enum shape {
	AT_START,
	IN_HEAD, /* behind the first of the two separators of a share */
	BEHIND_DRIVE,
	BEHIND_SEPARATOR,
	INSIDE,
};

/* What to do about case. */
enum folding {
	AS_IS,
	FOLDED, /* the same for both patterns */
	BOTH,   /* both cases, since the other pattern tells them apart */
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
	uint32_t shape, state, count, set[];
};

struct search {
	struct cv_arena *arena;
	enum cv_platform platform;
	enum shape shape; /* to begin with */
	struct automaton inner, outer;
	struct pair *seen, *waiting;
	uint32_t *set, count;  /* under construction */
	uint32_t *marks, mark; /* states that are in it */
	size_t steps;
};

static uint32_t lower(uint32_t c)
{
	return c >= 'A' && c <= 'Z' ? c | 32 : c;
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

static void put_character(struct automaton *automaton, bool is_inner,
			  enum folding folding, uint32_t c)
{
	static const struct {
		char code;
		enum token_kind inner, outer;
	} wildcards[] = {
		{'*', STAR, STAR},
		{'?', ANY, ANY},
		{CV_WIDE_ANY[0], ANYTHING, ANYTHING},
		{CV_WIDE_STAR[0], ANYTHING, STAR},
		{CV_WIDE_ONE[0], ANYONE, ANYONE},
		{CV_WIDE_MAYBE[0], MAYBE, MAYBE},
		{CV_WIDE_BYTE[0], ANY, BYTE},
	};
	const uint32_t small = lower(c);

	for (size_t i = 0; i < sizeof wildcards / sizeof *wildcards; i++) {
		if (c != (uint32_t)wildcards[i].code)
			continue;
		put(automaton, is_inner ? wildcards[i].inner : wildcards[i].outer, 0);
		return;
	}
	if (folding == BOTH && small >= 'a' && small <= 'z')
		put(automaton, EITHER, small);
	else
		put(automaton, LITERAL, folding == FOLDED ? small : c);
}

static void put_segment(struct automaton *automaton, bool is_inner, enum folding folding,
			const char *text, size_t size)
{
	size_t length;

	/* No segment is empty, so one of nothing but stars has a character. */
	if (strspn(text, "*") >= size)
		put(automaton, ANY, 0);
	for (size_t at = 0; at < size; at += length)
		put_character(automaton, is_inner, folding,
			      cv_utf8_decode(text + at, size - at, &length));
}

static struct automaton build(struct cv_arena *arena, enum cv_platform platform,
			      const struct cv_pattern_side *side, bool is_inner,
			      enum folding folding)
{
	const char *text = side->text;
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
			put_segment(&automaton, is_inner, folding, text, size);
		text += size;
	}
	if (side->reach != CV_REACH_ITSELF) {
		put(&automaton, SEPARATOR, 0);
		put(&automaton, ANY, 0);
		put(&automaton, STAR, 0);
	}
	if (side->reach == CV_REACH_TREE)
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
		switch (search->outer.tokens[state].kind) {
		case STAR:
		case ANYTHING:
		case MAYBE:
			state++;
			break;
		case DEEP:
			state += 3;
			break;
		case DEEP_MORE:
			state -= 2;
			break;
		default:
			return;
		}
	}
}

/* Whether the token lets `read` pass, and the state behind it.  ANY as what is read
 * is a character that no token names. */
static bool reads(const struct token *token, uint32_t state, struct token read,
		  uint32_t *next_out)
{
	if (read.kind == SEPARATOR) {
		*next_out = token->kind == ANYTHING ? state : state + 1;
		return token->kind == SEPARATOR || token->kind == DEEP ||
		       token->kind == ANYTHING || token->kind == ANYONE;
	}
	*next_out = state + 1;
	switch (token->kind) {
	case LITERAL:
		return read.kind == LITERAL && read.character == token->character;
	case EITHER:
		return read.kind == LITERAL && lower(read.character) == token->character;
	case BYTE:
		/* What no token names may be of more than a byte. */
		return read.kind == LITERAL && read.character < 0x80;
	case ANY:
	case ANYONE:
	case MAYBE:
	case DEEP_FIRST:
		return true;
	case STAR:
	case ANYTHING:
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
static void note(struct search *search, enum shape shape, uint32_t state)
{
	const size_t size = (3 + search->count) * sizeof(uint32_t);
	struct pair *pair, *known;

	pair = cv_arena_array(search->arena,
			      sizeof *pair + search->count * sizeof(uint32_t), 1);
	pair->shape = shape;
	pair->state = state;
	pair->count = search->count;
	memcpy(pair->set, search->set, search->count * sizeof(uint32_t));
	search->steps += 1 + search->count;
	HASH_FIND(hh, search->seen, &pair->shape, size, known);
	if (known)
		return;
	HASH_ADD_KEYPTR(hh, search->seen, &pair->shape, size, pair);
	pair->next = search->waiting;
	search->waiting = pair;
}

static void begin_set(struct search *search)
{
	search->count = 0;
	search->mark++;
}

/* Whether a path may go on so; the shape that it has then. */
static bool goes_on(const struct search *search, enum shape from, struct token read,
		    enum shape *shape_out)
{
	const bool is_windows = search->platform == CV_WINDOWS;

	if (read.kind != SEPARATOR) {
		/* A colon stands only behind a drive, and a separator behind it. */
		*shape_out = is_windows && read.kind == LITERAL && read.character == ':'
				     ? BEHIND_DRIVE
				     : INSIDE;
		return from == AT_START ? is_windows : from != BEHIND_DRIVE;
	}
	*shape_out = is_windows && from == AT_START ? IN_HEAD : BEHIND_SEPARATOR;
	return from != BEHIND_SEPARATOR;
}

/* The inner automaton goes to `state` on reading `read`; false when the outer one
 * cannot follow, for then some path is outside: from every state there is a way on. */
static bool follow(struct search *search, const struct pair *from, struct token read,
		   uint32_t state)
{
	enum shape shape;

	if (!goes_on(search, (enum shape)from->shape, read, &shape))
		return true;
	begin_set(search);
	for (uint32_t i = 0; i < from->count; i++) {
		const uint32_t at = from->set[i];
		uint32_t next;

		if (at < search->outer.count &&
		    reads(&search->outer.tokens[at], at, read, &next))
			enter(search, next);
	}
	search->steps += from->count;
	note(search, shape, state);
	return search->count > 0;
}

static bool follow_both(struct search *search, const struct pair *from, uint32_t small,
			uint32_t state)
{
	return follow(search, from, (struct token){LITERAL, small}, state) &&
	       follow(search, from, (struct token){LITERAL, small - 32}, state);
}

/* The same for every character: those that the outer one tells apart, and one
 * that stands for all others. */
static bool follow_any(struct search *search, const struct pair *from, uint32_t state)
{
	const struct token *tokens = search->outer.tokens;

	for (uint32_t i = 0; i < from->count; i++) {
		const uint32_t at = from->set[i];

		if (at == search->outer.count)
			continue;
		if (tokens[at].kind == LITERAL &&
		    !follow(search, from, tokens[at], state))
			return false;
		if (tokens[at].kind == EITHER &&
		    !follow_both(search, from, tokens[at].character, state))
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
	note(search, (enum shape)from->shape, state);
}

/* False when a path is found that the outer one does not take. */
static bool expand(struct search *search, const struct pair *pair)
{
	const uint32_t at = pair->state;
	struct token token;

	if (at == search->inner.count)
		return pair->shape == BEHIND_SEPARATOR || pair->shape == IN_HEAD ||
		       pair->set[pair->count - 1] == search->outer.count;
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
	case EITHER:
		return follow_both(search, pair, token.character, at + 1);
	case ANYTHING:
		slip(search, pair, at + 1);
		return follow(search, pair, (struct token){SEPARATOR, 0}, at) &&
		       follow_any(search, pair, at);
	case ANYONE:
		return follow(search, pair, (struct token){SEPARATOR, 0}, at + 1) &&
		       follow_any(search, pair, at + 1);
	case MAYBE:
		slip(search, pair, at + 1);
		return follow_any(search, pair, at + 1);
	case BYTE: /* in outer automata only */
		break;
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
	note(search, search->shape, 0);
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

enum cv_answer cv_pattern_search(enum cv_platform platform, bool is_whole,
				 const struct cv_pattern_side *inner,
				 const struct cv_pattern_side *outer)
{
	const enum folding folding = inner->folds == outer->folds ? FOLDED : BOTH;
	struct search search = {.platform = platform,
				.shape = is_whole ? AT_START : INSIDE,
				.arena = cv_arena_open()};
	enum cv_answer answer;

	search.inner = build(search.arena, platform, inner, true,
			     inner->folds ? folding : AS_IS);
	search.outer = build(search.arena, platform, outer, false,
			     outer->folds ? folding : AS_IS);
	answer = run(&search);
	cv_arena_close(search.arena);
	return answer;
}
