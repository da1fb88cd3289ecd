/* Chains beside others, as the readers of the text and of JSON find them: which there
 * are, what leads to them, and that it leads all that a class there has for its sources.
 */
#include "nftables/read.h"

#include <string.h>

#include "base/ctx.h"

static struct cv_nft_reader_beside *beside_of(struct cv_nft_reader *reader,
					      const char *name)
{
	for (size_t i = 0; i < reader->beside_count; i++)
		if (strcmp(reader->beside[i].chain.name, name) == 0)
			return &reader->beside[i];
	return NULL;
}

/* The one that has to come next: the next number, or the first of a later chain. */
static bool is_next(const struct cv_nft_reader *reader, const char *name,
		    const struct cv_nft_reader_chain **of_out)
{
	const size_t number = reader->beside_count % CV_NFT_BESIDE;
	const struct cv_nft_reader_chain *last =
		reader->beside_count ? reader->beside[reader->beside_count - 1].of : NULL;

	for (size_t i = 0; i < reader->chain_count; i++) {
		const struct cv_nft_reader_chain *chain = &reader->chains[i];
		const char *wanted = cv_arena_format(reader->reading->ctx->arena,
						     "%s" CV_NFT_BESIDE_MARK "%02zu",
						     chain->name, number);

		*of_out = chain;
		if (strcmp(name, wanted) == 0)
			return number ? chain == last : !last || chain > last;
	}
	return false;
}

bool cv_nft_reader_know_beside(struct cv_nft_reader *reader, const char *name,
			       struct cv_nft_reader_beside **beside_out)
{
	struct cv_nft_reader_beside *beside = &reader->beside[reader->beside_count];
	const struct cv_nft_reader_chain *of;

	if (reader->beside_count == CV_NFT_LISTS * CV_NFT_BESIDE ||
	    !is_next(reader, name, &of))
		return cv_nft_fail(reader, "not the chain that stands beside here");
	*beside = (struct cv_nft_reader_beside){.chain = {.name = name, .list = of->list},
						.of = of};
	reader->beside_count++;
	*beside_out = beside;
	return true;
}

bool cv_nft_reader_all_beside(struct cv_nft_reader *reader)
{
	return reader->beside_count % CV_NFT_BESIDE == 0 ||
	       cv_nft_fail(reader, "some of the chains beside a chain are missing");
}

bool cv_nft_reader_add_way(struct cv_nft_reader *reader,
			   const struct cv_nft_reader_chain *of, size_t place,
			   const char *name, const struct cv_addresses *from)
{
	struct cv_nft_reader_beside *beside = beside_of(reader, name);
	const int six = from->family == 6;
	struct cv_entry *entry;

	if (!beside || beside->of != of)
		return cv_nft_fail(reader, "a jump to no chain beside this one");
	if (reader->operation == CV_ADD && beside->operation == CV_REMOVE)
		return cv_nft_fail(reader, "a jump to a chain that was deleted");
	if (beside->from[six] || beside->from[1])
		return cv_nft_fail(reader, "what leads there stands before already");
	for (const struct cv_nft_reader_beside *later = beside + 1;
	     later < reader->beside + reader->beside_count && later->of == of; later++)
		if (later->from[0] || later->from[1])
			return cv_nft_fail(reader,
					   "the jumps are not in their chains' order");
	beside->from[six] = from;
	entry = cv_nft_add_setting(reader, place, "way", of->name, beside->chain.name);
	entry->family = from->family;
	entry->source = from;
	return true;
}

bool cv_nft_reader_add_class(struct cv_nft_reader *reader,
			     const struct cv_nft_reader_chain *chain,
			     const struct cv_addresses *source)
{
	struct cv_nft_reader_beside *beside = beside_of(reader, chain->name);
	const struct cv_addresses *from;

	if (!beside)
		return true;
	from = beside->from[source->family == 6];
	if (!from || cv_addresses_minus(reader->reading->ctx, source, from))
		return cv_nft_fail(reader, "a class whose sources do not come to it");
	beside->classes++;
	return true;
}

bool cv_nft_reader_is_beside(const struct cv_nft_reader *reader,
			     const struct cv_nft_reader_chain *chain)
{
	return chain >= &reader->beside[0].chain &&
	       chain <= &reader->beside[CV_NFT_LISTS * CV_NFT_BESIDE - 1].chain;
}

bool cv_nft_reader_end_beside(struct cv_nft_reader *reader)
{
	for (size_t i = 0; i < reader->beside_count; i++)
		if (reader->beside[i].operation == CV_ADD && !reader->beside[i].classes)
			return cv_nft_fail(reader, "a chain beside holds no class");
	return true;
}
