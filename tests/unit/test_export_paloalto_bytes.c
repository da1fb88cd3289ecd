/* The reader of PAN-OS exports: what is no export is refused, what is not known is
 * told without a word of the export, and no bytes make it fall over. */
#include "export_paloalto_fixture.h"

#include <libxml/xmlerror.h>

/* Added to the services, and to the members of our group. */
static const struct unknown_case {
	const char *services, *groups, *what, *at;
} unknowns[] = {
	{"", MEMBER("nowhere"), "a member that nothing in this export defines",
	 "<member>nowhere"},
	{"", MEMBER("any"), "a member that nothing in this export defines",
	 "<member>any"},
	{"", "<member/>", "a member that nothing in this export defines", "<member/>"},
	{"", "<" SECRET "/>", "an unknown element in an object of ours", "<" SECRET},
	{"", "<stateful>" SECRET "</stateful>", "an unknown element in an object",
	 "<stateful>"},
	{"", "<static>" SECRET "</static>", "<static> in an object of ours", "<static>"},
	{"", "<timeout>1</timeout>", "<timeout> in an object of ours", "<timeout>"},
	{"", "<member " SECRET "=\"\">hq-udp-17472</member>",
	 "<member> in an object of ours with more", "<member " SECRET},
	{"", SECRET, "<members> in an object of ours with more", "<members>"},
	{"", "</members><members>", "<members> more than once", "<members>"},
	{"<entry name=\"t\">" TAGGED "<protocol><tcp><port>1</port><override><yes>"
	 "<timeout>9</timeout></yes></override></tcp></protocol></entry>",
	 "", "<yes> in an object of ours", "<yes>"},
	{SERVICE("t", "tcp", "1", TAGGED "<" SECRET "/>"), "",
	 "an unknown element in an object of ours", "<" SECRET},
	{SERVICE("t", "tcp", "1", TAGGED "<color>x</color>"), "",
	 "<color> in an object of ours", "<color>"},
	{"", "<member name=\"x\">hq-udp-17472</member>",
	 "<member> in an object of ours with more", "<member name"},
	{SERVICE("t", "tcp", "0-0", ""), "", "protocol or ports are not", NULL},
	{SERVICE("t", "tcp", "1<x/>", ""), "", "protocol or ports are not", NULL},
	{SERVICE("t", "tcp", "1,70000", ""), "", "protocol or ports are not",
	 "<entry name=\"t\">"},
	{SERVICE("t", "tcp", "0", ""), "", "protocol or ports are not", NULL},
	{SERVICE("t", "tcp", "", ""), "", "protocol or ports are not", NULL},
	{SERVICE("t", "icmp", "1", ""), "", "protocol or ports are not", NULL},
	{"<entry name=\"t\"/>", "", "protocol or ports are not", NULL},
	{"<entry name=\"t\"><protocol><tcp><port>1</port><port>2</port></tcp>"
	 "</protocol></entry>",
	 "", "protocol or ports are not", NULL},
	{"<entry name=\"t\"><protocol><tcp><port>1</port></tcp><udp/>"
	 "</protocol></entry>",
	 "", "protocol or ports are not", NULL},
	{"<entry/>", "", "no entry with a name", "<entry/>"},
	{"<x name=\"y\"/>", "", "no entry with a name", "<x "},
	{SERVICE("t", "tcp", "1", "") SERVICE("t", "tcp", "2", ""), "",
	 "a second object of one name", NULL},
	{SERVICE("hq-services", "tcp", "2", ""), "", "a second object of one name", NULL},
};

