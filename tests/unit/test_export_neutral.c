/* Neutral lists that come back from elsewhere: as they were emitted, with their columns
 * in another order, and with what is not understood. */
#include "neutral_world.h"

#include "neutral/export.h"

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static void fill(struct world *w)
{
	static struct cv_url url = {.pattern = "*.example.com", .scheme = "https"};
	struct cv_entry *entry;

	entry = add_exclusion(w, CV_KIND_FOLDER, "C:\\x, \"y\"",
			      add_row(w, CV_EXCLUSIONS, "a", "=A\nb\xe2\x80\xa8\x7f"));
	asked_by(entry)->reach = CV_REACH_TREE;
	add_exclusion(w, CV_KIND_SHA256, "00ff", entry->rows.items[0]);
	add_exclusion(w, CV_KIND_SIGNER, "Acme, Inc.", entry->rows.items[0]);
	entry = add_flow(w, &w->client, &w->server, 4);
	entry->ports = ports(w, "443-444,446");
	entry = add_flow(w, &w->client, &w->server, 4);
	entry->source = NULL;
	entry->protocol = -1;
	entry = add_flow(w, &w->server, &w->client, 6);
	entry->protocol = 58;
	entry->icmp_type = 1;
	entry = add_flow(w, &w->client, &w->cloud, 0);
	entry->protocol = 99;
	entry->more->program = "C:\\a.exe";
	url.from = &w->cloud;
	url.ports = ports(w, "443");
	add_url(w, &url);
}

static bool read_bytes(struct world *w, const struct cv_target *target, const char *bytes,
		       size_t size, struct cv_export_reading *reading)
{
	/* A copy of its own, so that a read behind its end is seen. */
	char *copy = malloc(size + 1);
	bool fine;

	assert_non_null(copy);
	memcpy(copy, bytes, size);
	copy[size] = '\0';
	*reading = (struct cv_export_reading){
		.ctx = &w->ctx, .bytes = copy, .size = size, .plan = &w->plan};
	fine = target->read_export(reading);
	assert_true(fine == !reading->error);
	assert_true(reading->error_at <= size);
	for (size_t i = 0; i < reading->unknown.count; i++)
		assert_true(CV_AT(&reading->unknown, struct cv_unknown, i)->place <=
			    size);
	free(copy);
	return fine;
}

static bool read_text(struct world *w, const struct cv_target *target, const char *text,
		      struct cv_export_reading *reading)
{
	return read_bytes(w, target, text, strlen(text), reading);
}

static const char *unknown_at(const struct cv_export_reading *reading, size_t i)
{
	assert_true(i < reading->unknown.count);
	return CV_AT(&reading->unknown, struct cv_unknown, i)->what;
}

static const struct cv_entry *entry_at(const struct cv_export_reading *reading, size_t i)
{
	assert_true(i < reading->entries.count);
	return CV_AT(&reading->entries, struct cv_entry, i);
}

static const char *attribute(const struct cv_entry *entry, const char *name)
{
	for (size_t i = 0; i < entry->more->attribute_count; i++)
		if (strcmp(entry->more->attributes[i].name, name) == 0)
			return entry->more->attributes[i].value;
	fail_msg("no attribute %s", name);
	return NULL;
}

static void assert_comes_back(struct world *w, enum cv_entry_kind kind)
{
	const struct cv_target *target = w->use.target;
	struct cv_export_reading reading;
	struct cv_buf out = CV_BUF_INIT;
	const struct cv_entry **wanted;
	size_t count;

	emit(w, form_of(target, kind), &out);
	assert_true(read_bytes(w, target, out.data, out.size, &reading));
	assert_int_equal(reading.unknown.count, 0);
	assert_int_equal(reading.shows, kind);
	wanted = entries_of(w->ctx.arena, &w->plan.entries, kind, &count);
	assert_int_equal(reading.entries.count, count);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(cv_entry_compare(wanted[i], entry_at(&reading, i)), 0);
		assert_true(entry_at(&reading, i)->ours);
		assert_true(i == 0 || entry_at(&reading, i)->more->place >
					      entry_at(&reading, i - 1)->more->place);
	}
	cv_buf_deinit(&out);
}

