/* The command apply against a machine that is made up: which steps it takes, when it
 * refuses, what it says.  The kernel is asked in tests/kernel/apply.py. */
#include "command_fixture.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "commands/apply_preflight.h"
#include "model/live.h"
#include "model/target.h"

/* Takes the place of the list that the program has. */
static struct cv_target target;
const struct cv_target *const cv_targets[] = {&target, NULL};
extern const struct cv_target cv_target_nftables;

static const char site[] =
	"carveout: site/1\n"
	"name: s\n"
	"ip: ['4', '6']\n"
	"groups:\n"
	"  - {name: web, platform: linux, roles: [pc], party: B}\n"
	"parties:\n"
	"  A: {addresses: [10.0.0.0/24, '2001:db8::/64']}\n"
	"  B: {addresses: [10.1.0.5, '2001:db8:1::5']}\n"
	"targets: {nftables: {gateway: true, hosts: [web]}}\n"
	"profiles:\n"
	"  - carveout: profile/1\n"
	"    id: vendor/product\n"
	"    ip: ['4', '6']\n"
	"    parties: {A: {}, B: {}}\n"
	"    devices: {PC: {platform: linux, role: pc}}\n"
	"    ports:\n"
	"      - {id: web, from: A, to: B, port: '443', protocol: tcp}\n"
	"      - {id: more, from: A, to: B, port: '8000-8010', protocol: tcp}\n"
	"    exclusions: []\n";

enum { VERSION = 7 };

/* What the machine is, and what was asked of it. */
static struct {
	char steps[16]; /* a letter a step */
	enum cv_live_state state;
	bool drops, denied, fails;
	size_t fails_at; /* the entry that an error is about */
	unsigned seconds;
	const struct cv_live_connection *connections;
	size_t connection_count;
	const char *unknown; /* what could not be looked at */
	const char *objects; /* behind the first of what is in force */
	char looks[16];      /* a letter a look: the way only, or all of it */
} machine;

static bool fetch(struct cv_ctx *ctx, bool whole, struct cv_buf *out,
		  const char **why_out)
{
	const size_t done = strlen(machine.looks);

	(void)ctx;
	(void)why_out;
	if (done < sizeof machine.looks - 1)
		machine.looks[done] = whole ? 'a' : 'w';
	cv_buf_text(out, "{\"nftables\": [{\"metainfo\": {\"version\": \"1.0.6\", "
			 "\"json_schema_version\": 1}}");
	if (machine.objects)
		cv_buf_text(out, machine.objects);
	cv_buf_text(out, "]}");
	return true;
}

static bool work(struct cv_live_work *asked)
{
	const size_t done = strlen(machine.steps);
	struct cv_live_remark *remark;

	machine.steps[done] = "cltoRs"[asked->step];
	machine.steps[done + 1] = '\0';
	machine.seconds = asked->seconds;
	assert_int_equal(asked->version, done ? VERSION : 0);
	asked->version = VERSION;
	remark = CV_ADD(asked->ctx->arena, &asked->remarks, struct cv_live_remark);
	remark->text = "the \033 remark";
	asked->state = machine.state;
	asked->seconds_left = 42;
	if (machine.denied || (machine.fails && asked->step == CV_LIVE_LOAD)) {
		remark =
			CV_ADD(asked->ctx->arena, &asked->remarks, struct cv_live_remark);
		remark->error = true;
		remark->text = machine.denied ? "not permitted: CAP_NET_ADMIN is missing"
					      : "it is there already";
		remark->entry = machine.fails ? asked->entries[machine.fails_at] : NULL;
		asked->denied = machine.denied;
		return false;
	}
	return true;
}

static bool connections(struct cv_ctx *ctx, struct cv_table *out, const char **why_out)
{
	for (size_t i = 0; i < machine.connection_count; i++)
		*CV_ADD(ctx->arena, out, struct cv_live_connection) =
			machine.connections[i];
	*why_out = machine.unknown;
	return true;
}

static bool enforces(const struct cv_entry *const *entries, size_t count)
{
	(void)entries;
	(void)count;
	return machine.drops;
}

