/* From the expressions of a rule back to statements.  Registers are bytes, and an
 * operand stands where its first byte lies.  Whatever is not known takes all registers
 * along, since it may have written to any.
 *
 * A match that settles the family or the protocol, and is there only so that the field
 * behind it is where it looks, is not told: neither does nft. */
#include <libmnl/libmnl.h>
#include <netinet/in.h>
#include <string.h>

#include "nftables/fetch_parts.h"

enum { NOWHERE = -1, MOST_PARTS = 16 };

struct walk {
	struct cv_ctx *ctx;
	uint8_t family; /* of the table */
	const struct nlattr *table;
	struct cv_fetch_set *sets;
	struct cv_table *statements;
	struct cv_fetch_context context;
	struct cv_fetch_statement *tells_family, *tells_protocol;
	struct cv_fetch_statement *lower; /* `>=` that a `<=` may follow */
	struct cv_fetch_operand at[CV_FETCH_BYTES];
	bool used[CV_FETCH_BYTES];
	const char *lost; /* the expression that took the registers along */
};

/* The attributes of an expression's own kind. */
struct parts {
	const struct nlattr *items[MOST_PARTS];
};

static bool is_one_family(const struct walk *walk)
{
	return walk->family == NFPROTO_IPV4 || walk->family == NFPROTO_IPV6;
}

/* The first byte of a register, or NOWHERE. */
static int place_of(const struct nlattr *reg)
{
	const uint32_t number = cv_netlink_u32(reg);

	if (number >= NFT_REG_1 && number <= NFT_REG_4)
		return (int)(number - NFT_REG_1) * 16;
	if (number >= NFT_REG32_00 && number <= NFT_REG32_15)
		return (int)(number - NFT_REG32_00) * 4;
	return NOWHERE;
}

static void put(struct walk *walk, int place, const struct cv_fetch_operand *operand)
{
	const int size = operand->size ? (int)operand->size : 1;

	if (place == NOWHERE || place + size > CV_FETCH_BYTES)
		return;
	for (int i = 0; i < CV_FETCH_BYTES; i++)
		if (walk->used[i] && i < place + size &&
		    i + (int)walk->at[i].size > place)
			walk->used[i] = false;
	walk->used[place] = true;
	walk->at[place] = *operand;
}

static const struct cv_fetch_operand *get(const struct walk *walk, int place)
{
	return place >= 0 && place < CV_FETCH_BYTES && walk->used[place]
		       ? &walk->at[place]
		       : NULL;
}

static struct cv_fetch_operand unknown(const char *name)
{
	return (struct cv_fetch_operand){
		.source = CV_FETCH_UNKNOWN, .name = name, .size = 4, .protocol = -1};
}

static struct cv_fetch_statement *add(struct walk *walk, enum cv_fetch_kind kind)
{
	struct cv_fetch_statement *statement =
		CV_ADD(walk->ctx->arena, walk->statements, struct cv_fetch_statement);

	statement->kind = kind;
	statement->family = walk->context.family;
	return statement;
}

static void add_unknown(struct walk *walk, const char *name)
{
	add(walk, CV_FETCH_OTHER)->unknown = name;
	memset(walk->used, 0, sizeof walk->used);
	walk->lost = name;
}

static bool is_meta(const struct cv_fetch_statement *statement)
{
	return statement->left[0].source == CV_FETCH_META;
}

/* In a table of one family `ip protocol` says no more than `meta l4proto`. */
static void use(struct walk *walk, const struct cv_fetch_operand *operand)
{
	if (operand->family && walk->tells_family)
		walk->tells_family->dead = true;
	if (operand->protocol >= 0 && walk->tells_protocol &&
	    (is_meta(walk->tells_protocol) || is_one_family(walk)))
		walk->tells_protocol->dead = true;
}

static struct cv_fetch_statement *add_match(struct walk *walk,
					    const struct cv_fetch_operand *operand)
{
	struct cv_fetch_statement *match = add(walk, CV_FETCH_MATCH);

	use(walk, operand);
	match->left[0] = *operand;
	match->left_count = 1;
	match->op = "==";
	match->right = CV_FETCH_ONE;
	return match;
}

static void add_lost_match(struct walk *walk, const char *name)
{
	const struct cv_fetch_operand lost = unknown(name);

	add_match(walk, &lost)->right = CV_FETCH_NOTHING;
}

