/* The PAN-OS target's readers and its quoting: what is not of the format is refused,
 * no byte of an artefact can change unseen, and no value breaks out. */
#include "paloalto_fixture.h"

#include <libxml/parser.h>

#include "xml_quote.h"

#define EMPTIED "delete service-group hq-services members\n"
#define VSYS1 "devices/entry[@name='localhost.localdomain']/vsys/entry[@name='vsys1']"

/* One change to a good document, and what the reader says of it: section by section
 * what PAN-OS would refuse or, worse, take for something else. */
static const struct defect {
	size_t form;
	const char *from, *to, *error;
} defects[] = {
	{CONFIG, "<member>hq-udp-17472<", "<member>hq-udp-1<",
	 "is not an object that stands"},
	{CONFIG, "<member>hq-udp-17472<", "<member>hq-services<",
	 "is not an object that stands"},
	{CONFIG, "<member>hq-udp-17472<", "<member>hq-tcp-80_8080<", "is named twice"},
	{CONFIG, "<member>carveout-hq<", "<member>carveout<",
	 "is not an object that stands"},
	{CONFIG, "name=\"hq-udp-17472\"", "name=\"hq-tcp-80_8080\"",
	 "two objects are called"},
	{CONFIG, "name=\"hq-services\"", "name=\"hq-udp-17472\"",
	 "two objects are called"},
	{CONFIG, "name=\"hq-services\"", "name=\"service-http\"",
	 "is a name of PAN-OS itself"},
	{CONFIG, "name=\"hq-services\"", "name=\"any\"", "is a name of PAN-OS itself"},
	{CONFIG, "name=\"hq-services\"", "name=\"_hq\"",
	 "a character that it may not hold"},
	{CONFIG, "name=\"hq-services\"", "name=\"h q\"",
	 "a character that it may not hold"},
	{CONFIG, "name=\"hq-services\"", "name=\"h&#233;\"",
	 "a character that it may not hold"},
	{CONFIG, "name=\"hq-services\"",
	 "name=\"hq-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"",
	 "a name is longer than 63 characters"},
	{CONFIG, ">17472<", ">70000<", "ports end at 65535"},
	{CONFIG, ">17472<", ">0<", "ports begin at 1"},
	{CONFIG, ">17472<", ">017472<", "no leading zero"},
	{CONFIG, ">17472<", ">any<", "digits, hyphens and commas"},
	{CONFIG, ">80,8080<", ">80, 8080<", "digits, hyphens and commas"},
	{CONFIG, ">80,8080<", ">8080,80<", "not in its shortest ascending form"},
	{CONFIG, ">80,8080<", ">80,8080,8080<", "not in its shortest ascending form"},
	{CONFIG, ">80,8080<", ">80,8080-8080<", "not in its shortest ascending form"},
	{CONFIG, ">80,8080<", ">80-81,82<", "not in its shortest ascending form"},
	{CONFIG, ">80-8080<", ">8080-80<", "the range descends"},
	{CONFIG, ">17472</port>", "></port>", "should hold text and nothing else"},
	{CONFIG, ">17472</port>", ">17472<x></x></port>",
	 "should hold text and nothing else"},
	{CONFIG, "<protocol>", "<protocol xmlns=\"urn:x\">",
	 "<protocol> should stand here"},
	{CONFIG, "name=\"hq-services\"", "name=\"hq-services\" id=\"x\"",
	 "a name and nothing else"},
	{CONFIG, "name=\"hq-services\"", "name=\"hq-services\" xmlns=\"urn:x\"",
	 "a name and nothing else"},
	{CONFIG, "<udp>", "<icmp>", "<icmp> is not known in this place"},
	{CONFIG, "                <member>hq-tcp-80_8080</member>\n", "", "differs"},
	{CONFIG, "<description>", "<description x=\"y\">",
	 "<protocol> should stand here"},
	{CONFIG, "tanium/core#ports/b", "a&lt;b", "a character that is refused"},
	{CONFIG, "tanium/core#ports/b", "a&#10;b", "a character that is refused"},
	{CONFIG, "tanium/core#ports/b", "<b>", "should hold text and nothing else"},
	{CONFIG, "  <devices>", "  <!-- x -->\n  <devices>", "neither a tag nor text"},
	{CONFIG, "<config ", "<?xml version=\"1.0\"?>\n<config ",
	 "neither a tag nor text"},
	{CONFIG, "<config ", "<!DOCTYPE config>\n<config ", "neither a tag nor text"},
	{CONFIG, ">17472<", "><![CDATA[17472]]><", "neither a tag nor text"},
	{CONFIG, ">17472<", ">&#49;7472<", "neither a tag nor text"},
	{CONFIG, ">17472<", ">&x;<", "neither a tag nor text"},
	{CONFIG, "<port>17472</port>", "<port/>", "neither a tag nor text"},
	{CONFIG, "urldb=\"paloaltonetworks\"", "urldb='paloaltonetworks'",
	 "neither a tag nor"},
	{CONFIG, " urldb", "  urldb", "neither a tag nor text"},
	{CONFIG, "urldb=\"paloaltonetworks\"", "urldb=\"paloaltonetworks\" detail=\"1\"",
	 "the version should be"},
	{CONFIG, "\"10.1.0\"", "\"10.1.1\"", "the version should be 10.1.0"},
	{CONFIG, "  <devices>", "   <devices>", "laid out in another way"},
	{CONFIG, "</config>\n", "</config>\n\n", "ends with one line break"},
	{CONFIG, "</config>\n", "</config>\n<x></x>\n", "ends with one line break"},
	{CONFIG, "localhost.localdomain", "localhost", "the entry should be"},
	{CONFIG, "\"vsys1\"", "\"vsys2\"", "the entry should be vsys1"},
	{CONFIG, "<tcp>\n", "<tcp>\n                  <override>x</override>\n",
	 "<port> should stand here"},
	{LOAD, "mode merge", "mode replace", "not a load command"},
	{LOAD, "mode merge", "mode append", "not a load command"},
	{LOAD, "/tag to-xpath", "/service to-xpath", "not a load command"},
	{LOAD, "'vsys1']/tag mode", "'vsys2']/tag mode", "not a load command"},
	{LOAD, "/service to-xpath", " to-xpath", "not a load command"},
	{LOAD, "hq.xml", "h q.xml", "not a load command"},
	{LOAD, "hq.xml", "hq.xml; commit", "not a load command"},
	{LOAD, "hq.xml", "other.xml", "different files"},
	{LOAD, "members\n",
	 "members\nload config partial from-xpath " VSYS1
	 "/service to-xpath /config/" VSYS1 "/service mode merge from hq.xml\n",
	 "not in loading order"},
	{LOAD, "configure\n", "", "configure come first"},
	{LOAD, "configure\n", "configure\n\n", "not a load command"},
	{LOAD, "\n", "\r\n", "configure come first"},
	{LOAD, "hq-services members\n", "hq-services\n", "that empties a field"},
	{LOAD, EMPTIED, EMPTIED EMPTIED, "differs"},
	{LOAD, EMPTIED,
	 EMPTIED EMPTIED EMPTIED EMPTIED EMPTIED EMPTIED EMPTIED EMPTIED EMPTIED EMPTIED
		 EMPTIED EMPTIED,
	 "that empties a field"},
	{LOAD, EMPTIED, "", "differs"},
	{LOAD, "hq-services members\n", "hq-services tag\n", "that empties a field"},
	{LOAD, "hq-services members\n", "hq-services members x\n",
	 "that empties a field"},
	{LOAD, "service-group hq-services members", "service hq-tcp-1 protocol",
	 "that empties a field"},
	{API, "/tag\"", "\"", "leads to no list or object"},
	{API, "/config/", "/", "leads to no list or object"},
	{API, "/service\"", "/service/entry[@name=&apos;x&apos;]\"",
	 "known in this place"},
	{API, "id=\"2\"", "id=\"3\"", "the number that comes next"},
	{API, "<set id=\"1\"", "<edit id=\"1\"", "known in this place"},
	{API, "<edit id=\"4\"", "<edit id=\"4\" where=\"x\"", "not an action"},
	{API, "/entry[@name=&apos;hq-services&apos;]", "", "is not replaced"},
	{API, "multi-config", "config", "<multi-config> should be the document"},
	{API_UNDO, "/service/entry[@name=&apos;hq-udp-17472&apos;]", "/service",
	 "known in this place"},
	{API_UNDO, "/service-group/entry[@name=&apos;hq-services&apos;]",
	 "/tag/entry[@name=&apos;hq-services&apos;]", "not in deleting order"},
	{API, "    </entry>\n  </edit>",
	 "    </entry>\n    <entry name=\"hq-x\">\n      <members>\n"
	 "        <member>hq-udp-17472</member>\n      </members>\n    </entry>\n  "
	 "</edit>",
	 "not what was set before"},
	{API_UNDO, "></delete>", "><x></x></delete>", "known in this place"},
	{API_UNDO, "></delete>", ">x</delete>", "known in this place"},
	{REQUESTS, "action=delete", "action=edit", "not a request that deletes"},
	{REQUESTS, "type=config", "type=commit", "not a request that deletes"},
	{REQUESTS, "%2Fservice%2Fentry%5B%40name%3D%27hq-udp-17472%27%5D", "%2Fservice",
	 "deletes a whole list"},
	{REQUESTS, "%2Fservice-group", "%2fservice-group", "not a request that deletes"},
	{REQUESTS, "%2Fservice-group", "%2Fservice%2Dgroup",
	 "not a request that deletes"},
	{REQUESTS, "%2Fservice-group", "&x=%2Fservice-group",
	 "not a request that deletes"},
	{UNDO, "delete tag", "set tag", "not a delete command"},
	{UNDO, "delete tag", "delete region", "not a delete command"},
	{UNDO, "delete service hq-udp-17472", "delete service", "not a delete command"},
	{UNDO, "hq-udp-17472", "hq-udp-17472 protocol", "not a delete command"},
	{UNDO, "delete service hq-udp-17472\n",
	 "delete tag x\ndelete service hq-udp-17472\n", "not in deleting order"},
	{UNDO, "hq-services\n", "hq-services-00\ndelete service-group hq-services\n",
	 "before its outer one"},
	{UNDO, "configure\n", "", "come first"},
};

