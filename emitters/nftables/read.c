/* Reads our own text back, byte by byte, and knows nothing else of nft's grammar.
 *
 * The phases come in one order: the head, the table, chains that are flushed, sets
 * that are added and deleted, sets with their elements, rules.  A file in another
 * order could load and still mean something else, so another order is an error. */
#include "nftables/read.h"

#include <stdio.h>
#include <string.h>

#include "base/ctx.h"

static bool read_head(struct cv_nft_reader *reader)
{
	while (cv_nft_stands(reader, "#")) {
		const size_t place = cv_nft_here(reader);
		const char *value = "";

		reader->at++;
		if (!cv_nft_take(reader, "\n")) {
			value = cv_nft_expect(reader, " ")
					? cv_nft_take_text(reader, '\n', '\0',
							   reader->reading->ctx)
					: NULL;
			if (value && !*value)
				return cv_nft_fail(reader,
						   "a blank at the end of a line");
		}
		if (!value)
			return false;
		cv_nft_add_read(reader, CV_ENTRY_HEADER, place)->more->value = value;
	}
	return cv_nft_expect(reader, "\n");
}

static bool read_table(struct cv_nft_reader *reader)
{
	const char *name, *start;

	if (!cv_nft_expect(reader, "add table "))
		return false;
	start = reader->at;
	name = cv_nft_expect(reader, "inet ") ? cv_nft_take_name(reader) : NULL;
	if (!name)
		return false;
	reader->table = cv_nft_taken(reader, start);
	return cv_nft_expect(reader, "\n");
}

/* A table with base chains is ours alone, and is named as they are. */
static bool is_own_table(const struct cv_nft_reader *reader,
			 const struct cv_nft_reader_chain *chain)
{
	const char *name = reader->table + strlen("inet ");
	const size_t size = strlen(name);

	return strncmp(chain->name, name, size) == 0 && chain->name[size] == '-' &&
	       strcmp(chain->name + size + 1, chain->list) == 0;
}

/* ` { type filter hook input priority -5; policy drop; }` */
static bool read_base(struct cv_nft_reader *reader, struct cv_nft_reader_chain *chain,
		      size_t place)
{
	const char *start;

	if (!is_own_table(reader, chain))
		return cv_nft_fail(reader, "a base chain in a table of another name");
	if (!cv_nft_expect(reader, " { "))
		return false;
	start = reader->at;
	if (!cv_nft_expect(reader,
			   cv_arena_format(reader->reading->ctx->arena,
					   "type filter hook %s priority %d; policy ",
					   chain->list, CV_NFT_PRIORITY)))
		return false;
	chain->drops = cv_nft_take(reader, "drop");
	if (!chain->drops && !cv_nft_expect(reader, "accept"))
		return false;
	cv_nft_add_setting(reader, place, "base", chain->name,
			   cv_nft_taken(reader, start));
	return cv_nft_expect(reader, "; }");
}

/* The end of a chain's line, and the next one, which flushes it where it stays. */
static bool read_flush(struct cv_nft_reader *reader, const char *chain, bool flushed)
{
	return cv_nft_expect(reader, "\n") &&
	       (!flushed ||
		(cv_nft_expect_verb(reader, "flush chain") &&
		 cv_nft_expect(reader, chain) && cv_nft_expect(reader, "\n")));
}

static bool read_chain(struct cv_nft_reader *reader, bool flushed)
{
	struct cv_nft_reader_chain *chain = &reader->chains[reader->chain_count];
	const size_t place = cv_nft_here(reader);
	bool enforces;

	if (reader->chain_count == CV_NFT_LISTS)
		return cv_nft_fail(reader, "more chains than there are hooks");
	if (!cv_nft_expect_verb(reader, "add chain"))
		return false;
	chain->name = cv_nft_take_name(reader);
	if (!chain->name)
		return false;
	chain->list = cv_nft_reader_list_of(chain->name);
	if (!chain->list)
		return cv_nft_fail(reader, "not the name of a chain of ours");
	for (size_t i = 0; i < reader->chain_count; i++)
		if (reader->chains[i].list == chain->list)
			return cv_nft_fail(reader, "the chain is there already");
	enforces = cv_nft_stands(reader, " {");
	if (reader->chain_count && enforces != reader->enforces)
		return cv_nft_fail(reader, "a base chain beside one that is none");
	reader->enforces = enforces;
	cv_nft_add_setting(reader, place, "chain", chain->name, reader->table);
	if (enforces && !read_base(reader, chain, place))
		return false;
	reader->chain_count++;
	return read_flush(reader, chain->name, flushed);
}

