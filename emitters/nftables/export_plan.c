/* What a reader of exports knows from the plan: the names of our chains and sets, and
 * which set belongs to which chain. */
#include <string.h>

#include "model/plan.h"
#include "model/target.h"
#include "nftables/export.h"
#include "nftables/group.h"

/* Which of our lists the name of a chain of the plan ends in. */
static const char *list_of(const char *name)
{
	const size_t size = strlen(name);

	for (size_t i = 0; i < CV_NFT_LISTS; i++) {
		const size_t tail = strlen(cv_nft_lists[i]);

		if (size > tail && name[size - tail - 1] == '-' &&
		    strcmp(name + size - tail, cv_nft_lists[i]) == 0)
			return cv_nft_lists[i];
	}
	return NULL;
}

static const struct cv_nft_shape *shape_of(const struct cv_nft_export *export,
					   const char *name,
					   const struct cv_nft_chain **chain_out)
{
	for (size_t i = 0; i < export->chain_count; i++) {
		const size_t size = strlen(export->chains[i].name);

		if (strncmp(name, export->chains[i].name, size) != 0)
			continue;
		*chain_out = &export->chains[i];
		for (size_t n = 0; n < CV_NFT_SHAPES; n++)
			if (strcmp(name + size, cv_nft_shapes[n].suffix) == 0)
				return &cv_nft_shapes[n];
	}
	return NULL;
}

static void know_set(struct cv_nft_export *export, const struct cv_entry *entry)
{
	struct cv_nft_set set = {.name = entry->more->name};

	set.shape = shape_of(export, entry->more->name, &set.chain);
	if (set.shape && export->set_count < CV_NFT_LISTS * CV_NFT_SHAPES)
		export->sets[export->set_count++] = set;
}

struct cv_nft_chain *cv_nft_chain_of(struct cv_nft_export *export, const char *name)
{
	for (size_t i = 0; name && i < export->chain_count; i++)
		if (strcmp(export->chains[i].name, name) == 0)
			return &export->chains[i];
	return NULL;
}

static void know_beside(struct cv_nft_export *export, const struct cv_entry *entry)
{
	const size_t size = strlen(entry->more->name);

	for (size_t i = 0; i < export->chain_count; i++) {
		const struct cv_nft_chain *chain = &export->chains[i];

		if (size == strlen(chain->name) + CV_NFT_BESIDE_TAIL &&
		    strncmp(entry->more->name, chain->name, size - CV_NFT_BESIDE_TAIL) ==
			    0 &&
		    export->beside_count < CV_NFT_LISTS * CV_NFT_BESIDE)
			export->beside[export->beside_count++] =
				(struct cv_nft_chain){.name = entry->more->name,
						      .list = chain->list,
						      .of = chain};
	}
}

static void know_map(struct cv_nft_export *export, const struct cv_entry *entry)
{
	struct cv_nft_known_map map = {.name = entry->more->name,
				       .shape = cv_nft_map_by_name(entry->more->name)};

	for (size_t i = 0; map.shape && i < export->chain_count; i++) {
		const char *chain = export->chains[i].name;
		const size_t size = strlen(chain);

		if (strncmp(entry->more->name, chain, size) != 0 ||
		    strcmp(entry->more->name + size, map.shape->suffix) != 0 ||
		    export->map_count == CV_NFT_LISTS * CV_NFT_MAPS)
			continue;
		map.chain = &export->chains[i];
		export->maps[export->map_count++] = map;
	}
}

/* Chains stand before their sets and maps. */
void cv_nft_plan_read(struct cv_nft_export *export)
{
	const struct cv_table *entries = &export->reading->plan->entries;

	for (size_t i = 0; i < entries->count; i++) {
		const struct cv_entry *entry = CV_AT(entries, struct cv_entry, i);
		struct cv_nft_chain *chain;

		if (entry->kind != CV_ENTRY_SETTING)
			continue;
		if (strcmp(entry->list, "chain") == 0 && list_of(entry->more->name) &&
		    export->chain_count < CV_NFT_LISTS) {
			export->table = entry->more->value;
			export->chains[export->chain_count++] =
				(struct cv_nft_chain){.name = entry->more->name,
						      .list = list_of(entry->more->name),
						      .suffix = ""};
		}
		if (strcmp(entry->list, "set") == 0)
			know_set(export, entry);
		if (strcmp(entry->list, "beside") == 0)
			know_beside(export, entry);
		if (strcmp(entry->list, "map") == 0)
			know_map(export, entry);
		chain = cv_nft_chain_of(export, entry->more->name);
		if (chain && strcmp(entry->list, "base") == 0)
			chain->base = entry;
	}
}
