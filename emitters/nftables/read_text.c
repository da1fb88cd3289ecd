/* The words of our own text: names, numbers, addresses, ports and notes, each in one
 * spelling only. */
#include "nftables/read.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/ctx.h"
#include "base/hash.h"
#include "base/utf8.h"

enum { LONGEST_RANGE = 128 }; /* bytes of a range of addresses, and to spare */

bool cv_nft_fail(struct cv_nft_reader *reader, const char *why)
{
	if (!reader->reading->error) {
		reader->reading->error = why;
		reader->reading->error_at = cv_nft_here(reader);
	}
	return false;
}

size_t cv_nft_here(const struct cv_nft_reader *reader)
{
	return (size_t)(reader->at - reader->reading->bytes);
}

const char *cv_nft_taken(const struct cv_nft_reader *reader, const char *start)
{
	return cv_arena_copy(reader->reading->ctx->arena, start,
			     (size_t)(reader->at - start));
}

struct cv_entry *cv_nft_add_read(struct cv_nft_reader *reader, enum cv_entry_kind kind,
				 size_t place)
{
	return cv_reading_begin(reader->reading, kind, place);
}

bool cv_nft_expect(struct cv_nft_reader *reader, const char *text)
{
	if (cv_nft_take(reader, text))
		return true;
	if (*text == '\n')
		return cv_nft_fail(reader, "expected the line's end");
	return cv_nft_fail(reader,
			   cv_arena_format(reader->reading->ctx->arena, "expected `%.*s`",
					   (int)strcspn(text, "\n"), text));
}

bool cv_nft_expect_verb(struct cv_nft_reader *reader, const char *verb)
{
	return cv_nft_expect(reader, reader->mark) && cv_nft_expect(reader, verb) &&
	       cv_nft_expect(reader, " ") && cv_nft_expect(reader, reader->table) &&
	       cv_nft_expect(reader, " ");
}

const char *cv_nft_take_name(struct cv_nft_reader *reader)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789_./-";
	size_t size = 0;

	while (size <= CV_NFT_LONGEST_NAME && reader->at + size < reader->end &&
	       reader->at[size] && strchr(allowed, reader->at[size]))
		size++;
	if (size == 0 || size > CV_NFT_LONGEST_NAME) {
		cv_nft_fail(reader, "expected a name");
		return NULL;
	}
	reader->at += size;
	return cv_nft_taken(reader, reader->at - size);
}

const char *cv_nft_take_text(struct cv_nft_reader *reader, char stop, char refused,
			     struct cv_ctx *texts)
{
	const char *text = reader->at;
	const char *end = memchr(text, stop, (size_t)(reader->end - text));
	const size_t size = (size_t)((end ? end : reader->end) - text);
	const char *bad = memchr(text, refused, size);

	reader->at += cv_utf8_printable(text, bad ? (size_t)(bad - text) : size);
	if (reader->at != end) {
		cv_nft_fail(reader, "a byte that cannot stand here");
		return NULL;
	}
	reader->at++;
	return cv_arena_copy(texts->arena, text, size);
}

bool cv_nft_take_number(struct cv_nft_reader *reader, size_t most, size_t *number_out)
{
	const char *at = reader->at;
	size_t number = 0;

	while (at < reader->end && *at >= '0' && *at <= '9' && number <= most)
		number = number * 10 + (size_t)(*at++ - '0');
	if (at == reader->at || number > most ||
	    (*reader->at == '0' && at - reader->at > 1))
		return cv_nft_fail(reader, "expected a number within its bounds");
	reader->at = at;
	*number_out = number;
	return true;
}

bool cv_nft_take_note(struct cv_nft_reader *reader, struct cv_ctx *texts,
		      const char **note_out)
{
	const char *note;

	if (!cv_nft_take(reader, " comment \""))
		return true;
	note = cv_nft_take_text(reader, '"', '\\', texts);
	if (!note)
		return false;
	if (strlen(note) > CV_NFT_LONGEST_COMMENT)
		return cv_nft_fail(reader, "the comment is longer than nft takes");
	*note_out = note;
	return true;
}

/* Whether the C library, which owes nothing to our own reader, takes the text for that
 * address.  An IPv4 address has one spelling, so reading it is enough; of an IPv6 address
 * it must be the one that the library writes.  Some of these it writes with a dotted end,
 * which we never do: those were parsed to the right address, and that is enough. */
static bool is_spelled(const char *text, uint8_t family, struct cv_address address)
{
	char written[INET6_ADDRSTRLEN];
	unsigned char raw[16];
	struct in_addr four;

	if (family == 4)
		return inet_pton(AF_INET, text, &four) == 1 &&
		       ntohl(four.s_addr) == address.low;
	for (size_t i = 0; i < sizeof raw; i++) {
		const uint64_t half = i < 8 ? address.high : address.low;

		raw[i] = (unsigned char)(half >> (56 - i % 8 * 8));
	}
	inet_ntop(AF_INET6, raw, written, sizeof written);
	return strchr(written, '.') || strcmp(text, written) == 0;
}

/* Whether a range stands in its one spelling: an address, a prefix, or two addresses. */
static bool is_shortest(char *text, uint8_t family, struct cv_range range)
{
	const int prefix = cv_range_prefix(family, range);
	char *end = text + strcspn(text, "/-"), length[12];
	const char between = *end;

	*end = '\0';
	if (!is_spelled(text, family, range.first))
		return false;
	if (cv_address_compare(range.first, range.last) == 0)
		return !between;
	if (prefix < 0)
		return between == '-' && is_spelled(end + 1, family, range.last);
	snprintf(length, sizeof length, "%d", prefix);
	return between == '/' && strcmp(end + 1, length) == 0;
}

