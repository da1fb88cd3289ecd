/* The words of our own text: names, numbers, addresses, ports and notes, each in one
 * spelling only. */
#include "nftables/read.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/ctx.h"

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
	return cv_entries_add(reader->reading->ctx, &reader->reading->entries, kind,
			      place);
}

bool cv_nft_stands(const struct cv_nft_reader *reader, const char *text)
{
	const size_t size = strlen(text);

	return (size_t)(reader->end - reader->at) >= size &&
	       memcmp(reader->at, text, size) == 0;
}

bool cv_nft_take(struct cv_nft_reader *reader, const char *text)
{
	if (!cv_nft_stands(reader, text))
		return false;
	reader->at += strlen(text);
	return true;
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

/* strchr() costs more than it does for a few characters. */
static bool is_one_of(char c, const char *few)
{
	while (*few && *few != c)
		few++;
	return *few != '\0';
}

const char *cv_nft_take_text(struct cv_nft_reader *reader, char stop, const char *refused)
{
	const char *start = reader->at;

	while (reader->at < reader->end && *reader->at != stop && *reader->at >= ' ' &&
	       *reader->at <= '~' && !is_one_of(*reader->at, refused))
		reader->at++;
	if (reader->at == reader->end || *reader->at != stop) {
		cv_nft_fail(reader, "a byte that cannot stand here");
		return NULL;
	}
	start = cv_nft_taken(reader, start);
	reader->at++;
	return start;
}

bool cv_nft_take_number(struct cv_nft_reader *reader, size_t most, size_t *number_out)
{
	const char *start = reader->at;
	size_t number = 0;

	while (reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9' &&
	       number <= most)
		number = number * 10 + (size_t)(*reader->at++ - '0');
	if (reader->at == start || number > most ||
	    (*start == '0' && reader->at - start > 1)) {
		reader->at = start;
		return cv_nft_fail(reader, "expected a number within its bounds");
	}
	*number_out = number;
	return true;
}

bool cv_nft_take_note(struct cv_nft_reader *reader, const char **note_out)
{
	const char *note;

	if (!cv_nft_take(reader, " comment \""))
		return true;
	note = cv_nft_take_text(reader, '"', "\\");
	if (!note)
		return false;
	if (strlen(note) > CV_NFT_LONGEST_COMMENT)
		return cv_nft_fail(reader, "the comment is longer than nft takes");
	*note_out = note;
	return true;
}

/* The C library's spelling of an address, which owes nothing to our own writer. */
static const char *libc_spelling(uint8_t family, struct cv_address address,
				 char text[INET6_ADDRSTRLEN])
{
	const size_t bytes = family == 4 ? 4 : 16;
	unsigned char raw[16];

	for (size_t i = 0; i < bytes; i++) {
		const size_t shift = 8 * (bytes - 1 - i);

		raw[i] = (unsigned char)(shift < 64 ? address.low >> shift
						    : address.high >> (shift - 64));
	}
	inet_ntop(family == 4 ? AF_INET : AF_INET6, raw, text, INET6_ADDRSTRLEN);
	return text;
}

/* Whether a range stands in its one spelling: an address, a prefix, or two addresses.
 * The C library writes some IPv6 addresses with a dotted end, which we never do: those
 * were parsed to the right range, and that is enough. */
static bool is_shortest(const char *text, uint8_t family, struct cv_range range)
{
	const int prefix = cv_range_prefix(family, range);
	char first[INET6_ADDRSTRLEN], last[INET6_ADDRSTRLEN];
	char whole[2 * INET6_ADDRSTRLEN + 8];

	libc_spelling(family, range.first, first);
	if (cv_address_compare(range.first, range.last) == 0)
		return (family == 6 && strchr(first, '.')) || strcmp(text, first) == 0;
	libc_spelling(family, range.last, last);
	if (family == 6 && (strchr(first, '.') || strchr(last, '.')))
		return true;
	if (prefix >= 0)
		snprintf(whole, sizeof whole, "%s/%d", first, prefix);
	else
		snprintf(whole, sizeof whole, "%s-%s", first, last);
	return strcmp(text, whole) == 0;
}

/* A digit, `.`, `/`, `:`, `-`, or `a` to `f`. */
static bool is_of_range(char c)
{
	return (c >= '-' && c <= ':') || (c >= 'a' && c <= 'f');
}

bool cv_nft_take_range(struct cv_nft_reader *reader, uint8_t family,
		       struct cv_range *range_out)
{
	const char *why = "not an address";
	char text[LONGEST_RANGE];
	uint8_t its_family;
	size_t size = 0;

	while (size < sizeof text - 1 && reader->at + size < reader->end &&
	       is_of_range(reader->at[size])) {
		text[size] = reader->at[size];
		size++;
	}
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
	entry->name = name;
	entry->value = value;
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
