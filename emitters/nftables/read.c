/* Reads our own text back, byte by byte, and knows nothing else of nft's grammar.
 *
 * The phases come in one order: the head, the table, chains that are flushed, sets
 * that are added and deleted, sets with their elements, rules.  A file in another
 * order could load and still mean something else, so another order is an error. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/ctx.h"
#include "model/plan.h"
#include "nftables/facts.h"

enum { LONGEST_RANGE = 128 }; /* bytes of a range of addresses, and to spare */

struct chain {
	const char *name, *list;
};

struct set {
	const struct cv_nft_shape *shape;
	const struct chain *chain;
	const char *name, *value;
	size_t size, count; /* what the declaration has room for; elements */
	size_t place;
	bool filled, ruled;
};

struct reader {
	struct cv_reading *reading;
	const char *at, *end;
	const char *table;
	struct chain chains[CV_NFT_LISTS];
	size_t chain_count;
	struct set sets[CV_NFT_LISTS * CV_NFT_SHAPES];
	size_t set_count;
};

static bool fail(struct reader *reader, const char *why)
{
	if (!reader->reading->error) {
		reader->reading->error = why;
		reader->reading->error_at = (size_t)(reader->at - reader->reading->bytes);
	}
	return false;
}

static bool stands(const struct reader *reader, const char *text)
{
	const size_t size = strlen(text);

	return (size_t)(reader->end - reader->at) >= size &&
	       memcmp(reader->at, text, size) == 0;
}

static bool take(struct reader *reader, const char *text)
{
	if (!stands(reader, text))
		return false;
	reader->at += strlen(text);
	return true;
}

static bool expect(struct reader *reader, const char *text)
{
	if (take(reader, text))
		return true;
	if (*text == '\n')
		return fail(reader, "expected the line's end");
	return fail(reader,
		    cv_arena_format(reader->reading->ctx->arena, "expected `%.*s`",
				    (int)strcspn(text, "\n"), text));
}

static struct cv_entry *add_entry(struct reader *reader, enum cv_entry_kind kind,
				  size_t place)
{
	return cv_entries_add(reader->reading->ctx, &reader->reading->entries, kind,
			      place);
}

static size_t here(const struct reader *reader)
{
	return (size_t)(reader->at - reader->reading->bytes);
}

/* A name of nft's grammar; NULL when there is none or it is too long. */
static const char *take_name(struct reader *reader)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789_./-";
	size_t size = 0;

	while (size <= CV_NFT_LONGEST_NAME && reader->at + size < reader->end &&
	       reader->at[size] && strchr(allowed, reader->at[size]))
		size++;
	if (size == 0 || size > CV_NFT_LONGEST_NAME) {
		fail(reader, "expected a name");
		return NULL;
	}
	reader->at += size;
	return cv_arena_copy(reader->reading->ctx->arena, reader->at - size, size);
}

/* Printable ASCII up to `stop`, without the bytes of `refused`; takes the stop. */
static const char *take_text(struct reader *reader, char stop, const char *refused)
{
	const char *start = reader->at;

	while (reader->at < reader->end && *reader->at != stop && *reader->at >= ' ' &&
	       *reader->at <= '~' && !strchr(refused, *reader->at))
		reader->at++;
	if (reader->at == reader->end || *reader->at != stop) {
		fail(reader, "a byte that cannot stand here");
		return NULL;
	}
	reader->at++;
	return cv_arena_copy(reader->reading->ctx->arena, start,
			     (size_t)(reader->at - 1 - start));
}

/* Digits only, no leading zero, at most `most`. */
static bool take_number(struct reader *reader, size_t most, size_t *number_out)
{
	const char *start = reader->at;
	size_t number = 0;

	while (reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9' &&
	       number <= most)
		number = number * 10 + (size_t)(*reader->at++ - '0');
	if (reader->at == start || number > most ||
	    (*start == '0' && reader->at - start > 1)) {
		reader->at = start;
		return fail(reader, "expected a number within its bounds");
	}
	*number_out = number;
	return true;
}

/* `VERB inet filter ` */
static bool expect_verb(struct reader *reader, const char *verb)
{
	return expect(reader, verb) && expect(reader, " ") &&
	       expect(reader, reader->table) && expect(reader, " ");
}

