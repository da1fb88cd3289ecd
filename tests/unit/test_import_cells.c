/* What the cells of published pages are read as: every spelling that was seen, and those
 * that can be read in more than one way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "import/cells.h"
#include "import/texts.h"

static const struct cv_span nowhere;
static const struct cv_footnotes no_notes, one_note = {1 << 1, 1 << 1};

struct expected {
	const char *words, *read; /* NULL: nothing of the type; "?": open */
};

static const char *shown(enum cv_told told, const struct cv_buf *buf)
{
	return told == CV_TOLD_NOT    ? NULL
	       : told == CV_TOLD_OPEN ? "?"
				      : cv_buf_string(buf);
}

static void compare(const char *words, const char *is, const char *should)
{
	if (!is || !should ? is != should : strcmp(is, should) != 0)
		fail_msg("`%s`: %s, not %s", words, is ? is : "nothing",
			 should ? should : "nothing");
}

static void add_texts(struct cv_ctx *ctx, struct cv_buf *buf,
		      const struct cv_texts *texts)
{
	cv_buf_text(buf, cv_texts_joined(ctx, texts, ","));
}

static void check_ports(const struct expected *expected, struct cv_footnotes notes)
{
	struct cv_ctx ctx;

	cv_ctx_open(&ctx);
	for (; expected->words; expected++) {
		struct cv_buf buf = CV_BUF_INIT;
		struct cv_told_ports out;
		const enum cv_told told =
			cv_cell_ports(&ctx, expected->words, nowhere, notes, &out);

		for (size_t i = 0; told == CV_TOLD && i < out.count; i++) {
			cv_buf_format(&buf, "%s%s:", i ? " " : "",
				      out.groups[i].protocol ? out.groups[i].protocol
							     : "");
			add_texts(&ctx, &buf, &out.groups[i].ports);
		}
		compare(expected->words, shown(told, &buf), expected->read);
		assert_true(told != CV_TOLD_OPEN || out.why);
		cv_buf_deinit(&buf);
	}
	cv_ctx_close(&ctx);
}

static void test_ports(void **state)
{
	static const struct expected expected[] = {
		{"443", ":443"},
		{"443, 8443", ":443,8443"},
		{"135,137-139,445", ":135,137-139,445"},
		{"67 and 68", ":67,68"},
		{"80 or 8530", ":80,8530"},
		{"443/8531", ":443,8531"},
		{"80/443", ":80,443"},
		{"2500 to 3300", ":2500-3300"},
		{"2500-3300", ":2500-3300"},
		{"2500\xE2\x80\x93"
		 "3300",
		 ":2500-3300"},
		{"16500..16509", ":16500-16509"},
		{"TCP:  49152: 65535", "tcp:49152-65535"},
		{"Ports 137 to 139", ":137-139"},
		{"443\n8443", ":443,8443"},
		{"53/tcp, 53/udp", "tcp:53 udp:53"},
		{"53/UDP,53/TCP (DNS)", "udp:53 tcp:53"},
		{"25/TCP (SMTP)", "tcp:25"},
		{"TCP 443", "tcp:443"},
		{"TCP/443", "tcp:443"},
		{"TCP: 443, 80", "tcp:443,80"},
		{"443 TCP", "tcp:443"},
		{"80, 443 TCP", "tcp:80,443"},
		{"443 TCP, 53 UDP", "tcp:443 udp:53"},
		{"TCP 443, UDP 53", "tcp:443 udp:53"},
		{"TCP and UDP 53", "tcp+udp:53"},
		{"TCP/UDP 53", "tcp+udp:53"},
		{"53/tcp/udp", "tcp+udp:53"},
		{"50/ip", "esp:"},
		{"51/ip", "ah:"},
		{"89/ip", "89:"},
		{"TCP Any", "tcp:any"},
		{"any", ":any"},
		{"Dynamic", ":dynamic"},
		{"22/tcp1", "tcp:22"},
		{"ICMP", NULL},
		{"see comments", NULL},
		{"--", NULL},
		{"*", NULL},
		{"80 / Custom", "?"},
		{"6184+", "?"},
		{"2101*", "?"},
		{"6162 (2500 to 3300)", "?"},
		{"next port in 6184 to 6194", "?"},
		{"3300-2500", "?"},
		{"65536", "?"},
		{"0", "?"},
		{"080", "?"},
		{"99999999999999999999", "?"},
		{"443, any", "?"},
		{"443 TCP 53", "?"},
		{"tcp", NULL},
		{"443; $(reboot)", "?"},
		{"443\xE2\x80\xA8"
		 "80",
		 "?"},
		{NULL, NULL}};
	static const struct expected footnoted[] = {
		{"2500 to 33001", "?"}, /* 33001 is a port, 3300 and a note another */
		{"2500 to 3300", ":2500-3300"},
		{"17471", "?"},
		{"17472", ":17472"},
		{"4431", ":4431"},
		{NULL, NULL}};

	(void)state;
	check_ports(expected, no_notes);
	check_ports(footnoted, one_note);
}

