/* Entries: adding them, putting them in order, and saying them in words. */
#include "model/plan.h"

#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/utf8.h"

/* More of a value or a set than this helps nobody to find an entry. */
enum { MOST_BYTES = 200, MOST_RANGES = 4 };

const struct cv_origin cv_no_origin;
const struct cv_entry_more cv_no_more;

struct cv_origin *cv_origin_make(struct cv_ctx *ctx, struct cv_entry *entry)
{
	if (!entry->more->origin)
		entry->more->origin = CV_NEW(ctx->arena, struct cv_origin);
	return entry->more->origin;
}

static struct cv_entry *add_bare(struct cv_ctx *ctx, struct cv_table *entries,
				 enum cv_entry_kind kind)
{
	struct cv_entry *entry = CV_ADD(ctx->arena, entries, struct cv_entry);

	entry->kind = kind;
	entry->protocol = CV_NO_PROTOCOL;
	entry->icmp_type = CV_NO_ICMP_TYPE;
	entry->more = CV_NO_MORE;
	return entry;
}

static struct cv_entry *add(struct cv_ctx *ctx, struct cv_table *entries,
			    enum cv_entry_kind kind)
{
	struct cv_entry *entry = add_bare(ctx, entries, kind);

	entry->more = CV_NEW(ctx->arena, struct cv_entry_more);
	return entry;
}

struct cv_entry *cv_plan_add(struct cv_ctx *ctx, struct cv_plan *plan,
			     enum cv_entry_kind kind)
{
	return add(ctx, &plan->entries, kind);
}

struct cv_entry *cv_plan_add_bare(struct cv_ctx *ctx, struct cv_plan *plan,
				  enum cv_entry_kind kind)
{
	return add_bare(ctx, &plan->entries, kind);
}

void cv_entry_say(struct cv_entry *entry, const struct cv_entry *like)
{
	struct cv_entry_more *more = entry->more;

	*more = *like->more;
	*entry = *like;
	entry->more = more;
}

struct cv_entry *cv_entry_copy(struct cv_ctx *ctx, const struct cv_entry *entry)
{
	struct cv_entry *copy = CV_NEW(ctx->arena, struct cv_entry);

	copy->more = CV_NEW(ctx->arena, struct cv_entry_more);
	cv_entry_say(copy, entry);
	return copy;
}

const struct cv_base *cv_plan_base(const struct cv_plan *plan)
{
	const struct cv_table *bases = &plan->use->bases;

	for (size_t i = 0; i < bases->count; i++) {
		const struct cv_base *base = CV_AT(bases, struct cv_base, i);

		if (!base->group.text ||
		    (plan->subject->kind == CV_SUBJECT_GROUP &&
		     strcmp(base->group.text, plan->subject->name) == 0))
			return base;
	}
	return NULL;
}

const struct cv_entry *cv_plan_next_reused(const struct cv_plan *plan, size_t *at)
{
	if (!cv_plan_base(plan))
		return NULL;
	while (*at < plan->entries.count) {
		const struct cv_entry *entry =
			CV_AT(&plan->entries, struct cv_entry, (*at)++);

		if (entry->reused)
			return entry;
	}
	return NULL;
}

struct cv_entry *cv_entries_add(struct cv_ctx *ctx, struct cv_table *entries,
				enum cv_entry_kind kind, size_t place)
{
	struct cv_entry *entry = add(ctx, entries, kind);

	entry->more->place = place;
	return entry;
}

static int compare_numbers(size_t a, size_t b)
{
	return a < b ? -1 : a > b;
}

static int compare_ints(int a, int b)
{
	return a < b ? -1 : a > b;
}

/* Interned sets are equal only when they are one; their content makes an order
 * that does not hang on where they lie. */
static int compare_addresses(const struct cv_addresses *a, const struct cv_addresses *b)
{
	int order;

	if (a == b)
		return 0;
	if (!a || !b)
		return a ? 1 : -1;
	order = compare_ints(a->family, b->family);
	for (size_t i = 0; !order && i < a->count && i < b->count; i++) {
		order = cv_address_compare(a->ranges[i].first, b->ranges[i].first);
		if (!order)
			order = cv_address_compare(a->ranges[i].last, b->ranges[i].last);
	}
	return order ? order : compare_numbers(a->count, b->count);
}

static int compare_ports(const struct cv_ports *a, const struct cv_ports *b)
{
	int order = 0;

	if (a == b)
		return 0;
	if (!a || !b)
		return a ? 1 : -1;
	for (size_t i = 0; !order && i < a->count && i < b->count; i++) {
		order = compare_ints(a->ranges[i].first, b->ranges[i].first);
		if (!order)
			order = compare_ints(a->ranges[i].last, b->ranges[i].last);
	}
	return order ? order : compare_numbers(a->count, b->count);
}

static int compare_attributes(const struct cv_entry *a, const struct cv_entry *b)
{
	int order = 0;

	for (size_t i = 0;
	     !order && i < a->more->attribute_count && i < b->more->attribute_count;
	     i++) {
		order = cv_text_compare(a->more->attributes[i].name,
					b->more->attributes[i].name);
		if (!order)
			order = cv_text_compare(a->more->attributes[i].value,
						b->more->attributes[i].value);
	}
	return order ? order
		     : compare_numbers(a->more->attribute_count,
				       b->more->attribute_count);
}