/* A digit, `.`, `/`, `:`, `-`, or `a` to `f`. */
static bool is_of_range(char c)
{
	return (c >= '-' && c <= ':') || (c >= 'a' && c <= 'f');
}

/* How many bytes of a range come next. */
static size_t range_size(const struct cv_nft_reader *reader)
{
	size_t size = 0;

	while (size < LONGEST_RANGE - 1 && reader->at + size < reader->end &&
	       is_of_range(reader->at[size]))
		size++;
	return size;
}

bool cv_nft_take_range(struct cv_nft_reader *reader, uint8_t family,
		       struct cv_range *range_out)
{
	const size_t size = range_size(reader);
	const char *why = "not an address";
	char text[LONGEST_RANGE];
	uint8_t its_family;

	memcpy(text, reader->at, size);
	text[size] = '\0';
	if (!cv_range_parse(text, &its_family, range_out, &why))
		return cv_nft_fail(reader, why);
	if (its_family != family)
		return cv_nft_fail(reader, "an address of the other family");
	if (!is_shortest(text, family, *range_out))
		return cv_nft_fail(reader, "the address is not in its shortest form");
	reader->at += size;
	return true;
}

/* Whether the range comes next in the same bytes. */
static bool is_again(const struct cv_nft_reader *reader,
		     const struct cv_nft_spelled *range, uint8_t family)
{
	return range->text && (size_t)(reader->end - reader->at) > range->size &&
	       memcmp(reader->at, range->text, range->size) == 0 &&
	       !is_of_range(reader->at[range->size]) && range->set->family == family;
}

/* What was read of these bytes, or of others that share their place. */
static struct cv_nft_spelled *known_range(struct cv_nft_reader *reader, size_t size)
{
	if (!reader->spelled)
		reader->spelled = CV_NEW_ARRAY(reader->reading->ctx->arena,
					       CV_NFT_SPELLED, struct cv_nft_spelled);
	return &reader->spelled[cv_hash(reader->at, size) % CV_NFT_SPELLED];
}

/* The same in bytes that are not those of the range before. */
static bool take_other(struct cv_nft_reader *reader, struct cv_nft_spelled *before,
		       uint8_t family)
{
	const char *text = reader->at;
	const size_t size = range_size(reader);
	struct cv_nft_spelled *known = known_range(reader, size);
	struct cv_range range;

	if (!is_again(reader, known, family)) {
		if (!cv_nft_take_range(reader, family, &range))
			return false;
		*known = (struct cv_nft_spelled){
			text, size,
			cv_addresses_one(reader->reading->ctx, family, range)};
	}
	*before = *known;
	return true;
}

const struct cv_addresses *cv_nft_take_addresses(struct cv_nft_reader *reader,
						 struct cv_nft_spelled *before,
						 uint8_t family)
{
	const char *text = reader->at;

	if (!is_again(reader, before, family) && !take_other(reader, before, family))
		return NULL;
	reader->at = text + before->size;
	return before->set;
}

bool cv_nft_take_port_range(struct cv_nft_reader *reader, struct cv_port_range *range_out)
{
	size_t first, last;

	if (!cv_nft_take_number(reader, UINT16_MAX, &first))
		return false;
	last = first;
	if (cv_nft_take(reader, "-")) {
		if (!cv_nft_take_number(reader, UINT16_MAX, &last))
			return false;
		if (first == last)
			return cv_nft_fail(reader, "a port written as a range");
	}
	if (first == 0 || first > last)
		return cv_nft_fail(reader, "not a port or a range of ports");
	range_out->first = (uint16_t)first;
	range_out->last = (uint16_t)last;
	return true;
}

struct cv_entry *cv_nft_add_setting(struct cv_nft_reader *reader, size_t place,
				    const char *list, const char *name, const char *value)
{
	struct cv_entry *entry = cv_nft_add_read(reader, CV_ENTRY_SETTING, place);

	entry->operation = reader->operation;
	entry->list = list;
	entry->more->name = name;
	entry->more->value = value;
	return entry;
}

const char *cv_nft_reader_list_of(const char *name)
{
	const size_t size = strlen(name);

	for (size_t i = 0; i < CV_NFT_LISTS; i++) {
		const size_t tail = strlen(cv_nft_lists[i]);

		if (strncmp(name, "cv-", 3) == 0 && size > tail + 4 &&
		    name[size - tail - 1] == '-' &&
		    strcmp(name + size - tail, cv_nft_lists[i]) == 0)
			return cv_nft_lists[i];
	}
	return NULL;
}

struct cv_nft_reader_set *cv_nft_reader_set_of(struct cv_nft_reader *reader,
					       const char *name)
{
	for (size_t i = 0; i < reader->set_count; i++)
		if (strcmp(reader->sets[i].name, name) == 0)
			return &reader->sets[i];
	return NULL;
}

bool cv_nft_reader_know_set(struct cv_nft_reader *reader, struct cv_nft_reader_set *set)
{
	for (size_t i = 0; i < reader->chain_count; i++) {
		const struct cv_nft_reader_chain *chain = &reader->chains[i];
		const size_t size = strlen(chain->name);

		for (size_t n = 0; n < CV_NFT_SHAPES; n++) {
			if (strncmp(set->name, chain->name, size) != 0 ||
			    strcmp(set->name + size, cv_nft_shapes[n].suffix) != 0)
				continue;
			set->chain = chain;
			set->shape = &cv_nft_shapes[n];
			return true;
		}
	}
	return cv_nft_fail(reader, "not the name of a set of ours");
}
