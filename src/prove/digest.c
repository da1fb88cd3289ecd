/* What an acceptance is of, as a digest.  The row as published is not all: a place or a
 * parameter of the site may let the same row reach further. */
#include "prove/acceptance.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/digest.h"
#include "model/row_name.h"
#include "model/target.h"

static void put_text(struct cv_buf *buf, const char *key, const struct cv_text *text)
{
	if (!text->text)
		return;
	cv_buf_char(buf, '\x1f');
	cv_buf_text(buf, key);
	cv_buf_char(buf, '=');
	cv_buf_text(buf, text->text);
}

static void put_texts(struct cv_buf *buf, const char *key, struct cv_texts texts)
{
	for (size_t i = 0; i < texts.count; i++)
		put_text(buf, key, &texts.items[i]);
}

static void put_few(struct cv_buf *buf, const char *key, const struct cv_few *few)
{
	put_texts(buf, key, cv_few_texts(few));
}

/* The row as published, in a spelling of our own, so that comments, quoting and the
 * order of keys do not change it. */
static void put_row(struct cv_buf *buf, const struct cv_row *row)
{
	const struct cv_exclusion_row *exclusion = (const struct cv_exclusion_row *)row;
	const struct cv_port_row *port = (const struct cv_port_row *)row;
	const struct cv_url_row *url = (const struct cv_url_row *)row;
	const struct cv_when *when = &cv_row_more(row)->when;

	cv_row_name_add(buf, row);
	for (size_t c = 0; c < when->count; c++)
		for (size_t p = 0; p < when->items[c].count; p++) {
			const struct cv_part *part = &when->items[c].parts[p];

			cv_buf_format(buf, "\x1fwhen %zu", c);
			put_text(buf, "os", &part->os);
			put_texts(buf, part->key.text, part->values);
		}
	switch (row->table) {
	case CV_EXCLUSIONS:
		put_few(buf, "device", &exclusion->device);
		for (int kind = 0; kind < CV_KIND_COUNT; kind++)
			put_few(buf, cv_kind_names[kind], &exclusion->values[kind]);
		cv_buf_format(buf, "\x1frecursive=%d children=%d", exclusion->recursive,
			      exclusion->children);
		break;
	case CV_PORTS:
		put_few(buf, "from", &port->from);
		put_few(buf, "to", &port->to);
		put_few(buf, "port", &port->ports);
		put_few(buf, "source-port", &cv_port_more(port)->source_ports);
		put_few(buf, "protocol", &port->protocol);
		put_few(buf, "icmp-type", &cv_port_more(port)->icmp_type);
		put_text(buf, "initiates", &cv_port_more(port)->initiates);
		put_text(buf, "scope", &cv_port_more(port)->scope);
		put_text(buf, "program", &cv_port_more(port)->program);
		break;
	case CV_URLS:
		put_few(buf, "from", &url->from);
		put_few(buf, "url", &url->url);
		put_few(buf, "port", &url->ports);
		put_few(buf, "protocol", &url->protocol);
		break;
	case CV_TABLE_COUNT:
		break;
	}
}

/* What is said of a row: all but the row itself, which may be long and is put once. */
struct line {
	const struct cv_row *row;
	const char *name, *text;
};

static int by_line(const void *left, const void *right)
{
	const struct line *a = left, *b = right;

	const int order = a->row == b->row ? 0 : strcmp(a->name, b->name);

	return order ? order : strcmp(a->text, b->text);
}

static const char *name_of(struct cv_arena *memory, const struct cv_row *row)
{
	struct cv_buf buf = CV_BUF_INIT;
	const char *name;

	cv_row_name_add(&buf, row);
	name = cv_arena_copy(memory, cv_buf_string(&buf), buf.size);
	cv_buf_deinit(&buf);
	return name;
}

static const char *text_of(struct cv_arena *memory, const struct cv_risk *risk)
{
	struct cv_buf buf = CV_BUF_INIT;
	const char *text;

	if (risk->ground) {
		cv_buf_text(&buf, "\x1fis ");
		cv_buf_text(&buf, risk->ground);
	}
	cv_buf_char(&buf, '\x1f');
	cv_buf_text(&buf, cv_finding_kinds[risk->code].name);
	cv_buf_char(&buf, '\x1f');
	cv_buf_text(&buf, risk->target ? risk->target->name : "");
	cv_buf_char(&buf, '\x1f');
	cv_buf_text(&buf, risk->detail);
	cv_buf_char(&buf, '\n');
	text = cv_arena_copy(memory, cv_buf_string(&buf), buf.size);
	cv_buf_deinit(&buf);
	return text;
}

