/* review.md, the ledger and the manifest, over a small compilation made by hand whose
 * every text is hostile: whatever a table holds, it stays in its cell. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <csv.h>
#include <jansson.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "commands/compilation.h"
#include "commands/ledger_cells.h"
#include "commands/markdown.h"
#include "commands/reports.h"
#include "commands/tree.h"
#include "model/node.h"

static const char hostile[] =
	"a|b `c` *d* [e](f) <g> & \\| \\ _h_ i_j ~k~ $l$ \"m\" 'n'\r\no\tp "
	"=q, ]]> \xE2\x80\xA8\xE2\x80\x8B \xE2\x80\x98r\xE2\x80\x99 \\";

struct world {
	struct cv_ctx ctx;
	struct cv_compilation compilation;
	struct cv_target target[2];
	struct cv_form form, undo;
	struct cv_plan plan[2];
	struct cv_subject subject;
	struct cv_profile profile;
	struct cv_site site;
	struct cv_port_row rows[3];
	struct cv_port_more more[2];
	struct cv_acceptance acceptance;
	struct cv_fill fill;
	struct cv_node set, key, value;
	struct cv_field field;
	struct cv_hole filled, open, cell;
	struct cv_permissions permissions;
	struct cv_permission_row permission;
	struct cv_text roles[2];
	struct cv_source_note note;
};

static struct cv_text text(const char *of)
{
	return (struct cv_text){of, {0, 0, 0}};
}

static void add_row(struct world *world, uint32_t ordinal, const char *id)
{
	struct cv_row *row = &world->rows[ordinal].row;

	row->profile = &world->profile;
	row->table = CV_PORTS;
	row->number = (ordinal + 1) & CV_ROW_NUMBERS;
	row->ordinal = ordinal;
	row->id = text(id);
	*CV_ADD(world->ctx.arena, &world->compilation.policy.rows,
		const struct cv_row *) = row;
}

static void add_use(struct world *world, uint32_t ordinal, bool applies, const char *why)
{
	struct cv_policy *policy = &world->compilation.policy;

	*CV_ADD(world->ctx.arena, &policy->uses, struct cv_use) =
		(struct cv_use){ordinal, (uint32_t)policy->used.count};
	*CV_ADD(world->ctx.arena, &policy->used, struct cv_used) =
		(struct cv_used){.profile = &world->profile,
				 .why = why,
				 .table = CV_PORTS,
				 .applies = applies,
				 .count = 1};
}

static struct cv_judgement *judge(struct world *world, uint32_t ordinal, size_t target,
				  enum cv_verdict verdict, const char *what)
{
	struct cv_ledger *ledger = &world->compilation.ledger;
	struct cv_judgement *judgement =
		CV_ADD(world->ctx.arena, &ledger->judgements, struct cv_judgement);

	if (!ledger->starts.count)
		*CV_ADD(world->ctx.arena, &ledger->starts, size_t) = 0;
	judgement->row = ordinal;
	judgement->as = (uint32_t)ledger->judged.count;
	*CV_ADD(world->ctx.arena, &ledger->judged, struct cv_judged) =
		(struct cv_judged){.subject = &world->subject,
				   .target = &world->target[target],
				   .what = what,
				   .count = 1,
				   .verdict = verdict};
	return judgement;
}

/* What the last judgement says. */
static struct cv_judged *said(struct world *world)
{
	const struct cv_table *judged = &world->compilation.ledger.judged;

	return CV_AT(judged, struct cv_judged, judged->count - 1);
}

static void add_artefact(struct world *world, const char *path,
			 const struct cv_form *form)
{
	struct cv_artefact *artefact = CV_ADD(
		world->ctx.arena, &world->compilation.artefacts, struct cv_artefact);

	artefact->path = path;
	artefact->plan = &world->plan[0];
	artefact->form = form;
	artefact->entries = 3;
	memset(artefact->sha256, 'a', 64);
}

