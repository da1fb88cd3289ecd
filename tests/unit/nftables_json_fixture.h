#pragma once
/* Plans as in nftables_fixture.h, written as libnftables JSON and proved; saved beside
 * the text of the same plan, for tests/kernel/json.sh. */

#include "nftables_fixture.h"

#include <jansson.h>

#include "prove/prove.h"

extern const struct cv_target cv_target_nftables_json;

static inline void arrange(struct fixture *f)
{
	f->use.target = &cv_target_nftables_json;
	assert_true(cv_target_nftables_json.arrange(&f->ctx, &f->plan));
}

static inline void emit_form(struct fixture *f, const struct cv_form *form)
{
	struct cv_emission emission = {
		.ctx = &f->ctx, .plan = &f->plan, .options = &f->options, .out = &f->out};

	emission.entries = cv_form_entries(&f->ctx, &f->plan, form, &emission.count);
	f->out.size = 0;
	form->emit(&emission);
}

static inline void emit_json(struct fixture *f, int number)
{
	emit_form(f, &cv_target_nftables_json.forms[number]);
}

static inline bool proves(struct fixture *f, int number, const char *bytes, size_t size)
{
	/* A copy of its own size, so that a sanitizer sees a byte too far. */
	char *copy = malloc(size + 1);
	bool ok;

	assert_non_null(copy);
	memcpy(copy, bytes, size);
	copy[size] = '\0';
	ok = cv_prove_bytes(&f->ctx, &f->plan, &cv_target_nftables_json.forms[number],
			    "test.json", copy, size);
	free(copy);
	return ok;
}

/* Both JSON forms are proved; with the text of the plan they are saved. */
static inline void check_plan(struct fixture *f, const char *name)
{
	static const char *const json[] = {".json", ".undo.json"};

	for (int number = TEXT; number <= UNDO; number++) {
		emit_json(f, number);
		assert_true(proves(f, number, f->out.data, f->out.size));
		save(f, cv_arena_format(f->ctx.arena, "%s%s", name, json[number]));
	}
	emit_form(f, &cv_target_nftables.forms[TEXT]);
	save(f, cv_arena_format(f->ctx.arena, "%s.nft", name));
	emit_json(f, TEXT);
}

static inline const struct cv_addresses *
many_addresses(struct cv_ctx *ctx, const char *const *texts, uint8_t *family_out)
{
	const struct cv_addresses *all = NULL;

	for (; *texts; texts++)
		all = cv_addresses_union(ctx, all, addresses(ctx, *texts, family_out));
	return all;
}

/* A flow with a rule of its own, or of a class. */
static inline struct cv_entry *add_own(struct fixture *f, const char *list,
				       const char *const *source,
				       const char *const *destination, int protocol,
				       const char *port_text, const char *note)
{
	struct cv_entry *flow = cv_plan_add(&f->ctx, &f->plan, CV_ENTRY_FLOW);
	const char *why, *bad;
	size_t size;

	flow->own_rule = true;
	flow->list = list;
	flow->source = many_addresses(&f->ctx, source, &flow->family);
	flow->destination = many_addresses(&f->ctx, destination, &flow->family);
	flow->protocol = cv_entry_number(protocol);
	if (port_text)
		assert_true(cv_ports_parse(&f->ctx, port_text, &flow->ports, &why, &bad,
					   &size));
	flow->note = note;
	return flow;
}

/* Classes of both families and every key, and flows with rules of their own. */
static inline void add_classes(struct fixture *f, const char *list)
{
	static const char *const clients[] = {"10.0.0.1", "10.0.1.0/24",
					      "10.0.9.3-10.0.9.9", NULL};
	static const char *const clients_6[] = {"2001:db8::1", "2001:db8:1::/64", NULL};
	static const char *const server[] = {"10.1.0.1", NULL};
	static const char *const net[] = {"10.2.0.0/16", NULL};
	static const char *const server_6[] = {"2001:db8:9::1", NULL};
	static const char *const pair[] = {"10.1.0.1", "10.1.0.3", NULL};
	static const char *const pair_6[] = {"2001:db8:9::1", "2001:db8:a::/48", NULL};
	struct cv_entry *flow;

	add_own(f, list, clients, server, 6, "443", "a/b#ports/web");
	add_own(f, list, clients, server, 17, "443", NULL);
	add_own(f, list, clients, net, 6, "443", "a net");
	add_own(f, list, clients, server, 6, "8000-8100", "ports");
	add_own(f, list, clients, server, 50, NULL, "esp");
	add_own(f, list, clients, net, 51, NULL, "ah");
	add_own(f, list, clients, server, 1, NULL, "echo")->icmp_type = 8;
	add_own(f, list, clients, net, 1, NULL, "reply")->icmp_type = 0;
	add_own(f, list, clients_6, server_6, 58, NULL, "echo")->icmp_type = 128;
	add_own(f, list, clients_6, server_6, 6, "443", "six");
	flow = add_own(f, list, clients_6, server_6, 17, "123", "ntp");
	flow->more->source_ports = flow->ports;
	add_own(f, list, clients, pair, 6, "1024-65535", "wide");
	add_own(f, list, clients_6, pair_6, 132, "1,3,5000-65535", NULL);
	flow = add_own(f, list, server, pair, 17, "53", "from any port");
	flow->more->source_ports = cv_ports_all(&f->ctx);
	add_own(f, list, pair, pair, 1, NULL, "echo")->icmp_type = 8;
}

static inline void enforce(struct fixture *f, struct cv_text *protect, size_t count)
{
	static struct cv_text from[] = {{"192.0.2.0/24", {0}}, {"2001:db8:ff::1", {0}}};
	static struct cv_text baseline[] = {
		{"dns", {0}}, {"dhcp", {0}}, {"ntp", {0}}, {"icmp", {0}}};

	f->options.mode.text = "enforce";
	f->options.protect = (struct cv_texts){protect, count};
	f->options.baseline = (struct cv_texts){baseline, COUNT(baseline)};
	f->options.management.from = (struct cv_texts){from, COUNT(from)};
}
