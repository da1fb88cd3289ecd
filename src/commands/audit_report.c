/* Text for people: a block for each drift, with the rows behind it and the lines that
 * would mend it.  JSON for machines: the same, whole. */
#include "commands/audit_report.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/json.h"
#include "base/limits.h"
#include "commands/audit_mend.h"
#include "commands/commands.h"
#include "commands/policy_text.h"
#include "commands/print.h"

enum { MOST_ROWS = 10 };

struct writing {
	const struct cv_audit_report *report;
	struct cv_buf *out;
	struct cv_json json;
	struct cv_mend mend;
	size_t *starts, line_count; /* of lines of the export */
};

/* Not cv_source_place(): that counts characters, and an export may be one line of a
 * hundred megabytes. */
static void open_writing(struct writing *writing, const struct cv_audit_report *report,
			 struct cv_buf *out)
{
	const char *text = report->actual->text, *end = text + report->actual->size;
	size_t count = 1;

	*writing = (struct writing){
		.report = report,
		.out = out,
		.mend = cv_mend_open(report->ctx, report->plan),
	};
	for (const char *c = text; (c = memchr(c, '\n', (size_t)(end - c))); c++)
		count++;
	writing->starts = calloc(count, sizeof *writing->starts);
	if (!writing->starts)
		cv_out_of_memory();
	for (const char *c = text; (c = memchr(c, '\n', (size_t)(end - c))); c++)
		writing->starts[++writing->line_count] = (size_t)(c + 1 - text);
	writing->line_count++;
}

static void close_writing(struct writing *writing)
{
	cv_mend_close(&writing->mend);
	free(writing->starts);
}

static size_t line_at(const struct writing *writing, size_t place)
{
	size_t low = 0, high = writing->line_count;

	while (high - low > 1) {
		const size_t middle = low + (high - low) / 2;

		if (writing->starts[middle] <= place)
			low = middle;
		else
			high = middle;
	}
	return low + 1;
}

void cv_audit_counts(const struct cv_audit_report *report, struct cv_buf *out)
{
	bool first = true;

	for (int kind = 0; kind < CV_DRIFT_COUNT; kind++) {
		if (!report->of[kind])
			continue;
		cv_buf_format(out, "%s%zu %s", first ? "" : ", ", report->of[kind],
			      cv_drift_names[kind]);
		first = false;
	}
}

/* The document that the row comes from, or NULL. */
static const struct cv_source_note *document_of(const struct cv_row *row)
{
	const struct cv_source_note *notes = row->profile->sources.items;

	for (size_t i = 0; row->source.text && i < row->profile->sources.count; i++)
		if (strcmp(notes[i].key.text, row->source.text) == 0)
			return &notes[i];
	return NULL;
}

/* ---- text ---- */

static void add_row(const struct writing *writing, const struct cv_row *row)
{
	const struct cv_source_note *note = document_of(row);
	struct cv_ctx *ctx = writing->report->ctx;

	cv_buf_text(writing->out, "    asked for by ");
	cv_print_line(writing->out, cv_row_name(ctx, row));
	if (note) {
		cv_buf_text(writing->out, " (");
		cv_print_line(writing->out,
			      note->title.text ? note->title.text : note->key.text);
		if (note->retrieved.text)
			cv_buf_format(writing->out, ", %s", note->retrieved.text);
		cv_buf_char(writing->out, ')');
	}
	cv_buf_char(writing->out, '\n');
}

static void add_rows(const struct writing *writing, const struct cv_entry *entry)
{
	for (size_t i = 0; i < entry->rows.count && i < MOST_ROWS; i++)
		add_row(writing, entry->rows.items[i]);
	if (entry->rows.count > MOST_ROWS)
		cv_buf_format(writing->out, "    and by %zu more\n",
			      (size_t)entry->rows.count - MOST_ROWS);
	if (entry->rows.count == 0)
		cv_buf_text(writing->out,
			    "    asked for by no single row: the artefact needs it\n");
}