static void make_policy(struct world *world)
{
	struct cv_policy *policy = &world->compilation.policy;
	struct cv_risk *risk;

	policy->site = &world->site;
	*CV_ADD(world->ctx.arena, &policy->profiles, struct cv_profile *) =
		&world->profile;
	*CV_ADD(world->ctx.arena, &world->compilation.profiles, struct cv_profile *) =
		&world->profile;
	add_row(world, 0, "wide");
	add_row(world, 1, "gone");
	add_row(world, 2, "exact");
	add_use(world, 0, true, NULL);
	add_use(world, 1, false, hostile);
	add_use(world, 2, true, hostile);
	risk = CV_ADD(world->ctx.arena, &policy->risks, struct cv_risk);
	judge(world, 0, 0, CV_WIDER, hostile)->risk = risk;
	said(world)->is_risk = true;
	risk->code = CV_F_WIDER;
	risk->target = &world->target[0];
	risk->subject = &world->subject;
	risk->accepted = &world->acceptance;
	judge(world, 0, 1, CV_EXACT, NULL);
	said(world)->missing = "addresses";
	said(world)->lacks = true;
	judge(world, 1, 0, CV_NOT_APPLICABLE, "because");
	judge(world, 2, 0, CV_SPLIT, NULL);
	risk = CV_ADD(world->ctx.arena, &policy->risks, struct cv_risk);
	risk->code = CV_F_INTERPRETER;
	risk->row = &world->rows[0].row;
	risk->says = ": ";
	risk->detail = hostile;
}

static void make_holes(struct world *world)
{
	world->field.key = "port";
	world->filled = (struct cv_hole){
		.field = &world->field, .words = hostile, .filled = true};
	world->open = (struct cv_hole){.field = &world->field, .words = hostile};
	world->more[0].row.holes = &world->filled;
	world->more[1].row.holes = &world->open;
	for (size_t i = 0; i < 2; i++) {
		world->rows[i].row.more = &world->more[i].row;
		*CV_ADD(world->ctx.arena, &world->compilation.policy.holed,
			const struct cv_row *) = &world->rows[i].row;
	}
	world->key = (struct cv_node){.kind = CV_NODE_SCALAR, .text = "port"};
	world->value = (struct cv_node){
		.kind = CV_NODE_SCALAR, .text = hostile, .key = &world->key};
	world->set = (struct cv_node){.kind = CV_NODE_MAP,
				      .first = &world->value,
				      .last = &world->value,
				      .count = 1};
	world->fill = (struct cv_fill){.row = text("v/p#ports/wide"),
				       .set = &world->set,
				       .reason = text("example value"),
				       .by = text(hostile),
				       .source = text(hostile)};
	world->site.fills = (struct cv_records){&world->fill, 1};
}

static void make_page(struct world *world)
{
	static struct cv_field grants = {.key = "grants"};

	world->roles[0] = text(hostile);
	world->roles[1] = text("Reader");
	world->cell = (struct cv_hole){.field = &grants, .words = hostile};
	world->permission = (struct cv_permission_row){.permission = text(hostile),
						       .holes = &world->cell,
						       .note = text(hostile)};
	world->permissions = (struct cv_permissions){.title = text(hostile),
						     .roles = {world->roles, 2},
						     .rows = {&world->permission, 1}};
	world->profile.permissions = (struct cv_records){&world->permissions, 1};
	world->note = (struct cv_source_note){.key = text("page"),
					      .title = text(hostile),
					      .url = text("https://a/|b"),
					      .retrieved = text("2026-11-23")};
	world->profile.sources = (struct cv_records){&world->note, 1};
}

static int open_world(void **state)
{
	struct world *world = calloc(1, sizeof *world);
	struct cv_compilation *made = &world->compilation;

	cv_ctx_open(&world->ctx);
	memcpy(world->ctx.today, "2026-11-23", 11);
	made->source = cv_source_from_bytes(&world->ctx, "some/where/site.yaml", "x", 1);
	made->site = &world->site;
	world->site.name = text("hq");
	world->profile.id = text("v/p");
	world->profile.title = text(hostile);
	world->profile.source =
		cv_source_from_bytes(&world->ctx, "/usr/share/p/v/p.yaml", "y", 1);
	cv_source_from_bytes(&world->ctx, "/usr/share/p/v/tables/ports.csv", "z", 1);
	cv_source_from_bytes(&world->ctx, "some/where/accept.yaml", "w", 1);
	world->target[0].name = "first";
	world->target[1].name = "second";
	world->target[0].summary = world->target[1].summary = "a target";
	world->form = (struct cv_form){.name = "text", .summary = "loads `it`"};
	world->undo = (struct cv_form){
		.name = "undo", .summary = "takes it back", .undo = true};
	world->subject = (struct cv_subject){.kind = CV_SUBJECT_SITE, .name = "hq"};
	for (size_t i = 0; i < 2; i++) {
		struct cv_target_use *use = CV_ADD(world->ctx.arena, &world->site.targets,
						   struct cv_target_use);

		use->target = &world->target[i];
		world->plan[i] = (struct cv_plan){.use = use, .subject = &world->subject};
		*CV_ADD(world->ctx.arena, &made->plans, struct cv_plan) = world->plan[i];
	}
	world->acceptance = (struct cv_acceptance){.by = text("secops"),
						   .reason = text(hostile),
						   .ticket = text("CHG-1"),
						   .until = text("2027-06-30")};
	add_artefact(world, "first/hq.txt", &world->form);
	add_artefact(world, "first/hq.undo.txt", &world->undo);
	make_policy(world);
	make_holes(world);
	make_page(world);
	*state = world;
	return 0;
}

