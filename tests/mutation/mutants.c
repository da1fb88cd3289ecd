/* One small change each: what a slip of an emitter, of a hand or of a disk would do. */
#include "mutants.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

uint32_t random_below(struct random *random, size_t limit)
{
	random->state ^= random->state << 13;
	random->state ^= random->state >> 7;
	random->state ^= random->state << 17;
	return (uint32_t)((random->state >> 16) % limit);
}

/* The bytes with `size` of them from `at` on replaced. */
static bool replace(struct cv_buf *out, const char *bytes, size_t all, size_t at,
		    size_t size, const char *by, size_t by_size)
{
	cv_buf_add(out, bytes, at);
	cv_buf_add(out, by, by_size);
	cv_buf_add(out, bytes + at + size, all - at - size);
	return true;
}

typedef int (*class_of)(int);

static int is_quote(int c)
{
	return c == '\'' || c == '"' || c == '`';
}

static int is_mark(int c)
{
	return ispunct(c) && !is_quote(c);
}

static int is_blank(int c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static int is_any(int c)
{
	(void)c;
	return 1;
}

/* The offset of a byte of that class, or `size`: the first behind a random one. */
static size_t find(struct random *random, const char *bytes, size_t size, class_of wanted)
{
	const size_t start = random_below(random, size);

	for (size_t i = 0; i < size; i++)
		if (wanted((unsigned char)bytes[(start + i) % size]))
			return (start + i) % size;
	return size;
}

static bool other_digit(struct random *random, const char *bytes, size_t size,
			struct cv_buf *out)
{
	const size_t at = find(random, bytes, size, isdigit);
	char by;

	if (at == size)
		return false;
	by = (char)('0' + (bytes[at] - '0' + 1 + (int)random_below(random, 9)) % 10);
	return replace(out, bytes, size, at, 1, &by, 1);
}

/* A whole number, one more or one less: a port, a prefix length, an end of a range. */
static bool other_number(struct random *random, const char *bytes, size_t size,
			 struct cv_buf *out)
{
	size_t at = find(random, bytes, size, isdigit), end = at;
	struct cv_buf by = CV_BUF_INIT;
	unsigned long number;

	if (at == size)
		return false;
	while (at && isdigit((unsigned char)bytes[at - 1]))
		at--;
	while (end < size && isdigit((unsigned char)bytes[end]))
		end++;
	if (end - at > 9)
		return false;
	number = strtoul(bytes + at, NULL, 10);
	cv_buf_number(&by, random_below(random, 2) || !number ? number + 1 : number - 1);
	replace(out, bytes, size, at, end - at, by.data, by.size);
	cv_buf_deinit(&by);
	return true;
}

static bool other_letter(struct random *random, const char *bytes, size_t size,
			 struct cv_buf *out)
{
	const size_t at = find(random, bytes, size, isalpha);
	char by;

	if (at == size)
		return false;
	by = (char)('a' +
		    (tolower(bytes[at]) - 'a' + 1 + (int)random_below(random, 25)) % 26);
	if (isupper((unsigned char)bytes[at]))
		by = (char)toupper(by);
	return replace(out, bytes, size, at, 1, &by, 1);
}

static bool other_case(struct random *random, const char *bytes, size_t size,
		       struct cv_buf *out)
{
	const size_t at = find(random, bytes, size, isalpha);
	char by;

	if (at == size)
		return false;
	by = (char)(bytes[at] ^ ('a' ^ 'A'));
	return replace(out, bytes, size, at, 1, &by, 1);
}

/* Another byte of a set in the place of one, none, or one before it. */
static bool other_of(struct random *random, const char *bytes, size_t size,
		     class_of wanted, const char *set, struct cv_buf *out)
{
	const size_t at = find(random, bytes, size, wanted);
	const char *by = &set[random_below(random, strlen(set))];

	if (at == size)
		return false;
	switch (random_below(random, 3)) {
	case 0:
		return *by != bytes[at] && replace(out, bytes, size, at, 1, by, 1);
	case 1:
		return replace(out, bytes, size, at, 1, "", 0);
	default:
		return replace(out, bytes, size, at, 0, by, 1);
	}
}

static bool quote(struct random *random, const char *bytes, size_t size,
		  struct cv_buf *out)
{
	return other_of(random, bytes, size, is_quote, "'\"`", out);
}

static bool mark(struct random *random, const char *bytes, size_t size,
		 struct cv_buf *out)
{
	return other_of(random, bytes, size, is_mark, "\\/.,;:-_#$@{}[]()<>=|&*?!%^~+",
			out);
}

static bool blank(struct random *random, const char *bytes, size_t size,
		  struct cv_buf *out)
{
	return other_of(random, bytes, size, is_blank, " \t\r\n", out);
}

static bool byte_dropped(struct random *random, const char *bytes, size_t size,
			 struct cv_buf *out)
{
	return replace(out, bytes, size, find(random, bytes, size, is_any), 1, "", 0);
}

static bool byte_doubled(struct random *random, const char *bytes, size_t size,
			 struct cv_buf *out)
{
	const size_t at = find(random, bytes, size, is_any);

	return replace(out, bytes, size, at, 0, bytes + at, 1);
}

static bool byte_changed(struct random *random, const char *bytes, size_t size,
			 struct cv_buf *out)
{
	const size_t at = find(random, bytes, size, is_any);
	const char by = (char)random_below(random, 256);

	return by != bytes[at] && replace(out, bytes, size, at, 1, &by, 1);
}

/* A line with what is indented below it, up to the line that closes it. */
struct block {
	size_t at, size;
};

static size_t line_end(const char *bytes, size_t size, size_t at)
{
	const char *end = memchr(bytes + at, '\n', size - at);

	return end ? (size_t)(end - bytes) + 1 : size;
}

static size_t indent_of(const char *bytes, size_t size, size_t at)
{
	size_t indent = 0;

	while (at + indent < size &&
	       (bytes[at + indent] == ' ' || bytes[at + indent] == '\t'))
		indent++;
	return indent;
}

static bool closes(const char *bytes, size_t size, size_t at)
{
	return at < size && (strchr("}])", bytes[at]) ||
			     (at + 1 < size && memcmp(bytes + at, "</", 2) == 0));
}

static struct block line_at(struct random *random, const char *bytes, size_t size)
{
	size_t at = random_below(random, size);

	while (at && bytes[at - 1] != '\n')
		at--;
	return (struct block){at, line_end(bytes, size, at) - at};
}

static struct block block_at(struct random *random, const char *bytes, size_t size)
{
	struct block block = line_at(random, bytes, size);
	const size_t indent = indent_of(bytes, size, block.at);
	size_t end = block.at + block.size;
	bool inside = false;

	while (end < size && indent_of(bytes, size, end) > indent) {
		end = line_end(bytes, size, end);
		inside = true;
	}
	if (inside && end < size && indent_of(bytes, size, end) == indent &&
	    closes(bytes, size, end + indent))
		end = line_end(bytes, size, end);
	block.size = end - block.at;
	return block;
}

static bool entry_dropped(struct random *random, const char *bytes, size_t size,
			  struct cv_buf *out)
{
	const struct block block = block_at(random, bytes, size);

	return replace(out, bytes, size, block.at, block.size, "", 0);
}

static bool entry_doubled(struct random *random, const char *bytes, size_t size,
			  struct cv_buf *out)
{
	const struct block block = block_at(random, bytes, size);

	return replace(out, bytes, size, block.at, 0, bytes + block.at, block.size);
}

/* One more entry that could be a true one: a copy with a digit or a letter changed,
 * behind the one that it is of or behind another. */
static bool entry_added(struct random *random, const char *bytes, size_t size,
			struct cv_buf *out)
{
	const struct block block = block_at(random, bytes, size);
	const struct block other = block_at(random, bytes, size);
	const size_t at = random_below(random, 2) ? block.at + block.size : other.at;
	struct cv_buf copy = CV_BUF_INIT;
	const bool made =
		random_below(random, 2)
			? other_digit(random, bytes + block.at, block.size, &copy)
			: other_letter(random, bytes + block.at, block.size, &copy);

	if (made)
		replace(out, bytes, size, at, 0, copy.data, copy.size);
	cv_buf_deinit(&copy);
	return made;
}

/* Taken out and put before another. */
static bool entry_moved(struct random *random, const char *bytes, size_t size,
			struct cv_buf *out)
{
	const struct block block = block_at(random, bytes, size);
	const struct block other = block_at(random, bytes, size);

	if (other.at >= block.at && other.at <= block.at + block.size)
		return false;
	if (other.at < block.at) {
		cv_buf_add(out, bytes, other.at);
		cv_buf_add(out, bytes + block.at, block.size);
		cv_buf_add(out, bytes + other.at, block.at - other.at);
	} else {
		cv_buf_add(out, bytes, block.at);
		cv_buf_add(out, bytes + block.at + block.size,
			   other.at - block.at - block.size);
		cv_buf_add(out, bytes + block.at, block.size);
		cv_buf_add(out, bytes + other.at, size - other.at);
		return true;
	}
	cv_buf_add(out, bytes + block.at + block.size, size - block.at - block.size);
	return true;
}

static bool lines_swapped(struct random *random, const char *bytes, size_t size,
			  struct cv_buf *out)
{
	struct block a = line_at(random, bytes, size), b = line_at(random, bytes, size);

	if (a.at > b.at) {
		const struct block swap = a;

		a = b;
		b = swap;
	}
	if (a.at == b.at)
		return false;
	cv_buf_add(out, bytes, a.at);
	cv_buf_add(out, bytes + b.at, b.size);
	cv_buf_add(out, bytes + a.at + a.size, b.at - a.at - a.size);
	cv_buf_add(out, bytes + a.at, a.size);
	cv_buf_add(out, bytes + b.at + b.size, size - b.at - b.size);
	return true;
}

static bool truncated(struct random *random, const char *bytes, size_t size,
		      struct cv_buf *out)
{
	cv_buf_add(out, bytes, random_below(random, size));
	return true;
}

static bool line_at_end(struct random *random, const char *bytes, size_t size,
			struct cv_buf *out)
{
	const struct block line = line_at(random, bytes, size);

	cv_buf_add(out, bytes, size);
	cv_buf_add(out, bytes + line.at, line.size);
	return true;
}

/* Words that turn the meaning of a line round. */
static const char *const words[][2] = {
	{"accept", "drop"},
	{"Add-", "Remove-"},
	{"add ", "delete "},
	{"tcp", "udp"},
	{"sctp", "tcp"},
	{"icmpv6", "icmp"},
	{"saddr", "daddr"},
	{"dport", "sport"},
	{"ipv4_addr", "ipv6_addr"},
	{"ip6 ", "ip "},
	{"ranges", "exact"},
	{"input", "output"},
	{"forward", "input"},
	{"flush ", "delete "},
	{"chain", "set"},
	{"add set", "flush set"},
	{"counter accept", "counter"},
	{"counter drop", "counter"},
	{"policy drop", "policy accept"},
	{"established", "invalid"},
	{"iif", "oif"},
	{"nfproto ipv4", "nfproto ipv6"},
	{"priority -5", "priority 0"},
	{"baseline: ", ""},
	{"# gone with the table: ", ""},
	{"merge", "replace"},
	{"vsys1", "vsys2"},
	{"service-group", "service"},
	{"<member>", "<static>"},
	{"delete ", "set "},
	{"ExclusionPath", "ExclusionProcess"},
	{"ExclusionExtension", "ExclusionPath"},
	{"notcontains", "contains"},
	{"HKLM", "HKCU"},
	{"process", "folder"},
	{"folder", "file"},
	{"\"yes\"", "\"no\""},
	{",yes,", ",no,"},
	{",no,", ",yes,"},
	{"exact", "glob"},
	{"windows", "linux"},
	{"true", "false"},
	{"false", "true"},
	{"onaccess", ""},
	{"Allow", "Block"},
	{"Inbound", "Outbound"},
};

static bool word_turned(struct random *random, const char *bytes, size_t size,
			struct cv_buf *out)
{
	const size_t count = sizeof words / sizeof *words;
	const size_t first = random_below(random, count),
		     from = random_below(random, size);

	for (size_t i = 0; i < 2 * count; i++) {
		const char *const *pair = words[(first + i / 2) % count];
		const char *word = pair[i % 2], *by = pair[1 - i % 2];
		const size_t length = strlen(word);
		const char *at =
			length ? memmem(bytes + from, size - from, word, length) : NULL;

		if (!at && length)
			at = memmem(bytes, size, word, length);
		if (at)
			return replace(out, bytes, size, (size_t)(at - bytes), length, by,
				       strlen(by));
	}
	return false;
}

const struct mutation mutations[] = {
	{"digit", other_digit},
	{"number", other_number},
	{"letter", other_letter},
	{"case", other_case},
	{"quote", quote},
	{"mark", mark},
	{"blank", blank},
	{"word", word_turned},
	{"byte dropped", byte_dropped},
	{"byte doubled", byte_doubled},
	{"byte changed", byte_changed},
	{"entry dropped", entry_dropped},
	{"entry doubled", entry_doubled},
	{"entry added", entry_added},
	{"entry moved", entry_moved},
	{"line at the end", line_at_end},
	{"lines swapped", lines_swapped},
	{"cut off", truncated},
	{NULL, NULL},
};