static void add_mend(struct writing *writing, const struct cv_entry *entry)
{
	struct cv_mend_place place;

	if (!cv_mend_find(&writing->mend, entry, &place))
		return;
	cv_buf_format(writing->out, "    mended by %s:%zu\n", place.path, place.line);
	for (size_t i = 0; i < place.count; i++) {
		cv_buf_text(writing->out, "        ");
		cv_print_line(writing->out, place.lines[i]);
		cv_buf_char(writing->out, '\n');
	}
	if (place.more)
		cv_buf_format(writing->out, "        and %zu more lines\n", place.more);
}

static void add_drift(struct writing *writing, const struct cv_drift *drift)
{
	cv_buf_format(writing->out, "\n%s: ", cv_drift_names[drift->kind]);
	cv_print_line(writing->out, drift->what);
	cv_buf_char(writing->out, '\n');
	if (drift->found && !writing->report->live)
		cv_buf_format(writing->out, "    there at line %zu, byte %zu\n",
			      line_at(writing, drift->found->more->place),
			      drift->found->more->place);
	if (drift->planned)
		add_rows(writing, drift->planned);
	if (drift->kind == CV_DRIFT_MISSING || drift->kind == CV_DRIFT_NARROWER)
		add_mend(writing, drift->planned);
}

static void add_unknown(const struct writing *writing)
{
	const struct cv_table *all = &writing->report->reading->unknown;

	if (all->count)
		cv_buf_text(writing->out, "\nnot understood:\n");
	for (size_t i = 0; i < all->count && i < CV_MAX_FINDINGS; i++) {
		const struct cv_unknown *unknown = CV_AT(all, struct cv_unknown, i);

		cv_buf_text(writing->out, "    ");
		if (!writing->report->live)
			cv_buf_format(writing->out, "line %zu, byte %zu: ",
				      line_at(writing, unknown->place), unknown->place);
		cv_print_line(writing->out, unknown->what);
		cv_buf_char(writing->out, '\n');
	}
	if (all->count > CV_MAX_FINDINGS)
		cv_buf_format(writing->out, "    and %zu more\n",
			      all->count - CV_MAX_FINDINGS);
}

static void add_remarks(const struct writing *writing)
{
	const struct cv_table *all = &writing->report->reading->remarks;

	if (all->count)
		cv_buf_text(writing->out, "\nbeside the policy:\n");
	for (size_t i = 0; i < all->count && i < CV_MAX_FINDINGS; i++) {
		const struct cv_export_remark *remark =
			CV_AT(all, struct cv_export_remark, i);

		cv_buf_format(writing->out,
			      "    %s: ", cv_finding_kinds[remark->code].name);
		cv_print_line(writing->out, remark->text);
		cv_buf_char(writing->out, '\n');
	}
	if (all->count > CV_MAX_FINDINGS)
		cv_buf_format(writing->out, "    and %zu more\n",
			      all->count - CV_MAX_FINDINGS);
}

/* As the JSON calls them. */
static const char *const passage_names[CV_PASSAGE_COUNT] = {
	[CV_PASSAGE_THROUGH] = "through",
	[CV_PASSAGE_PARTLY] = "partly",
	[CV_PASSAGE_STOPPED] = "stopped",
	[CV_PASSAGE_UNDECIDED] = "undecided",
};

static void add_passage(const struct writing *writing, const struct cv_passage *passage)
{
	struct cv_ctx *ctx = writing->report->ctx;
	const struct cv_rows *rows = &passage->flow->rows;

	cv_buf_text(writing->out, "    ");
	cv_print_line(writing->out, cv_flow_words(ctx, passage->flow));
	cv_buf_text(writing->out, ": ");
	cv_print_line(writing->out, passage->what);
	if (passage->place && !writing->report->live)
		cv_buf_format(writing->out, ", line %zu",
			      line_at(writing, passage->place));
	cv_buf_char(writing->out, '\n');
	for (size_t i = 0;
	     passage->kind != CV_PASSAGE_THROUGH && i < rows->count && i < MOST_ROWS; i++)
		add_row(writing, rows->items[i]);
}