static bool read_head(struct reader *reader)
{
	while (stands(reader, "#")) {
		const size_t place = here(reader);
		const char *value = "";

		reader->at++;
		if (!take(reader, "\n")) {
			value = expect(reader, " ") ? take_text(reader, '\n', "") : NULL;
			if (value && !*value)
				return fail(reader, "a blank at the end of a line");
		}
		if (!value)
			return false;
		add_entry(reader, CV_ENTRY_HEADER, place)->value = value;
	}
	return expect(reader, "\n");
}

static bool read_table(struct reader *reader)
{
	const char *name, *start;

	if (!expect(reader, "add table "))
		return false;
	start = reader->at;
	name = expect(reader, "inet ") ? take_name(reader) : NULL;
	if (!name)
		return false;
	reader->table = cv_arena_copy(reader->reading->ctx->arena, start,
				      (size_t)(reader->at - start));
	return expect(reader, "\n");
}

/* Which of our chains it is, by how its name ends; NULL for another's. */
static const char *list_of(const char *name)
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

static bool read_chain(struct reader *reader, enum cv_operation operation)
{
	const size_t place = here(reader);
	struct cv_entry *entry;
	struct chain chain;

	if (!expect_verb(reader, "add chain"))
		return false;
	chain.name = take_name(reader);
	if (!chain.name)
		return false;
	chain.list = list_of(chain.name);
	if (!chain.list)
		return fail(reader, "not the name of a chain of ours");
	for (size_t i = 0; i < reader->chain_count; i++)
		if (strcmp(reader->chains[i].name, chain.name) == 0)
			return fail(reader, "the chain is there already");
	if (reader->chain_count == CV_NFT_LISTS)
		return fail(reader, "more chains than there are hooks");
	if (!expect(reader, "\n") || !expect_verb(reader, "flush chain") ||
	    !expect(reader, chain.name) || !expect(reader, "\n"))
		return false;
	reader->chains[reader->chain_count++] = chain;
	entry = add_entry(reader, CV_ENTRY_SETTING, place);
	entry->operation = operation;
	entry->list = "chain";
	entry->name = chain.name;
	entry->value = reader->table;
	return true;
}

static bool read_chains(struct reader *reader, enum cv_operation operation)
{
	do {
		if (!read_chain(reader, operation))
			return false;
	} while (stands(reader, "add chain "));
	return true;
}

static struct set *set_by_name(struct reader *reader, const char *name)
{
	for (size_t i = 0; i < reader->set_count; i++)
		if (strcmp(reader->sets[i].name, name) == 0)
			return &reader->sets[i];
	return NULL;
}

