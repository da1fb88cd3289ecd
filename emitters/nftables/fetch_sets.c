/* Sets and maps.  In a set of ranges over one field the kernel has where each begins and
 * where the next thing begins; one over several fields has first and last of each. */
#include <libmnl/libmnl.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "nftables/fetch_parts.h"

enum { MILLISECONDS = 1000, COMMENT_OF_ELEMENT = 0, SET_COMMENT = 7 };

/* An element; in network order when it has no host order. */
struct element {
	const struct nlattr *parts[NFTA_SET_ELEM_MAX + 1];
	const unsigned char *first;
	unsigned char *last; /* NULL: the one value */
	bool is_end, is_rest;
};

struct listing {
	struct cv_json *json;
	const struct cv_fetch_set *set;
	const struct cv_fetch_type *types[CV_FETCH_FIELDS];
	size_t type_count, size;
	bool is_map, ranges; /* ranges: of one field */
	bool swapped;
	struct element *items;
	size_t count;
};

const char *cv_fetch_set_id(struct cv_ctx *ctx, uint8_t family,
			    const struct nlattr *table, const struct nlattr *name)
{
	const char *texts[] = {cv_netlink_text(ctx, table), cv_netlink_text(ctx, name)};

	return cv_arena_format(ctx->arena, "%u %s\n%s", (unsigned)family,
			       texts[0] ? texts[0] : "", texts[1] ? texts[1] : "");
}

/* The bytes of a key, or NULL where it has another size than its types. */
static const unsigned char *bytes_of(const struct nlattr *key, size_t size)
{
	const struct nlattr *parts[NFTA_DATA_MAX + 1];
	const struct nlattr *value;

	cv_netlink_sort(cv_netlink_of_nest(key), parts, NFTA_DATA_MAX + 1);
	value = parts[NFTA_DATA_VALUE];
	return value && mnl_attr_get_payload_len(value) >= size
		       ? mnl_attr_get_payload(value)
		       : NULL;
}

static void add_element(struct cv_ctx *ctx, struct listing *listing,
			const struct nlattr *nest)
{
	struct element *element = &listing->items[listing->count];
	const unsigned char *last;
	uint32_t flags;

	cv_netlink_sort(cv_netlink_of_nest(nest), element->parts, NFTA_SET_ELEM_MAX + 1);
	flags = cv_netlink_u32(element->parts[NFTA_SET_ELEM_FLAGS]);
	element->is_rest = flags & NFT_SET_ELEM_CATCHALL;
	element->is_end = flags & NFT_SET_ELEM_INTERVAL_END;
	element->first = bytes_of(element->parts[NFTA_SET_ELEM_KEY], listing->size);
	last = bytes_of(element->parts[NFTA_SET_ELEM_KEY_END], listing->size);
	if (last && element->first)
		element->last = (unsigned char *)cv_arena_copy(
			ctx->arena, (const char *)last, listing->size);
	listing->count++;
}

/* How many there are at most. */
static size_t count_of(const struct cv_fetch_set *set)
{
	size_t count = 0;

	for (size_t i = 0; i < set->elements.count; i++) {
		const struct nlattr *parts[NFTA_SET_ELEM_LIST_MAX + 1];
		struct cv_netlink_list list;

		cv_netlink_sort(cv_netlink_of_message(*CV_AT(&set->elements,
							     const struct nlmsghdr *, i)),
				parts, NFTA_SET_ELEM_LIST_MAX + 1);
		list = cv_netlink_of_nest(parts[NFTA_SET_ELEM_LIST_ELEMENTS]);
		while (cv_netlink_next(&list))
			count++;
	}
	return count;
}