static int close_world(void **state)
{
	struct world *world = *state;

	cv_ctx_close(&world->ctx);
	free(world);
	return 0;
}

/* Bars that no backslash stands before: the borders of cells. */
static size_t borders(const char *line, size_t size)
{
	size_t count = 0;

	for (size_t i = 0; i < size; i++) {
		if (line[i] == '\\')
			i++;
		else
			count += line[i] == '|';
	}
	return count;
}

static void test_markdown_cell_stays_a_cell(void **state)
{
	struct cv_buf out = CV_BUF_INIT;

	(void)state;
	cv_markdown_cell(&out, hostile);
	assert_string_equal(cv_buf_string(&out),
			    "a\\|b \\`c\\` \\*d\\* \\[e\\](f) &lt;g&gt; &amp; \\\\\\| \\ "
			    "\\_h\\_ i_j \\~k\\~ \\$l\\$ \"m\" 'n'  o p =q, \\]\\]&gt; "
			    "U+2028U+200B \xE2\x80\x98r\xE2\x80\x99 \\\\");
	assert_int_equal(borders(out.data, out.size), 0);
	cv_buf_deinit(&out);
	cv_markdown_cell(&out, "C:\\Program Files\\x_y\\a.exe \xFF");
	assert_string_equal(cv_buf_string(&out), "C:\\Program Files\\x_y\\a.exe 0xFF");
	cv_buf_deinit(&out);
}

static void test_review_keeps_every_table_whole(void **state)
{
	struct world *world = *state;
	struct cv_buf out = CV_BUF_INIT;
	size_t columns = 0, lines = 0;
	const char *line, *end;

	cv_review_write(&world->ctx, &world->compilation, &out);
	for (line = cv_buf_string(&out); *line; line = end + 1) {
		end = strchr(line, '\n');
		assert_non_null(end);
		if (*line != '|') {
			columns = 0;
			continue;
		}
		if (columns == 0)
			columns = borders(line, (size_t)(end - line));
		assert_int_equal(borders(line, (size_t)(end - line)), columns);
		lines++;
	}
	assert_true(lines > 30);
	assert_null(strpbrk(cv_buf_string(&out), "<\r\t"));
	assert_null(strstr(cv_buf_string(&out), "\xE2\x80\x8B"));
	cv_buf_deinit(&out);
}

static void test_review_says_what_a_reviewer_asks(void **state)
{
	static const char *const wanted[] = {
		"| first | hq | wider | ",
		"v/p#ports/wide | secops (CHG-1) until 2027-06-30: ",
		"| second | hq | exact | addresses | ",
		"| v/p#ports/wide | interpreter | ",
		" | EXAMPLE VALUE: example value | ",
		"| v/p#ports/gone | port | ",
		" | OPEN: a\\|b",
		"| first | hq | 3 | first/hq.txt |\n\n",
		"\nTo apply:\n\n1. `first/hq.txt`: loads `it`\n",
		"## What the products require\n\nNone.\n",
		"\nTo back out:\n\n1. `first/hq.undo.txt`: takes it back\n",
		"held against 2026-11-23",
	};
	struct world *world = *state;
	struct cv_buf out = CV_BUF_INIT;

	cv_review_write(&world->ctx, &world->compilation, &out);
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
		if (!strstr(cv_buf_string(&out), wanted[i]))
			fail_msg("review.md lacks %s:\n%s", wanted[i],
				 cv_buf_string(&out));
	cv_buf_deinit(&out);
}

struct records {
	size_t field, record, fields[16];
	char cells[16][8][256];
};

static void take_field(void *bytes, size_t size, void *user)
{
	struct records *records = user;

	assert_true(records->record < 16 && records->field < 8 && size < 256);
	memcpy(records->cells[records->record][records->field++], bytes, size);
}

static void take_record(int end, void *user)
{
	struct records *records = user;

	(void)end;
	records->fields[records->record++] = records->field;
	records->field = 0;
}