/* The chain and the shape that a set's name tells. */
static bool know_set(struct reader *reader, struct set *set)
{
	for (size_t i = 0; i < reader->chain_count; i++) {
		const struct chain *chain = &reader->chains[i];
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
	return fail(reader, "not the name of a set of ours");
}

/* `add set inet filter NAME { type ...; size 64; `, up to what comes behind. */
static bool read_declaration(struct reader *reader, struct set *set)
{
	const char *start;

	set->place = here(reader);
	if (!expect_verb(reader, "add set"))
		return false;
	set->name = take_name(reader);
	if (!set->name || !know_set(reader, set) || !expect(reader, " { "))
		return false;
	start = reader->at;
	if (!expect(reader, set->shape->declaration))
		return false;
	if (set->shape->exact && take(reader, "; size ") &&
	    !take_number(reader, SIZE_MAX / 16, &set->size))
		return false;
	set->value = cv_arena_copy(reader->reading->ctx->arena, start,
				   (size_t)(reader->at - start));
	return expect(reader, "; ");
}

/* Sets that are made sure of and deleted, whatever stood there before. */
static bool read_removals(struct reader *reader)
{
	while (stands(reader, "add set ")) {
		const char *start = reader->at;
		struct set set = {0};

		if (!read_declaration(reader, &set))
			return false;
		if (!stands(reader, "}")) {
			reader->at = start;
			return true;
		}
		if (!expect(reader, "}\n") || !expect_verb(reader, "delete set") ||
		    !expect(reader, set.name) || !expect(reader, "\n"))
			return false;
		if (set_by_name(reader, set.name))
			return fail(reader, "the set was deleted before");
		/* know_set() and the line above bound their number. */
		reader->sets[reader->set_count++] = set;
	}
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
	libc_spelling(family, range.last, last);
	if (family == 6 && (strchr(first, '.') || strchr(last, '.')))
		return true;
	if (cv_address_compare(range.first, range.last) == 0)
		return strcmp(text, first) == 0;
	if (prefix >= 0)
		snprintf(whole, sizeof whole, "%s/%d", first, prefix);
	else
		snprintf(whole, sizeof whole, "%s-%s", first, last);
	return strcmp(text, whole) == 0;
}

/* One address, or a range in a set of ranges, in its one spelling. */
static const struct cv_addresses *take_addresses(struct reader *reader,
						 const struct cv_nft_shape *shape)
{
	const char *why = "not an address";
	struct cv_range range;
	char text[LONGEST_RANGE];
	size_t size = 0;
	uint8_t family;

	while (size < sizeof text - 1 && reader->at + size < reader->end &&
	       reader->at[size] && strchr("0123456789abcdef.:/-", reader->at[size])) {
		text[size] = reader->at[size];
		size++;
	}
	text[size] = '\0';
	if (!cv_range_parse(text, &family, &range, &why)) {
		fail(reader, why);
		return NULL;
	}
	if (family != shape->family) {
		fail(reader, "an address of the other family");
		return NULL;
	}
	if (shape->exact && cv_address_compare(range.first, range.last) != 0) {
		fail(reader, "a set of single values holds a range");
		return NULL;
	}
	if (!is_shortest(text, family, range)) {
		fail(reader, "the address is not in its shortest form");
		return NULL;
	}
	reader->at += size;
	return cv_addresses_one(reader->reading->ctx, family, range);
}

static const struct cv_ports *take_ports(struct reader *reader,
					 const struct cv_nft_shape *shape)
{
	struct cv_port_range range;
	size_t first, last;

	if (!take_number(reader, UINT16_MAX, &first))
		return NULL;
	last = first;
	if (!shape->exact && take(reader, "-") && !take_number(reader, UINT16_MAX, &last))
		return NULL;
	if (first == 0 || first > last) {
		fail(reader, "not a port or a range of ports");
		return NULL;
	}
	range.first = (uint16_t)first;
	range.last = (uint16_t)last;
	return cv_ports_make(reader->reading->ctx, &range, 1);
}

/* What stands behind the addresses. */
static bool read_parts(struct reader *reader, const struct cv_nft_shape *shape,
		       struct cv_entry *flow)
{
	size_t number;

	flow->protocol = shape->protocol;
	if (shape->parts & (CV_NFT_PROTOCOL | CV_NFT_ICMP_TYPE)) {
		if (!expect(reader, " . ") || !take_number(reader, UINT8_MAX, &number))
			return false;
		if (shape->parts & CV_NFT_PROTOCOL)
			flow->protocol = (int)number;
		else
			flow->icmp_type = (int)number;
	}
	if (shape->parts & CV_NFT_SOURCE_PORT) {
		flow->source_ports =
			expect(reader, " . ") ? take_ports(reader, shape) : NULL;
		if (!flow->source_ports)
			return false;
	}
	if (shape->parts & CV_NFT_PORT) {
		flow->ports = expect(reader, " . ") ? take_ports(reader, shape) : NULL;
		if (!flow->ports)
			return false;
	}
	return true;
}

static bool read_element(struct reader *reader, struct set *set)
{
	struct cv_entry *flow = add_entry(reader, CV_ENTRY_FLOW, here(reader) - 1);

	flow->list = set->chain->list;
	flow->name = set->name;
	flow->family = set->shape->family;
	flow->source = take_addresses(reader, set->shape);
	if (!flow->source || !expect(reader, " . "))
		return false;
	flow->destination = take_addresses(reader, set->shape);
	if (!flow->destination || !read_parts(reader, set->shape, flow))
		return false;
	if (take(reader, " comment \"")) {
		flow->note = take_text(reader, '"', "\\");
		if (!flow->note)
			return false;
		if (strlen(flow->note) > CV_NFT_LONGEST_COMMENT)
			return fail(reader, "the comment is longer than nft takes");
	}
	set->count++;
	return expect(reader, ",\n");
}

/* Sets as they are to be; each was deleted before, and declared the same way. */
static bool read_set(struct reader *reader)
{
	struct set declared = {0}, *set;

	if (!read_declaration(reader, &declared))
		return false;
	set = set_by_name(reader, declared.name);
	if (!set || set->filled)
		return fail(reader, "the set was not deleted before");
	if (strcmp(set->value, declared.value) != 0)
		return fail(reader, "the set was deleted with another declaration");
	if (!expect(reader, "elements = {\n"))
		return false;
	set->filled = true;
	set->place = declared.place;
	while (take(reader, "\t"))
		if (!read_element(reader, set))
			return false;
	if (set->count == 0)
		return fail(reader, "expected an element");
	if (set->shape->exact && set->size < set->count)
		return fail(reader, "the set is smaller than what it holds");
	return expect(reader, "}\n}\n");
}

/* `add rule inet filter CHAIN MATCH @SET counter accept`, the set's own match. */
static bool read_rule(struct reader *reader, const char *mark,
		      enum cv_operation operation)
{
	const size_t place = here(reader);
	const char *chain, *start, *name;
	struct cv_entry *entry;
	struct set *set;

	if (!expect(reader, mark) || !expect_verb(reader, "add rule"))
		return false;
	chain = take_name(reader);
	if (!chain || !expect(reader, " "))
		return false;
	start = reader->at;
	while (reader->at < reader->end && *reader->at != '@' && *reader->at != '\n')
		reader->at++;
	name = expect(reader, "@") ? take_name(reader) : NULL;
	if (!name)
		return false;
	set = set_by_name(reader, name);
	if (!set || set->ruled || (operation == CV_ADD && !set->filled))
		return fail(reader, "not a set that waits for its rule");
	set->ruled = true;
	reader->at = start;
	if (strcmp(chain, set->chain->name) != 0)
		return fail(reader, "the rule stands in another chain than its set's");
	if (!expect(reader, set->shape->match) || !expect(reader, " @") ||
	    !expect(reader, name) || !expect(reader, " ") ||
	    !expect(reader, cv_nft_verdict))
		return false;
	entry = add_entry(reader, CV_ENTRY_SETTING, place);
	entry->operation = operation;
	entry->list = "rule";
	entry->name = chain;
	entry->value = cv_arena_copy(reader->reading->ctx->arena, start,
				     (size_t)(reader->at - start));
	return expect(reader, "\n");
}

static bool read_rules(struct reader *reader, const char *mark,
		       enum cv_operation operation)
{
	while (reader->at < reader->end)
		if (!read_rule(reader, mark, operation))
			return false;
	return true;
}

/* Set by set: filled is an addition, anything else a removal. */
static bool add_sets(struct reader *reader)
{
	for (size_t i = 0; i < reader->set_count; i++) {
		const struct set *set = &reader->sets[i];
		struct cv_entry *entry = add_entry(reader, CV_ENTRY_SETTING, set->place);

		if (set->filled && !set->ruled)
			return fail(reader, "a set has no rule");
		entry->operation = set->filled ? CV_ADD : CV_REMOVE;
		entry->list = "set";
		entry->name = set->name;
		entry->value = set->value;
	}
	return true;
}

static bool read_file(struct reader *reader, bool undo)
{
	const enum cv_operation operation = undo ? CV_REMOVE : CV_ADD;

	if (!read_head(reader) || !read_table(reader) ||
	    !read_chains(reader, operation) || !read_removals(reader))
		return false;
	while (!undo && stands(reader, "add set "))
		if (!read_set(reader))
			return false;
	return read_rules(reader, undo ? "# gone with the flush: " : "", operation) &&
	       add_sets(reader);
}

static bool read_form(struct cv_reading *reading, bool undo)
{
	struct reader reader = {
		.reading = reading,
		.at = reading->bytes,
		.end = reading->bytes + reading->size,
	};
	const bool ok = read_file(&reader, undo);

	return ok;
}

bool cv_nft_read(struct cv_reading *reading)
{
	return read_form(reading, false);
}

bool cv_nft_read_undo(struct cv_reading *reading)
{
	return read_form(reading, true);
}
