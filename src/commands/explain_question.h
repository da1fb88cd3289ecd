#pragma once
/* `A -> B:443/tcp` as sets. */

#include <stdbool.h>
#include <stddef.h>

#include "model/policy.h"
#include "prove/cover.h"

struct cv_ctx;

struct cv_question_end {
	const struct cv_addresses *addresses[2]; /* IPv4, IPv6; NULL: none */
	const char *name; /* of a party that has no addresses; else NULL */
};

struct cv_question {
	const char *text; /* as asked, without blanks around it */
	struct cv_question_end from, to;
	int protocol, icmp_type;
	const struct cv_ports *ports; /* NULL: the protocol has none */
	struct cv_space spaces[2];    /* all of it, by family */
	size_t count;
};

/* Parties may be named as published, by their slug, by an alias, or by the name of a
 * group that is one.  False: reported as `usage`. */
bool cv_question_read(struct cv_ctx *ctx, const struct cv_policy *policy,
		      const char *text, struct cv_question *question_out);

/* The same the other way round. */
struct cv_question cv_question_back(const struct cv_question *question);

/* A flow as spaces that can be held against those of a question: one, or two where an
 * end is only a name; returns how many. */
size_t cv_question_flow(const struct cv_flow *flow, struct cv_space spaces_out[2]);