/* What does not pass first. */
static void add_passages(const struct writing *writing)
{
	static const enum cv_passage_kind order[] = {
		CV_PASSAGE_STOPPED, CV_PASSAGE_PARTLY, CV_PASSAGE_UNDECIDED,
		CV_PASSAGE_THROUGH};
	const struct cv_table *all = &writing->report->reading->passages;

	if (all->count)
		cv_buf_text(writing->out, "\nwhat the rules do with the flows of the "
					  "policy:\n");
	for (size_t k = 0; k < CV_PASSAGE_COUNT; k++) {
		size_t count = 0;

		for (size_t i = 0; i < all->count; i++) {
			const struct cv_passage *passage =
				CV_AT(all, struct cv_passage, i);

			if (passage->kind == order[k] && ++count <= CV_MAX_FINDINGS)
				add_passage(writing, passage);
		}
		if (count > CV_MAX_FINDINGS)
			cv_buf_format(writing->out, "    and %zu more %s\n",
				      count - CV_MAX_FINDINGS, passage_names[order[k]]);
	}
}

/* Of a kind the first ones; all of them stand in the JSON. */
static void add_all_drift(struct writing *writing)
{
	const struct cv_audit_report *report = writing->report;
	size_t shown[CV_DRIFT_COUNT] = {0};

	for (size_t i = 0; i < report->drift.count; i++) {
		const struct cv_drift *drift = CV_AT(&report->drift, struct cv_drift, i);

		if (++shown[drift->kind] <= CV_MAX_FINDINGS)
			add_drift(writing, drift);
		else if (shown[drift->kind] == report->of[drift->kind])
			cv_buf_format(writing->out, "\n%s: and %zu more\n",
				      cv_drift_names[drift->kind],
				      shown[drift->kind] - CV_MAX_FINDINGS);
	}
}

void cv_audit_text(const struct cv_audit_report *report, struct cv_buf *out)
{
	struct writing writing;

	open_writing(&writing, report, out);
	cv_buf_format(out, "%s for %s against ", report->plan->use->target->name,
		      report->plan->subject->name);
	cv_print_line(out, report->actual->name);
	cv_buf_text(out, report->only_ours ? ", only ours\n" : "\n");
	cv_count_words(out, report->planned, "entry", "entries");
	cv_buf_format(out, " planned, %zu there: ", report->found);
	if (report->drift.count)
		cv_audit_counts(report, out);
	else
		cv_buf_text(out, "no drift");
	if (report->reading->unknown.count)
		cv_buf_format(out, "; %zu not understood",
			      report->reading->unknown.count);
	cv_buf_char(out, '\n');
	add_all_drift(&writing);
	add_passages(&writing);
	add_unknown(&writing);
	add_remarks(&writing);
	close_writing(&writing);
}

/* ---- JSON ---- */

static const char *kind_name(enum cv_entry_kind kind)
{
	switch (kind) {
	case CV_ENTRY_FLOW:
		return "flow";
	case CV_ENTRY_OBJECT:
		return "object";
	case CV_ENTRY_EXCLUSION:
		return "exclusion";
	case CV_ENTRY_URL:
		return "url";
	default:
		return "setting";
	}
}

static void member(struct cv_json *json, const char *key, const char *text)
{
	if (text)
		cv_json_member(json, key, text);
}

static void addresses(struct cv_json *json, const char *key,
		      const struct cv_addresses *set)
{
	struct cv_buf text = CV_BUF_INIT;

	if (!set)
		return;
	cv_json_key(json, key);
	cv_json_begin_list(json, true);
	for (size_t i = 0; i < set->count; i++) {
		text.size = 0;
		cv_range_format(&text, set->family, set->ranges[i]);
		cv_json_text(json, cv_buf_string(&text));
	}
	cv_json_end_list(json);
	cv_buf_deinit(&text);
}

static void ports(struct cv_json *json, const char *key, const struct cv_ports *set)
{
	struct cv_buf text = CV_BUF_INIT;

	if (!set)
		return;
	cv_ports_format(&text, set);
	cv_json_member(json, key, cv_buf_string(&text));
	cv_buf_deinit(&text);
}

static void attributes(const struct writing *writing, struct cv_json *json,
		       const struct cv_entry *entry)
{
	const struct cv_target *target = writing->report->plan->use->target;

	cv_json_key(json, "attributes");
	cv_json_begin_list(json, true);
	for (size_t i = 0; i < entry->more->attribute_count; i++) {
		const struct cv_attribute *attribute = &entry->more->attributes[i];

		if (!attribute->value || !cv_is_granting(target, attribute->name))
			continue;
		cv_json_begin_object(json, true);
		cv_json_member(json, "name", attribute->name);
		cv_json_member(json, "value", attribute->value);
		cv_json_end_object(json);
	}
	cv_json_end_list(json);
}