/* They mostly come row by row, and in the order of the rows' names. */
static struct line *lines_of(struct cv_arena *memory, struct cv_risk *const *risks,
			     size_t count)
{
	struct line *lines = CV_NEW_ARRAY(memory, count, struct line);
	bool sorted = true;

	for (size_t i = 0; i < count; i++) {
		const struct cv_risk *risk = risks[i];
		const bool again = i && risk->row == lines[i - 1].row;

		lines[i].row = risk->row;
		lines[i].name = again ? lines[i - 1].name : name_of(memory, risk->row);
		lines[i].text = text_of(memory, risk);
		sorted = sorted && (i == 0 || by_line(&lines[i - 1], &lines[i]) <= 0);
	}
	if (!sorted)
		qsort(lines, count, sizeof *lines, by_line);
	return lines;
}

void cv_risks_digest(struct cv_risk *const *risks, size_t count, char out[21])
{
	struct cv_arena *memory = cv_arena_open();
	const struct line *lines = lines_of(memory, risks, count);
	struct cv_sha256 *sha = cv_sha256_open();
	struct cv_buf buf = CV_BUF_INIT;
	char hex[65];

	for (size_t i = 0; i < count; i++) {
		if (i == 0 || lines[i].row != lines[i - 1].row)
			put_row(&buf, lines[i].row);
		else if (strcmp(lines[i].text, lines[i - 1].text) == 0)
			continue;
		cv_buf_text(&buf, lines[i].text);
		cv_sha256_add(sha, buf.data, buf.size);
		buf.size = 0;
	}
	cv_sha256_close(sha, hex);
	cv_buf_deinit(&buf);
	cv_arena_close(memory);
	memcpy(out, hex, 20);
	out[20] = '\0';
}

/* Whether the site has a say in what a text means: a place, a parameter, the drive of
 * a path that has none, the dynamic ports. */
static bool is_open(const struct cv_text *text)
{
	const char *at = text->text + (text->text[0] == '"');

	return strchr(at, '<') || strstr(at, "${") || (at[0] == '\\' && at[1] != '\\') ||
	       strcmp(at, "dynamic") == 0;
}

static bool any_open(const struct cv_few *few)
{
	const struct cv_texts texts = cv_few_texts(few);

	for (size_t i = 0; i < texts.count; i++)
		if (is_open(&texts.items[i]))
			return true;
	return false;
}

static bool is_open_row(const struct cv_row *row)
{
	const struct cv_exclusion_row *exclusion = (const struct cv_exclusion_row *)row;
	const struct cv_port_row *port = (const struct cv_port_row *)row;
	bool open = false;

	switch (row->table) {
	case CV_EXCLUSIONS:
		for (int kind = 0; kind < CV_KIND_COUNT; kind++)
			open = open || any_open(&exclusion->values[kind]);
		return open;
	case CV_PORTS:
		return any_open(&port->ports) ||
		       any_open(&cv_port_more(port)->source_ports) ||
		       (cv_port_more(port)->program.text &&
			is_open(&cv_port_more(port)->program));
	case CV_URLS:
	case CV_TABLE_COUNT:
		break;
	}
	return any_open(&((const struct cv_url_row *)row)->url) ||
	       any_open(&((const struct cv_url_row *)row)->ports);
}

/* A text that a row comes to, for a group or for the site. */
struct ground {
	const struct cv_row *row;
	const struct cv_group *group;
	const char *text;
};

static int by_row(const void *left, const void *right)
{
	const struct ground *a = left, *b = right;

	if (a->row != b->row)
		return a->row->ordinal < b->row->ordinal ? -1 : 1;
	return strcmp(a->text, b->text);
}

/* Rows with risks whose texts are open, by ordinal; NULL: there is none. */
static const bool *rows_wanted(struct cv_ctx *ctx, const struct cv_policy *policy)
{
	bool *wanted = NULL;

	for (size_t i = 0; i < policy->risks.count; i++) {
		const struct cv_row *row = CV_AT(&policy->risks, struct cv_risk, i)->row;

		if (!is_open_row(row))
			continue;
		if (!wanted)
			wanted = CV_NEW_ARRAY(ctx->arena, policy->rows.count, bool);
		wanted[row->ordinal] = true;
	}
	return wanted;
}

struct gathering {
	struct cv_ctx *ctx;
	const bool *wanted;
	struct cv_table grounds; /* of struct ground */
};

