#include "read_fixture.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/limits.h"
#include "model/field.h"
#include "model/node.h"
#include "read/csv.h"
#include "read/fields.h"
#include "read/yaml.h"

/* One of everything. */
struct part {
	struct cv_text name, value;
	struct cv_texts more;
	struct cv_hole *holes;
};

struct thing {
	struct cv_text text, exact;
	struct cv_texts texts;
	enum cv_flag flag;
	struct cv_map map;
	struct cv_when when;
	struct part record;
	struct cv_records records, named;
	const struct cv_node *node;
	struct cv_hole *holes;
	struct cv_span at;
};

static const char *const colors[] = {"red", "green", NULL};
static const struct cv_lexical color = {.name = "a color", .words = colors};

static const struct cv_field part_fields[] = {
	{"value", CV_FIELD_TEXT, CV_FIELD_REQUIRED, offsetof(struct part, value), NULL,
	 NULL, NULL, ""},
	{"more", CV_FIELD_TEXTS, 0, offsetof(struct part, more), NULL, NULL, NULL, ""},
	{.key = NULL},
};

static const struct cv_fields parts = {"a part", sizeof(struct part), part_fields,
				       offsetof(struct part, holes), -1};

#define FIELD(key, type, flags, lexical, sub) \
	{ \
#key, CV_FIELD_##type, flags, offsetof(struct thing, key), lexical, sub, \
			NULL, "" \
	}

static const struct cv_field thing_fields[] = {
	FIELD(text, TEXT, 0, &color, NULL),
	FIELD(exact, TEXT, CV_FIELD_EXACT, NULL, NULL),
	FIELD(texts, TEXTS, CV_FIELD_REQUIRED, &color, NULL),
	FIELD(flag, FLAG, 0, NULL, NULL),
	FIELD(map, MAP, 0, NULL, NULL),
	FIELD(when, WHEN, 0, NULL, NULL),
	FIELD(record, RECORD, CV_FIELD_PLAIN_IS, NULL, &parts),
	FIELD(records, RECORDS, CV_FIELD_PLAIN_IS, NULL, &parts),
	FIELD(named, NAMED, 0, NULL, &parts),
	FIELD(node, NODE, 0, NULL, NULL),
	{.key = NULL},
};

static const struct cv_fields things = {"a thing", sizeof(struct thing), thing_fields,
					offsetof(struct thing, holes),
					offsetof(struct thing, at)};

struct reading {
	struct fixture fixture;
	struct thing thing;
	bool ok;
};

static void read_thing(struct reading *reading, const char *text)
{
	struct cv_node *root;

	memset(reading, 0, sizeof *reading);
	fixture_open(&reading->fixture, "t.yaml", text, strlen(text));
	assert_true(cv_yaml_read(&reading->fixture.ctx, reading->fixture.source, NULL,
				 &root));
	reading->ok =
		cv_fields_read(&reading->fixture.ctx, &things, root, &reading->thing);
}

static void test_fields_fill_a_struct(void **state)
{
	struct reading reading;
	const struct thing *thing = &reading.thing;
	const struct part *part;

	(void)state;
	read_thing(&reading,
		   "text: red\ntexts: [red, green]\nflag: true\nmap: {b: c, d: e}\n"
		   "record: {value: v, more: w}\n"
		   "named: {first one: {value: x}, second: {value: y}}\n"
		   "node: [1, {a: b}]\n");
	assert_true(reading.ok);
	assert_string_equal(thing->text.text, "red");
	assert_int_equal(thing->text.at.offset, 6);
	assert_int_equal(thing->texts.count, 2);
	assert_string_equal(thing->texts.items[1].text, "green");
	assert_int_equal(thing->flag, CV_YES);
	assert_string_equal(cv_map_get(&thing->map, "d")->text, "e");
	assert_null(cv_map_get(&thing->map, "x"));
	assert_string_equal(thing->record.value.text, "v");
	assert_string_equal(thing->record.more.items[0].text, "w");
	assert_int_equal(thing->named.count, 2);
	part = thing->named.items;
	assert_string_equal(part[0].name.text, "first one");
	assert_string_equal(part[1].value.text, "y");
	assert_string_equal(thing->node->last->first->text, "b");
	assert_int_equal(thing->when.count, 0);
	assert_null(thing->exact.text);
	fixture_close(&reading.fixture);
}