static void test_protocols(void **state)
{
	static const struct expected expected[] = {{"TCP", "tcp"},
						   {"tcp", "tcp"},
						   {"UDP", "udp"},
						   {"TCP/UDP", "tcp,udp"},
						   {"TCP and UDP", "tcp,udp"},
						   {"TCP, UDP", "tcp,udp"},
						   {"TCP/HTTPS", "tcp"},
						   {"TCP/iSCSI", "tcp"},
						   {"ICMP", "icmp"},
						   {"ESP", "esp"},
						   {"SSH", "?"},
						   {"HTTP / HTTPS", "?"},
						   {"Syslog", "?"},
						   {"Receptor", NULL},
						   {"Both", NULL},
						   {"443", NULL},
						   {"", NULL},
						   {NULL, NULL}};
	struct cv_ctx ctx;

	(void)state;
	cv_ctx_open(&ctx);
	for (const struct expected *one = expected; one->words; one++) {
		struct cv_buf buf = CV_BUF_INIT;
		struct cv_told_words out;
		const enum cv_told told =
			cv_cell_protocol(&ctx, one->words, nowhere, &out);

		add_texts(&ctx, &buf, &out.values);
		compare(one->words, shown(told, &buf), one->read);
		cv_buf_deinit(&buf);
	}
	cv_ctx_close(&ctx);
}

static void test_directions(void **state)
{
	static const struct expected expected[] = {{"-->", "from"},
						   {"->", "from"},
						   {"<--", "to"},
						   {"\xE2\x86\x92", "from"},
						   {"Inbound", "inbound"},
						   {"Incoming", "inbound"},
						   {"Outbound", "outbound"},
						   {"<-->", "?"},
						   {"< -- >", "?"},
						   {"<->", "?"},
						   {"\xE2\x86\x94", "?"},
						   {"Inbound and Outbound", "?"},
						   {"bidirectionally", "?"},
						   {"<", NULL},
						   {"TCP", NULL},
						   {"", NULL},
						   {NULL, NULL}};
	struct cv_ctx ctx;

	(void)state;
	cv_ctx_open(&ctx);
	for (const struct expected *one = expected; one->words; one++) {
		const char *way, *why;
		const enum cv_told told = cv_cell_direction(&ctx, one->words, &way, &why);

		compare(one->words,
			told == CV_TOLD_OPEN ? "?"
			: told == CV_TOLD    ? way
					     : NULL,
			one->read);
	}
	cv_ctx_close(&ctx);
}

static void test_conditions(void **state)
{
	static const struct expected expected[] = {
		{"7.2.x clients", "client=7.2.x"},
		{"7.4.x client", "client=7.4.x"},
		{"7.4.1.1955 or later clients", "client=>=7.4.1.1955"},
		{"clients 7.2 and later", "client=>=7.2"},
		{"agents 4.6 +", "agent=>=4.6"},
		{"7.4+ clients", "client=>=7.4"},
		{"up to 1909 servers", "server=<=1909"},
		{"before 9.4 servers", "server=<9.4"},
		{"2009.5 or older agents", "agent=<=2009.5"},
		{"7.2.314.3476 and later with the exception of 7.2.314.3518 clients",
		 "client=>=7.2.314.3476,!=7.2.314.3518"},
		{"6.x, 7.x clients", "client=6.x or 7.x"},
		{"x64 systems only", "arch=x86_64"},
		{"32-bit", "arch=x86"},
		{"Optional", "optional"},
		{"Required", ""},
		{"External clients", "remark"},
		{"7.4.1.1955 or later", "?"}, /* of what? */
		{"CVAD 1912 LTSR, 2112+", "?"},
		{"On-prem 1909+ /Cloud 1903+", "?"},
		{"Up to on-prem 1909+", "?"},
		{"up to 1909+ clients", "?"},
		{"7.x only, when using RAM cache with overflow", "?"},
		{"If CloudCache is enabled", "?"},
		{"Per-User install", "?"},
		{"IIS 6", "?"},
		{">=7.x clients", "?"},
		{"7.2.x clients; rm -rf /", "?"},
		{NULL, NULL}};
	struct cv_ctx ctx;

	(void)state;
	cv_ctx_open(&ctx);
	for (const struct expected *one = expected; one->words; one++) {
		struct cv_buf buf = CV_BUF_INIT;
		struct cv_told_when when;
		const enum cv_told told = cv_cell_when(&ctx, one->words, &when);

		for (size_t i = 0; told == CV_TOLD && i < when.count; i++)
			cv_buf_format(&buf, "%s%s=%s", i ? " " : "", when.parts[i].key,
				      when.parts[i].value);
		if (when.optional)
			cv_buf_text(&buf, "optional");
		if (when.remark)
			cv_buf_text(&buf, "remark");
		compare(one->words, shown(told, &buf), one->read);
		assert_true(told != CV_TOLD_OPEN || when.why);
		cv_buf_deinit(&buf);
	}
	cv_ctx_close(&ctx);
}