static const char *lost_name(const struct walk *walk,
			     const struct cv_fetch_operand *operand)
{
	return operand ? operand->name : walk->lost ? walk->lost : "register";
}

/* ---- comparing ---- */

static void settle(struct walk *walk, struct cv_fetch_statement *match)
{
	const struct cv_fetch_operand *left = &match->left[0];
	const uint64_t number =
		left->size <= 8 ? cv_fetch_number(match->data, left->size,
						  left->type->host && !left->swapped)
				: 0;

	if (left->tells_family && !is_one_family(walk)) {
		walk->context.family = 0;
		if (number == NFPROTO_IPV4 || number == 0x0800)
			walk->context.family = 4;
		if (number == NFPROTO_IPV6 || number == 0x86dd)
			walk->context.family = 6;
		walk->tells_family = walk->context.family ? match : NULL;
	}
	if (left->tells_protocol) {
		walk->context.protocol = (int)number;
		walk->tells_protocol = match;
	}
}

/* How many bits in front are set, when no other is; else -1. */
static int front_of(const unsigned char *mask, size_t size)
{
	size_t count = 0;

	while (count < size * 8 && mask[count / 8] >> (7 - count % 8) & 1)
		count++;
	for (size_t i = count; i < size * 8; i++)
		if (mask[i / 8] >> (7 - i % 8) & 1)
			return -1;
	return (int)count;
}

static bool is_zero(const unsigned char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (bytes[i])
			return false;
	return true;
}

static bool is_inside(const unsigned char *bytes, const unsigned char *mask, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (bytes[i] & ~mask[i])
			return false;
	return true;
}

static void compare_masked(struct walk *walk, const struct cv_fetch_operand *operand,
			   uint32_t op, const unsigned char *data)
{
	const bool equal = op == NFT_CMP_EQ;
	const int front = front_of(operand->mask, operand->size);
	struct cv_fetch_statement *match;

	if (operand->type->format == CV_FETCH_BITS && is_zero(data, operand->size)) {
		match = add_match(walk, operand);
		match->op = equal ? "!" : "in";
		match->right = CV_FETCH_ANY;
		match->data = operand->mask;
	} else if (operand->type->format == CV_FETCH_ADDRESS && front >= 0 &&
		   operand->size == operand->type->size &&
		   is_inside(data, operand->mask, operand->size)) {
		match = add_match(walk, operand);
		match->op = equal ? "==" : "!=";
		match->right = CV_FETCH_FRONT;
		match->data = data;
		match->length = (unsigned)front;
	} else {
		add_lost_match(walk, "bitwise");
	}
}

static const char *word_of(uint32_t op)
{
	static const char *const words[] = {
		[NFT_CMP_EQ] = "==",  [NFT_CMP_NEQ] = "!=", [NFT_CMP_LT] = "<",
		[NFT_CMP_LTE] = "<=", [NFT_CMP_GT] = ">",   [NFT_CMP_GTE] = ">=",
	};

	return op < sizeof words / sizeof *words ? words[op] : NULL;
}

/* nft has a range as two comparisons of one value. */
static bool closes_range(const struct walk *walk, const struct cv_fetch_operand *operand,
			 uint32_t op)
{
	return op == NFT_CMP_LTE && walk->lower &&
	       walk->lower->left[0].name == operand->name &&
	       walk->lower->left[0].header == operand->header;
}

static void compare_one(struct walk *walk, const struct cv_fetch_operand *operand,
			uint32_t op, const unsigned char *data, size_t size)
{
	const bool plain = op == NFT_CMP_EQ || op == NFT_CMP_NEQ;
	struct cv_fetch_statement *match;

	if (operand->mask && plain && size == operand->size) {
		compare_masked(walk, operand, op, data);
		return;
	}
	if (!word_of(op) || operand->mask ||
	    (size < operand->type->size &&
	     (!plain || (operand->type->format != CV_FETCH_ADDRESS &&
			 operand->type->format != CV_FETCH_TEXT)))) {
		add_lost_match(walk, "cmp");
		return;
	}
	if (closes_range(walk, operand, op)) {
		walk->lower->op = "==";
		walk->lower->right = CV_FETCH_SPAN;
		walk->lower->last = data;
		return;
	}
	match = add_match(walk, operand);
	match->op = word_of(op);
	match->data = data;
	if (size < operand->type->size) {
		match->right = CV_FETCH_FRONT;
		match->length = (unsigned)size * 8;
	} else if (op == NFT_CMP_EQ) {
		settle(walk, match);
	}
	walk->lower = op == NFT_CMP_GTE ? match : NULL;
}