static bool drops(const struct cv_entry *const *entries, size_t count,
		  const struct cv_live_connection *connection)
{
	(void)connection;
	return enforces(entries, count);
}

static const struct cv_live live = {.fetch = fetch,
				    .work = work,
				    .boot_file = "boot/%s.nft",
				    .boot_line = "include \"%s\"",
				    .boot_place = "the machine loads it with the line",
				    .connections = connections,
				    .enforces = enforces,
				    .drops = drops};

static int enter(void **state)
{
	struct run run;

	if (enter_directory(state) != 0)
		return -1;
	target = cv_target_nftables;
	target.live = &live;
	put_file("site.yaml", site);
	if (run_command(&run, "compile", "site.yaml", "-o", "out", NULL) != 0)
		return -1;
	finish_run(&run);
	return 0;
}

static int reset(void **state)
{
	(void)state;
	memset(&machine, 0, sizeof machine);
	machine.state = CV_LIVE_OTHER;
	unsetenv("SSH_CONNECTION");
	return system("rm -rf boot") != 0;
}

#define ARTEFACT "out/nftables/s.nft"

/* Runs it and holds exit code, steps, and a part of the output or of the last finding
 * against what is expected. */
#define EXPECT(code, steps_taken, text, ...) \
	do { \
		struct run ran; \
		const int got = run_command(&ran, "apply", __VA_ARGS__, NULL); \
\
		machine.steps[sizeof machine.steps - 1] = '\0'; \
		if (got != (code) || strcmp(machine.steps, (steps_taken)) != 0) \
			fail_msg("exit %d, steps `%s`, %s%s", got, machine.steps, \
				 cv_buf_string(&ran.out), \
				 ran.ctx.findings.count ? last_finding(&ran) : ""); \
		if (!says(&ran, (text)) && \
		    !(ran.ctx.findings.count && strstr(last_finding(&ran), (text)))) \
			fail_msg("no `%s` in %s%s", (text), cv_buf_string(&ran.out), \
				 ran.ctx.findings.count ? last_finding(&ran) : ""); \
		machine.steps[0] = '\0'; \
		finish_run(&ran); \
	} while (0)

static void test_apply_command_line_refused(void **state)
{
	(void)state;
	EXPECT(2, "", "--confirm takes 10 to 3600 seconds, not `9`", ARTEFACT,
	       "--confirm=9");
	EXPECT(2, "", "not `3601`", ARTEFACT, "--confirm=3601");
	EXPECT(2, "", "not `60s`", ARTEFACT, "--confirm=60s");
	EXPECT(2, "", "not `000060`", ARTEFACT, "--confirm=000060");
	EXPECT(2, "", "--confirm and --confirmed are two steps", ARTEFACT, "--confirm=60",
	       "--confirmed");
	EXPECT(2, "", "--rollback and --persist are two steps", ARTEFACT, "--persist",
	       "--rollback");
	EXPECT(2, "", "--dry-run is for a load, not for --status", ARTEFACT, "--status",
	       "--dry-run");
	EXPECT(2, "", "-o names the boot file", ARTEFACT, "-o", "x");
	EXPECT(2, "", "cannot be standard output", ARTEFACT, "--persist", "-o", "-");
	EXPECT(2, "", "--format=json goes with --status", ARTEFACT, "--format=json");
	EXPECT(2, "", "-s is for a site", ARTEFACT, "-s", "web");
	EXPECT(2, "", "has no subject `wbe` to load; it has s, web", "site.yaml", "-s",
	       "wbe");
}