static void test_constraints(void **state)
{
	static const struct expected expected[] = {{"10.11 and later", ">=10.11"},
						   {"6.x, 7.x", "6.x or 7.x"},
						   {"7.2 or later", ">=7.2"},
						   {"7.2.314.3476", "7.2.314.3476"},
						   {">=7.2", ">=7.2"},
						   {"2017 CU22", "?"},
						   {"7.15 LTSR", "?"},
						   {"later", NULL},
						   {"", NULL},
						   {NULL, NULL}};
	struct cv_ctx ctx;

	(void)state;
	cv_ctx_open(&ctx);
	for (const struct expected *one = expected; one->words; one++) {
		const char *constraint, *why;
		const enum cv_told told =
			cv_cell_constraint(&ctx, one->words, &constraint, &why);

		compare(one->words,
			told == CV_TOLD_OPEN ? "?"
			: told == CV_TOLD    ? constraint
					     : NULL,
			one->read);
	}
	cv_ctx_close(&ctx);
}

static unsigned kinds_of(struct cv_ctx *ctx, const char *words)
{
	const char *why;
	unsigned kinds;

	assert_int_equal(cv_cell_kinds(ctx, words, &kinds, &why), CV_TOLD);
	return kinds;
}

static void test_exclusions(void **state)
{
	static const struct {
		const char *type, *words, *read;
	} expected[] = {
		{"Process", "<Tanium Client>\\TaniumCX.exe",
		 "process=<Tanium Client>\\TaniumCX.exe"},
		{"Process", "\"C:\\a b\\x.exe\" service.js",
		 "process=\"C:\\a b\\x.exe\" service.js"},
		{"Process", "\"C:\\a b\\x.exe\"", "process=C:\\a b\\x.exe"},
		{"Proces", "sqlservr.exe", "process=sqlservr.exe"},
		{"Process", "qualys-cloud-agent", "process=qualys-cloud-agent"},
		{"Folder", "C:\\x\\", "folder=C:\\x"},
		{"Directory", "/opt/nnm", "folder=/opt/nnm"},
		{"File / Process", "/opt/x/y", "process=/opt/x/y file=/opt/x/y"},
		{"File / Extension", "*.vhdx", "extension=.vhdx"},
		{"File / Extension", "C:\\x\\*.vhdx", "file=C:\\x\\*.vhdx"},
		{"Extension", ".chk\n.edb\n.jfm", "extension=.chk,.edb,.jfm"},
		{"Extension", "*.adc, *.box", "extension=.adc,.box"},
		{"Extension", "**\\*.vhdx", "extension=.vhdx"},
		{"File / Folder", "C:\\x\\", "folder=C:\\x"},
		{"File", "C:\\a\nC:\\b", "file=C:\\a,C:\\b"},
		{"File / Folder", "C:\\x", "?"},
		{"Folder", "C:\\x\\*", "?"},
		{"Extension", "C:\\x", "?"},
		{"File", "Edb.chk\"", "?"},
		{"Folder", "%windir%ccmcache", "?"},
		{"Folder", "C:\\QualysAgent\\ LogCollector", "?"},
		{"File", "/etc/init.d //Linux", "?"},
		{"Process",
		 "\xE2\x80\x9C"
		 "C:\\x.exe\xE2\x80\x9D",
		 "?"},
		{"Process", "C:\\x.exe.", "?"},
		{"Folder", "$SPLUNK_HOME/bin", "?"},
		{"Folder", "${windir}\\x", "?"},
		{"Folder", "C:\\Action_[0-9]+\\*", "?"},
		{"Folder", "<drive>:\\x", "?"},
		{"Folder", "C:\\<version>\\x", "?"},
		{"Folder", "<t/p>\\x", "?"},
		{"Folder", "\\\\<storageaccount.file.core.windows.net>\\x", "?"},
		{"Folder", "C:\\{<GUID>}", "?"},
		{"Folder", "SMSPKG?$ (?=driveletter)", "?"},
		{"Process", "<Module Server>\\services\\ProductName\\node.exe", "?"},
		{"Folder", "Folder en subfolders", "?"},
		{"File", "the whole disk", "?"},
	};
	struct cv_ctx ctx;

	(void)state;
	cv_ctx_open(&ctx);
	for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
		struct cv_texts values[CV_KIND_COUNT];
		struct cv_buf buf = CV_BUF_INIT;
		const char *why;
		const enum cv_told told =
			cv_cell_exclusion(&ctx, expected[i].words, nowhere,
					  kinds_of(&ctx, expected[i].type), values, &why);

		for (unsigned kind = 0; told == CV_TOLD && kind < CV_KIND_COUNT; kind++)
			if (values[kind].count) {
				cv_buf_format(&buf, "%s%s=", buf.size ? " " : "",
					      cv_kind_names[kind]);
				add_texts(&ctx, &buf, &values[kind]);
			}
		compare(expected[i].words, shown(told, &buf), expected[i].read);
		assert_true(told != CV_TOLD_OPEN || why);
		cv_buf_deinit(&buf);
	}
	assert_int_equal(ctx.findings.count, 0);
	assert_int_equal(cv_exit_code(&ctx), 0);
	cv_ctx_close(&ctx);
}