/* Of several fields that were loaded at once each is asked for by itself. */
static void compare(struct walk *walk, const struct parts *parts)
{
	const struct nlattr *value[NFTA_DATA_MAX + 1];
	const uint32_t op = cv_netlink_u32(parts->items[NFTA_CMP_OP]);
	int place = place_of(parts->items[NFTA_CMP_SREG]);
	const unsigned char *data;
	size_t left;

	cv_netlink_sort(cv_netlink_of_nest(parts->items[NFTA_CMP_DATA]), value,
			NFTA_DATA_MAX + 1);
	if (!value[NFTA_DATA_VALUE]) {
		add_lost_match(walk, "cmp");
		return;
	}
	data = mnl_attr_get_payload(value[NFTA_DATA_VALUE]);
	left = mnl_attr_get_payload_len(value[NFTA_DATA_VALUE]);
	while (left) {
		const struct cv_fetch_operand *operand = get(walk, place);
		size_t size;

		if (!operand || operand->source == CV_FETCH_UNKNOWN) {
			add_lost_match(walk, lost_name(walk, operand));
			return;
		}
		size = left < operand->size ? left : operand->size;
		if (size < left && op != NFT_CMP_EQ) {
			add_lost_match(walk, "cmp");
			return;
		}
		compare_one(walk, operand, op, data, size);
		place += (int)size;
		data += size;
		left -= size;
	}
}

static const unsigned char *bytes_of(const struct nlattr *nest, size_t size)
{
	const struct nlattr *parts[NFTA_DATA_MAX + 1];

	cv_netlink_sort(cv_netlink_of_nest(nest), parts, NFTA_DATA_MAX + 1);
	if (!parts[NFTA_DATA_VALUE] ||
	    mnl_attr_get_payload_len(parts[NFTA_DATA_VALUE]) != size)
		return NULL;
	return mnl_attr_get_payload(parts[NFTA_DATA_VALUE]);
}

static void compare_range(struct walk *walk, const struct parts *parts)
{
	const struct cv_fetch_operand *operand =
		get(walk, place_of(parts->items[NFTA_RANGE_SREG]));
	const uint32_t op = cv_netlink_u32(parts->items[NFTA_RANGE_OP]);
	const unsigned char *first, *last;
	struct cv_fetch_statement *match;

	if (!operand || operand->source == CV_FETCH_UNKNOWN || operand->mask ||
	    operand->size != operand->type->size || op > NFT_RANGE_NEQ) {
		add_lost_match(walk, lost_name(walk, operand));
		return;
	}
	first = bytes_of(parts->items[NFTA_RANGE_FROM_DATA], operand->size);
	last = bytes_of(parts->items[NFTA_RANGE_TO_DATA], operand->size);
	if (!first || !last) {
		add_lost_match(walk, "range");
		return;
	}
	match = add_match(walk, operand);
	match->op = op == NFT_RANGE_NEQ ? "!=" : "==";
	match->right = CV_FETCH_SPAN;
	match->data = first;
	match->last = last;
}

/* ---- looking up ---- */

/* The operands that the fields of the set's key are held against. */
static void take_key(struct walk *walk, const struct cv_fetch_set *set, int place,
		     struct cv_fetch_statement *statement)
{
	const struct cv_fetch_type *types[CV_FETCH_FIELDS];
	const size_t count = cv_fetch_types(set->key, types);

	statement->left_count = count ? count : 1;
	for (size_t i = 0; i < statement->left_count; i++) {
		const struct cv_fetch_operand *operand = get(walk, place);

		if (!count || !operand || operand->type != types[i] || operand->mask ||
		    operand->size != types[i]->size)
			statement->left[i] = unknown(lost_name(walk, operand));
		else
			statement->left[i] = *operand;
		use(walk, &statement->left[i]);
		place += count ? (int)(types[i]->size + 3) / 4 * 4 : 0;
	}
}