static void test_export_lists_what_it_does_not_know(void **state)
{
	struct cv_export_reading reading;
	struct fixture f;

	(void)state;
	open_fixture(&f, "hq");
	usual(&f);
	for (size_t i = 0; i < sizeof unknowns / sizeof *unknowns; i++) {
		const char *text = cv_arena_format(
			f.ctx.arena,
			DECLARATION BEFORE VSYS_BEGIN OUR_TAGS
			"<service>%s%s</service><service-group>"
			"<entry name=\"hq-services\"><members>" OUR_MEMBERS
			"%s</members>" TAGGED "</entry></service-group>" VSYS_END AFTER,
			OUR_SERVICES, unknowns[i].services, unknowns[i].groups);

		read_text(&f, text, &reading);
		if (reading.unknown.count != 1)
			fail_msg("case %zu: %zu unknown", i, reading.unknown.count);
		assert_unknown(&reading, unknowns[i].what, unknowns[i].at);
		/* What is not understood is no entry that lets everything through. */
		for (size_t n = 0; n < reading.entries.count; n++)
			assert_true(is_list(CV_AT(&reading.entries, struct cv_entry, n),
					    "service") ==
				    (CV_AT(&reading.entries, struct cv_entry, n)->ports !=
				     NULL));
	}
	close_fixture(&f);
}

#define PANORAMA \
	"<config><shared><service/></shared><devices>" \
	"<entry " \
	"name=\"localhost.localdomain\"><device-group/></entry></devices></config>"

static const struct refused_case {
	const char *text, *error;
} refused[] = {
	{"", "neither a configuration nor"},
	{"\n \n", "neither a configuration nor"},
	{"set service tcp-1 protocol tcp port 1\n", "neither a configuration nor"},
	{"{\"service\": []}", "neither a configuration nor"},
	{"<response status=\"success\"><result/></response>",
	 "neither a configuration nor"},
	{"<config/>", "the configuration holds no vsys1"},
	{PANORAMA, "Panorama's"},
	{"<response status=\"error\" code=\"403\"><msg>" SECRET "</msg></response>",
	 "the request did not succeed"},
	{"<response><result><service/></result></response>",
	 "the request did not succeed"},
	{"<service/><response status=\"error\"/>", "did not succeed"},
	{"<config>", "no well-formed XML"},
	{"<config></" SECRET ">", "no well-formed XML"},
	{"</export><export>", "no well-formed XML"},
	{"<service/></export>", "no well-formed XML"},
	{"<service a=\"1\" a=\"2\"/>", "no well-formed XML"},
	{"<service>&" SECRET ";</service>", "no well-formed XML"},
	{"<!DOCTYPE config [<!ENTITY a \"b\">]><service>&a;</service>",
	 "no well-formed XML"},
	{"<!DOCTYPE config SYSTEM \"file:///etc/passwd\"><service/>",
	 "no well-formed XML"},
	{"<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>"
	 "<tag><entry name=\"x\"><comments>&a;</comments></entry></tag>",
	 "no well-formed XML"},
	{"<service>\xff</service>", "no well-formed XML"},
	{"<service>\x01</service>", "no well-formed XML"},
	{"<?xml version=\"1.0\" encoding=\"UTF-16\"?><service/>",
	 "the encoding is not UTF-8"},
	{"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><service/>",
	 "the encoding is not UTF-8"},
	{"<x:service xmlns:x=\"y\"/>", "neither a configuration nor"},
};

static void test_export_refuses_what_is_none(void **state)
{
	struct cv_export_reading reading;
	struct fixture f;

	(void)state;
	open_fixture(&f, "hq");
	usual(&f);
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		if (read_bytes(&f, refused[i].text, strlen(refused[i].text), &reading))
			fail_msg("taken: %s", refused[i].text);
		assert_null(xmlGetLastError()); /* would keep what it quotes */
		if (!strstr(reading.error, refused[i].error))
			fail_msg("%s: %s", refused[i].text, reading.error);
	}
	assert_false(read_bytes(&f, "<service/>\0<tag/>", 17, &reading));
	f.options.scope.text = "shared"; /* Panorama has one, too */
	assert_false(read_bytes(&f, PANORAMA, strlen(PANORAMA), &reading));
	assert_non_null(strstr(reading.error, "Panorama's"));
	close_fixture(&f);
}