static char *changed(const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);
	struct cv_buf out = CV_BUF_INIT;

	assert_non_null(at);
	cv_buf_add(&out, text, (size_t)(at - text));
	cv_buf_text(&out, to);
	cv_buf_text(&out, at + strlen(from));
	return out.data;
}

static void test_read_refuses_every_defect(void **state)
{
	struct fixture f;

	(void)state;
	open_fixture(&f, "hq");
	usual(&f);
	for (size_t form = 0; form < FORMS; form++)
		emit(&f, form);
	for (size_t i = 0; i < sizeof defects / sizeof *defects; i++) {
		const struct defect *defect = &defects[i];
		char *text = changed(f.out[defect->form].data, defect->from, defect->to);
		struct cv_reading reading;
		struct cv_ctx ctx;
		bool understood;

		cv_ctx_open(&ctx);
		understood =
			read_form(&f, defect->form, text, strlen(text), &ctx, &reading);
		if (strcmp(defect->error, "differs") == 0)
			assert_false(same_entries(&f, defect->form, &reading.entries));
		else if (understood || !strstr(reading.error, defect->error))
			fail_msg("%s for %s: %s", defect->to, defect->from,
				 understood ? "understood" : reading.error);
		close_context(&ctx);
		free(text);
	}
	close_fixture(&f);
}

