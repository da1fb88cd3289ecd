#include "prove/acceptance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/digest.h"
#include "model/target.h"
#include "prove/ledger.h"

bool cv_name_matches(const char *pattern, const char *name)
{
	const char *star = NULL, *again = NULL;

	while (*name) {
		if (*pattern == '*') {
			star = pattern++;
			again = name;
		} else if (*pattern == '?' || *pattern == *name) {
			pattern++;
			name++;
		} else if (star) {
			pattern = star + 1;
			name = ++again;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return *pattern == '\0';
}

static bool any_matches(const struct cv_texts *patterns, const char *name)
{
	for (size_t i = 0; i < patterns->count; i++)
		if (cv_name_matches(patterns->items[i].text, name))
			return true;
	return false;
}

bool cv_acceptance_covers(struct cv_ctx *ctx, const struct cv_acceptance *acceptance,
			  const struct cv_risk *risk)
{
	if (strcmp(acceptance->finding.text, cv_finding_kinds[risk->code].name) != 0)
		return false;
	if (risk->target ? !any_matches(&acceptance->target, risk->target->name)
			 : acceptance->target.count != 0)
		return false;
	return any_matches(&acceptance->row, cv_row_name(ctx, risk->row));
}

static void put_texts(struct cv_buf *buf, const char *key, const struct cv_texts *texts)
{
	for (size_t i = 0; i < texts->count; i++)
		cv_buf_format(buf, "\x1f%s=%s", key, texts->items[i].text);
}

/* The row as published, in a spelling of our own, so that comments, quoting and the
 * order of keys do not change it. */
static void put_row(struct cv_ctx *ctx, struct cv_buf *buf, const struct cv_row *row)
{
	const struct cv_exclusion_row *exclusion = (const struct cv_exclusion_row *)row;
	const struct cv_port_row *port = (const struct cv_port_row *)row;
	const struct cv_url_row *url = (const struct cv_url_row *)row;

	cv_buf_text(buf, cv_row_name(ctx, row));
	for (size_t c = 0; c < row->when.count; c++)
		for (size_t p = 0; p < row->when.items[c].count; p++) {
			cv_buf_format(buf, "\x1fwhen %zu", c);
			put_texts(buf, row->when.items[c].parts[p].key.text,
				  &row->when.items[c].parts[p].values);
		}
	switch (row->table) {
	case CV_EXCLUSIONS:
		put_texts(buf, "device", &exclusion->device);
		for (int kind = 0; kind < CV_KIND_COUNT; kind++)
			put_texts(buf, cv_kind_names[kind], &exclusion->values[kind]);
		cv_buf_format(buf, "\x1frecursive=%d children=%d", exclusion->recursive,
			      exclusion->children);
		break;
	case CV_PORTS:
		put_texts(buf, "from", &port->from);
		put_texts(buf, "to", &port->to);
		put_texts(buf, "port", &port->ports);
		put_texts(buf, "source-port", &port->source_ports);
		put_texts(buf, "protocol", &port->protocol);
		break;
	case CV_URLS:
		put_texts(buf, "from", &url->from);
		put_texts(buf, "url", &url->url);
		put_texts(buf, "port", &url->ports);
		break;
	case CV_TABLE_COUNT:
		break;
	}
}

static int by_text(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

void cv_risks_digest(struct cv_ctx *ctx, const struct cv_risk *const *risks, size_t count,
		     char out[21])
{
	const char **lines = CV_NEW_ARRAY(ctx->arena, count, const char *);
	struct cv_buf buf = CV_BUF_INIT;
	char hex[65];

	for (size_t i = 0; i < count; i++) {
		buf.size = 0;
		put_row(ctx, &buf, risks[i]->row);
		cv_buf_format(&buf, "\x1f%s\x1f%s\x1f%s\n",
			      cv_finding_kinds[risks[i]->code].name,
			      risks[i]->target ? risks[i]->target->name : "",
			      risks[i]->detail);
		lines[i] = cv_arena_text(ctx->arena, cv_buf_string(&buf));
	}
	if (count)
		qsort(lines, count, sizeof *lines, by_text);
	buf.size = 0;
	for (size_t i = 0; i < count; i++)
		if (i == 0 || strcmp(lines[i], lines[i - 1]) != 0)
			cv_buf_text(&buf, lines[i]);
	cv_sha256_hex(cv_buf_string(&buf), buf.size, hex);
	cv_buf_deinit(&buf);
	memcpy(out, hex, 20);
	out[20] = '\0';
}

long cv_day_number(const char *date)
{
	int year = 1970, month = 1, day = 1;
	long years, days;

	sscanf(date, "%d-%d-%d", &year, &month, &day);
	/* March begins the year, so that February's end is the year's. */
	year -= month <= 2;
	years = year;
	days = (153L * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return years * 365 + years / 4 - years / 100 + years / 400 + days - 719468;
}