static void test_apply_what_is_not_understood_is_refused(void **state)
{
	struct run run;
	struct cv_finding *finding;
	struct cv_place place;

	(void)state;
	put_file("wrong.nft", "# carveout 0.1.0: nftables for s of site s\n\n"
			      "add table inet filter\nflush ruleset\n");
	assert_int_equal(run_command(&run, "apply", "wrong.nft", NULL), 2);
	finding = *CV_AT(&run.ctx.findings, struct cv_finding *, 0);
	assert_int_equal(finding->code, CV_F_NOT_AN_ARTEFACT);
	assert_true(cv_source_place(&run.ctx, finding->at, &place));
	assert_int_equal(place.line, 4);
	assert_string_equal(machine.steps, "");
	finish_run(&run);

	/* The undo form is another form. */
	EXPECT(2, "", "this is an undo of", "out/nftables/s.undo.nft");
	put_file("profile.yaml", "carveout: profile/1\nid: a/b\n");
	EXPECT(2, "", "is a profile", "profile.yaml");
	put_file("broken.yaml", "carveout: site/1\nname: [\n");
	EXPECT(1, "", "", "broken.yaml");
}

static void test_apply_loads_a_site_or_an_artefact(void **state)
{
	(void)state;
	EXPECT(0, "sl", "s.nft for s: 4 entries, in force and read back", ARTEFACT);
	EXPECT(0, "sl", "site.yaml for s: 4 entries, in force", "site.yaml");
	EXPECT(0, "sl", "site.yaml for web: 4 entries, in force", "site.yaml", "-s",
	       "web");
	EXPECT(0, "sl", "carveout apply site.yaml -s web --persist", "site.yaml", "-s",
	       "web");
	EXPECT(0, "sl", "committed in 0.0 ms", ARTEFACT, "-v");
	EXPECT(0, "sl", "", ARTEFACT, "-q");
	EXPECT(0, "sc", "which this machine would take; nothing was changed", ARTEFACT,
	       "--dry-run");
	machine.state = CV_LIVE_EQUAL;
	EXPECT(0, "s", "in force already; nothing was done", ARTEFACT);
	EXPECT(0, "s", "in force already", ARTEFACT, "--confirm=60");
}

static void test_apply_trial(void **state)
{
	(void)state;
	EXPECT(0, "st", "carveout apply out/nftables/s.nft --confirmed", ARTEFACT,
	       "--confirm=60");
	assert_int_equal(machine.seconds, 60);
	machine.state = CV_LIVE_TRIAL;
	EXPECT(1, "s", "it is on trial", ARTEFACT);
	EXPECT(1, "s", "it is on trial", ARTEFACT, "--confirm=60");
	EXPECT(0, "so", "in force and read back", ARTEFACT, "--confirmed");
	EXPECT(0, "sR", "the old policy is back", ARTEFACT, "--rollback");
	machine.state = CV_LIVE_HALF;
	EXPECT(0, "so", "in force", ARTEFACT, "--confirmed");
	EXPECT(1, "s", "cut short", ARTEFACT, "--rollback");
	machine.state = CV_LIVE_STRANGE;
	EXPECT(1, "s", "something else is on trial", ARTEFACT, "--confirmed");
	EXPECT(1, "s", "something else is on trial", ARTEFACT);
	EXPECT(0, "sR", "the old policy is back", ARTEFACT, "--rollback");
	machine.state = CV_LIVE_OTHER;
	EXPECT(1, "s", "another policy is in force", ARTEFACT, "--confirmed");
	EXPECT(1, "s", "another policy is in force", ARTEFACT, "--rollback");
}

static void test_apply_what_drops_goes_on_trial(void **state)
{
	(void)state;
	machine.drops = true;
	EXPECT(2, "", "is loaded on trial only", ARTEFACT);
	EXPECT(0, "st", "on trial for 10 seconds", ARTEFACT, "--confirm=10");
	EXPECT(0, "sc", "", ARTEFACT, "--dry-run");
	EXPECT(1, "s", "", ARTEFACT, "--status");
}

