#pragma once
/* Reading exports of nft in tests: files under data/ and small ones made of parts. */

#include "nftables_fixture.h"

#define DATA CV_TEST_DATA "/"

static inline const struct cv_source *file_of(struct fixture *f, const char *name)
{
	const struct cv_source *source =
		cv_source_read(&f->ctx, cv_arena_format(f->ctx.arena, DATA "%s", name),
			       (struct cv_span){0});

	assert_non_null(source);
	return source;
}

static inline bool read_bytes(struct fixture *f, const char *bytes, size_t size,
			      struct cv_export_reading *reading)
{
	/* A copy of its own, so that a read behind its end is seen. */
	char *copy = malloc(size + 1);
	bool fine;

	assert_non_null(copy);
	memcpy(copy, bytes, size);
	copy[size] = '\0';
	*reading = (struct cv_export_reading){
		.ctx = &f->ctx, .bytes = copy, .size = size, .plan = &f->plan};
	fine = cv_target_nftables.read_export(reading);
	assert_true(fine == !reading->error);
	assert_true(reading->error_at <= size);
	for (size_t i = 0; i < reading->unknown.count; i++)
		assert_true(CV_AT(&reading->unknown, struct cv_unknown, i)->place <=
			    size);
	for (size_t i = 0; i < reading->entries.count; i++)
		assert_true(CV_AT(&reading->entries, struct cv_entry, i)->more->place <=
			    size);
	free(copy);
	return fine;
}

static inline bool read_text(struct fixture *f, const char *text,
			     struct cv_export_reading *reading)
{
	return read_bytes(f, text, strlen(text), reading);
}

static inline const char *entry_at(struct fixture *f,
				   const struct cv_export_reading *reading, size_t i)
{
	return cv_entry_words(&f->ctx, CV_AT(&reading->entries, struct cv_entry, i));
}

static inline const char *unknown_at(const struct cv_export_reading *reading, size_t i)
{
	return CV_AT(&reading->unknown, struct cv_unknown, i)->what;
}

static inline struct cv_table without_notes(struct fixture *f,
					    const struct cv_table *table)
{
	struct cv_table all = {0};

	for (size_t i = 0; i < table->count; i++) {
		struct cv_entry entry = *CV_AT(table, struct cv_entry, i);

		entry.note = NULL;
		if (entry.kind != CV_ENTRY_HEADER && entry.operation == CV_ADD)
			*CV_ADD(f->ctx.arena, &all, struct cv_entry) = entry;
	}
	return all;
}

static inline const struct cv_entry **sorted(struct fixture *f,
					     const struct cv_table *table)
{
	const struct cv_entry **items =
		CV_NEW_ARRAY(f->ctx.arena, table->count + 1, const struct cv_entry *);

	for (size_t i = 0; i < table->count; i++)
		items[i] = CV_AT(table, struct cv_entry, i);
	qsort(items, table->count, sizeof *items, compare);
	return items;
}

/* Whether the entries are those that the plan adds, its settings among them. */
static inline bool is_plan(struct fixture *f, const struct cv_export_reading *reading)
{
	const struct cv_table planned = without_notes(f, &f->plan.entries);
	const struct cv_entry **a = sorted(f, &planned);
	const struct cv_entry **b = sorted(f, &reading->entries);

	if (planned.count != reading->entries.count)
		return false;
	for (size_t i = 0; i < planned.count; i++)
		if (cv_entry_compare(a[i], b[i]) != 0 || !b[i]->ours)
			return false;
	return true;
}

/* The text with the first `from` behind `mark` replaced. */
static inline const char *replaced(struct fixture *f, const char *text, const char *mark,
				   const char *from, const char *to)
{
	const char *at = strstr(text, mark);

	assert_non_null(at);
	at = strstr(at, from);
	assert_non_null(at);
	return cv_arena_format(f->ctx.arena, "%.*s%s%s", (int)(at - text), text, to,
			       at + strlen(from));
}

/* ---- small exports, made of parts ---- */

#define HEAD "{\"nftables\": [{\"metainfo\": {\"json_schema_version\": 1}}"
#define TABLE "\"family\": \"inet\", \"table\": \"filter\", "
#define CHAIN(name) ", {\"chain\": {" TABLE "\"name\": \"" name "\"}}"
#define BASE(name, hook) \
	", {\"chain\": {" TABLE "\"name\": \"" name "\", \"type\": \"filter\", " \
	"\"hook\": \"" hook "\"}}"
#define RULE(chain, expr) \
	", {\"rule\": {" TABLE "\"chain\": \"" chain "\", \"expr\": [" expr "]}}"
#define JUMP(chain) "{\"jump\": {\"target\": \"" chain "\"}}"
#define ACCEPT "{\"accept\": null}"
#define MATCH(left, right) \
	"{\"match\": {\"op\": \"==\", \"left\": " left ", \"right\": " right "}}"
#define PAYLOAD(header, name) \
	"{\"payload\": {\"protocol\": \"" header "\", \"field\": \"" name "\"}}"
#define META(key) "{\"meta\": {\"key\": \"" key "\"}}"
#define SADDR PAYLOAD("ip", "saddr")
#define DADDR PAYLOAD("ip", "daddr")
#define SADDR6 PAYLOAD("ip6", "saddr")
#define DPORT PAYLOAD("tcp", "dport")
#define TH_DPORT PAYLOAD("th", "dport")
#define L4PROTO META("l4proto")
#define NFPROTO META("nfproto")
#define OURS CHAIN("cv-hq-forward")
#define END "]}"
