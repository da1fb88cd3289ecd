/* What local daemons show: clamd.conf, the rules of the kernel's audit, what fapolicyd
 * trusts, a configuration of Sysmon. */
#include "export_fixture.h"

#include "clamav/facts.h"
#include "fapolicyd/facts.h"

extern const struct cv_target cv_target_clamav, cv_target_auditd, cv_target_fapolicyd,
	cv_target_sysmon;

static const struct cv_clamav_options on_access = {.on_access = CV_YES,
						   .version = {.text = "1.5.1"}};
static const struct cv_fapolicyd_options with_rules = {.entries = {.text = "rules"}};

#define DIGEST "abababababababababababababababababababababababababababababababab"

static const char conf[] = "# carveout begin: s/g\nExcludePath ^/a/\n# carveout end\n"
			   "LogFile /x\n\tExcludePath  \"^/b c$\" \n"
			   "OnAccessExcludePath /d\nOnAccessExcludeUID 0\n";

static const char rules[] =
	"-w /etc/passwd -p wa -k x\n-a never,exit -F arch=b64 -S all -F exe=/a -F "
	"key=carveout\n-a never,exit -F arch=b32 -S all -F exe=/a -F key=carveout\n"
	"-a never,exit -S all -F dir=/b\n-a never,exit -S all -F path=/c -F uid=0\n"
	"-a always,exclude -F msgtype=CWD\n";

static const char trust[] = "# a file\n/a%20b 12 " DIGEST "\nfiledb /c d 1 " DIGEST
			    "\ndebdb /e 1 " DIGEST "\n/f%25 1 " DIGEST "\n";

static const char allowed[] =
	"-> %x=/a,/b\n1. deny perm=any all : all\n2. allow perm=any exe=/a : all\n"
	"allow perm=execute all : dir=/b/\nallow perm=execute all : path=/c\n"
	"allow perm=open all : ftype=%x\n";

static const char config[] =
	"<Sysmon schemaversion=\"4.81\"><EventFiltering><RuleGroup groupRelation=\"or\">"
	"<ProcessCreate onmatch=\"exclude\">\n<Image name=\"carveout\">C:\\a &amp; "
	"b</Image>"
	"<Rule groupRelation=\"and\"><Image condition=\"begin with\">C:\\x</Image>\n"
	"<Image condition=\"end with\">x.exe</Image>"
	"<Image condition=\"is not\">C:\\x.exe</Image></Rule></ProcessCreate>"
	"</RuleGroup></EventFiltering></Sysmon>\n";

static const struct sample samples[] = {
	{&cv_target_clamav, conf, 3, NULL},
	{&cv_target_clamav, conf, 3, &on_access},
	{&cv_target_auditd, rules, 2, NULL},
	{&cv_target_fapolicyd, trust, 2, NULL},
	{&cv_target_fapolicyd, allowed, 3, &with_rules},
	{&cv_target_sysmon, config, 2, NULL},
};

enum { SAMPLES = sizeof samples / sizeof *samples };

static void test_exports_are_read(void **state)
{
	(void)state;
	assert_read(samples, SAMPLES);
}

static void test_exports_that_are_cut_or_changed(void **state)
{
	(void)state;
	cut_and_change(samples, SAMPLES);
}

/* An export of one line: its only entry is that value, or, where that is NULL, there is
 * none and something is not understood. */
static void assert_line(const struct cv_target *target, const void *options,
			const char *line, const char *value)
{
	struct cv_ctx ctx;
	struct cv_export_reading reading = {
		.ctx = &ctx, .bytes = line, .size = strlen(line), .options = options};

	cv_ctx_open(&ctx);
	if (!target->read_export(&reading))
		fail_msg("%s: %s", line, reading.error);
	if (reading.entries.count != (value ? 1 : 0) ||
	    reading.unknown.count != (value ? 0 : 1))
		fail_msg("%s: %zu entries, %zu not understood", line,
			 reading.entries.count, reading.unknown.count);
	if (value)
		assert_string_equal(
			CV_AT(&reading.entries, struct cv_entry, 0)->more->value, value);
	cv_ctx_close(&ctx);
}