static void test_an_artefact_comes_back_as_it_was(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(targets); i++) {
		struct world w;

		open_world(&w);
		fill(&w);
		arrange(&w, targets[i]);
		assert_comes_back(&w, CV_ENTRY_EXCLUSION);
		assert_comes_back(&w, CV_ENTRY_FLOW);
		assert_comes_back(&w, CV_ENTRY_URL);
		close_world(&w);
	}
}

/* A name that no column has would leave something out of every audit. */
static void test_what_grants_is_a_column(void **state)
{
	(void)state;
	for (size_t i = 0; cv_neutral_granting[i]; i++) {
		size_t found = 0;

		for (size_t t = 0; t < CV_NEUTRAL_TABLES; t++)
			for (size_t c = 0; c < cv_neutral_tables[t]->count; c++) {
				const struct cv_column *column =
					&cv_neutral_tables[t]->columns[c];

				found += strcmp(column->attribute ? column->attribute
								  : column->name,
						cv_neutral_granting[i]) == 0;
			}
		if (!found)
			fail_msg("no column is %s", cv_neutral_granting[i]);
	}
}

#define GRANTING "type,path,match,recursive,children,engines,signer,sha256"

static void test_columns_may_stand_in_any_order(void **state)
{
	static const char text[] =
		"\xef\xbb\xbfsha256,colour,path,signer,engines,\"children\",recursive,"
		"match,"
		"type,id\r\n"
		",red,\"C:\\a \"\"b\"\"\",,onaccess,no,no,exact,process,\r\n"
		"\r\n"
		",red, /opt/a ,,,no,yes,exact,folder,acme/xwx#exclusions/a\r\n"
		",red,\"/opt/\"\"\nb\",,,no,yes,exact,folder,x";
	struct cv_export_reading reading;
	struct world w;

	(void)state;
	open_world(&w);
	assert_true(read_text(&w, &cv_target_csv, text, &reading));
	assert_int_equal(reading.entries.count, 3);
	assert_string_equal(entry_at(&reading, 0)->more->value, "C:\\a \"b\"");
	assert_string_equal(attribute(entry_at(&reading, 0), "type"), "process");
	assert_string_equal(attribute(entry_at(&reading, 0), "engines"), "onaccess");
	assert_string_equal(attribute(entry_at(&reading, 0), "reason"), "");
	assert_false(entry_at(&reading, 0)->ours);
	assert_int_equal(entry_at(&reading, 0)->more->place,
			 strstr(text, ",red,\"C:") - text);
	assert_string_equal(entry_at(&reading, 1)->more->value, " /opt/a ");
	assert_true(entry_at(&reading, 1)->ours);
	assert_string_equal(entry_at(&reading, 2)->more->value, "/opt/\"\nb");
	assert_int_equal(reading.unknown.count, 1);
	assert_string_equal(unknown_at(&reading, 0),
			    "1 of the columns, which no neutral list has");
	close_world(&w);
}