static void test_apply_status(void **state)
{
	static const char *const words[] = {
		[CV_LIVE_ABSENT] = "\"state\": \"absent\"",
		[CV_LIVE_OTHER] = "\"state\": \"other\"",
		[CV_LIVE_EQUAL] = "\"state\": \"in-force\"",
		[CV_LIVE_TRIAL] = "\"seconds_left\": 42",
		[CV_LIVE_STRANGE] = "\"state\": \"other-on-trial\"",
		[CV_LIVE_HALF] = "\"state\": \"half-confirmed\"",
	};
	struct run run;

	(void)state;
	for (unsigned i = 0; i < sizeof words / sizeof *words; i++) {
		machine.state = (enum cv_live_state)i;
		EXPECT(i == CV_LIVE_EQUAL || i == CV_LIVE_TRIAL ? 0 : 1, "s", words[i],
		       ARTEFACT, "--status", "--format=json");
	}
	machine.state = CV_LIVE_TRIAL;
	assert_int_equal(
		run_command(&run, "apply", ARTEFACT, "--status", "--format=json", NULL),
		0);
	assert_int_equal(cv_buf_string(&run.out)[0], '{');
	finish_run(&run);
	machine.steps[0] = '\0';
	EXPECT(0, "s", "the old one is back in 42 seconds\nnote: the <U+001B> remark\n",
	       ARTEFACT, "--status");
}

#define CHAIN(name, more) \
	", {\"chain\": {\"family\": \"inet\", \"table\": \"filter\", " \
	"\"name\": \"" name "\"" more "}}"
#define FORWARD \
	", \"type\": \"filter\", \"hook\": \"forward\", \"prio\": 0, " \
	"\"policy\": \"drop\""
#define JUMP \
	", {\"rule\": {\"family\": \"inet\", \"table\": \"filter\", " \
	"\"chain\": \"forward\", " \
	"\"expr\": [{\"jump\": {\"target\": \"cv-s-forward\"}}]}}"

/* All is there, and whether packets come that way is another question. */
static void test_apply_status_without_effect(void **state)
{
	(void)state;
	machine.state = CV_LIVE_EQUAL;
	machine.objects = CHAIN("cv-s-forward", "") CHAIN("forward", FORWARD);
	EXPECT(1, "s",
	       "it is loaded just as it stands in the file, and has no effect where "
	       "nothing comes to its chains\n"
	       "note: the <U+001B> remark\n"
	       "note: nothing jumps to cv-s-forward: it has no effect\n",
	       ARTEFACT, "--status");
	EXPECT(1, "s", "and has no effect", ARTEFACT, "--status", "-q");
	EXPECT(1, "s", "\"state\": \"without-effect\"", ARTEFACT, "--status",
	       "--format=json");
	EXPECT(1, "s", "nothing jumps to cv-s-forward", ARTEFACT, "--status",
	       "--format=json");
	machine.objects = CHAIN("cv-s-forward", "") CHAIN("forward", FORWARD) JUMP;
	EXPECT(0, "s", "it is in force, just as it stands in the file", ARTEFACT,
	       "--status");
	EXPECT(0, "s", "\"in-force\"", ARTEFACT, "--status", "--format=json");
	/* Of what the sets hold nothing is asked. */
	assert_string_equal(machine.looks, "wwwwww");
}

static void test_apply_errors_are_of_their_line(void **state)
{
	struct cv_finding *finding;
	struct cv_place place;
	struct run run;

	(void)state;
	machine.fails = true;
	machine.fails_at = 1; /* the second line of the head */
	assert_int_equal(run_command(&run, "apply", ARTEFACT, NULL), 2);
	finding = *CV_AT(&run.ctx.findings, struct cv_finding *, 0);
	assert_int_equal(finding->code, CV_F_LIVE_FAILED);
	assert_true(cv_source_place(&run.ctx, finding->at, &place));
	assert_int_equal(place.line, 2);
	finish_run(&run);
	machine.steps[0] = '\0';

	machine.fails = false;
	machine.denied = true;
	EXPECT(2, "s", "not permitted", ARTEFACT, "--status");
}

/* ---- who would be cut off ---- */

static struct cv_live_connection tcp(uint64_t from, uint16_t from_port, uint64_t to,
				     uint16_t to_port, const char *list)
{
	return (struct cv_live_connection){.family = 4,
					   .protocol = 6,
					   .source = {0, from},
					   .destination = {0, to},
					   .source_port = from_port,
					   .port = to_port,
					   .list = list};
}

enum { CLIENT = 0x0A000001, STRANGER = 0x0A090909, WEB = 0x0A010005 };