static void test_kinds_that_no_profile_has(void **state)
{
	static const char *const words[] = {"Registry", "Driver", "Certificate", NULL};
	struct cv_ctx ctx;
	const char *why;
	unsigned kinds;

	(void)state;
	cv_ctx_open(&ctx);
	for (size_t i = 0; words[i]; i++)
		assert_int_equal(cv_cell_kinds(&ctx, words[i], &kinds, &why),
				 CV_TOLD_OPEN);
	assert_int_equal(cv_cell_kinds(&ctx, "Prozess", &kinds, &why), CV_TOLD_NOT);
	assert_int_equal(cv_cell_kinds(&ctx, "", &kinds, &why), CV_TOLD_NOT);
	cv_ctx_close(&ctx);
}

static void test_names(void **state)
{
	const struct cv_footnotes notes = {1 << 1 | 1 << 2 | 1 << 3, 0};
	static const struct {
		const char *words, *name, *marks;
	} expected[] = {
		{"Tanium\xE2\x84\xA2 Core Platform", "Tanium Core Platform", NULL},
		{"Administrator1,2,3", "Administrator", "1,2,3"},
		{"Zone Server1", "Zone Server", "1"},
		{"Zone Server4", "Zone Server4", NULL}, /* no note of that number */
		{"Exchange 2013", "Exchange 2013", NULL},
		{"ESX11", "ESX11", NULL},
	};
	struct cv_ctx ctx;

	(void)state;
	cv_ctx_open(&ctx);
	for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
		const char *marks;

		assert_string_equal(cv_cell_name(&ctx, expected[i].words, notes, &marks),
				    expected[i].name);
		compare(expected[i].words, marks, expected[i].marks);
	}
	cv_ctx_close(&ctx);
}

static void test_long_words_end(void **state)
{
	enum { LENGTH = 100000 };
	struct cv_told_ports ports;
	struct cv_told_when when;
	struct cv_told_words told;
	struct cv_ctx ctx;
	char *words;

	(void)state;
	cv_ctx_open(&ctx);
	words = CV_NEW_ARRAY(ctx.arena, LENGTH + 1, char);
	for (size_t i = 0; i < LENGTH; i++)
		words[i] = i % 2 ? ',' : '1';
	assert_int_equal(cv_cell_ports(&ctx, words, nowhere, no_notes, &ports),
			 CV_TOLD_OPEN);
	assert_int_equal(cv_cell_when(&ctx, words, &when), CV_TOLD_OPEN);
	assert_int_equal(cv_cell_protocol(&ctx, words, nowhere, &told), CV_TOLD_NOT);
	cv_ctx_close(&ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ports),
		cmocka_unit_test(test_protocols),
		cmocka_unit_test(test_directions),
		cmocka_unit_test(test_conditions),
		cmocka_unit_test(test_constraints),
		cmocka_unit_test(test_exclusions),
		cmocka_unit_test(test_kinds_that_no_profile_has),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_long_words_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