/* What an entry is called and where it stands. */
static int compare_names(const struct cv_entry *a, const struct cv_entry *b)
{
	int order = compare_ints((int)a->kind, (int)b->kind);

	if (!order)
		order = compare_ints((int)a->operation, (int)b->operation);
	if (!order)
		order = cv_text_compare(a->list, b->list);
	if (!order)
		order = cv_text_compare(a->more->name, b->more->name);
	if (!order)
		order = cv_text_compare(a->more->value, b->more->value);
	return order;
}

static int compare_boxes(const struct cv_entry *a, const struct cv_entry *b)
{
	int order = compare_ints(a->family, b->family);

	if (!order)
		order = compare_addresses(a->source, b->source);
	if (!order)
		order = compare_addresses(a->destination, b->destination);
	if (!order)
		order = compare_ints(a->protocol, b->protocol);
	if (!order)
		order = compare_ints(a->icmp_type, b->icmp_type);
	if (!order)
		order = compare_ports(a->ports, b->ports);
	if (!order)
		order = compare_ports(a->more->source_ports, b->more->source_ports);
	return order;
}

int cv_entry_compare(const struct cv_entry *a, const struct cv_entry *b)
{
	int order = compare_names(a, b);

	if (!order)
		order = compare_boxes(a, b);
	if (!order)
		order = cv_text_compare(a->more->program, b->more->program);
	if (!order)
		order = compare_attributes(a, b);
	if (!order)
		order = cv_text_compare(a->note, b->note);
	return order;
}

static void add_blank(struct cv_buf *words)
{
	if (words->size > 0)
		cv_buf_char(words, ' ');
}

static void add_word(struct cv_buf *words, const char *word)
{
	add_blank(words);
	cv_buf_text(words, word);
}

/* A text from outside, which may hold what would spoil a terminal. */
static void add_raw(struct cv_buf *words, const char *text)
{
	const size_t size = strlen(text);
	char name[12];
	size_t length;

	for (size_t at = 0; at < size; at += length) {
		const uint32_t c = cv_utf8_decode(text + at, size - at, &length);

		if (at >= MOST_BYTES) {
			cv_buf_text(words, "...");
			break;
		}
		if (c != 0 && !cv_is_control(c) && !cv_is_invisible(c)) {
			cv_buf_add(words, text + at, length);
			continue;
		}
		cv_character_name(c, name);
		cv_buf_format(words, "<%s>", c ? name : "not UTF-8");
	}
}

static void add_text(struct cv_buf *words, const char *text)
{
	if (!text)
		return;
	add_blank(words);
	add_raw(words, text);
}

static void add_addresses(struct cv_buf *words, const struct cv_addresses *set)
{
	add_blank(words);
	if (!set)
		cv_buf_text(words, "any");
	for (size_t i = 0; set && i < set->count; i++) {
		if (i == MOST_RANGES) {
			cv_buf_format(words, " and %zu more", set->count - i);
			break;
		}
		if (i > 0)
			cv_buf_char(words, ',');
		cv_range_format(words, set->family, set->ranges[i]);
	}
}

static void add_ports(struct cv_buf *words, const struct cv_ports *ports)
{
	const struct cv_ports first = {
		ports->count < MOST_RANGES ? ports->count : MOST_RANGES, ports->ranges};

	add_blank(words);
	cv_ports_format(words, &first);
	if (ports->count > first.count)
		cv_buf_format(words, " and %zu more", ports->count - first.count);
}

static void add_box(struct cv_buf *words, const struct cv_entry *entry)
{
	if (entry->family) {
		add_blank(words);
		cv_buf_number(words, entry->family);
	}
	if (entry->source || entry->destination) {
		add_addresses(words, entry->source);
		add_word(words, "->");
		add_addresses(words, entry->destination);
	}
	if (entry->protocol >= 0) {
		const char *name = cv_protocol_name(entry->protocol);

		add_blank(words);
		if (name)
			cv_buf_text(words, name);
		else
			cv_buf_format(words, "protocol %d", entry->protocol);
	}
	if (entry->icmp_type >= 0)
		cv_buf_format(words, " type %d", entry->icmp_type);
	if (entry->ports)
		add_ports(words, entry->ports);
	if (entry->more->source_ports) {
		add_word(words, "from ports");
		add_ports(words, entry->more->source_ports);
	}
}

const char *cv_entry_words(struct cv_ctx *ctx, const struct cv_entry *entry)
{
	struct cv_buf words = CV_BUF_INIT;
	const char *text;

	if (entry->operation == CV_REMOVE)
		add_word(&words, "remove");
	if (entry->kind == CV_ENTRY_HEADER)
		add_word(&words, "header");
	if (entry->kind == CV_ENTRY_STEP)
		add_word(&words, "step");
	add_text(&words, entry->list);
	add_text(&words, entry->more->name);
	add_text(&words, entry->more->value);
	add_box(&words, entry);
	if (entry->more->program)
		add_word(&words, "program");
	add_text(&words, entry->more->program);
	for (size_t i = 0; i < entry->more->attribute_count; i++) {
		const struct cv_attribute *attribute = &entry->more->attributes[i];

		add_text(&words, attribute->name);
		cv_buf_char(&words, '=');
		if (attribute->value)
			add_raw(&words, attribute->value);
	}
	text = cv_arena_text(ctx->arena, cv_buf_string(&words));
	cv_buf_deinit(&words);
	return text;
}
