/* Groups, and groups of groups where a platform takes only so many members. */
#include "paloalto-xml/arrange.h"

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "base/digest.h"
#include "base/finding.h"

struct cv_entry *cv_paloalto_object_add(const struct cv_paloalto_work *work,
					enum cv_paloalto_list_id list, const char *name,
					struct cv_attribute *attributes, size_t count)
{
	struct cv_entry *entry = cv_paloalto_entry_add(work, CV_ENTRY_OBJECT);

	attributes[count] = *work->tagged;
	entry->list = cv_paloalto_lists[list].name;
	entry->more->name = name;
	entry->more->attributes = attributes;
	entry->more->attribute_count = (uint32_t)(count + 1);
	return entry;
}

/* The members of one group by the hashes of their names. */
struct spread {
	const char *const *members;
	const uint32_t *hashes;
	size_t count;
};

/* The members whose hash falls into the bucket; false where there are none, since
 * PAN-OS refuses an empty group. */
static bool add_bucket(const struct cv_paloalto_work *work, enum cv_paloalto_list_id list,
		       const char *name, const struct spread *spread, uint32_t mask,
		       uint32_t bucket, const char *note)
{
	struct cv_attribute *attributes =
		CV_NEW_ARRAY(work->ctx->arena, spread->count + 1, struct cv_attribute);
	size_t filled = 0;

	for (size_t i = 0; i < spread->count; i++)
		if (!mask || (spread->hashes[i] & mask) == bucket)
			attributes[filled++] = (struct cv_attribute){CV_PALOALTO_MEMBER,
								     spread->members[i]};
	if (filled)
		cv_paloalto_object_add(work, list, name, attributes, filled)->note = note;
	return filled > 0;
}

static uint32_t hash_of(const char *name)
{
	char hex[65];

	cv_sha256_hex(name, strlen(name), hex);
	hex[8] = '\0';
	return (uint32_t)strtoul(hex, NULL, 16);
}

/* The fewest buckets, a power of two, of which none is too full; 0: there are none. */
static uint32_t bucket_count(const struct spread *spread, size_t limit)
{
	for (uint32_t buckets = 1; buckets <= CV_PALOALTO_GROUPS_MAX; buckets *= 2) {
		size_t filled[CV_PALOALTO_GROUPS_MAX] = {0}, most = 0;

		for (size_t i = 0; i < spread->count; i++) {
			const size_t now = ++filled[spread->hashes[i] & (buckets - 1)];

			most = now > most ? now : most;
		}
		if (most <= limit)
			return buckets;
	}
	return 0;
}

bool cv_paloalto_group_add(const struct cv_paloalto_work *work,
			   enum cv_paloalto_list_id list, const char *name,
			   const char *const *members, size_t count, size_t most,
			   const char *note)
{
	uint32_t *hashes = CV_NEW_ARRAY(work->aside, count, uint32_t);
	const struct spread spread = {members, hashes, count};
	const char *inner[CV_PALOALTO_GROUPS_MAX];
	size_t inner_count = 0;
	uint32_t buckets;

	for (size_t i = 0; i < count; i++)
		hashes[i] = hash_of(members[i]);
	buckets = bucket_count(&spread, most);
	if (!buckets)
		return cv_find(work->ctx, CV_F_TOO_LONG, work->plan->use->name.at,
			       "%s: %zu members of %s do not fit into %d groups of at "
			       "most %zu members",
			       work->plan->use->target->name, count, name,
			       CV_PALOALTO_GROUPS_MAX, most);
	if (buckets == 1)
		return add_bucket(work, list, name, &spread, 0, 0, note);
	for (uint32_t bucket = 0; bucket < buckets; bucket++) {
		const char *part = cv_arena_format(work->ctx->arena, "%s-%02x", name,
						   (unsigned)bucket);

		if (add_bucket(work, list, part, &spread, buckets - 1, bucket, note))
			inner[inner_count++] = part;
	}
	return add_bucket(work, list, name,
			  &(const struct spread){inner, NULL, inner_count}, 0, 0, note);
}