/* The parser is given the bytes in pieces, and a gap longer than a piece is whole
 * before it is looked at. */
static void test_read_refuses_wide_gaps(void **state)
{
	enum { BLANKS = 5000 };
	static const size_t forms[] = {CONFIG, API};
	struct fixture f;

	(void)state;
	open_fixture(&f, "hq");
	usual(&f);
	for (size_t form = 0; form < sizeof forms / sizeof *forms; form++) {
		const struct cv_buf *whole = &f.out[forms[form]];

		emit(&f, forms[form]);
		for (size_t i = 0; i + 1 < whole->size; i++) {
			struct cv_buf out = CV_BUF_INIT;
			struct cv_reading reading;
			struct cv_ctx ctx;

			if (whole->data[i + 1] != '<' || !strchr(" \n", whole->data[i]))
				continue;
			cv_buf_format(&out, "%.*s%*s%s", (int)i + 1, whole->data, BLANKS,
				      "", whole->data + i + 1);
			cv_ctx_open(&ctx);
			assert_false(read_form(&f, forms[form], out.data, out.size, &ctx,
					       &reading));
			close_context(&ctx);
			cv_buf_deinit(&out);
		}
	}
	close_fixture(&f);
}

static void assert_refused(struct fixture *f, const char *error)
{
	struct cv_reading reading;
	struct cv_ctx ctx;

	emit(f, CONFIG);
	cv_ctx_open(&ctx);
	assert_false(read_form(f, CONFIG, f->out[CONFIG].data, f->out[CONFIG].size, &ctx,
			       &reading));
	assert_string_equal(reading.error, error);
	close_context(&ctx);
}

