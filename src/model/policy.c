/* Looking things up in the policy, and the protocols by name. */
#include "model/policy.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "model/row_name.h"
#include "model/target.h"

/* IANA protocol numbers of the names that a profile may use. */
static const struct {
	int number;
	const char *name;
	bool has_ports;
} protocols[] = {
	{6, "tcp", true},   {17, "udp", true},     {132, "sctp", true},
	{1, "icmp", false}, {58, "icmpv6", false}, {50, "esp", false},
	{51, "ah", false},
};

enum { PROTOCOL_COUNT = sizeof protocols / sizeof *protocols };

static int by_name(const void *left, const void *right)
{
	return strcmp(((const struct cv_party_name *)left)->name,
		      ((const struct cv_party_name *)right)->name);
}

const struct cv_party *cv_policy_party(const struct cv_policy *policy, const char *name)
{
	const struct cv_party_name wanted = {name, NULL};
	const struct cv_party_name *found =
		policy->party_name_count
			? bsearch(&wanted, policy->party_names, policy->party_name_count,
				  sizeof wanted, by_name)
			: NULL;

	if (found)
		return found->party;
	for (size_t i = 0; i < policy->parties.count; i++) {
		const struct cv_party *party =
			CV_AT(&policy->parties, struct cv_party, i);

		if (strcmp(party->name, name) == 0)
			return party;
	}
	return NULL;
}

const struct cv_group *cv_policy_group(const struct cv_policy *policy, const char *name)
{
	for (size_t i = 0; i < policy->groups.count; i++) {
		const struct cv_group *group = CV_AT(&policy->groups, struct cv_group, i);

		if (strcmp(group->name, name) == 0)
			return group;
	}
	return NULL;
}

size_t cv_policy_first_use(const struct cv_policy *policy, uint32_t ordinal)
{
	size_t low = 0, high = policy->uses.count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (CV_AT(&policy->uses, struct cv_use, middle)->row < ordinal)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct cv_used *cv_policy_next_used(const struct cv_policy *policy,
					  uint32_t ordinal, size_t *at)
{
	const struct cv_use *use = *at < policy->uses.count
					   ? CV_AT(&policy->uses, struct cv_use, *at)
					   : NULL;

	if (!use || use->row != ordinal)
		return NULL;
	++*at;
	return cv_used_as(policy, use);
}

void cv_risk_text_add(struct cv_buf *out, const struct cv_risk *risk)
{
	cv_row_name_add(out, risk->row);
	if (risk->target) {
		cv_buf_text(out, " in ");
		cv_buf_text(out, risk->target->name);
	}
	cv_buf_text(out, risk->says);
	cv_buf_text(out, risk->detail);
}

const char *cv_protocol_name(int protocol)
{
	for (size_t i = 0; i < PROTOCOL_COUNT; i++)
		if (protocols[i].number == protocol)
			return protocols[i].name;
	return NULL;
}

int cv_protocol_number(const char *name)
{
	size_t size;
	int number = 0;

	for (size_t i = 0; i < PROTOCOL_COUNT; i++)
		if (cv_text_is(name, protocols[i].name))
			return protocols[i].number;
	size = strlen(name);
	if (size > 3 || strspn(name, "0123456789") != size || name[0] == '0')
		return CV_NO_PROTOCOL;
	for (size_t i = 0; i < size; i++)
		number = number * 10 + (name[i] - '0');
	/* 0 is a header of IPv6 and in many tools "any"; 255 is reserved. */
	return number > 0 && number < 255 ? number : CV_NO_PROTOCOL;
}

bool cv_protocol_has_ports(int protocol)
{
	for (size_t i = 0; i < PROTOCOL_COUNT; i++)
		if (protocols[i].number == protocol)
			return protocols[i].has_ports;
	return false;
}