static void test_apply_refuses_to_lock_out(void **state)
{
	const struct cv_live_connection two[] = {
		tcp(CLIENT, 50000, WEB, 443, "input"),
		tcp(STRANGER, 50001, WEB, 22, "input"),
	};

	(void)state;
	machine.connections = two;
	machine.connection_count = 2;
	machine.drops = true;
	/* Without a session, whoever is at the port of management. */
	EXPECT(1, "s", "may be the one over which you work", "site.yaml", "-s", "web",
	       "--confirm=60");
	setenv("SSH_CONNECTION", "10.9.9.9 50001 10.1.0.5 22", 1);
	EXPECT(1, "s",
	       "over which you work could not be made anew under this policy: "
	       "10.9.9.9:50001 -> 10.1.0.5:22 tcp",
	       "site.yaml", "-s", "web", "--confirm=60");
	/* A session that the policy lets in; the other is somebody else's. */
	setenv("SSH_CONNECTION", "10.0.0.1 50000 10.1.0.5 443", 1);
	EXPECT(0, "st", "would not be let in anew: 10.9.9.9:50001 -> 10.1.0.5:22 tcp",
	       "site.yaml", "-s", "web", "--confirm=60");
	EXPECT(1, "s", "would not be let in anew", "out/nftables/web.nft", "--confirm=60",
	       "--strict");
	/* What names no connection is no session. */
	setenv("SSH_CONNECTION", "10.0.0.1 50009 10.1.0.5 443", 1);
	EXPECT(1, "s", "may be the one", "site.yaml", "-s", "web", "--confirm=60");
	setenv("SSH_CONNECTION", "nonsense", 1);
	EXPECT(1, "s", "may be the one", "site.yaml", "-s", "web", "--confirm=60");
	/* In mode include the machine's own rules decide. */
	machine.drops = false;
	EXPECT(0, "sl", "", "site.yaml", "-s", "web");
}

static void test_apply_groups_what_would_be_cut(void **state)
{
	struct cv_live_connection many[40];
	struct cv_finding *finding;
	struct run run;

	(void)state;
	for (size_t i = 0; i < 40; i++)
		many[i] = tcp(STRANGER + i, (uint16_t)(50000 + i), WEB, 25, "forward");
	machine.connections = many;
	machine.connection_count = 40;
	machine.drops = true;
	EXPECT(0, "st",
	       "40 connections of chain forward to the same end would not be let in "
	       "anew, as 10.9.9.9:50000 -> 10.1.0.5:25 tcp",
	       ARTEFACT, "--confirm=60");
	/* The other way the site's flows do not go. */
	many[0] = tcp(CLIENT, 1024, WEB, 8010, "forward");
	many[1] = tcp(CLIENT, 1024, WEB, 8011, "forward");
	machine.connection_count = 2;
	EXPECT(0, "st", "anew: 10.0.0.1:1024 -> 10.1.0.5:8011 tcp", ARTEFACT,
	       "--confirm=60");
	machine.unknown = "tracked connections: no";
	machine.connection_count = 0;
	EXPECT(0, "st", "could not be looked at: tracked connections: no", ARTEFACT,
	       "--confirm=60");
	assert_int_equal(
		run_command(&run, "apply", ARTEFACT, "--dry-run", "--strict", NULL), 2);
	finding = *CV_AT(&run.ctx.findings, struct cv_finding *, 0);
	assert_int_equal(finding->code, CV_F_NOT_LOOKED_AT);
	finish_run(&run);
}

static void test_apply_confirmation_over_an_old_session(void **state)
{
	const struct cv_live_connection old = tcp(STRANGER, 50001, WEB, 22, "input");

	(void)state;
	machine.connections = &old;
	machine.connection_count = 1;
	machine.drops = true;
	machine.state = CV_LIVE_TRIAL;
	setenv("SSH_CONNECTION", "10.9.9.9 50001 10.1.0.5 22", 1);
	EXPECT(1, "s", "could not be made anew", "site.yaml", "-s", "web", "--confirmed");
	setenv("SSH_CONNECTION", "10.9.9.9 50002 10.1.0.5 22", 1);
	EXPECT(0, "so", "names no connection of this machine", "site.yaml", "-s", "web",
	       "--confirmed");
}