/* A plan that was not arranged, or not rightly. */
static void test_read_knows_the_limits(void **state)
{
	char text[1025];
	struct fixture f;
	struct cv_entry *group;
	struct cv_attribute *attributes;

	(void)state;
	memset(text, 'x', 1024);
	text[1024] = '\0';
	open_fixture(&f, "hq");
	usual(&f);
	object(&f, "service", 0)->note = text + 1;
	assert_all_prove(&f);
	object(&f, "service", 0)->note = text;
	assert_refused(&f, "<description> is longer than 1023 characters");
	object(&f, "service", 0)->note = NULL;
	object(&f, "service", 0)->ports = odd_ports(&f, 10001, 10001 + 2 * 169);
	object(&f, "service", 0)->more->source_ports = NULL;
	assert_all_prove(&f); /* 170 ports, 1019 characters */
	object(&f, "service", 0)->more->source_ports =
		odd_ports(&f, 10001, 10001 + 2 * 170);
	assert_refused(&f, "a port list is longer than 1023 characters");
	close_fixture(&f);
	many(&f, 600);
	group = object(&f, "service-group", 2);
	attributes = CV_NEW_ARRAY(f.ctx.arena, 502, struct cv_attribute);
	for (size_t i = 0; i < 501; i++)
		attributes[i] = (struct cv_attribute){
			i < 500 ? "member" : "tag", object(&f, "service", i)->more->name};
	attributes[500].value = "carveout-hq";
	group->more->attributes = attributes;
	group->more->attribute_count = 501;
	assert_all_prove(&f);
	attributes[500] =
		(struct cv_attribute){"member", object(&f, "service", 500)->more->name};
	attributes[501] = (struct cv_attribute){"tag", "carveout-hq"};
	group->more->attribute_count = 502;
	assert_refused(&f, "more than 500 references of the kind member");
	close_fixture(&f);
}