static void look_up(struct walk *walk, const struct parts *parts)
{
	const char *id = cv_fetch_set_id(walk->ctx, walk->family, walk->table,
					 parts->items[NFTA_LOOKUP_SET]);
	const bool is_vmap =
		parts->items[NFTA_LOOKUP_DREG] &&
		cv_netlink_u32(parts->items[NFTA_LOOKUP_DREG]) == NFT_REG_VERDICT;
	const uint32_t flags = cv_netlink_u32(parts->items[NFTA_LOOKUP_FLAGS]);
	struct cv_fetch_statement *statement;
	struct cv_fetch_set *set;

	HASH_FIND_STR(walk->sets, id, set);
	if (!set || flags > NFT_LOOKUP_F_INV ||
	    (parts->items[NFTA_LOOKUP_DREG] && !is_vmap)) {
		add_unknown(walk, "lookup");
		return;
	}
	statement = add(walk, is_vmap ? CV_FETCH_VMAP : CV_FETCH_MATCH);
	statement->op = flags & NFT_LOOKUP_F_INV ? "!=" : "==";
	statement->right = CV_FETCH_SET;
	statement->set = set;
	take_key(walk, set, place_of(parts->items[NFTA_LOOKUP_SREG]), statement);
}

/* ---- loading ---- */

static void load_key(struct walk *walk, const struct parts *parts, bool is_meta_key)
{
	_Static_assert(NFTA_META_DREG == 1 && NFTA_META_KEY == 2 && NFTA_CT_DREG == 1 &&
			       NFTA_CT_KEY == 2,
		       "register and key stand alike");

	const uint32_t key = cv_netlink_u32(parts->items[NFTA_META_KEY]);
	const char *name = is_meta_key ? "meta" : "ct";
	struct cv_fetch_operand operand;

	if (!parts->items[NFTA_META_DREG] || !parts->items[NFTA_META_KEY]) {
		add_unknown(walk, name); /* it sets something */
		return;
	}
	/* Of one direction only. */
	if (!is_meta_key && parts->items[NFTA_CT_DIRECTION])
		operand = unknown(name);
	else if (!(is_meta_key ? cv_fetch_meta : cv_fetch_ct)(key, &operand))
		operand = unknown(name);
	put(walk, place_of(parts->items[NFTA_META_DREG]), &operand);
}

static void load_payload(struct walk *walk, const struct parts *parts)
{
	struct cv_fetch_operand operands[CV_FETCH_FIELDS];
	int place = place_of(parts->items[NFTA_PAYLOAD_DREG]);
	size_t count;

	if (place == NOWHERE) {
		add_unknown(walk, "payload");
		return;
	}
	count = cv_fetch_payload(
		&walk->context, cv_netlink_u32(parts->items[NFTA_PAYLOAD_BASE]),
		cv_netlink_u32(parts->items[NFTA_PAYLOAD_OFFSET]),
		cv_netlink_u32(parts->items[NFTA_PAYLOAD_LEN]), operands);
	if (!count) {
		operands[0] = unknown("payload");
		count = 1;
	}
	for (size_t i = 0; i < count; i++) {
		put(walk, place, &operands[i]);
		place += (int)operands[i].size;
	}
}

static void mask(struct walk *walk, const struct parts *parts)
{
	const struct cv_fetch_operand *from =
		get(walk, place_of(parts->items[NFTA_BITWISE_SREG]));
	struct cv_fetch_operand operand = from ? *from : unknown("bitwise");
	const size_t size = cv_netlink_u32(parts->items[NFTA_BITWISE_LEN]);
	const unsigned char *flips = bytes_of(parts->items[NFTA_BITWISE_XOR], size);

	operand.mask = bytes_of(parts->items[NFTA_BITWISE_MASK], size);
	if (!from || from->mask || from->size != size || !operand.mask || !flips ||
	    !is_zero(flips, size) || cv_netlink_u32(parts->items[NFTA_BITWISE_OP]))
		operand = unknown("bitwise");
	put(walk, place_of(parts->items[NFTA_BITWISE_DREG]), &operand);
}

/* Of one byte there is nothing to turn; nft does so all the same. */
static void turn(struct walk *walk, const struct parts *parts)
{
	const struct cv_fetch_operand *from =
		get(walk, place_of(parts->items[NFTA_BYTEORDER_SREG]));
	struct cv_fetch_operand operand = from ? *from : unknown("byteorder");

	if (from && from->source != CV_FETCH_UNKNOWN && from->size > 1) {
		if (from->type->host && !from->mask &&
		    cv_netlink_u32(parts->items[NFTA_BYTEORDER_SIZE]) == from->size)
			operand.swapped = !operand.swapped;
		else
			operand = unknown("byteorder");
	}
	put(walk, place_of(parts->items[NFTA_BYTEORDER_DREG]), &operand);
}

