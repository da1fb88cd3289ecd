/* Splits port lists at the length that PAN-OS takes, joins what is equal after that,
 * and sorts, so that the order of the rows cannot be seen in the artefact. */
#include "paloalto-xml/services.h"

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "model/plan.h"
#include "paloalto-xml/arrange.h"
#include "paloalto-xml/facts.h"

const char *cv_paloalto_protocol_name(int protocol)
{
	for (const struct cv_paloalto_protocol *known = cv_paloalto_protocols;
	     known->name; known++)
		if (known->number == protocol)
			return known->name;
	return NULL;
}

static size_t digits(unsigned number)
{
	size_t count = 1;

	for (; number > 9; number /= 10)
		count++;
	return count;
}

/* Characters of a range with the comma before it. */
static size_t range_size(struct cv_port_range range)
{
	return 1 + digits(range.first) +
	       (range.first == range.last ? 0 : 1 + digits(range.last));
}

/* How many ranges, from `from` on, are short enough as one list. */
static size_t fitting(const struct cv_ports *ports, size_t from)
{
	size_t size = 0, at = from;

	for (; at < ports->count; at++) {
		size += range_size(ports->ranges[at]);
		if (at > from && size > CV_PALOALTO_PORTS_MAX + 1)
			break;
	}
	return at - from;
}

/* The set of the ranges from *at on that are short enough as a list; *at goes behind
 * them.  NULL for NULL. */
static const struct cv_ports *next_ports(struct cv_ctx *ctx, const struct cv_ports *ports,
					 size_t *at)
{
	const size_t from = *at, count = ports ? fitting(ports, from) : 1;

	*at += count;
	return !ports || count == ports->count
		       ? ports
		       : cv_ports_make(ctx, ports->ranges + from, count);
}

void cv_paloalto_service_parts(const struct cv_paloalto_work *work,
			       const struct cv_entry *entry, struct cv_table *parts)
{
	const size_t ports = entry->ports ? entry->ports->count : 1;
	const size_t sources =
		entry->more->source_ports ? entry->more->source_ports->count : 1;

	for (size_t i = 0; i < ports;) {
		const struct cv_ports *to = next_ports(work->ctx, entry->ports, &i);

		for (size_t j = 0; j < sources;) {
			struct cv_entry *part =
				CV_ADD(work->aside, parts, struct cv_entry);

			part->more = CV_NEW(work->aside, struct cv_entry_more);
			cv_entry_say(part, entry);
			part->ports = to;
			part->more->source_ports =
				next_ports(work->ctx, entry->more->source_ports, &j);
		}
	}
}

/* No set at all stands before every set. */
static int compare_ports(const struct cv_ports *a, const struct cv_ports *b)
{
	if (a == b || !a || !b)
		return (a != NULL) - (b != NULL);
	for (size_t i = 0; i < a->count && i < b->count; i++) {
		const struct cv_port_range x = a->ranges[i], y = b->ranges[i];

		if (x.first != y.first)
			return x.first < y.first ? -1 : 1;
		if (x.last != y.last)
			return x.last < y.last ? -1 : 1;
	}
	return (a->count > b->count) - (a->count < b->count);
}

static int compare_services(const struct cv_entry *a, const struct cv_entry *b)
{
	int order = (a->protocol > b->protocol) - (a->protocol < b->protocol);

	if (!order)
		order = compare_ports(a->ports, b->ports);
	return order ? order
		     : compare_ports(a->more->source_ports, b->more->source_ports);
}

/* Equal ones by their notes, so that the joined note does not hang on row order. */
static int by_service(const void *a, const void *b)
{
	const struct cv_entry *x = a, *y = b;
	const int order = compare_services(x, y);

	return order ? order : strcmp(x->note ? x->note : "", y->note ? y->note : "");
}

struct cv_rows cv_paloalto_rows_join(struct cv_ctx *ctx, struct cv_rows a,
				     struct cv_rows b)
{
	const struct cv_row **items =
		CV_NEW_ARRAY(ctx->arena, a.count + b.count, const struct cv_row *);
	size_t count = 0, i = 0, j = 0;

	while (i < a.count || j < b.count) {
		const bool first =
			j == b.count ||
			(i < a.count && a.items[i]->ordinal <= b.items[j]->ordinal);
		const struct cv_row *row = first ? a.items[i] : b.items[j];

		i += i < a.count && a.items[i] == row;
		j += j < b.count && b.items[j] == row;
		items[count++] = row;
	}
	return cv_rows_of(items, count);
}

/* Two lists that differ may have a part in common once they are split. */
static size_t join_equal(struct cv_ctx *ctx, struct cv_entry *services, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		struct cv_entry *last = kept ? &services[kept - 1] : NULL;
		const struct cv_entry *next = &services[i];

		if (!last || compare_services(last, next) != 0) {
			services[kept++] = *next;
			continue;
		}
		last->rows = cv_paloalto_rows_join(ctx, last->rows, next->rows);
		if (last->note && next->note)
			last->note = cv_arena_format(ctx->arena, "%s, %s", last->note,
						     next->note);
		else if (next->note)
			last->note = next->note;
	}
	return kept;
}

static void lose(struct cv_ctx *ctx, struct cv_plan *plan, const struct cv_entry *entry)
{
	for (size_t i = 0; i < entry->rows.count; i++) {
		struct cv_loss *loss = CV_ADD(ctx->arena, &plan->losses, struct cv_loss);

		loss->row = entry->rows.items[i];
		loss->why = "a PAN-OS service is tcp, udp or sctp, with ports";
	}
}

size_t cv_paloalto_services(const struct cv_paloalto_work *work,
			    const struct cv_table *entries,
			    struct cv_entry **services_out)
{
	struct cv_table parts = {0};
	struct cv_entry *services;

	for (size_t i = 0; i < entries->count; i++) {
		const struct cv_entry *entry = *CV_AT(entries, struct cv_entry *, i);

		if (entry->ports && cv_paloalto_protocol_name(entry->protocol))
			cv_paloalto_service_parts(work, entry, &parts);
		else
			lose(work->ctx, work->plan, entry);
	}
	services = CV_NEW_ARRAY(work->aside, parts.count, struct cv_entry);
	for (size_t i = 0; i < parts.count; i++)
		services[i] = *CV_AT(&parts, struct cv_entry, i);
	if (parts.count)
		qsort(services, parts.count, sizeof *services, by_service);
	*services_out = services;
	return join_equal(work->ctx, services, parts.count);
}

static int is_service(const void *part, const void *service)
{
	return compare_services(part, service);
}

const struct cv_entry *cv_paloalto_service_of(const struct cv_entry *services,
					      size_t count, const struct cv_entry *part)
{
	return count ? bsearch(part, services, count, sizeof *services, is_service)
		     : NULL;
}