static bool any_wanted(const struct gathering *gathering, const struct cv_rows *rows)
{
	for (size_t r = 0; r < rows->count; r++)
		if (gathering->wanted[cv_rows_ordinal(rows, r)])
			return true;
	return false;
}

static void add_ground(struct gathering *gathering, const struct cv_rows *rows,
		       const struct cv_group *group, const char *text)
{
	for (size_t r = 0; r < rows->count; r++)
		if (gathering->wanted[cv_rows_ordinal(rows, r)])
			*CV_ADD(gathering->ctx->arena, &gathering->grounds,
				struct ground) =
				(struct ground){rows->items[r], group, text};
}

static const char *flow_text(struct cv_ctx *ctx, const struct cv_flow *flow)
{
	struct cv_buf buf = CV_BUF_INIT;
	const char *text;

	if (flow->service->ports)
		cv_ports_format(&buf, flow->service->ports);
	cv_buf_text(&buf, " from ");
	if (flow->service->source_ports)
		cv_ports_format(&buf, flow->service->source_ports);
	cv_buf_format(&buf, " %s", flow->service->program ? flow->service->program : "");
	text = cv_intern(ctx, cv_buf_string(&buf), buf.size);
	cv_buf_deinit(&buf);
	return text;
}

static void gather(struct gathering *gathering, const struct cv_policy *policy)
{
	struct cv_ctx *ctx = gathering->ctx;

	for (size_t i = 0; i < policy->exclusions.count; i++) {
		const struct cv_exclusion *one =
			CV_AT(&policy->exclusions, struct cv_exclusion, i);
		const char *text = one->value;

		if (!any_wanted(gathering, &one->rows))
			continue;
		if (one->arguments)
			text = cv_arena_format(ctx->arena, "%s %s", text, one->arguments);
		add_ground(gathering, &one->rows, one->group, text);
	}
	for (size_t i = 0; i < policy->flows.count; i++) {
		const struct cv_flow *flow = CV_AT(&policy->flows, struct cv_flow, i);

		if (any_wanted(gathering, &flow->rows))
			add_ground(gathering, &flow->rows, NULL, flow_text(ctx, flow));
	}
	for (size_t i = 0; i < policy->urls.count; i++) {
		const struct cv_url *url = CV_AT(&policy->urls, struct cv_url, i);

		add_ground(gathering, &url->rows, NULL, url->pattern);
	}
}

/* The texts of one row, of the risk's own group where it has one, each once. */
static const char *joined(struct cv_ctx *ctx, const struct ground *grounds, size_t count,
			  const struct cv_risk *risk)
{
	const struct cv_group *group = risk->subject ? risk->subject->group : NULL;
	const char *last = NULL, *text;
	struct cv_buf buf = CV_BUF_INIT;

	for (size_t i = 0; i < count; i++) {
		if ((group && grounds[i].group && grounds[i].group != group) ||
		    (last && strcmp(last, grounds[i].text) == 0))
			continue;
		last = grounds[i].text;
		cv_buf_format(&buf, "\x1e%s", last);
	}
	text = cv_intern(ctx, cv_buf_string(&buf), buf.size);
	cv_buf_deinit(&buf);
	return text;
}

void cv_risks_ground(struct cv_ctx *ctx, const struct cv_policy *policy)
{
	struct gathering gathering = {ctx, rows_wanted(ctx, policy), {0}};
	struct ground *grounds;
	size_t *first; /* by the row's ordinal, and one behind the last */
	size_t count;

	if (!gathering.wanted)
		return;
	gather(&gathering, policy);
	count = gathering.grounds.count;
	if (count == 0)
		return;
	grounds = CV_NEW_ARRAY(ctx->arena, count, struct ground);
	first = CV_NEW_ARRAY(ctx->arena, policy->rows.count + 1, size_t);
	for (size_t i = 0; i < count; i++)
		grounds[i] = *CV_AT(&gathering.grounds, struct ground, i);
	qsort(grounds, count, sizeof *grounds, by_row);
	for (size_t i = 0; i < count; i++)
		first[grounds[i].row->ordinal + 1] = i + 1;
	for (size_t i = 1; i <= policy->rows.count; i++)
		if (first[i] == 0)
			first[i] = first[i - 1];
	for (size_t i = 0; i < policy->risks.count; i++) {
		struct cv_risk *risk = CV_AT(&policy->risks, struct cv_risk, i);
		const size_t from = first[risk->row->ordinal];
		const size_t to = first[risk->row->ordinal + 1];

		if (to > from)
			risk->ground = joined(ctx, grounds + from, to - from, risk);
	}
}