static void test_keys_may_stand_in_any_order(void **state)
{
	static const char text[] =
		"{\"rows\": [{\"path\": \"/a\", \"type\": \"folder\", \"match\": "
		"\"exact\", "
		"\"recursive\": true, \"children\": false, \"engines\": null, "
		"\"signer\": "
		"\"\", \"sha256\": \"\", \"colour\": \"red\"},\n"
		"{\"colour\": [1], \"path\": \"/b\"}, 5,\n"
		"{\"path\": [\"/c\"]}],\n"
		"\"made\": \"today\", \"version\": 1, \"format\": \"edr-exclusions\"}";
	struct cv_export_reading reading;
	struct world w;

	(void)state;
	open_world(&w);
	assert_true(read_text(&w, &cv_target_json, text, &reading));
	assert_int_equal(reading.entries.count, 1);
	assert_string_equal(entry_at(&reading, 0)->more->value, "/a");
	assert_string_equal(attribute(entry_at(&reading, 0), "recursive"), "yes");
	assert_string_equal(attribute(entry_at(&reading, 0), "children"), "no");
	assert_string_equal(attribute(entry_at(&reading, 0), "engines"), "");
	assert_int_equal(reading.unknown.count, 5);
	assert_string_equal(unknown_at(&reading, 0), "a key that no neutral list has");
	assert_non_null(strstr(unknown_at(&reading, 1), "a row has a key"));
	assert_string_equal(unknown_at(&reading, 2), "a row without `type`");
	assert_non_null(strstr(unknown_at(&reading, 3), "that is no object itself"));
	assert_non_null(strstr(unknown_at(&reading, 4), "that is no object itself"));
	close_world(&w);
}

static void test_sets_may_stand_in_any_order(void **state)
{
	static const char text[] =
		"from,to,family,source,destination,protocol,source_ports,ports,icmp_type,"
		"program\n"
		"a,b,4,\"10.0.0.9, "
		"10.0.0.8;10.0.0.0/30\",any,TCP,any,\"446,443-444,443\","
		",\n"
		"a,b,4,10.0.0.9,any,tcp,any,443,,\n"
		"a,b,6,::1,::/0,0,,,,\n"
		"a,b,,x.example.com,10.0.0.1,6,,443,,C:\\a.exe\n";
	struct cv_export_reading reading;
	const struct cv_entry *entry;
	struct world w;

	(void)state;
	open_world(&w);
	assert_true(read_text(&w, &cv_target_csv, text, &reading));
	/* `TCP` is no word of ours. */
	assert_int_equal(reading.unknown.count, 1);
	assert_int_equal(reading.entries.count, 3);
	entry = entry_at(&reading, 0);
	assert_ptr_equal(entry->source, addresses(&w, "10.0.0.9"));
	assert_null(entry->destination);
	assert_ptr_equal(entry->more->source_ports, cv_ports_all(&w.ctx));
	assert_int_equal(entry_at(&reading, 1)->protocol, 0);
	assert_string_equal(attribute(entry_at(&reading, 2), "source_end"),
			    "x.example.com");
	assert_string_equal(entry_at(&reading, 2)->more->program, "C:\\a.exe");

	assert_true(read_text(&w, &cv_target_csv,
			      "from,to,family,source,destination,protocol,source_ports,"
			      "ports,icmp_type,program\n"
			      "a,b,4,\"10.0.0.9, 10.0.0.8;10.0.0.0/30\",any,tcp,,"
			      "\"446,443-444,443\",,\n",
			      &reading));
	entry = entry_at(&reading, 0);
	assert_ptr_equal(entry->source, addresses(&w, "10.0.0.0/30 10.0.0.8/31"));
	assert_ptr_equal(entry->ports, ports(&w, "443-444,446"));
	close_world(&w);
}

