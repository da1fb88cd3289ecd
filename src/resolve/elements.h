#pragma once
/* Between the two halves of lowering into elements: what flows ask of the chains, and
 * the form in which they get it. */

#include <stdbool.h>
#include <stddef.h>

#include "model/plan.h"

struct cv_ctx;

/* A rule that may stand for many elements: a source set with all that it may reach, or
 * one flow with a wide range of ports. */
struct cv_rule_choice {
	/* Chain, family and source set; of a wide range all else, with its rows. */
	struct cv_entry entry;
	unsigned parts; /* private: what the key of a class holds */
	bool wide, chosen;
	bool steered;    /* chosen to stand aside */
	bool has_ranges; /* a class: not all that it reaches is single values */
	double without;  /* elements that there would be if it were not chosen */
	double with;     /* elements that it has */
};

/* What a flow, or a part of one, asks of a chain. */
struct cv_demand {
	const char *chain;
	const struct cv_flow *flow;
	const struct cv_ports *ports, *source_ports; /* those of the flow, or some */
	struct cv_rule_choice *choice; /* the rule that may carry it, or NULL */
};

struct cv_demands {
	struct cv_demand *items; /* in malloc's memory */
	size_t count, capacity;
	struct cv_rule_choice **choices; /* in the order of their content */
	size_t choice_count;
};

/* Adds what the flow asks of the chain; with `rules`, ranges of very many ports by
 * themselves. */
void cv_demands_add(struct cv_ctx *ctx, struct cv_demands *demands, const char *chain,
		    const struct cv_flow *flow, bool rules);
void cv_demands_deinit(struct cv_demands *demands);

/* Finds the rules that save elements and chooses those that save most: in a chain at most
 * `most_steered` that stand aside, which are source classes whose addresses are those of
 * no other that would save any, and at most `most_rules` others. */
void cv_demands_choose(struct cv_ctx *ctx, struct cv_demands *demands, size_t most_rules,
		       size_t most_steered);

/* How many elements the demand comes to in the form that was chosen. */
double cv_demand_elements(const struct cv_demand *demand);

/* The rule that carries the demand, or NULL: elements of named sets do. */
static inline const struct cv_rule_choice *cv_demand_rule(const struct cv_demand *demand)
{
	return demand->choice && demand->choice->chosen ? demand->choice : NULL;
}