static void add_elements(struct cv_ctx *ctx, struct listing *listing)
{
	const struct cv_table *messages = &listing->set->elements;

	listing->items =
		CV_NEW_ARRAY(ctx->arena, count_of(listing->set) + 1, struct element);
	for (size_t i = 0; i < messages->count; i++) {
		const struct nlattr *parts[NFTA_SET_ELEM_LIST_MAX + 1], *nest;
		struct cv_netlink_list list;

		cv_netlink_sort(cv_netlink_of_message(
					*CV_AT(messages, const struct nlmsghdr *, i)),
				parts, NFTA_SET_ELEM_LIST_MAX + 1);
		list = cv_netlink_of_nest(parts[NFTA_SET_ELEM_LIST_ELEMENTS]);
		while ((nest = cv_netlink_next(&list)))
			add_element(ctx, listing, nest);
	}
}

/* The kernel's order hangs on the seed of a hash.  What ends at a key stands before
 * what begins there; what has no key comes last. */
static int by_key(const void *left, const void *right, void *size)
{
	const struct element *a = left, *b = right;
	int order;

	if (!a->first || !b->first)
		return (a->first == NULL) - (b->first == NULL);
	order = memcmp(a->first, b->first, *(const size_t *)size);
	return order ? order : b->is_end - a->is_end;
}

/* One less. */
static unsigned char *before(struct cv_ctx *ctx, const unsigned char *bytes, size_t size)
{
	unsigned char *less =
		(unsigned char *)cv_arena_copy(ctx->arena, (const char *)bytes, size);

	for (size_t i = size; i-- > 0;)
		if (less[i]-- != 0)
			break;
	return less;
}

/* From where each begins to where each ends, too. */
static void join_ranges(struct cv_ctx *ctx, struct listing *listing)
{
	size_t kept = 0;

	for (size_t i = 0; i < listing->count; i++) {
		struct element element = listing->items[i];
		const struct element *next = &listing->items[i + 1];

		if (element.is_end)
			continue;
		if (!element.first || element.is_rest || element.last) {
			listing->items[kept++] = element;
			continue;
		}
		if (i + 1 < listing->count && next->first) {
			element.last = before(ctx, next->first, listing->size);
		} else {
			element.last = cv_arena_array(ctx->arena, 1, listing->size);
			memset(element.last, 0xff, listing->size);
		}
		listing->items[kept++] = element;
	}
	listing->count = kept;
}

static void put_field(const struct listing *listing, const struct element *element,
		      size_t field, size_t at)
{
	const struct cv_fetch_type *type = listing->types[field];

	if (element->last)
		cv_fetch_range(listing->json, type, element->first + at,
			       element->last + at, listing->swapped, false);
	else
		cv_fetch_value(listing->json, type, element->first + at,
			       listing->swapped);
}

static void put_key(const struct listing *listing, const struct element *element)
{
	struct cv_json *json = listing->json;
	size_t at = 0;

	if (element->is_rest) {
		cv_json_text(json, "*");
		return;
	}
	if (!element->first || !listing->type_count) {
		cv_fetch_unknown(json, "element");
		return;
	}
	if (listing->type_count == 1) {
		put_field(listing, element, 0, 0);
		return;
	}
	cv_json_begin_object(json, true);
	cv_json_key(json, "concat");
	cv_json_begin_list(json, true);
	for (size_t i = 0; i < listing->type_count; i++) {
		put_field(listing, element, i, at);
		at += (listing->types[i]->size + 3) / 4 * 4;
	}
	cv_json_end_list(json);
	cv_json_end_object(json);
}

static void put_time(struct cv_json *json, const char *key, const struct nlattr *time)
{
	if (time)
		cv_json_member_number(json, key, cv_netlink_u64(time) / MILLISECONDS);
}

/* A counter changes nothing; a quota, a limit or several of them do. */
static void put_work(struct cv_json *json, const struct nlattr *expression)
{
	const struct nlattr *parts[NFTA_EXPR_MAX + 1], *counter[NFTA_COUNTER_MAX + 1];

	cv_netlink_sort(cv_netlink_of_nest(expression), parts, NFTA_EXPR_MAX + 1);
	cv_netlink_sort(cv_netlink_of_nest(parts[NFTA_EXPR_DATA]), counter,
			NFTA_COUNTER_MAX + 1);
	if (cv_netlink_text_is(parts[NFTA_EXPR_NAME], "counter"))
		cv_fetch_put_counter(json, counter);
	else
		cv_json_member(json, "stmt", NULL);
}