static void test_ledger_csv_has_a_line_for_each_row_and_subject(void **state)
{
	struct world *world = *state;
	struct records *records = calloc(1, sizeof *records);
	struct cv_buf out = CV_BUF_INIT;
	struct csv_parser parser;

	cv_ledger_csv_write(&world->ctx, &world->compilation, &out);
	csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI);
	assert_int_equal(
		csv_parse(&parser, out.data, out.size, take_field, take_record, records),
		out.size);
	csv_free(&parser);
	assert_int_equal(records->record, 4);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(records->fields[i], 5);
	assert_string_equal(records->cells[0][4], "second");
	assert_string_equal(records->cells[1][0], "v/p#ports/wide");
	assert_string_equal(records->cells[1][1], "hq");
	assert_string_equal(records->cells[1][2], "");
	assert_string_equal(records->cells[1][3], "wider (accepted)");
	assert_string_equal(records->cells[1][4], "exact");
	assert_string_equal(records->cells[2][0], "v/p#ports/gone");
	assert_string_equal(records->cells[2][2], hostile);
	assert_string_equal(records->cells[2][3], "not-applicable");
	assert_string_equal(records->cells[2][4], "");
	assert_string_equal(records->cells[3][3], "split");
	free(records);
	cv_buf_deinit(&out);
}

static json_t *parse(const struct cv_buf *bytes)
{
	json_error_t error;
	json_t *root =
		json_loadb(bytes->data, bytes->size, JSON_REJECT_DUPLICATES, &error);

	if (!root)
		fail_msg("%s in line %d", error.text, error.line);
	return root;
}

static void test_ledger_json_holds_what_is_not_exact(void **state)
{
	struct world *world = *state;
	struct cv_buf out = CV_BUF_INIT;
	json_t *root, *member;

	cv_ledger_json_write(&world->ctx, &world->compilation, &out);
	root = parse(&out);
	assert_int_equal(json_array_size(json_object_get(root, "not-exact")), 1);
	member = json_array_get(json_object_get(root, "not-exact"), 0);
	assert_string_equal(json_string_value(json_object_get(member, "verdict")),
			    "wider");
	assert_string_equal(json_string_value(json_object_get(member, "what")), hostile);
	member = json_object_get(member, "acceptance");
	assert_string_equal(json_string_value(json_object_get(member, "until")),
			    "2027-06-30");
	assert_int_equal(json_array_size(json_object_get(root, "risks")), 1);
	member = json_object_get(json_object_get(root, "targets"), "first");
	assert_int_equal(json_integer_value(json_object_get(member, "wider")), 1);
	assert_int_equal(json_integer_value(json_object_get(member, "split")), 1);
	json_decref(root);
	cv_buf_deinit(&out);
}

static const char *input_name(const json_t *root, size_t index)
{
	return json_string_value(json_object_get(
		json_array_get(json_object_get(root, "inputs"), index), "name"));
}

static void test_manifest_names_inputs_the_same_everywhere(void **state)
{
	struct world *world = *state;
	struct cv_table reports = {0};
	struct cv_buf out = CV_BUF_INIT;
	json_t *root;

	CV_ADD(world->ctx.arena, &reports, struct cv_report)->path = "review.md";
	cv_manifest_write(&world->ctx, &world->compilation, &reports, &out);
	root = parse(&out);
	assert_string_equal(json_string_value(json_object_get(root, "carveout")),
			    CV_MANIFEST_FORMAT);
	assert_int_equal(json_array_size(json_object_get(root, "inputs")), 4);
	assert_string_equal(input_name(root, 0), "site.yaml");
	assert_string_equal(input_name(root, 1), "accept.yaml");
	assert_string_equal(input_name(root, 2), "v/p");
	assert_string_equal(input_name(root, 3), "v/p:tables/ports.csv");
	assert_int_equal(json_array_size(json_object_get(root, "artefacts")), 2);
	assert_int_equal(json_array_size(json_object_get(root, "subjects")), 1);
	assert_null(strstr(cv_buf_string(&out), "/usr/share"));
	json_decref(root);
	cv_buf_deinit(&out);
}

#define WORLD(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)