static void entry_members(const struct writing *writing, struct cv_json *json,
			  const struct cv_entry *entry)
{
	cv_json_member(json, "kind", kind_name(entry->kind));
	member(json, "list", entry->list);
	member(json, "name", entry->more->name);
	member(json, "value", entry->more->value);
	if (entry->family)
		cv_json_member_number(json, "family", entry->family);
	addresses(json, "source", entry->source);
	addresses(json, "destination", entry->destination);
	if (entry->protocol >= 0)
		cv_json_member_number(json, "protocol", (uint64_t)entry->protocol);
	if (entry->icmp_type >= 0)
		cv_json_member_number(json, "icmp_type", (uint64_t)entry->icmp_type);
	ports(json, "ports", entry->ports);
	ports(json, "source_ports", entry->more->source_ports);
	member(json, "program", entry->more->program);
	if (entry->more->attribute_count)
		attributes(writing, json, entry);
}

/* Of an export that is a file. */
static void place_members(const struct writing *writing, struct cv_json *json,
			  size_t place)
{
	if (writing->report->live)
		return;
	cv_json_member_number(json, "line", line_at(writing, place));
	cv_json_member_number(json, "offset", place);
}

static void row_object(const struct writing *writing, struct cv_json *json,
		       const struct cv_row *row)
{
	const struct cv_source_note *note = document_of(row);

	cv_json_begin_object(json, true);
	cv_json_member(json, "row", cv_row_name(writing->report->ctx, row));
	if (note) {
		member(json, "title", note->title.text);
		member(json, "url", note->url.text);
		member(json, "retrieved", note->retrieved.text);
	}
	cv_json_end_object(json);
}

static void mend_object(struct writing *writing, struct cv_json *json,
			const struct cv_entry *entry)
{
	struct cv_mend_place place;

	if (!cv_mend_find(&writing->mend, entry, &place))
		return;
	cv_json_key(json, "mended_by");
	cv_json_begin_object(json, true);
	cv_json_member(json, "file", place.path);
	cv_json_member_number(json, "line", place.line);
	cv_json_key(json, "text");
	cv_json_begin_list(json, true);
	for (size_t i = 0; i < place.count; i++)
		cv_json_text(json, place.lines[i]);
	cv_json_end_list(json);
	cv_json_member_number(json, "more", place.more);
	cv_json_end_object(json);
}

static void drift_object(struct writing *writing, const struct cv_drift *drift)
{
	struct cv_json *json = &writing->json;

	cv_json_begin_object(json, true);
	cv_json_member(json, "drift", cv_drift_names[drift->kind]);
	cv_json_member(json, "text", drift->what);
	if (drift->planned) {
		cv_json_key(json, "planned");
		cv_json_begin_object(json, true);
		entry_members(writing, json, drift->planned);
		cv_json_end_object(json);
		cv_json_key(json, "rows");
		cv_json_begin_list(json, true);
		for (size_t i = 0; i < drift->planned->rows.count; i++)
			row_object(writing, json, drift->planned->rows.items[i]);
		cv_json_end_list(json);
	}
	if (drift->found) {
		cv_json_key(json, "found");
		cv_json_begin_object(json, true);
		entry_members(writing, json, drift->found);
		cv_json_key(json, "ours");
		cv_json_bool(json, drift->found->ours);
		place_members(writing, json, drift->found->more->place);
		cv_json_end_object(json);
	}
	if (drift->kind == CV_DRIFT_MISSING || drift->kind == CV_DRIFT_NARROWER)
		mend_object(writing, json, drift->planned);
	cv_json_end_object(json);
}

