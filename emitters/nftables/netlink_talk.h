#pragma once
/* Talking with nf_tables over netlink: one socket, dumps, the generation of the
 * ruleset, and batches that are sent in one piece.  What is in the messages is the
 * business of others. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/table.h"

struct cv_ctx;
struct iovec;
struct mnl_socket;
struct nlmsghdr;

struct cv_netlink {
	struct cv_ctx *ctx;
	struct mnl_socket *socket;
	uint32_t sequence; /* of the last message */
	int error;         /* errno of the last failure */
	char *room;        /* what is received, in the arena */
	/* Sends the pieces as one datagram.  Tests put a function of their own there. */
	ssize_t (*send)(struct cv_netlink *link, const struct iovec *pieces,
			size_t count);
	void *data; /* of whoever changed `send` */
};

/* Whatever returns false has set link->error; cv_netlink_why() has words for it. */
bool cv_netlink_open(struct cv_ctx *ctx, struct cv_netlink *link);
void cv_netlink_close(struct cv_netlink *link); /* may be called after a failed open */

/* In the arena, lower case: `not permitted: run as root or with CAP_NET_ADMIN`. */
const char *cv_netlink_why(const struct cv_netlink *link);

/* One answer of a dump; valid during the call only.  May not use the link.  False
 * ends the dump. */
typedef bool cv_netlink_visitor(const struct nlmsghdr *message, void *data);

struct cv_netlink_question {
	int type;       /* NFT_MSG_GETTABLE, _GETCHAIN, _GETSET, _GETRULE, _GETSETELEM */
	uint8_t family; /* NFPROTO_INET, ...; NFPROTO_UNSPEC: all */
	const char *table; /* NULL: of all tables; GETSETELEM needs one */
	const char *name;  /* GETRULE: of that chain, GETSETELEM: of that set; or NULL */
};

/* Asks and hands each answer out.  A table, chain or set that is not there is ENOENT;
 * EINTR: the ruleset changed meanwhile, the answers are worth nothing. */
bool cv_netlink_dump(struct cv_netlink *link, const struct cv_netlink_question *question,
		     cv_netlink_visitor *visit, void *data);

/* The number that every commit of anybody raises. */
bool cv_netlink_generation(struct cv_netlink *link, uint32_t *generation_out);

/* Calls `look`, which dumps whatever it wants and forgets what an earlier call saw,
 * until the ruleset did not change meanwhile: then all that it saw belongs together,
 * and was so in *generation_out.  `look` returns false with link->error set; EINTR
 * there only means once more.  After some tries it gives up with EAGAIN. */
typedef bool cv_netlink_look(struct cv_netlink *link, void *data);
bool cv_netlink_snapshot(struct cv_netlink *link, cv_netlink_look *look, void *data,
			 uint32_t *generation_out);

/* Attributes side by side, one after the other; NULL behind the last one that is
 * whole. */
struct nlattr;

struct cv_netlink_list {
	const char *at;
	size_t left;
};

struct cv_netlink_list cv_netlink_of_message(const struct nlmsghdr *message);
struct cv_netlink_list cv_netlink_of_nest(const struct nlattr *nest); /* or NULL */
const struct nlattr *cv_netlink_next(struct cv_netlink_list *list);

/* The same by their types: by_type[T] is the last of type T, or NULL. */
void cv_netlink_sort(struct cv_netlink_list list, const struct nlattr **by_type,
		     size_t count);

/* Payloads.  A number in network order; 0 where the attribute is NULL or too short.
 * A text is a copy in the arena; NULL where the attribute is. */
uint32_t cv_netlink_u32(const struct nlattr *attribute);
uint64_t cv_netlink_u64(const struct nlattr *attribute);
const char *cv_netlink_text(struct cv_ctx *ctx, const struct nlattr *attribute);
bool cv_netlink_text_is(const struct nlattr *attribute, const char *text);

/* What the kernel has against a batch. */
struct cv_netlink_fault {
	int error;         /* errno */
	uint32_t sequence; /* of the message, as it stands in the batch */
	size_t offset;     /* of the attribute at fault in the message; 0: not told */
	const char *text;  /* the kernel's own words, or NULL */
};

/* Sends the pieces of a batch as one datagram, which is one transaction, and reads all
 * answers.  One of its messages, other than begin and end, must ask for an ACK: it comes
 * when all was done.  False with the
 * kernel's complaints in `faults`, or with none when it did not even get there: then
 * link->error tells. */
bool cv_netlink_batch(struct cv_netlink *link, const struct iovec *pieces, size_t count,
		      struct cv_table *faults);

/* `errno` in words of nf_tables: EEXIST, EBUSY, ...; in the arena or static. */
const char *cv_netlink_words(struct cv_ctx *ctx, int error);