/* A key with what stands beside it, if anything does. */
static void put_left(const struct listing *listing, const struct element *element)
{
	const struct nlattr *const *parts = element->parts;
	struct cv_json *json = listing->json;
	const bool counts = parts[NFTA_SET_ELEM_EXPR] || parts[NFTA_SET_ELEM_EXPRESSIONS];
	const struct nlattr *userdata = parts[NFTA_SET_ELEM_USERDATA];
	const unsigned char *note = userdata ? mnl_attr_get_payload(userdata) : NULL;
	const bool noted = userdata && mnl_attr_get_payload_len(userdata) > 1 &&
			   note[0] == COMMENT_OF_ELEMENT;

	if (!noted && !counts && !parts[NFTA_SET_ELEM_TIMEOUT] &&
	    !parts[NFTA_SET_ELEM_EXPIRATION] && !parts[NFTA_SET_ELEM_OBJREF]) {
		put_key(listing, element);
		return;
	}
	cv_json_begin_object(json, true);
	cv_json_key(json, "elem");
	cv_json_begin_object(json, true);
	cv_json_key(json, "val");
	put_key(listing, element);
	put_time(json, "timeout", parts[NFTA_SET_ELEM_TIMEOUT]);
	put_time(json, "expires", parts[NFTA_SET_ELEM_EXPIRATION]);
	cv_fetch_comment(json, userdata, COMMENT_OF_ELEMENT);
	if (counts || parts[NFTA_SET_ELEM_OBJREF])
		put_work(json, parts[NFTA_SET_ELEM_EXPR]);
	cv_json_end_object(json);
	cv_json_end_object(json);
}

static void put_data(const struct listing *listing, const struct element *element)
{
	const uint32_t number = cv_netlink_u32(listing->set->parts[NFTA_SET_DATA_TYPE]);
	const struct cv_fetch_type *type = cv_fetch_type_of(number);
	const struct nlattr *parts[NFTA_DATA_MAX + 1];
	const unsigned char *bytes;

	cv_netlink_sort(cv_netlink_of_nest(element->parts[NFTA_SET_ELEM_DATA]), parts,
			NFTA_DATA_MAX + 1);
	if (parts[NFTA_DATA_VERDICT]) {
		cv_fetch_verdict(listing->json, parts[NFTA_DATA_VERDICT]);
		return;
	}
	bytes = type && type->size
			? bytes_of(element->parts[NFTA_SET_ELEM_DATA], type->size)
			: NULL;
	if (bytes)
		cv_fetch_value(listing->json, type, bytes, false);
	else
		cv_fetch_unknown(listing->json, "data");
}

static void put_element(const struct listing *listing, const struct element *element)
{
	if (!listing->is_map) {
		put_left(listing, element);
		return;
	}
	cv_json_begin_list(listing->json, true);
	put_left(listing, element);
	put_data(listing, element);
	cv_json_end_list(listing->json);
}

static void open_listing(struct cv_json *json, const struct cv_fetch_set *set,
			 struct listing *listing)
{
	*listing = (struct listing){.json = json, .set = set};
	listing->is_map = set->flags & (NFT_SET_MAP | NFT_SET_OBJECT);
	listing->swapped = set->flags & NFT_SET_INTERVAL;
	listing->type_count = cv_fetch_types(set->key, listing->types);
	for (size_t i = 0; i < listing->type_count; i++)
		listing->size += (listing->types[i]->size + 3) / 4 * 4;
	if (listing->type_count == 1)
		listing->size = listing->types[0]->size;
	listing->ranges = set->flags & NFT_SET_INTERVAL && listing->type_count == 1;
	/* Names in ranges stand backwards on some machines. */
	if (listing->ranges && listing->types[0]->format == CV_FETCH_TEXT)
		listing->type_count = 0;
}

