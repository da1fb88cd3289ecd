#pragma once
/* What the files that read the kernel share. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include "base/ctx.h"
#include "base/hash_table.h"
#include "base/json.h"
#include "nftables/netlink_talk.h"

enum {
	CV_FETCH_FIELDS = 16, /* of a concatenation: the kernel has so many registers */
	CV_FETCH_BYTES = 64,  /* of all registers, and so of a key */
};

/* ---- values: fetch_values.c ---- */

enum cv_fetch_format {
	CV_FETCH_NUMBER,
	CV_FETCH_NAMED, /* a number with a name, or without one */
	CV_FETCH_BITS,  /* names of bits */
	CV_FETCH_ADDRESS,
	CV_FETCH_INTERFACE, /* by its index */
	CV_FETCH_TEXT,      /* the name of an interface */
	CV_FETCH_VERDICT,
};

struct cv_fetch_name {
	uint32_t number;
	const char *name;
};

/* A data type of nft's. */
struct cv_fetch_type {
	unsigned number; /* how a set's key type says it; 6 bits each */
	const char *name;
	size_t size;
	enum cv_fetch_format format;
	bool host; /* in the machine's own byte order, except in ranges */
	const struct cv_fetch_name *names;
};

/* Numbers of types, as nft's include/datatype.h has them. */
enum {
	CV_FETCH_TYPE_VERDICT = 1,
	CV_FETCH_TYPE_NFPROTO = 2,
	CV_FETCH_TYPE_IP = 7,
	CV_FETCH_TYPE_IP6 = 8,
	CV_FETCH_TYPE_ETHERTYPE = 10,
	CV_FETCH_TYPE_PROTOCOL = 12,
	CV_FETCH_TYPE_SERVICE = 13,
	CV_FETCH_TYPE_ICMP = 14,
	CV_FETCH_TYPE_MARK = 19,
	CV_FETCH_TYPE_INDEX = 20,
	CV_FETCH_TYPE_CT_STATE = 26,
	CV_FETCH_TYPE_CT_STATUS = 28,
	CV_FETCH_TYPE_ICMPV6 = 29,
	CV_FETCH_TYPE_IFNAME = 41,
};

/* The type, or NULL. */
const struct cv_fetch_type *cv_fetch_type_of(unsigned number);

/* The types of a key, first to last; 0 where one of them is not known or there are
 * too many. */
size_t cv_fetch_types(uint32_t key, const struct cv_fetch_type *types[CV_FETCH_FIELDS]);

/* A number of up to eight bytes. */
uint64_t cv_fetch_number(const unsigned char *bytes, size_t size, bool host);

/* A value of the type, its bits as names in a list where there are many.  `swapped`:
 * in network order whatever the type's is. */
void cv_fetch_value(struct cv_json *json, const struct cv_fetch_type *type,
		    const unsigned char *bytes, bool swapped);

/* A value, prefix or range of the type; a range stays one where `as_range`. */
void cv_fetch_range(struct cv_json *json, const struct cv_fetch_type *type,
		    const unsigned char *first, const unsigned char *last, bool swapped,
		    bool as_range);

void cv_fetch_prefix(struct cv_json *json, const struct cv_fetch_type *type,
		     const unsigned char *bytes, unsigned length);

/* A text of the kernel's as JSON; what is no UTF-8 becomes `?`. */
void cv_fetch_text(struct cv_json *json, const char *text, size_t size);
void cv_fetch_member(struct cv_json *json, const char *key, const struct nlattr *text);

/* {"accept": null}, {"jump": {"target": NAME}}; of an attribute NFTA_DATA_VERDICT. */
void cv_fetch_verdict(struct cv_json *json, const struct nlattr *verdict);

/* {"unknown": NAME}, where NAME is a word, else `?`. */
void cv_fetch_unknown(struct cv_json *json, const char *name);

/* The comment that nft keeps in user data, as a member; nothing where there is none. */
void cv_fetch_comment(struct cv_json *json, const struct nlattr *userdata, unsigned type);

/* ---- sets: fetch_sets.c ---- */