/* What is in force, and how often it was asked for. */
struct standing {
	struct cv_table entries;
	unsigned asked;
};

static const struct cv_table *entries_in_force(void *data)
{
	struct standing *standing = data;

	standing->asked++;
	return &standing->entries;
}

/* Only what is in force let it in: then the load cuts it, in mode include too. */
static void test_preflight_in_force(void **state)
{
	const struct cv_live_connection lost = tcp(STRANGER, 50001, WEB, 25, "input");
	const struct cv_entry *entries[1];
	struct standing standing = {.asked = 0};
	struct cv_table all = {0};
	struct cv_apply_policy policy = {.target = &target};
	struct cv_preflight preflight;
	struct cv_entry *entry;
	struct cv_ctx ctx;

	(void)state;
	cv_ctx_open(&ctx);
	entry = cv_entries_add(&ctx, &standing.entries, CV_ENTRY_FLOW, 0);
	entry->list = "input";
	entry->protocol = 6;
	preflight = (struct cv_preflight){.ctx = &ctx,
					  .policy = &policy,
					  .in_force = entries_in_force,
					  .data = &standing,
					  .connections = &all};
	cv_preflight_check(&preflight);
	assert_int_equal(standing.asked, 0);
	*CV_ADD(ctx.arena, &all, struct cv_live_connection) = lost;
	*CV_ADD(ctx.arena, &all, struct cv_live_connection) = lost;
	cv_preflight_check(&preflight);
	assert_int_equal(ctx.findings.count, 1);
	assert_int_equal(standing.asked, 1);
	entry->list = "output";
	cv_preflight_check(&preflight);
	assert_int_equal(ctx.findings.count, 1);
	/* What the policy lets in is not asked about. */
	entry->list = "input";
	entries[0] = entry;
	policy.entries = entries;
	policy.count = 1;
	standing.asked = 0;
	cv_preflight_check(&preflight);
	assert_int_equal(standing.asked, 0);
	cv_sets_close(&ctx);
	cv_ctx_close(&ctx);
}

/* The policy's own rule says which port that is; an artefact has its comment only. */
static void test_preflight_port_of_management(void **state)
{
	struct cv_apply_policy policy = {.target = &target, .count = 1};
	const struct cv_port_range port = {2222, 2222};
	struct cv_table entries = {0}, all = {0};
	struct cv_preflight preflight;
	struct cv_entry *entry;
	struct cv_ctx ctx;

	(void)state;
	cv_ctx_open(&ctx);
	entry = cv_entries_add(&ctx, &entries, CV_ENTRY_FLOW, 0);
	entry->list = "input";
	entry->protocol = 6;
	entry->ports = cv_ports_make(&ctx, &port, 1);
	policy.entries = (const struct cv_entry *const *)&entry;
	*CV_ADD(ctx.arena, &all, struct cv_live_connection) =
		tcp(STRANGER, 50001, WEB, 22, "input");
	*CV_ADD(ctx.arena, &all, struct cv_live_connection) =
		tcp(STRANGER, 50001, WEB, 2222, "input");
	*CV_ADD(ctx.arena, &all, struct cv_live_connection) =
		tcp(STRANGER, 50001, WEB, 2222, "forward");
	preflight = (struct cv_preflight){
		.ctx = &ctx, .policy = &policy, .connections = &all};
	for (int i = 0; i < 3; i++) {
		cv_origin_make(&ctx, entry)->baseline = i == 1 ? "management" : NULL;
		entry->note = i == 2 ? "baseline: management" : NULL;
		cv_preflight_mark(&preflight);
		assert_int_equal(CV_AT(&all, struct cv_live_connection, 0)->admin,
				 i == 0);
		assert_int_equal(CV_AT(&all, struct cv_live_connection, 1)->admin, i > 0);
		assert_false(CV_AT(&all, struct cv_live_connection, 2)->admin);
	}
	cv_sets_close(&ctx);
	cv_ctx_close(&ctx);
}