void cv_fetch_put_elements(struct cv_ctx *ctx, struct cv_json *json,
			   const struct cv_fetch_set *set)
{
	struct listing listing;

	open_listing(json, set, &listing);
	add_elements(ctx, &listing);
	if (listing.count)
		qsort_r(listing.items, listing.count, sizeof *listing.items, by_key,
			&listing.size);
	if (listing.ranges)
		join_ranges(ctx, &listing);
	cv_json_begin_list(json, true);
	for (size_t i = 0; i < listing.count; i++)
		put_element(&listing, &listing.items[i]);
	cv_json_end_list(json);
}

static void put_types(struct cv_json *json, uint32_t key)
{
	const struct cv_fetch_type *types[CV_FETCH_FIELDS];
	const size_t count = cv_fetch_types(key, types);

	cv_json_key(json, "type");
	if (count != 1)
		cv_json_begin_list(json, true);
	for (size_t i = 0; i < count; i++)
		cv_json_text(json, types[i]->name);
	if (count != 1)
		cv_json_end_list(json);
}

static void put_flags(struct cv_json *json, uint32_t flags)
{
	static const struct {
		uint32_t flag;
		const char *name;
	} names[] = {{NFT_SET_CONSTANT, "constant"},
		     {NFT_SET_INTERVAL, "interval"},
		     {NFT_SET_TIMEOUT, "timeout"},
		     {NFT_SET_EVAL, "dynamic"}};
	bool any = false;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (!(flags & names[i].flag))
			continue;
		if (!any) {
			cv_json_key(json, "flags");
			cv_json_begin_list(json, true);
		}
		any = true;
		cv_json_text(json, names[i].name);
	}
	if (any)
		cv_json_end_list(json);
}

static void put_settings(struct cv_json *json, const struct cv_fetch_set *set)
{
	const struct nlattr *const *parts = set->parts;
	const struct nlattr *about[NFTA_SET_DESC_MAX + 1];

	cv_netlink_sort(cv_netlink_of_nest(parts[NFTA_SET_DESC]), about,
			NFTA_SET_DESC_MAX + 1);
	if (cv_netlink_u32(parts[NFTA_SET_POLICY]) == NFT_SET_POL_MEMORY)
		cv_json_member(json, "policy", "memory");
	/* A constant set is as large as it is. */
	if (about[NFTA_SET_DESC_SIZE] && !(set->flags & NFT_SET_CONSTANT))
		cv_json_member_number(json, "size",
				      cv_netlink_u32(about[NFTA_SET_DESC_SIZE]));
	put_flags(json, set->flags);
	put_time(json, "timeout", parts[NFTA_SET_TIMEOUT]);
	if (parts[NFTA_SET_GC_INTERVAL] && cv_netlink_u32(parts[NFTA_SET_GC_INTERVAL]))
		cv_json_member_number(json, "gc-interval",
				      cv_netlink_u32(parts[NFTA_SET_GC_INTERVAL]) /
					      MILLISECONDS);
	if (parts[NFTA_SET_EXPR] || parts[NFTA_SET_EXPRESSIONS])
		cv_json_member(json, "stmt", NULL);
	cv_fetch_comment(json, parts[NFTA_SET_USERDATA], SET_COMMENT);
}

void cv_fetch_put_set(struct cv_ctx *ctx, struct cv_json *json,
		      const struct cv_fetch_set *set)
{
	const bool is_map = set->flags & (NFT_SET_MAP | NFT_SET_OBJECT);
	const uint32_t number = cv_netlink_u32(set->parts[NFTA_SET_DATA_TYPE]);
	const struct cv_fetch_type *data = cv_fetch_type_of(number);

	/* The kernel's own number for verdicts. */
	if (number == NFT_DATA_VERDICT)
		data = cv_fetch_type_of(CV_FETCH_TYPE_VERDICT);
	put_types(json, set->key);
	if (is_map)
		cv_json_member(json, "map", data ? data->name : "?");
	put_settings(json, set);
	if (count_of(set)) {
		cv_json_key(json, "elem");
		cv_fetch_put_elements(ctx, json, set);
	}
}