static void test_fields_plain_is_the_first(void **state)
{
	struct reading reading;
	const struct part *part;

	(void)state;
	read_thing(&reading, "texts: red\nrecord: v\nrecords: [x, {value: y}]\n");
	assert_true(reading.ok);
	assert_string_equal(reading.thing.record.value.text, "v");
	assert_int_equal(reading.thing.records.count, 2);
	part = reading.thing.records.items;
	assert_string_equal(part[0].value.text, "x");
	assert_string_equal(part[1].value.text, "y");
	fixture_close(&reading.fixture);
	read_thing(&reading, "texts: red\nrecords: x\n");
	assert_true(reading.ok);
	assert_int_equal(reading.thing.records.count, 1);
	fixture_close(&reading.fixture);
}

struct refused {
	const char *text, *code;
	size_t line, column;
	const char *says, *hint;
};

static void test_fields_refused_with_place(void **state)
{
	static const struct refused cases[] = {
		{"texts: red\ntxet: red\n", "unknown-key", 2, 1, "`txet` in a thing",
		 "did you mean text?"},
		{"texts: red\nzzzzz: 1\n", "unknown-key", 2, 1, NULL,
		 "known are text, exact"},
		{"text: red\n", "missing-key", 1, 1, "a thing needs `texts`", NULL},
		{"texts: []\n", "missing-key", 1, 8, "which is empty here", NULL},
		{"texts: ''\n", "missing-key", 1, 8, NULL, NULL},
		{"texts: red\nnamed: {a: {}}\n", "missing-key", 2, 12,
		 "a part needs `value`", NULL},
		{"texts: [red, blu]\n", "bad-value", 1, 14,
		 "`blu` is not a color: red or green", NULL},
		{"texts: red;green\n", "bad-value", 1, 8, "`red;green`", NULL},
		{"texts: Gren\n", "bad-value", 1, 8, NULL, "did you mean green?"},
		{"texts: {a: b}\n", "wrong-type", 1, 8,
		 "`texts` must be a text or a list of texts, not a map", NULL},
		{"texts: [[red]]\n", "wrong-type", 1, 9, "not a list", NULL},
		{"texts: red\ntext: [red]\n", "wrong-type", 2, 7,
		 "`text` must be a text, not a list", NULL},
		{"texts: red\nmap: x\n", "wrong-type", 2, 6, "a map of texts, not a text",
		 NULL},
		{"texts: red\nmap: {a: [b]}\n", "wrong-type", 2, 10, "`a` must be a text",
		 NULL},
		{"texts: red\nrecords: {value: y, a: b}\n", "unknown-key", 2, 21, NULL,
		 NULL},
		{"texts: red\nnamed: [a]\n", "wrong-type", 2, 8,
		 "`named` must be a map of maps, not a list", NULL},
		{"texts: red\nnamed: {a: b}\n", "wrong-type", 2, 12, "`a` must be", NULL},
		{"texts: red\nnamed: {' a': {value: b}}\n", "bad-value", 2, 9, "blank",
		 NULL},
		{"texts: red\nflag: yes\n", "bad-value", 2, 7,
		 "`flag` must be true or false, not `yes`", "write true"},
		{"texts: red\nflag: Off\n", "bad-value", 2, 7, NULL, "write false"},
		{"texts: red\nflag: True\n", "bad-value", 2, 7, NULL, "lower case"},
		{"texts: red\nflag: ''\n", "bad-value", 2, 7, NULL, NULL},
		{"texts: red\nflag: [true]\n", "wrong-type", 2, 7, NULL, NULL},
		{"- a\n", "wrong-type", 1, 1, "a thing must be a map, not a list", NULL},
		{"a\n", "wrong-type", 1, 1, "not a text", NULL},
		{"texts: red\nexact: /opt/app #1/bin\n", "use-single-quotes", 2, 8,
		 "would become `/opt/app`", "use single quotes"},
		{"texts: red\nexact: \"C:\\temp\"\n", "use-single-quotes", 2, 8,
		 "would become `C:<U+0009>emp`", "use single quotes"},
		{"texts: red\nexact: /opt\n  /app\n", "use-single-quotes", 2, 8,
		 "`/opt /app`", "use single quotes"},
		{"{\"texts\": \"red\",\n\"exact\": \"C:\\temp\"}", "use-single-quotes", 2,
		 10, NULL, "write \\\\ for a backslash"},
		{"texts: red\nwhen: x\n", "wrong-type", 2, 7, NULL, NULL},
		{"texts: red\nwhen: [x]\n", "wrong-type", 2, 8, NULL, NULL},
		{"texts: red\nwhen: {os: rhel}\n", "wrong-type", 2, 12, "{rhel: \"7.x\"}",
		 NULL},
		{"texts: red\nwhen: {os: {rhel: '7', centos: '7'}}\n", "bad-value", 2, 12,
		 "a list of maps", NULL},
		{"texts: red\nwhen: {client: []}\n", "bad-value", 2, 16,
		 "`client` is empty", NULL},
		{"texts: red\nwhen: {client: {a: b}}\n", "wrong-type", 2, 16, "`client`",
		 NULL},
		{"texts: [{hole: x}]\n", "hole-not-allowed", 1, 9, "the whole of `texts`",
		 NULL},
		{"texts: {hole: x, b: c}\n", "wrong-type", 1, 8, "and nothing else",
		 NULL},
		{"texts: {hole: [x]}\n", "wrong-type", 1, 8, "and nothing else", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct reading reading;

		read_thing(&reading, cases[i].text);
		if (reading.ok)
			fail_msg("taken: %s", cases[i].text);
		assert_found(&reading.fixture, 0, cases[i].code, cases[i].line,
			     cases[i].column);
		if (cases[i].says)
			assert_text(&reading.fixture, 0, cases[i].says);
		if (cases[i].hint)
			assert_hint(&reading.fixture, 0, cases[i].hint);
		if (reading.fixture.ctx.findings.count != 1)
			fail_msg("%zu findings: %s", reading.fixture.ctx.findings.count,
				 cases[i].text);
		fixture_close(&reading.fixture);
	}
}

static void test_fields_report_all_in_one_run(void **state)
{
	struct reading reading;

	(void)state;
	read_thing(&reading, "text: [a]\nflag: on\nzzz: 1\nmap: {a: {}, b: []}\n");
	assert_false(reading.ok);
	assert_int_equal(reading.fixture.ctx.findings.count, 6);
	fixture_close(&reading.fixture);
}

static void test_fields_not_exact_keep_what_yaml_keeps(void **state)
{
	struct reading reading;

	(void)state;
	read_thing(&reading, "texts: red # a comment\nrecord: \"a\\tb\"\n");
	assert_true(reading.ok);
	assert_string_equal(reading.thing.record.value.text, "a\tb");
	fixture_close(&reading.fixture);
}

static void test_fields_when_alternatives(void **state)
{
	struct reading reading;
	const struct cv_when *when = &reading.thing.when;

	(void)state;
	read_thing(&reading, "texts: red\nwhen:\n- {edition: [a, b], os: {rhel: '7.x'}}\n"
			     "- client: '7.2.x'\n");
	assert_true(reading.ok);
	assert_int_equal(when->count, 2);
	assert_int_equal(when->items[0].count, 2);
	assert_string_equal(when->items[0].parts[0].key.text, "edition");
	assert_int_equal(when->items[0].parts[0].values.count, 2);
	assert_null(when->items[0].parts[0].os.text);
	assert_string_equal(when->items[0].parts[1].key.text, "os");
	assert_string_equal(when->items[0].parts[1].os.text, "rhel");
	assert_string_equal(when->items[0].parts[1].values.items[0].text, "7.x");
	assert_string_equal(when->items[1].parts[0].values.items[0].text, "7.2.x");
	fixture_close(&reading.fixture);
}

static void test_fields_when_has_a_bound(void **state)
{
	struct cv_buf buf = CV_BUF_INIT;
	struct reading reading;

	(void)state;
	cv_buf_text(&buf, "texts: red\nwhen:\n");
	for (size_t i = 0; i <= CV_MAX_ALTERNATIVES; i++)
		cv_buf_text(&buf, "- {a: b}\n");
	read_thing(&reading, cv_buf_string(&buf));
	assert_found(&reading.fixture, 0, "too-long", 3, 1);
	fixture_close(&reading.fixture);
	cv_buf_deinit(&buf);
}

static void test_fields_holes_are_listed_in_order(void **state)
{
	struct reading reading;
	const struct cv_hole *hole;
	struct cv_place place;

	(void)state;
	read_thing(&reading,
		   "texts: {hole: List here}\nflag: {hole: x}\nwhen: {hole: ''}\n"
		   "record: {hole: y}\n");
	assert_true(reading.ok);
	hole = reading.thing.holes;
	assert_string_equal(hole->field->key, "texts");
	assert_string_equal(hole->words, "List here");
	assert_true(cv_source_place(&reading.fixture.ctx, hole->at, &place));
	assert_int_equal(place.column, 8);
	assert_string_equal(hole->next->field->key, "flag");
	assert_string_equal(hole->next->next->field->key, "when");
	assert_null(hole->next->next->next);
	assert_int_equal(reading.thing.texts.count, 0);
	/* In place of a record it is the hole of its first field. */
	assert_string_equal(reading.thing.record.holes->words, "y");
	fixture_close(&reading.fixture);
}

static struct cv_node *parse(struct fixture *fixture, const char *text)
{
	struct cv_source *source =
		cv_source_from_bytes(&fixture->ctx, "fill.yaml", text, strlen(text));
	struct cv_node *root;

	assert_true(cv_yaml_read(&fixture->ctx, source, NULL, &root));
	return root;
}

static void test_fields_fill_takes_holes_only(void **state)
{
	struct reading reading;
	struct cv_ctx *ctx = &reading.fixture.ctx;
	struct thing *thing = &reading.thing;

	(void)state;
	read_thing(&reading, "text: green\ntexts: {hole: x}\nflag: {hole: y}\n");
	assert_true(cv_fields_fill(ctx, &things, parse(&reading.fixture, "texts: red\n"),
				   thing));
	assert_string_equal(thing->texts.items[0].text, "red");
	assert_string_equal(thing->text.text, "green");
	assert_true(thing->holes->filled);
	assert_false(thing->holes->next->filled);

	assert_false(cv_fields_fill(ctx, &things, parse(&reading.fixture, "text: red\n"),
				    thing));
	assert_found(&reading.fixture, 0, "fill-unused", 1, 1);
	assert_text(&reading.fixture, 0, "`text` of a thing is no hole");
	assert_string_equal(thing->text.text, "green");

	assert_false(cv_fields_fill(ctx, &things,
				    parse(&reading.fixture, "texts: green\n"), thing));
	assert_text(&reading.fixture, 1, "is filled already");
	assert_string_equal(thing->texts.items[0].text, "red");

	assert_false(cv_fields_fill(ctx, &things, parse(&reading.fixture, "flga: true\n"),
				    thing));
	assert_found(&reading.fixture, 2, "unknown-key", 1, 1);
	assert_false(cv_fields_fill(ctx, &things,
				    parse(&reading.fixture, "flag: {hole: z}\n"), thing));
	assert_found(&reading.fixture, 3, "hole-not-allowed", 1, 7);
	assert_false(cv_fields_fill(ctx, &things, parse(&reading.fixture, "flag: on\n"),
				    thing));
	assert_false(thing->holes->next->filled);
	assert_false(
		cv_fields_fill(ctx, &things, parse(&reading.fixture, "- x\n"), thing));
	fixture_close(&reading.fixture);
}

static void test_fields_read_partly_needs_nothing(void **state)
{
	struct fixture fixture;
	struct thing thing = {0};

	(void)state;
	fixture_open(&fixture, "t.yaml", "text: red\n", 10);
	assert_true(cv_fields_read_partly(&fixture.ctx, &things,
					  parse(&fixture, "text: red\n"), &thing));
	assert_string_equal(thing.text.text, "red");
	fixture_close(&fixture);
}

static bool take_row(void *user, const struct cv_node *row)
{
	struct reading *reading = user;

	reading->ok =
		cv_fields_read(&reading->fixture.ctx, &things, row, &reading->thing);
	return reading->ok;
}

static void read_cells(struct reading *reading, const char *text)
{
	const struct cv_csv_sink sink = {.row = take_row, .user = reading};

	memset(reading, 0, sizeof *reading);
	fixture_open(&reading->fixture, "t.csv", text, strlen(text));
	cv_csv_read(&reading->fixture.ctx, reading->fixture.source, &sink);
}

static void test_fields_split_cells_of_lists(void **state)
{
	struct reading reading;
	const struct cv_texts *texts = &reading.thing.texts;

	(void)state;
	read_cells(&reading, "texts,exact,when.os.rhel\nred; green,a;b,6.x;7.x\n");
	assert_true(reading.ok);
	assert_int_equal(texts->count, 2);
	assert_string_equal(texts->items[1].text, "green");
	assert_int_equal(texts->items[1].at.offset, 25 + 5);
	assert_int_equal(texts->items[1].at.length, 5);
	/* A field of one text keeps its semicolon. */
	assert_string_equal(reading.thing.exact.text, "a;b");
	assert_int_equal(reading.thing.when.items[0].parts[0].values.count, 2);
	fixture_close(&reading.fixture);
	read_cells(&reading, "texts\nred;;green\n");
	assert_found(&reading.fixture, 0, "bad-value", 2, 1);
	fixture_close(&reading.fixture);
	read_cells(&reading, "texts\nred;blue\n");
	assert_found(&reading.fixture, 0, "bad-value", 2, 5);
	fixture_close(&reading.fixture);
	read_cells(&reading, "texts\nhole:List here; and there\n");
	assert_string_equal(reading.thing.holes->words, "List here; and there");
	fixture_close(&reading.fixture);
}

static void test_fields_refuse_a_value_wherever_it_stands(void **state)
{
	struct reading reading;

	(void)state;
	/* `blue` is a name, but no color; `red` is one before it and behind it. */
	read_thing(&reading, "map: {blue: x}\ntexts: [red, blue, red, blue]\n");
	assert_false(reading.ok);
	assert_int_equal(reading.fixture.ctx.findings.count, 2);
	assert_found(&reading.fixture, 0, "bad-value", 2, 14);
	assert_found(&reading.fixture, 1, "bad-value", 2, 25);
	fixture_close(&reading.fixture);
}

static void test_fields_exact_sees_the_end_of_a_long_value(void **state)
{
	static const char head[] = "texts: [red]\nexact: a", tail[] = "\n b\n";
	const size_t blanks = (size_t)2 << CV_LENGTH_BITS;
	char *text = malloc(sizeof head + blanks + sizeof tail);
	struct reading reading;

	(void)state;
	assert_non_null(text);
	memcpy(text, head, sizeof head - 1);
	memset(text + sizeof head - 1, ' ', blanks);
	memcpy(text + sizeof head - 1 + blanks, tail, sizeof tail);
	read_thing(&reading, text);
	free(text);
	assert_false(reading.ok);
	assert_found(&reading.fixture, 0, "use-single-quotes", 2, 8);
	fixture_close(&reading.fixture);
}

static unsigned asked;

static bool count_asked(struct cv_ctx *ctx, struct cv_text value)
{
	(void)ctx, (void)value;
	asked++;
	return true;
}

static void test_fields_ask_a_right_value_once(void **state)
{
	static const struct cv_lexical counted = {.name = "any", .check = count_asked};
	static const struct cv_field fields[] = {
		{"texts", CV_FIELD_TEXTS, 0, 0, &counted, NULL, NULL, ""},
		{.key = NULL},
	};
	const struct cv_fields lists = {"a list", sizeof(struct cv_texts), fields, -1,
					-1};
	static const char text[] = "texts: [a, b, a, 'b', a]\n";
	struct fixture fixture;
	struct cv_texts texts = {0};
	struct cv_node *root;

	(void)state;
	asked = 0;
	fixture_open(&fixture, "t.yaml", text, strlen(text));
	assert_true(cv_yaml_read(&fixture.ctx, fixture.source, NULL, &root));
	assert_true(cv_fields_read(&fixture.ctx, &lists, root, &texts));
	assert_int_equal(asked, 2);
	assert_int_equal(texts.count, 5);
	assert_int_equal(texts.items[4].at.offset, strlen(text) - 3);
	fixture_close(&fixture);
}

static void assert_few(const struct cv_few *few, size_t count, const char *last,
		       size_t offset)
{
	const struct cv_texts texts = cv_few_texts(few);

	assert_int_equal(texts.count, count);
	if (!count)
		return;
	assert_string_equal(texts.items[count - 1].text, last);
	assert_int_equal(texts.items[count - 1].at.offset, offset);
	assert_int_equal(texts.items[count - 1].at.length, 1);
	/* One lies in the struct itself. */
	assert_true((texts.items == &few->one) == (count == 1));
}

static void test_fields_few_are_one_or_several(void **state)
{
	struct held {
		struct cv_few none, one, alone, several, empty;
	} held = {0};
#define FEW(name) \
	{ \
#name, CV_FIELD_FEW, 0, offsetof(struct held, name), NULL, NULL, NULL, \
			"" \
	}
	static const struct cv_field fields[] = {
		FEW(none), FEW(one), FEW(alone), FEW(several), FEW(empty), {.key = NULL},
	};
#undef FEW
	const struct cv_fields few = {"few", sizeof held, fields, -1, -1};
	static const char text[] = "one: a\nalone: [b]\nseveral: [c, d, e]\nempty: []\n";
	struct fixture fixture;
	struct cv_node *root;

	(void)state;
	fixture_open(&fixture, "t.yaml", text, strlen(text));
	assert_true(cv_yaml_read(&fixture.ctx, fixture.source, NULL, &root));
	assert_true(cv_fields_read(&fixture.ctx, &few, root, &held));
	assert_few(&held.none, 0, NULL, 0);
	assert_few(&held.one, 1, "a", 5);
	assert_few(&held.alone, 1, "b", (size_t)(strstr(text, "[b]") - text) + 1);
	assert_few(&held.several, 3, "e", (size_t)(strstr(text, "e]") - text));
	assert_few(&held.empty, 0, NULL, 0);
	fixture_close(&fixture);
}

/* Its length must not make it several. */
static void test_few_without_a_place_is_one(void **state)
{
	struct cv_text text = {"a", cv_span(0, 7, CV_MAX_LENGTH)};
	const struct cv_few few = cv_few_of((struct cv_texts){&text, 1});

	(void)state;
	assert_int_equal(cv_few_texts(&few).count, 1);
	assert_string_equal(cv_few_texts(&few).items[0].text, "a");
	assert_int_equal(sizeof few, sizeof text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields_fill_a_struct),
		cmocka_unit_test(test_fields_plain_is_the_first),
		cmocka_unit_test(test_fields_refused_with_place),
		cmocka_unit_test(test_fields_report_all_in_one_run),
		cmocka_unit_test(test_fields_not_exact_keep_what_yaml_keeps),
		cmocka_unit_test(test_fields_when_alternatives),
		cmocka_unit_test(test_fields_when_has_a_bound),
		cmocka_unit_test(test_fields_holes_are_listed_in_order),
		cmocka_unit_test(test_fields_fill_takes_holes_only),
		cmocka_unit_test(test_fields_read_partly_needs_nothing),
		cmocka_unit_test(test_fields_split_cells_of_lists),
		cmocka_unit_test(test_fields_refuse_a_value_wherever_it_stands),
		cmocka_unit_test(test_fields_ask_a_right_value_once),
		cmocka_unit_test(test_fields_few_are_one_or_several),
		cmocka_unit_test(test_few_without_a_place_is_one),
		cmocka_unit_test(test_fields_exact_sees_the_end_of_a_long_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