/* ---- the boot file ---- */

static long size_of(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 ? (long)status.st_size : -1;
}

static void test_apply_persists_only_what_is_in_force(void **state)
{
	struct stat status;

	(void)state;
	machine.state = CV_LIVE_TRIAL;
	EXPECT(1, "s", "it is on trial", ARTEFACT, "--persist");
	machine.state = CV_LIVE_OTHER;
	EXPECT(1, "s", "another policy", ARTEFACT, "--persist");
	assert_int_equal(size_of("boot/s.nft"), -1);

	machine.state = CV_LIVE_EQUAL;
	EXPECT(0, "s", "/boot/s.nft\"", ARTEFACT, "--persist");
	assert_int_equal(stat("boot/s.nft", &status), 0);
	assert_int_equal(status.st_mode & 07777, 0600);
	assert_int_equal(system("cmp -s boot/s.nft " ARTEFACT), 0);
	/* Of a site the same bytes, over the old ones. */
	put_file("boot/s.nft", "# carveout 0\n\n");
	EXPECT(2, "s", "is not a file that apply --persist wrote", "site.yaml",
	       "--persist");
	assert_int_equal(system("cp out/nftables/web.nft boot/s.nft"), 0);
	EXPECT(0, "s", "wrote ", "site.yaml", "--persist");
	assert_int_equal(system("cmp -s boot/s.nft " ARTEFACT), 0);
	assert_int_equal(system("test \"$(ls -A boot)\" = s.nft"), 0);
}

static void test_apply_persist_refuses_what_is_not_ours(void **state)
{
	(void)state;
	machine.state = CV_LIVE_EQUAL;
	put_file("nftables.conf", "flush ruleset\n");
	EXPECT(2, "s", "was not touched", ARTEFACT, "--persist", "-o", "nftables.conf");
	assert_int_equal(size_of("nftables.conf"), 14);
	assert_int_equal(symlink(ARTEFACT, "link"), 0);
	EXPECT(2, "s", "what stands there", ARTEFACT, "--persist", "-o", "link");
	EXPECT(2, "s", "its folder", ARTEFACT, "--persist", "-o", "none/x.nft");
	EXPECT(2, "s", "it is a folder", ARTEFACT, "--persist", "-o", "out/");
	EXPECT(0, "s", "/own.nft", ARTEFACT, "--persist", "-o", "own.nft");
}

static void test_apply_quotes_its_commands(void **state)
{
	(void)state;
	assert_int_equal(system("cp " ARTEFACT " \"it's; \\$(x) a\""), 0);
	EXPECT(0, "st", "carveout apply 'it'\\''s; $(x) a' --confirmed", "it's; $(x) a",
	       "--confirm=60");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_apply_command_line_refused, reset),
		cmocka_unit_test_setup(test_apply_what_is_not_understood_is_refused,
				       reset),
		cmocka_unit_test_setup(test_apply_loads_a_site_or_an_artefact, reset),
		cmocka_unit_test_setup(test_apply_trial, reset),
		cmocka_unit_test_setup(test_apply_what_drops_goes_on_trial, reset),
		cmocka_unit_test_setup(test_apply_status, reset),
		cmocka_unit_test_setup(test_apply_status_without_effect, reset),
		cmocka_unit_test_setup(test_apply_errors_are_of_their_line, reset),
		cmocka_unit_test_setup(test_apply_refuses_to_lock_out, reset),
		cmocka_unit_test_setup(test_apply_groups_what_would_be_cut, reset),
		cmocka_unit_test_setup(test_apply_confirmation_over_an_old_session,
				       reset),
		cmocka_unit_test_setup(test_preflight_in_force, reset),
		cmocka_unit_test_setup(test_preflight_port_of_management, reset),
		cmocka_unit_test_setup(test_apply_persists_only_what_is_in_force, reset),
		cmocka_unit_test_setup(test_apply_persist_refuses_what_is_not_ours,
				       reset),
		cmocka_unit_test_setup(test_apply_quotes_its_commands, reset),
	};

	return cmocka_run_group_tests(tests, enter, leave_directory);
}