static void test_export_bounds_depth(void **state)
{
	static const char *const openings[] = {"<service>", "<x>", "<config><shared>"};
	struct cv_export_reading reading;
	struct fixture f;

	(void)state;
	open_fixture(&f, "hq");
	usual(&f);
	for (size_t i = 0; i < sizeof openings / sizeof *openings; i++) {
		struct cv_buf text = CV_BUF_INIT;

		cv_buf_text(&text, openings[i]);
		for (int depth = 0; depth < 100000; depth++)
			cv_buf_text(&text, "<a>");
		assert_false(read_bytes(&f, text.data, text.size, &reading));
		assert_string_equal(reading.error,
				    "nests deeper than a configuration does");
		cv_buf_deinit(&text);
	}
	close_fixture(&f);
}

/* Whatever is cut off or turned round, the reader answers: false with a place, or
 * entries. */
static void test_export_survives_every_cut_and_flip(void **state)
{
	static const char text[] =
		VSYS(SERVICE("web", "tcp", "443", "") OUR_SERVICES,
		     GROUP("hq-services", OUR_MEMBERS MEMBER("service-http"), TAGGED));
	const size_t size = sizeof text - 1;
	uint32_t random = 1;
	struct fixture f;

	(void)state;
	for (size_t i = 0; i < size + 4000; i++) {
		struct cv_export_reading reading;
		const size_t kept = i < size ? i : size;
		char *bytes = malloc(kept + 1);

		assert_non_null(bytes);
		memcpy(bytes, text, kept);
		bytes[kept] = '\0';
		for (int flips = i < size ? 0 : 3; flips; flips--) {
			random = random * 1664525 + 1013904223;
			bytes[(random >> 8) % size] = "<>/\"&; x\0\xff"[random % 10];
		}
		open_fixture(&f, "hq");
		if (read_bytes(&f, bytes, kept, &reading))
			assert_true(i + 1 >= size);
		close_fixture(&f);
		free(bytes);
	}
}

/* Time and memory grow with what is compared, not with what stands around it. */
static void test_export_reads_a_large_configuration(void **state)
{
	enum { SERVICES_HERE = 20000, JUNK = 300000 };
	struct cv_export_reading reading;
	struct cv_buf text = CV_BUF_INIT;
	struct fixture f;
	size_t held;

	(void)state;
	open_fixture(&f, "hq");
	usual(&f);
	cv_buf_text(&text,
		    DECLARATION BEFORE VSYS_BEGIN OUR_TAGS "<service>" OUR_SERVICES);
	for (int i = 0; i < SERVICES_HERE; i++)
		cv_buf_format(&text, SERVICE("s%d", "tcp", "%d", ""), i, i % 65535 + 1);
	cv_buf_text(&text, "</service><service-group><entry name=\"hq-services\">" TAGGED
			   "<members>" OUR_MEMBERS);
	for (int i = 0; i < SERVICES_HERE; i++)
		cv_buf_format(&text, MEMBER("s%d"), i);
	cv_buf_text(&text, "</members></entry></service-group><external-list>");
	held = cv_arena_held(f.ctx.arena);
	for (int i = 0; i < JUNK; i++)
		cv_buf_format(&text,
			      "<entry name=\"a%d\"><description>" SECRET
			      "</description></entry>\n",
			      i);
	cv_buf_text(&text, "</external-list>" VSYS_END AFTER);
	assert_true(text.size > 20000000);
	read_text(&f, text.data, &reading);
	assert_known(&reading);
	assert_int_equal(count_ours(&reading), SERVICES_HERE + 6);
	assert_true(cv_arena_held(f.ctx.arena) - held < (size_t)SERVICES_HERE * 4000);
	cv_buf_deinit(&text);
	close_fixture(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_export_lists_what_it_does_not_know),
		cmocka_unit_test(test_export_refuses_what_is_none),
		cmocka_unit_test(test_export_bounds_depth),
		cmocka_unit_test(test_export_survives_every_cut_and_flip),
		cmocka_unit_test(test_export_reads_a_large_configuration),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