static const struct {
	const struct cv_target *target;
	const void *options;
	const char *line, *value;
} hostile[] = {
	{&cv_target_clamav, NULL, "ExcludePath ^/a;$(id)`x`'$", "^/a;$(id)`x`'$"},
	{&cv_target_clamav, NULL, "ExcludePath \"^/a \"b\" c$\"", "^/a \"b\" c$"},
	{&cv_target_clamav, NULL, "ExcludePath ^/a\r", "^/a\r"},
	{&cv_target_clamav, NULL, "ExcludePath ^/a\xe2\x80\xa8]]>", "^/a\xe2\x80\xa8]]>"},
	{&cv_target_clamav, NULL, "ExcludePath ^/a\\#b$", NULL},
	{&cv_target_clamav, NULL, "ExcludePath \"\"", NULL},
	{&cv_target_clamav, NULL, "OnAccessExcludePath /a/", NULL},
	{&cv_target_clamav, &on_access, "OnAccessExcludePath ^/a/", "^/a/"},
	{&cv_target_auditd, NULL, "-a never,exit -S all -F exe=/a;$(id)]]>",
	 "/a;$(id)]]>"},
	{&cv_target_auditd, NULL, "-a never,exit -S all -F dir=/", "/"},
	{&cv_target_auditd, NULL, "-a never,exit -S all -F dir=/a/", "/a/"},
	{&cv_target_auditd, NULL, "-a never,exit -S all -F exe=/a b", NULL},
	{&cv_target_auditd, NULL, "-a never,exit -S all -F exe=/a -F uid=0", NULL},
	{&cv_target_auditd, NULL, "-a never,exit -S all -F exe!=/a", NULL},
	{&cv_target_auditd, NULL, "-a never,exit -S all -F exe=a", NULL},
	{&cv_target_auditd, NULL, "-a never,exit -S all -F exe=", NULL},
	{&cv_target_auditd, NULL, "-a never,exit", NULL},
	{&cv_target_auditd, NULL, "-a never,exitx -S all -F exe=/a", NULL},
	{&cv_target_fapolicyd, NULL, "/a%20;$(id)]]> 1 " DIGEST, "/a ;$(id)]]>"},
	{&cv_target_fapolicyd, NULL, "filedb /a  b 1 " DIGEST, "/a  b"},
	{&cv_target_fapolicyd, NULL, "filedb /a%20b 1 " DIGEST, NULL},
	{&cv_target_fapolicyd, NULL, "/a%2520 1 " DIGEST, NULL},
	{&cv_target_fapolicyd, &with_rules, "allow perm=any exe=/a;$(id) : all",
	 "/a;$(id)"},
	{&cv_target_fapolicyd, &with_rules, "allow perm=any exe=/a b : all", NULL},
	{&cv_target_fapolicyd, &with_rules, "allow perm=any exe=/a,/b : all", NULL},
	{&cv_target_fapolicyd, &with_rules, "allow perm=any exe=%a : all", NULL},
	{&cv_target_fapolicyd, &with_rules, "allow perm=execute all : dir=/a/ trust=1",
	 NULL},
	{&cv_target_fapolicyd, &with_rules, "allow perm=any uid=0 exe=/a : all", NULL},
};

static void test_a_value_is_what_the_daemon_takes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++)
		assert_line(hostile[i].target, hostile[i].options, hostile[i].line,
			    hostile[i].value);
}

static void test_very_long_values_are_read(void **state)
{
	static char line[20000];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const char *before = i ? "-a never,exit -S all -F exe=" : "ExcludePath ";
		const size_t size = strlen(before);

		memcpy(line, before, size);
		memset(line + size, '/', sizeof line - 1 - size);
		assert_line(i ? &cv_target_auditd : &cv_target_clamav, NULL, line,
			    line + size);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exports_are_read),
		cmocka_unit_test(test_exports_that_are_cut_or_changed),
		cmocka_unit_test(test_a_value_is_what_the_daemon_takes),
		cmocka_unit_test(test_very_long_values_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