static void test_rows_that_are_not_understood_are_said(void **state)
{
	static const char *const rows[] = {
		"folder,/a,exact,yes,no,,,,x\n",   /* a cell more */
		"folder,/a,exact,yes,no,,\n",      /* a cell less */
		"folder,\"/a,exact,yes,no,,,\n",   /* no end */
		"folder,a\"b\",exact,yes,no,,,\n", /* a quote inside */
		"folder,\"a\"b,exact,yes,no,,,\n", /* something behind one */
		"tree,/a,exact,yes,no,,,\n",       /* no such type */
		"folder,,exact,yes,no,,,\n",       /* no value */
		"file,/a,exact,yes,no,,Acme,\n",   /* two values */
		"file,,exact,yes,no,,Acme,00ff\n", /* two values */
		",/a,exact,yes,no,,,\n",           /* no type */
	};
	static const char good[] = "folder,/b,exact,yes,no,,,\n";
	struct cv_export_reading reading;
	struct world w;

	(void)state;
	open_world(&w);
	for (size_t i = 0; i < COUNT(rows); i++) {
		const bool swallows = strchr(rows[i], '"') && i == 2;

		assert_true(read_text(&w, &cv_target_csv,
				      cv_arena_format(w.ctx.arena, GRANTING "\n%s%s%s",
						      good, rows[i], good),
				      &reading));
		assert_int_equal(reading.unknown.count, 1);
		assert_int_equal(reading.entries.count, swallows ? 1 : 2);
		assert_int_equal(CV_AT(&reading.unknown, struct cv_unknown, 0)->place,
				 strlen(GRANTING "\n") + strlen(good));
	}
	close_world(&w);
}

static void test_flows_that_are_not_understood_are_said(void **state)
{
	static const char *const rows[] = {
		"a,b,5,10.0.0.1,10.0.0.2,tcp,,443,,\n",
		"a,b,6,10.0.0.1,10.0.0.2,tcp,,443,,\n",
		"a,b,4,10.0.0.1/8,10.0.0.2,tcp,,443,,\n",
		"a,b,4,,10.0.0.2,tcp,,443,,\n",
		"a,b,4,\" ; ,\",10.0.0.2,tcp,,443,,\n",
		"a,b,4,10.0.0.1,10.0.0.2,tcpp,,443,,\n",
		"a,b,4,10.0.0.1,10.0.0.2,,,443,,\n",
		"a,b,4,10.0.0.1,10.0.0.2,256,,443,,\n",
		"a,b,4,10.0.0.1,10.0.0.2,-1,,443,,\n",
		"a,b,4,10.0.0.1,10.0.0.2,tcp,,0,,\n",
		"a,b,4,10.0.0.1,10.0.0.2,tcp,x,443,,\n",
		"a,b,4,10.0.0.1,10.0.0.2,icmp,,,256,\n",
		"a,b,4,10.0.0.1,10.0.0.2,icmp,,,1x,\n",
	};
	struct cv_export_reading reading;
	struct world w;

	(void)state;
	open_world(&w);
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_true(read_text(
			&w, &cv_target_csv,
			cv_arena_format(w.ctx.arena,
					"from,to,family,source,destination,protocol,"
					"source_ports,ports,icmp_type,program\n%s",
					rows[i]),
			&reading));
		if (reading.unknown.count != 1 || reading.entries.count)
			fail_msg("taken: %s", rows[i]);
	}
	close_world(&w);
}

static void test_what_is_no_list_is_refused(void **state)
{
	static const struct {
		const struct cv_target *target;
		const char *text, *error;
	} cases[] = {
		{&cv_target_csv, "", "no header"},
		{&cv_target_csv, "\n", "no header"},
		{&cv_target_csv, "\"type", "no header"},
		{&cv_target_csv, "a;b;c\n", "names no column"},
		{&cv_target_csv, "type,path\n", "the column `match` is missing"},
		{&cv_target_csv, GRANTING ",path\n", "names a column twice"},
		{&cv_target_csv, "from,to,family\n", "the column `source` is missing"},
		{&cv_target_csv, "url,ports,from\n", "the column `scheme` is missing"},
		{&cv_target_csv, GRANTING "\nfile,\xff,,,,,,\n", "not UTF-8"},
		{&cv_target_json, "", "no JSON object"},
		{&cv_target_json, "type,path\n", "no JSON object"},
		{&cv_target_json, "{}", "no neutral list"},
		{&cv_target_json, "{\"format\": \"flows\", \"version\": 1}",
		 "no neutral list"},
		{&cv_target_json, "{\"format\": \"x\"}", "`format` is none of ours"},
		{&cv_target_json, "{\"format\": 1}", "`format` is none of ours"},
		{&cv_target_json, "{\"format\": \"urls\", \"format\": \"urls\"}",
		 "`format` is none of ours"},
		{&cv_target_json, "{\"version\": 2}", "`version` is not 1"},
		{&cv_target_json, "{\"version\": 1, \"version\": 1}", "stands twice"},
		{&cv_target_json, "{\"rows\": [], \"rows\": []}", "stands twice"},
		{&cv_target_json, "{\"format\": \"urls\", \"version\": 1, \"rows\": {}}",
		 "no JSON list"},
		{&cv_target_json,
		 "{\"format\": \"urls\", \"version\": 1, \"rows\": [{\"url\": 1, "
		 "\"url\": "
		 "1}]}",
		 "holds a key twice"},
		{&cv_target_json,
		 "{\"format\": \"urls\", \"version\": 1, \"rows\": []} {",
		 "something stands behind"},
	};
	struct cv_export_reading reading;
	struct world w;

	(void)state;
	open_world(&w);
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_false(read_text(&w, cases[i].target, cases[i].text, &reading));
		if (!strstr(reading.error, cases[i].error))
			fail_msg("%s: %s", cases[i].text, reading.error);
	}
	close_world(&w);
}

