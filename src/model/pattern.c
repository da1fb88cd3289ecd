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

static bool is_wildcard(char c)
{
	return c && strchr(CV_WILDCARDS, c);
}

bool cv_pattern_is_wide(const char *pattern)
{
	/* Behind the two of the neutral patterns. */
	return strpbrk(pattern, CV_WILDCARDS + 2) != NULL;
}

bool cv_pattern_is_bare(const char *pattern)
{
	return cv_path_is_bare(pattern) && !cv_pattern_is_wide(pattern);
}

static uint32_t lower(uint32_t c)
{
	return c >= 'A' && c <= 'Z' ? c | 32 : c;
}

static char fold(enum cv_platform platform, char c)
{
	return platform == CV_LINUX ? c : (char)lower((unsigned char)c);
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

/* One side of the question.  What is not known of a wildcard counts as much in what has
 * to lie inside, and as little in what it has to lie in. */
struct side {
	const char *text;
	enum cv_reach reach;
	bool is_inner;
	bool folds; /* the product tells no case apart */
};

static void put_character(struct automaton *automaton, const struct side *side,
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
		put(automaton, side->is_inner ? wildcards[i].inner : wildcards[i].outer,
		    0);
		return;
	}
	if (folding == BOTH && small >= 'a' && small <= 'z')
		put(automaton, EITHER, small);
	else
		put(automaton, LITERAL, folding == FOLDED ? small : c);
}

static void put_segment(struct automaton *automaton, const struct side *side,
			enum folding folding, const char *text, size_t size)
{
	size_t length;

	/* No segment is empty, so one of nothing but stars has a character. */
	if (strspn(text, "*") >= size)
		put(automaton, ANY, 0);
	for (size_t at = 0; at < size; at += length)
		put_character(automaton, side, folding,
			      cv_utf8_decode(text + at, size - at, &length));
}

static struct automaton build(struct cv_arena *arena, enum cv_platform platform,
			      const struct side *side, enum folding folding)
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
			put_segment(&automaton, side, folding, text, size);
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

/* Both begin with a drive, a share, a variable or the root. */
static enum cv_answer fixed_inside(enum cv_platform platform, const struct side *inner,
				   const struct side *outer)
{
	const char separator = platform == CV_WINDOWS ? '\\' : '/';
	const bool is_mixed = inner->folds != outer->folds;
	const char *a = inner->text, *b = outer->text;
	struct search search = {.platform = platform};
	enum cv_answer answer;
	size_t at = 0, start = 0;

	if (are_heads_open(platform, a, b))
		return CV_ANSWER_UNKNOWN;
	/* What both begin with needs no search, and most pairs end here. */
	for (; !is_mixed && a[at] && !is_wildcard(a[at]) &&
	       (inner->folds ? lower((unsigned char)a[at]) == lower((unsigned char)b[at])
			     : a[at] == b[at]);
	     at++)
		if (a[at] == separator)
			start = at;
	if (!is_mixed && a[at] && b[at] && !is_wildcard(a[at]) && !is_wildcard(b[at]))
		return CV_ANSWER_NO;
	search.arena = cv_arena_open();
	search.shape = start > 0 ? INSIDE : AT_START;
	search.inner = build(search.arena, platform,
			     &(struct side){a + start, inner->reach, true, inner->folds},
			     !inner->folds ? AS_IS
			     : is_mixed    ? BOTH
					   : FOLDED);
	search.outer = build(search.arena, platform,
			     &(struct side){b + start, outer->reach, false, outer->folds},
			     !outer->folds ? AS_IS
			     : is_mixed    ? BOTH
					   : FOLDED);
	answer = run(&search);
	cv_arena_close(search.arena);
	return answer;
}

/* Bytes of a drive, a share or a variable at the start of a Windows path. */
static size_t head_size(const char *text)
{
	size_t size = strcspn(text, "\\");

	if (size > 0 || text[1] != '\\')
		return size;
	size = 2 + strcspn(text + 2, "\\");
	return size + (text[size] ? 1 + strcspn(text + size + 1, "\\") : 0);
}

/* The pattern from its volume on, where it is of any drive and share: a program's name
 * alone lies below any folders, and so does what follows a wildcard that stands for
 * anything.  Elsewhere such paths begin with the root. */
static const char *opened(struct cv_arena *arena, enum cv_platform platform,
			  const char *text)
{
	const bool is_windows = platform == CV_WINDOWS;

	if (cv_pattern_is_bare(text))
		return cv_arena_format(arena, "%s%s",
				       is_windows ? CV_WIDE_VOLUME "\\**\\" : "/**/",
				       text);
	if (!is_windows || text[0] != CV_WIDE_ANY[0])
		return text;
	return text[1] == '\\' ? cv_arena_format(arena, CV_WIDE_VOLUME "\\**%s", text + 1)
			       : cv_arena_format(arena, CV_WIDE_VOLUME "\\%s", text);
}

/* One of them is of more than one drive or share. */
static enum cv_answer open_inside(struct cv_arena *arena, enum cv_platform platform,
				  struct side inner, struct side outer)
{
	inner.text = opened(arena, platform, inner.text);
	outer.text = opened(arena, platform, outer.text);
	if (outer.text[0] == CV_WIDE_VOLUME[0]) {
		/* The outer one has the inner one's, whichever that is. */
		const bool are_both = inner.text[0] == CV_WIDE_VOLUME[0];
		const char *head = are_both ? "C:" : inner.text;

		outer.text = cv_arena_format(arena, "%.*s%s", (int)head_size(head), head,
					     outer.text + 1);
		if (are_both)
			inner.text = cv_arena_format(arena, "C:%s", inner.text + 1);
	} else if (inner.text[0] == CV_WIDE_VOLUME[0]) {
		return CV_ANSWER_NO;
	}
	return fixed_inside(platform, &inner, &outer);
}

static bool is_open(const char *text)
{
	return cv_pattern_is_bare(text) || text[0] == CV_WIDE_ANY[0] ||
	       text[0] == CV_WIDE_VOLUME[0];
}

enum cv_answer cv_pattern_inside(enum cv_platform platform, const char *inner,
				 enum cv_reach inner_reach, const char *outer,
				 enum cv_reach outer_reach)
{
	struct side in = {inner, inner_reach, true, platform != CV_LINUX};
	struct side out = {outer, outer_reach, false, platform != CV_LINUX};
	struct cv_arena *arena;
	enum cv_answer answer;

	/* Also where a search would end at its bound. */
	if (inner_reach == outer_reach && strcmp(inner, outer) == 0)
		return CV_ANSWER_YES;
	/* Most names alone need no search either. */
	if (cv_pattern_is_bare(outer) && !cv_pattern_is_wide(inner))
		return inner_reach == CV_REACH_ITSELF && outer_reach == CV_REACH_ITSELF &&
				       same_name(platform, cv_path_base(platform, inner),
						 outer)
			       ? CV_ANSWER_YES
			       : CV_ANSWER_NO;
	if (inner[0] == CV_WIDE_CASELESS[0]) {
		in.text++;
		in.folds = true;
	}
	if (outer[0] == CV_WIDE_CASELESS[0]) {
		out.text++;
		out.folds = true;
	}
	if (!is_open(in.text) && !is_open(out.text))
		return fixed_inside(platform, &in, &out);
	arena = cv_arena_open();
	answer = open_inside(arena, platform, in, out);
	cv_arena_close(arena);
	return answer;
}