static void unknown_list(struct writing *writing)
{
	const struct cv_table *all = &writing->report->reading->unknown;
	struct cv_json *json = &writing->json;

	cv_json_key(json, "not_understood");
	cv_json_begin_list(json, false);
	for (size_t i = 0; i < all->count && i < CV_MAX_FINDINGS; i++) {
		const struct cv_unknown *unknown = CV_AT(all, struct cv_unknown, i);

		cv_json_begin_object(json, true);
		place_members(writing, json, unknown->place);
		cv_json_member(json, "text", unknown->what);
		cv_json_end_object(json);
	}
	cv_json_end_list(json);
}

static const char *severity_name(enum cv_severity severity)
{
	return severity == CV_ERROR     ? "error"
	       : severity == CV_WARNING ? "warning"
					: "note";
}

static void remark_list(struct writing *writing)
{
	const struct cv_table *all = &writing->report->reading->remarks;
	struct cv_json *json = &writing->json;

	cv_json_key(json, "remarks");
	cv_json_begin_list(json, false);
	for (size_t i = 0; i < all->count; i++) {
		const struct cv_export_remark *remark =
			CV_AT(all, struct cv_export_remark, i);
		const struct cv_finding_kind *kind = &cv_finding_kinds[remark->code];

		cv_json_begin_object(json, true);
		cv_json_member(json, "finding", kind->name);
		cv_json_member(json, "severity", severity_name(kind->severity));
		place_members(writing, json, remark->place);
		cv_json_member(json, "text", remark->text);
		cv_json_end_object(json);
	}
	cv_json_end_list(json);
}

/* No key where nothing is said of flows. */
static void passage_list(struct writing *writing)
{
	const struct cv_table *all = &writing->report->reading->passages;
	struct cv_json *json = &writing->json;

	if (!all->count)
		return;
	cv_json_key(json, "passages");
	cv_json_begin_list(json, false);
	for (size_t i = 0; i < all->count; i++) {
		const struct cv_passage *passage = CV_AT(all, struct cv_passage, i);

		cv_json_begin_object(json, true);
		cv_json_member(json, "passage", passage_names[passage->kind]);
		cv_json_member(json, "flow",
			       cv_flow_words(writing->report->ctx, passage->flow));
		cv_json_member(json, "text", passage->what);
		if (passage->place)
			place_members(writing, json, passage->place);
		cv_json_key(json, "rows");
		cv_json_begin_list(json, true);
		for (size_t r = 0; r < passage->flow->rows.count; r++)
			row_object(writing, json, passage->flow->rows.items[r]);
		cv_json_end_list(json);
		cv_json_end_object(json);
	}
	cv_json_end_list(json);
}

static void head_members(const struct writing *writing, struct cv_json *json)
{
	const struct cv_audit_report *report = writing->report;

	cv_json_member(json, "carveout", "audit/1");
	cv_json_member(json, "site", report->plan->policy->site->name.text);
	cv_json_member(json, "target", report->plan->use->target->name);
	cv_json_member(json, "subject", report->plan->subject->name);
	cv_json_member(json, "actual", report->actual->name);
	cv_json_key(json, "live");
	cv_json_bool(json, report->live);
	cv_json_member(json, "sha256", report->actual->sha256);
	cv_json_key(json, "only_ours");
	cv_json_bool(json, report->only_ours);
	cv_json_key(json, "counts");
	cv_json_begin_object(json, true);
	cv_json_member_number(json, "planned", report->planned);
	cv_json_member_number(json, "found", report->found);
	for (int kind = 0; kind < CV_DRIFT_COUNT; kind++)
		cv_json_member_number(json, cv_drift_names[kind], report->of[kind]);
	cv_json_member_number(json, "not_understood", report->reading->unknown.count);
	cv_json_end_object(json);
}

void cv_audit_json(const struct cv_audit_report *report, struct cv_buf *out)
{
	struct writing writing;
	struct cv_json *json = &writing.json;

	open_writing(&writing, report, out);
	cv_json_open(json, out);
	cv_json_begin_object(json, false);
	head_members(&writing, json);
	cv_json_key(json, "drift");
	cv_json_begin_list(json, false);
	for (size_t i = 0; i < report->drift.count; i++)
		drift_object(&writing, CV_AT(&report->drift, struct cv_drift, i));
	cv_json_end_list(json);
	unknown_list(&writing);
	remark_list(&writing);
	passage_list(&writing);
	cv_json_end_object(json);
	close_writing(&writing);
}