/* No byte can be flipped, lost or added, and the end cannot be cut off. */
static void test_read_accounts_for_every_byte(void **state)
{
	struct fixture f;

	(void)state;
	open_fixture(&f, "hq");
	add(&f, 17, ports(&f, "17472"), NULL, "core#ports/b (page)");
	add(&f, 6, ports(&f, "80-81,8080"), "1024-65535", "vendor's");
	arrange(&f);
	for (size_t form = 0; form < FORMS; form++) {
		const char *text = emit(&f, form);
		const size_t size = f.out[form].size;
		struct cv_buf bytes = CV_BUF_INIT;

		cv_buf_add(&bytes, text, size);
		for (size_t at = 0; at < size; at++) {
			for (unsigned bit = 0; bit < 8; bit++) {
				bytes.data[at] = (char)(text[at] ^ (1 << bit));
				if (proves(&f, form, bytes.data, size))
					fail_msg("%zu.%u unseen: %s", at, bit, text + at);
			}
			bytes.data[at] = text[at];
		}
		for (size_t at = 0; at <= size; at++) {
			bytes.size = 0;
			cv_buf_add(&bytes, text, at);
			if (at < size)
				assert_false(proves(&f, form, bytes.data, at));
			for (const char *more = " \nx0-\"\0"; at <= size; more++) {
				bytes.size = at;
				cv_buf_char(&bytes, *more);
				cv_buf_add(&bytes, text + at, size - at);
				assert_false(proves(&f, form, bytes.data, size + 1));
				if (!*more)
					break;
			}
			if (at == size)
				break;
			bytes.size = at;
			cv_buf_add(&bytes, text + at + 1, size - at - 1);
			assert_false(proves(&f, form, bytes.data, size - 1));
		}
		cv_buf_deinit(&bytes);
	}
	close_fixture(&f);
}

static void test_quote_gives_back_what_it_was_given(void **state)
{
	char *longest = malloc(LONG + 1);

	(void)state;
	memset(longest, '<', LONG);
	longest[LONG] = '\0';
	for (size_t i = 0; i <= HOSTILE_COUNT; i++) {
		const char *text = i < HOSTILE_COUNT ? hostile[i] : longest;
		struct cv_buf out = CV_BUF_INIT;
		xmlChar *content, *value;
		xmlDoc *doc;

		cv_buf_text(&out, "<x y=\"");
		cv_xml_quote(&out, text, strlen(text));
		cv_buf_text(&out, "\">");
		cv_xml_quote(&out, text, strlen(text));
		cv_buf_text(&out, "</x>");
		for (size_t at = 0; at < out.size; at++)
			assert_in_range(out.data[at], ' ', '~');
		doc = xmlReadMemory(out.data, (int)out.size, NULL, NULL, XML_PARSE_NONET);
		assert_non_null(doc);
		content = xmlNodeGetContent(doc->children);
		value = xmlGetProp(doc->children, BAD_CAST "y");
		/* Two of them hold what no XML document can. */
		if (text[0] == '\x01' || strncmp(text, "\xef\xbf\xbe", 3) == 0) {
			assert_non_null(strstr((char *)content, "\xef\xbf\xbd"));
		} else {
			assert_string_equal((char *)content, text);
			assert_string_equal((char *)value, text);
		}
		xmlFree(content);
		xmlFree(value);
		xmlFreeDoc(doc);
		cv_buf_deinit(&out);
	}
	free(longest);
}

static void test_quote_replaces_what_is_not_text(void **state)
{
	struct cv_buf out = CV_BUF_INIT;

	(void)state;
	cv_xml_quote(&out, "a\0b\xff\xc3", 5);
	assert_string_equal(cv_buf_string(&out), "a&#65533;b&#65533;&#65533;");
	cv_buf_deinit(&out);
}

/* Where a name becomes a word of a command, another name may come of it, which the
 * proof finds; never another command. */
static void assert_understood(struct fixture *f, size_t form,
			      const struct cv_reading *reading, bool maybe_renamed)
{
	size_t count;

	entries_of(f, form, &count);
	assert_int_equal(reading->entries.count, count);
	assert_true(maybe_renamed || same_entries(f, form, &reading->entries));
}