/* ---- the rest ---- */

static void decide(struct walk *walk, const struct parts *parts)
{
	const struct nlattr *data[NFTA_DATA_MAX + 1];
	const struct cv_fetch_operand operand = unknown("immediate");

	cv_netlink_sort(cv_netlink_of_nest(parts->items[NFTA_IMMEDIATE_DATA]), data,
			NFTA_DATA_MAX + 1);
	if (data[NFTA_DATA_VERDICT])
		add(walk, CV_FETCH_END)->verdict = data[NFTA_DATA_VERDICT];
	else
		put(walk, place_of(parts->items[NFTA_IMMEDIATE_DREG]), &operand);
}

static void add_parts(struct walk *walk, enum cv_fetch_kind kind,
		      const struct parts *parts)
{
	struct cv_fetch_statement *statement = add(walk, kind);

	memcpy(statement->parts, parts->items, sizeof statement->parts);
}

static void reject(struct walk *walk, const struct parts *parts)
{
	const uint32_t type = cv_netlink_u32(parts->items[NFTA_REJECT_TYPE]);

	if (type == NFT_REJECT_ICMP_UNREACH && walk->tells_family)
		walk->tells_family->dead = true;
	if (type == NFT_REJECT_TCP_RST && walk->tells_protocol && is_one_family(walk))
		walk->tells_protocol->dead = true;
	add_parts(walk, CV_FETCH_REJECT, parts);
}

static void take(struct walk *walk, const struct nlattr *name, const struct parts *parts)
{
	if (!cv_netlink_text_is(name, "cmp"))
		walk->lower = NULL;
	if (cv_netlink_text_is(name, "cmp"))
		compare(walk, parts);
	else if (cv_netlink_text_is(name, "range"))
		compare_range(walk, parts);
	else if (cv_netlink_text_is(name, "lookup"))
		look_up(walk, parts);
	else if (cv_netlink_text_is(name, "meta"))
		load_key(walk, parts, true);
	else if (cv_netlink_text_is(name, "ct"))
		load_key(walk, parts, false);
	else if (cv_netlink_text_is(name, "payload"))
		load_payload(walk, parts);
	else if (cv_netlink_text_is(name, "bitwise"))
		mask(walk, parts);
	else if (cv_netlink_text_is(name, "byteorder"))
		turn(walk, parts);
	else if (cv_netlink_text_is(name, "immediate"))
		decide(walk, parts);
	else if (cv_netlink_text_is(name, "counter"))
		add_parts(walk, CV_FETCH_COUNTER, parts);
	else if (cv_netlink_text_is(name, "log"))
		add_parts(walk, CV_FETCH_LOG, parts);
	else if (cv_netlink_text_is(name, "reject"))
		reject(walk, parts);
	else
		add_unknown(walk, cv_netlink_text(walk->ctx, name));
}

void cv_fetch_statements(struct cv_ctx *ctx, uint8_t family, const struct nlattr *table,
			 const struct nlattr *expressions, struct cv_fetch_set *sets,
			 struct cv_table *statements)
{
	struct cv_netlink_list list = cv_netlink_of_nest(expressions);
	struct walk *walk = CV_NEW(ctx->arena, struct walk);
	const struct nlattr *expression;

	walk->ctx = ctx;
	walk->family = family;
	walk->table = table;
	walk->sets = sets;
	walk->statements = statements;
	walk->context.protocol = -1;
	if (is_one_family(walk))
		walk->context.family = family == NFPROTO_IPV4 ? 4 : 6;
	while ((expression = cv_netlink_next(&list))) {
		const struct nlattr *about[NFTA_EXPR_MAX + 1];
		struct parts parts;

		cv_netlink_sort(cv_netlink_of_nest(expression), about, NFTA_EXPR_MAX + 1);
		cv_netlink_sort(cv_netlink_of_nest(about[NFTA_EXPR_DATA]), parts.items,
				MOST_PARTS);
		take(walk, about[NFTA_EXPR_NAME], &parts);
	}
}