static void test_too_many_columns_are_no_list(void **state)
{
	struct cv_export_reading reading;
	struct cv_buf text = CV_BUF_INIT;
	struct world w;

	(void)state;
	open_world(&w);
	cv_buf_text(&text, GRANTING);
	for (int i = 0; i < 1000; i++)
		cv_buf_text(&text, ",x");
	cv_buf_text(&text, "\n");
	assert_false(read_text(&w, &cv_target_csv, cv_buf_string(&text), &reading));
	text.size = 0;
	cv_buf_text(&text, GRANTING "\nfile,/a,exact,no,no,,,");
	for (int i = 0; i < 1000; i++)
		cv_buf_text(&text, ",x");
	assert_true(read_text(&w, &cv_target_csv, cv_buf_string(&text), &reading));
	assert_int_equal(reading.unknown.count, 1);
	cv_buf_deinit(&text);
	close_world(&w);
}

static void test_no_changed_byte_breaks_the_reader(void **state)
{
	static const unsigned kinds[] = {CV_ENTRY_EXCLUSION, CV_ENTRY_FLOW, CV_ENTRY_URL};
	static const char others[] = "\"{}[],:\\ 0a\n\r;'\x80";
	struct cv_export_reading reading;

	(void)state;
	for (size_t i = 0; i < COUNT(targets) * COUNT(kinds); i++) {
		struct cv_buf out = CV_BUF_INIT;
		struct world w;

		open_world(&w);
		fill(&w);
		arrange(&w, targets[i % 2]);
		emit(&w, form_of(targets[i % 2], (enum cv_entry_kind)kinds[i / 2]), &out);
		for (size_t at = 0; at < out.size; at++) {
			const char was = out.data[at];

			out.data[at] = others[at % (sizeof others - 1)];
			read_bytes(&w, targets[i % 2], out.data, out.size, &reading);
			out.data[at] = was;
			read_bytes(&w, targets[i % 2], out.data, at, &reading);
		}
		cv_buf_deinit(&out);
		close_world(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_artefact_comes_back_as_it_was),
		cmocka_unit_test(test_what_grants_is_a_column),
		cmocka_unit_test(test_columns_may_stand_in_any_order),
		cmocka_unit_test(test_keys_may_stand_in_any_order),
		cmocka_unit_test(test_sets_may_stand_in_any_order),
		cmocka_unit_test(test_rows_that_are_not_understood_are_said),
		cmocka_unit_test(test_flows_that_are_not_understood_are_said),
		cmocka_unit_test(test_what_is_no_list_is_refused),
		cmocka_unit_test(test_too_many_columns_are_no_list),
		cmocka_unit_test(test_no_changed_byte_breaks_the_reader),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