/* Through the whole target: what comes in as a note, a site's or a row's text is made
 * plain; what an emitter is handed unarranged is refused or comes back as it was. */
static void test_hostile_values_never_break_out(void **state)
{
	char *longest = malloc(LONG + 1);

	(void)state;
	memset(longest, 'x', LONG);
	memcpy(longest + LONG / 2, "&\n<", 3);
	longest[LONG] = '\0';
	for (size_t i = 0; i <= HOSTILE_COUNT; i++) {
		const char *text = i < HOSTILE_COUNT ? hostile[i] : longest;

		for (int where = 0; where < 5; where++) {
			struct cv_attribute attribute = {"tag", text};
			struct cv_entry *entry;
			struct fixture f;

			open_fixture(&f, "hq");
			add(&f, 6, ports(&f, "443"), NULL, text);
			arrange(&f);
			assert_all_prove(&f);
			entry = object(&f, "service", 0);
			if (where == 0)
				entry->more->name = text;
			else if (where == 1)
				entry->note = text;
			else if (where == 2)
				entry->more->attributes = &attribute;
			else if (where == 3)
				object(&f, "tag", 0)->more->value = text;
			else
				object(&f, "load", 1)->more->value = text;
			for (size_t form = 0; form < FORMS; form++) {
				struct cv_reading reading;
				struct cv_ctx ctx;

				emit(&f, form);
				cv_ctx_open(&ctx);
				if (read_form(&f, form, cv_buf_string(&f.out[form]),
					      f.out[form].size, &ctx, &reading))
					assert_understood(&f, form, &reading, where == 0);
				close_context(&ctx);
			}
			close_fixture(&f);
		}
	}
	free(longest);
}

/* libxml2 as a second opinion: whatever single byte is changed, what the reader takes for
 * a document is one. */
static void test_what_is_read_is_xml(void **state)
{
	static const size_t forms[] = {CONFIG, API, API_UNDO};
	size_t understood = 0;
	struct fixture f;

	(void)state;
	open_fixture(&f, "hq");
	add(&f, 6, ports(&f, "80-81,8080"), "1024-65535", "vendor's");
	arrange(&f);
	object(&f, "service", 0)->note = "a\xc3\xa9";
	for (size_t form = 0; form < sizeof forms / sizeof *forms; form++) {
		const char *text = emit(&f, forms[form]);
		const size_t size = f.out[forms[form]].size;
		struct cv_buf bytes = CV_BUF_INIT;

		cv_buf_add(&bytes, text, size);
		for (size_t at = 0; at < size; at++) {
			for (int c = 0; c < 128; c++) {
				struct cv_reading reading;
				struct cv_ctx ctx;
				xmlDoc *doc;

				bytes.data[at] = (char)c;
				cv_ctx_open(&ctx);
				if (read_form(&f, forms[form], bytes.data, size, &ctx,
					      &reading)) {
					doc = xmlReadMemory(
						bytes.data, (int)size, NULL, NULL,
						XML_PARSE_NONET | XML_PARSE_NOERROR);
					if (!doc)
						fail_msg("not XML: %s", bytes.data);
					xmlFreeDoc(doc);
					understood++;
				}
				close_context(&ctx);
			}
			bytes.data[at] = text[at];
		}
		cv_buf_deinit(&bytes);
	}
	assert_true(understood > 1000);
	close_fixture(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read_refuses_every_defect),
		cmocka_unit_test(test_read_refuses_wide_gaps),
		cmocka_unit_test(test_read_knows_the_limits),
		cmocka_unit_test(test_read_accounts_for_every_byte),
		cmocka_unit_test(test_quote_gives_back_what_it_was_given),
		cmocka_unit_test(test_quote_replaces_what_is_not_text),
		cmocka_unit_test(test_hostile_values_never_break_out),
		cmocka_unit_test(test_what_is_read_is_xml),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