/* Lines end as the one before only where all that they say is the same. */
static void test_ledger_csv_lines_end_as_their_own_rows(void **state)
{
	struct world *world = *state;
	struct cv_policy *policy = &world->compilation.policy;
	struct cv_ledger *ledger = &world->compilation.ledger;
	struct cv_risk risks[3] = {{.accepted = &world->acceptance},
				   {.accepted = NULL},
				   {.accepted = &world->acceptance}};
	struct cv_buf out = CV_BUF_INIT;

	*ledger = (struct cv_ledger){0};
	policy->uses = policy->used = (struct cv_table){0};
	add_use(world, 0, true, NULL);
	add_use(world, 1, true, NULL);
	add_use(world, 2, true, "why");
	CV_AT(&policy->uses, struct cv_use, 1)->as = 0;
	for (uint32_t row = 0; row < 3; row++) {
		judge(world, row, 0, CV_WIDER, NULL)->risk = &risks[row];
		said(world)->is_risk = true;
		CV_AT(&ledger->judgements, struct cv_judgement, row)->as = 0;
	}
	cv_ledger_csv_write(&world->ctx, &world->compilation, &out);
	assert_string_equal(cv_buf_string(&out), "row,subject,condition,first,second\n"
						 "v/p#ports/wide,hq,,wider (accepted),\n"
						 "v/p#ports/gone,hq,,wider,\n"
						 "v/p#ports/exact,hq,why,wider "
						 "(accepted),\n");
	cv_buf_deinit(&out);
	CV_AT(&ledger->judged, struct cv_judged, 0)->is_risk = false;
	CV_AT(&ledger->judged, struct cv_judged, 0)->verdict = CV_SPLIT;
	cv_ledger_csv_write(&world->ctx, &world->compilation, &out);
	assert_string_equal(cv_buf_string(&out), "row,subject,condition,first,second\n"
						 "v/p#ports/wide,hq,,split,\n"
						 "v/p#ports/gone,hq,,split,\n"
						 "v/p#ports/exact,hq,why,split,\n");
	cv_buf_deinit(&out);
}

/* The cells as "ROW COLUMN VERDICT", uses as column 0, rows apart. */
static const char *cells_of(struct world *world, bool all, struct cv_buf *out)
{
	struct cv_cells cells = cv_cells_open(&world->compilation, all);
	size_t count;

	cv_buf_deinit(out);
	while ((count = cv_cells_next(&cells))) {
		for (size_t i = 0; i < count; i++) {
			const struct cv_cell *cell = &cells.row[i];

			cv_buf_format(out, "%d %u %s; ",
				      cell->row == CV_ROW_OURS ? -1 : (int)cell->row,
				      (unsigned)cell->column,
				      cell->as ? cv_verdict_names[cell->as->verdict]
					       : "used");
		}
		cv_buf_char(out, '\n');
	}
	cv_cells_free(&cells);
	return cv_buf_string(out);
}

/* Each plan has its rows in order; the cells of one row come from all of them. */
static void test_cells_come_row_by_row(void **state)
{
	struct world *world = *state;
	struct cv_ledger *ledger = &world->compilation.ledger;
	struct cv_buf out = CV_BUF_INIT;

	*ledger = (struct cv_ledger){0};
	judge(world, 1, 1, CV_IMPOSSIBLE, "b");
	judge(world, 2, 1, CV_EXACT, NULL);
	judge(world, CV_ROW_OURS, 1, CV_BASELINE, "rule");
	*CV_ADD(world->ctx.arena, &ledger->starts, size_t) = 3;
	judge(world, 0, 0, CV_EXACT, NULL);
	judge(world, 2, 0, CV_NARROWER, "a");
	judge(world, CV_ROW_OURS, 0, CV_BASELINE, "other");
	*CV_ADD(world->ctx.arena, &ledger->starts, size_t) = 6; /* of none */
	assert_string_equal(cells_of(world, true, &out),
			    "0 0 used; 0 1 exact; \n"
			    "1 0 used; 1 2 impossible; \n"
			    "2 0 used; 2 1 narrower; 2 2 exact; \n"
			    "-1 1 baseline; -1 2 baseline; \n");
	assert_string_equal(cells_of(world, false, &out),
			    "1 2 impossible; \n"
			    "2 1 narrower; \n"
			    "-1 1 baseline; -1 2 baseline; \n");
	*ledger = (struct cv_ledger){0};
	assert_string_equal(cells_of(world, false, &out), "");
	assert_string_equal(cells_of(world, true, &out),
			    "0 0 used; \n1 0 used; \n2 0 used; \n");
	cv_buf_deinit(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_markdown_cell_stays_a_cell),
		WORLD(test_review_keeps_every_table_whole),
		WORLD(test_review_says_what_a_reviewer_asks),
		WORLD(test_ledger_csv_has_a_line_for_each_row_and_subject),
		WORLD(test_ledger_json_holds_what_is_not_exact),
		WORLD(test_manifest_names_inputs_the_same_everywhere),
		WORLD(test_ledger_csv_lines_end_as_their_own_rows),
		WORLD(test_cells_come_row_by_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