struct cv_fetch_set {
	const struct nlattr *parts[NFTA_SET_MAX + 1];
	uint8_t family;
	uint32_t flags, key;
	struct cv_table elements; /* of const struct nlmsghdr * */
	const char *id;           /* family, table and name */
	UT_hash_handle hh;
};

/* Family, table and name as one text. */
const char *cv_fetch_set_id(struct cv_ctx *ctx, uint8_t family,
			    const struct nlattr *table, const struct nlattr *name);

/* The whole set as an object of the list. */
void cv_fetch_put_set(struct cv_ctx *ctx, struct cv_json *json,
		      const struct cv_fetch_set *set);

/* The list of its elements. */
void cv_fetch_put_elements(struct cv_ctx *ctx, struct cv_json *json,
			   const struct cv_fetch_set *set);

/* ---- rules ---- */

enum cv_fetch_source { CV_FETCH_UNKNOWN, CV_FETCH_META, CV_FETCH_CT, CV_FETCH_PAYLOAD };

/* What a register holds: fetch_fields.c. */
struct cv_fetch_operand {
	enum cv_fetch_source source;
	const char *header,
		*name; /* header: of payload; name: of unknown, the expression */
	const struct cv_fetch_type *type;
	size_t size; /* as loaded: less than the type's for the front of it */
	const unsigned char *mask;
	bool swapped;
	uint8_t family;                    /* whose header it is in, or 0 */
	int protocol;                      /* likewise, or -1 */
	bool tells_family, tells_protocol; /* comparing it says what comes behind */
};

/* What the matches before have settled. */
struct cv_fetch_context {
	uint8_t family;
	int protocol; /* or -1 */
};

bool cv_fetch_meta(uint32_t key, struct cv_fetch_operand *operand_out);
bool cv_fetch_ct(uint32_t key, struct cv_fetch_operand *operand_out);

/* The fields that a load covers, side by side; the last address may be a front of one.
 * 0 where that is not known. */
size_t cv_fetch_payload(const struct cv_fetch_context *context, uint32_t base,
			uint32_t offset, uint32_t size,
			struct cv_fetch_operand operands_out[CV_FETCH_FIELDS]);

enum cv_fetch_kind {
	CV_FETCH_MATCH,
	CV_FETCH_VMAP,
	CV_FETCH_COUNTER,
	CV_FETCH_LOG,
	CV_FETCH_REJECT,
	CV_FETCH_END, /* a verdict */
	CV_FETCH_OTHER,
};

enum cv_fetch_right {
	CV_FETCH_ONE,
	CV_FETCH_SPAN,  /* from `data` to `last` */
	CV_FETCH_FRONT, /* a prefix of `length` bits */
	CV_FETCH_ANY,   /* of the bits of `data` */
	CV_FETCH_SET,
	CV_FETCH_NOTHING,
};

struct cv_fetch_statement {
	enum cv_fetch_kind kind;
	bool dead; /* another statement says it, too */
	struct cv_fetch_operand left[CV_FETCH_FIELDS];
	size_t left_count;
	const char *op;
	enum cv_fetch_right right;
	const unsigned char *data, *last;
	unsigned length;
	const struct cv_fetch_set *set;
	const struct nlattr *parts[NFTA_LOG_MAX + 1]; /* COUNTER, LOG, REJECT */
	const struct nlattr *verdict;                 /* END */
	const char *unknown;                          /* OTHER */
	uint8_t family;                               /* REJECT */
};

/* What the expressions of a rule say, as struct cv_fetch_statement: fetch_rules.c.
 * `sets` is a uthash by id. */
void cv_fetch_statements(struct cv_ctx *ctx, uint8_t family, const struct nlattr *table,
			 const struct nlattr *expressions, struct cv_fetch_set *sets,
			 struct cv_table *statements);

/* fetch_print.c.  A counter is a member of the object that is open. */
void cv_fetch_put_counter(struct cv_json *json, const struct nlattr *const *parts);
void cv_fetch_put_statement(struct cv_ctx *ctx, struct cv_json *json,
			    const struct cv_fetch_statement *statement);