/* One chain beside another. */
static bool read_one_beside(struct cv_nft_reader *reader, bool flushed)
{
	const size_t place = cv_nft_here(reader);
	const char *name;

	if (!cv_nft_expect_verb(reader, "add chain"))
		return false;
	name = cv_nft_take_name(reader);
	if (!name || !cv_nft_reader_know_beside(reader, name))
		return false;
	cv_nft_add_setting(reader, place, "beside", name, reader->table);
	return read_flush(reader, name, flushed);
}

static bool read_beside(struct cv_nft_reader *reader, bool flushed)
{
	const char *again = cv_arena_format(reader->reading->ctx->arena, "%sadd chain ",
					    reader->mark);

	while (cv_nft_stands(reader, again))
		if (!read_one_beside(reader, flushed))
			return false;
	return cv_nft_reader_all_beside(reader);
}

/* Whether the name that comes next is that of a chain beside another. */
static bool is_beside_next(const struct cv_nft_reader *reader)
{
	const char *end = memchr(reader->at, '\n', (size_t)(reader->end - reader->at));

	return end && end - reader->at > CV_NFT_BESIDE_TAIL &&
	       memcmp(end - CV_NFT_BESIDE_TAIL, CV_NFT_BESIDE_MARK,
		      sizeof CV_NFT_BESIDE_MARK - 1) == 0;
}

static bool read_chains(struct cv_nft_reader *reader, bool flushed)
{
	const char *again = cv_arena_format(reader->reading->ctx->arena, "%sadd chain ",
					    reader->mark);

	do {
		if (!read_chain(reader, flushed))
			return false;
	} while (cv_nft_stands(reader, again) && !is_beside_next(reader));
	return read_beside(reader, flushed);
}

static bool read_text(struct cv_nft_reader *reader)
{
	reader->operation = CV_ADD;
	return read_head(reader) && read_table(reader) && read_chains(reader, true) &&
	       cv_nft_read_maps(reader, "flush map") &&
	       cv_nft_read_declarations(reader, true) && cv_nft_read_sets(reader) &&
	       cv_nft_read_ways(reader) && cv_nft_read_rules(reader) &&
	       cv_nft_add_sets(reader);
}

/* A table of our own goes whole, and what goes with it stands in comments; in a table
 * of the admin's each chain and set is named. */
static bool read_undo(struct cv_nft_reader *reader)
{
	bool whole;

	reader->operation = CV_REMOVE;
	if (!read_head(reader) || !read_table(reader))
		return false;
	whole = cv_nft_take(reader, "delete table ");
	if (whole) {
		if (!cv_nft_expect(reader, reader->table) || !cv_nft_expect(reader, "\n"))
			return false;
		reader->mark = "# gone with the table: ";
	}
	if (!read_chains(reader, !whole) ||
	    !cv_nft_read_maps(reader, whole ? NULL : "delete map") ||
	    !cv_nft_read_declarations(reader, !whole))
		return false;
	if (reader->enforces != whole)
		return cv_nft_fail(reader, whole ? "a table goes that is not ours alone"
						 : "base chains stay");
	if (!whole)
		reader->mark = "# gone with the flush: ";
	return cv_nft_read_ways(reader) && cv_nft_read_rules(reader) &&
	       cv_nft_add_sets(reader);
}

static struct cv_nft_reader open_reader(struct cv_reading *reading)
{
	return (struct cv_nft_reader){
		.reading = reading,
		.at = reading->bytes,
		.end = reading->bytes + reading->size,
		.mark = "",
	};
}

bool cv_nft_read(struct cv_reading *reading)
{
	struct cv_nft_reader reader = open_reader(reading);

	return read_text(&reader);
}

bool cv_nft_read_undo(struct cv_reading *reading)
{
	struct cv_nft_reader reader = open_reader(reading);

	return read_undo(&reader);
}
