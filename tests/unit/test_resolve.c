/* From profiles and a site to exclusions: conditions, versions, places, commands,
 * holes.  Flows are in test_resolve_flows.c. */
#include "resolve_world.h"

/* A page that is published for two client versions, as a mixed fleet meets it. */
#define FLEET \
	"    versions: {client: Client}\n" \
	"    devices:\n" \
	"      Windows: {platform: windows, role: pc}\n" \
	"      Linux: {platform: linux, role: pc}\n" \
	"      macOS: {platform: macos, role: pc}\n" \
	"    exclusions:\n" \
	"      - {id: w27, device: Windows, process: 'C:\\Py27\\a.exe', " \
	"when: {client: \"7.2.x\"}}\n" \
	"      - {id: w38, device: Windows, process: 'C:\\Py38\\a.exe', " \
	"when: {client: \"7.4.x\"}}\n" \
	"      - {id: wlate, device: Windows, file: 'C:\\late', " \
	"when: {client: \">=7.4.5\"}}\n" \
	"      - {id: wall, device: Windows, process: 'C:\\b.exe'}\n" \
	"      - {id: l27, device: Linux, process: /opt/py27/a, when: {client: " \
	"\"7.2.x\"}}\n" \
	"      - {id: l38, device: Linux, process: /opt/py38/a, when: {client: " \
	"\"7.4.x\"}}\n" \
	"      - {id: lall, device: Linux, process: /opt/b}\n" \
	"      - {id: mall, device: macOS, process: /Library/b}\n"

static void test_versions_of_a_mixed_fleet(void **state)
{
	struct world world;

	(void)state;
	world_open(&world, FLEET,
		   "groups:\n"
		   "  - {name: w72, platform: windows, roles: [pc], versions: {client: "
		   "\"7.2.314.3584\"}}\n"
		   "  - {name: w74, platform: windows, roles: [pc], versions: {client: "
		   "\"7.4.9.1046\"}}\n"
		   "  - {name: w740, platform: windows, roles: [pc], versions: {client: "
		   "\"7.4\"}}\n"
		   "  - {name: l72, platform: linux, roles: [pc], versions: {client: "
		   "\"7.2.999\"}}\n"
		   "  - {name: l74, platform: linux, roles: [pc], versions: {client: "
		   "\"7.4.0\"}}\n"
		   "  - {name: mac, platform: macos, roles: [pc], versions: {client: "
		   "\"7.9\"}}\n");
	assert_exclusions(&world, "w72",
			  "process C:\\Py27\\a.exe <- w27\nprocess C:\\b.exe <- wall\n");
	assert_exclusions(&world, "w74",
			  "process C:\\Py38\\a.exe <- w38\nfile C:\\late <- wlate\n"
			  "process C:\\b.exe <- wall\n");
	assert_exclusions(&world, "w740",
			  "process C:\\Py38\\a.exe <- w38\nprocess C:\\b.exe <- wall\n");
	assert_exclusions(&world, "l72",
			  "process /opt/py27/a <- l27\nprocess /opt/b <- lall\n");
	assert_exclusions(&world, "l74",
			  "process /opt/py38/a <- l38\nprocess /opt/b <- lall\n");
	/* No row of macOS hangs on a version, so any will do. */
	assert_exclusions(&world, "mac", "process /Library/b <- mall\n");
	assert_findings(&world, "");
	world_close(&world);
}

static void test_series_gives_the_union_and_says_so(void **state)
{
	struct world world;

	(void)state;
	world_open(&world, FLEET,
		   "groups:\n"
		   "  - {name: w, platform: windows, roles: [pc], versions: {client: "
		   "\"7.4.x\"}}\n"
		   "  - {name: l, platform: linux, roles: [pc], versions: {client: "
		   "\"7.2.x or 7.4.x\"}}\n");
	assert_exclusions(&world, "w",
			  "process C:\\Py38\\a.exe <- w38\nfile C:\\late <- wlate\n"
			  "process C:\\b.exe <- wall\n");
	assert_exclusions(&world, "l",
			  "process /opt/py27/a <- l27\nprocess /opt/py38/a <- l38\n"
			  "process /opt/b <- lall\n");
	assert_findings(&world, "series: v/p#exclusions/wlate for w: only client >=7.4.5 "
				"needs it, of 7.4.x\n"
				"series: v/p#exclusions/l27 for l: only client 7.2.x "
				"needs it, of 7.2.x or "
				"7.4.x\n"
				"series: v/p#exclusions/l38 for l: only client 7.4.x "
				"needs it, of 7.2.x or "
				"7.4.x\n");
	world_close(&world);
}

static void test_version_of_the_site_and_of_a_profile(void **state)
{
	struct world world;

	(void)state;
	world_open(&world, FLEET,
		   "versions: {client: \"7.2.1\"}\n"
		   "groups:\n"
		   "  - {name: a, platform: linux, roles: [pc]}\n"
		   "  - {name: b, platform: linux, roles: [pc], versions: {client: "
		   "\"7.2.1\", \"v/p:client\": \"7.4.1\"}}\n");
	assert_exclusions(&world, "a",
			  "process /opt/py27/a <- l27\nprocess /opt/b <- lall\n");
	assert_exclusions(&world, "b",
			  "process /opt/py38/a <- l38\nprocess /opt/b <- lall\n");
	world_close(&world);
}

static void test_version_that_no_row_covers_stops(void **state)
{
	(void)state;
	assert_stops(
		FLEET,
		"groups: [{name: l, platform: linux, roles: [pc], versions: {client: "
		"\"7.6.1\"}}]\n",
		"version-not-covered: v/p has no rows for client 7.6.1 on Linux: they "
		"are for 7.2.x, 7.4.x\n");
	/* The half of a rollout. */
	assert_stops(
		FLEET,
		"groups: [{name: l, platform: linux, roles: [pc], versions: {client: "
		"\"7.4.x or 7.6.x\"}}]\n",
		"series: v/p#exclusions/l38 for l: only client 7.4.x needs it, of "
		"7.4.x or 7.6.x\n"
		"version-not-covered: v/p has no rows for client 7.6.x on "
		"Linux: they are for 7.2.x, 7.4.x\n");
	assert_stops(FLEET, "groups: [{name: l, platform: linux, roles: [pc]}]\n",
		     "missing-setting: group `l` must say the version of `client`: "
		     "v/p#exclusions/l27 hangs on it\n"
		     "missing-setting: group `l` must say the version of `client`: "
		     "v/p#exclusions/l38 hangs on it\n");
}

#define WHEN \
	"    editions: [on-premises, cloud]\n" \
	"    features: [mail, chat]\n" \
	"    versions: {client: Client}\n" \
	"    devices: {PC: {platform: linux, role: pc}}\n" \
	"    exclusions:\n"

static void test_editions(void **state)
{
	static const char rows[] = WHEN
		"      - {id: on, device: PC, file: /on, when: {edition: on-premises}}\n"
		"      - {id: off, device: PC, file: /off, when: {edition: cloud}}\n"
		"      - {id: all, device: PC, file: /all, "
		"when: {edition: [cloud, on-premises]}}\n";
	struct world world;

	(void)state;
	world_open(&world, rows,
		   "edition: on-premises\n"
		   "groups:\n"
		   "  - {name: a, platform: linux, roles: [pc]}\n"
		   "  - {name: b, platform: linux, roles: [pc], edition: cloud}\n");
	assert_exclusions(&world, "a", "file /on <- on\nfile /all <- all\n");
	assert_exclusions(&world, "b", "file /off <- off\nfile /all <- all\n");
	world_close(&world);
	world_open(&world, rows,
		   "edition: {v/p: cloud}\n"
		   "groups: [{name: a, platform: linux, roles: [pc]}]\n");
	assert_exclusions(&world, "a", "file /off <- off\nfile /all <- all\n");
	world_close(&world);
	assert_stops(rows, "groups: [{name: a, platform: linux, roles: [pc]}]\n",
		     "missing-setting: the site must say its `edition` of v/p\n");
	assert_stops(rows, "edition: hybrid\n",
		     "unknown-name: v/p has no edition `hybrid`\n");
}

static void test_features(void **state)
{
	static const char rows[] = WHEN
		"      - {id: mail, device: PC, file: /mail, when: {feature: mail}}\n"
		"      - {id: any, device: PC, file: /any, when: {feature: [mail, "
		"chat]}}\n"
		"      - {id: plain, device: PC, file: /plain}\n";
	struct world world;

	(void)state;
	world_open(&world, rows,
		   "edition: cloud\nfeatures: [mail]\n"
		   "groups:\n"
		   "  - {name: site, platform: linux, roles: [pc]}\n"
		   "  - {name: none, platform: linux, roles: [pc], features: []}\n"
		   "  - {name: own, platform: linux, roles: [pc], features: "
		   "[\"v/p:chat\"]}\n");
	assert_exclusions(&world, "site",
			  "file /mail <- mail\nfile /any <- any\nfile /plain <- plain\n");
	assert_exclusions(&world, "none", "file /plain <- plain\n");
	assert_exclusions(&world, "own", "file /any <- any\nfile /plain <- plain\n");
	world_close(&world);
	assert_stops(rows, "edition: cloud\nfeatures: [fax]\n",
		     "unknown-name: no profile of this site has the feature `fax`\n");
}

static void test_systems_and_architectures(void **state)
{
	static const char rows[] = WHEN
		"      - {id: seven, device: PC, file: /7, when: {os: {rhel: \"7.x\"}}}\n"
		"      - {id: late, device: PC, file: /8, when: {os: {rhel: \">=8\"}}}\n"
		"      - {id: arm, device: PC, file: /arm, when: {arch: arm64}}\n";
	struct world world;

	(void)state;
	world_open(
		&world, rows,
		"edition: cloud\n"
		"groups:\n"
		"  - {name: a, platform: linux, roles: [pc], arch: arm64, os: {rhel: "
		"\"7.9\"}}\n"
		"  - {name: b, platform: linux, roles: [pc], arch: x86_64, os: {rhel: "
		"\"8.10\"}}\n"
		"  - {name: c, platform: linux, roles: [pc], arch: arm64, os: {debian: "
		"\"12\"}}\n");
	assert_exclusions(&world, "a", "file /7 <- seven\nfile /arm <- arm\n");
	assert_exclusions(&world, "b", "file /8 <- late\n");
	assert_exclusions(&world, "c", "file /arm <- arm\n");
	world_close(&world);
	assert_stops(rows,
		     "edition: cloud\n"
		     "groups: [{name: a, platform: linux, roles: [pc]}]\n",
		     "missing-setting: group `a` must say its `os`: v/p#exclusions/seven "
		     "hangs on rhel 7.x\n"
		     "missing-setting: group `a` must say its `os`: v/p#exclusions/late "
		     "hangs on rhel >=8\n"
		     "missing-setting: group `a` must say its `arch`: v/p#exclusions/arm "
		     "hangs on it\n");
}

/* All of a map, any map of a list, and a block's condition besides the row's. */
static void test_conditions_combine(void **state)
{
	static const char rows[] =
		WHEN "      - {id: both, device: PC, file: /both, "
		     "when: {feature: mail, client: \"7.4.x\"}}\n"
		     "      - {id: one, device: PC, file: /one, "
		     "when: [{feature: chat}, {client: \"7.4.x\"}]}\n"
		     "      - when: {feature: mail}\n"
		     "        rows: [{id: block, device: PC, file: /block, "
		     "when: {client: [\"7.2.x\", \"7.4.x\"]}}]\n";
	struct world world;

	(void)state;
	world_open(&world, rows,
		   "edition: cloud\n"
		   "groups:\n"
		   "  - {name: m74, platform: linux, roles: [pc], features: [mail], "
		   "versions: {client: \"7.4\"}}\n"
		   "  - {name: m72, platform: linux, roles: [pc], features: [mail], "
		   "versions: {client: \"7.2\"}}\n"
		   "  - {name: c72, platform: linux, roles: [pc], features: [chat], "
		   "versions: {client: \"7.2\"}}\n"
		   "  - {name: n74, platform: linux, roles: [pc], versions: {client: "
		   "\"7.4\"}}\n");
	assert_exclusions(&world, "m74",
			  "file /both <- both\nfile /one <- one\nfile /block <- block\n");
	assert_exclusions(&world, "m72", "file /block <- block\n");
	/* It does not hang on the version where another alternative holds. */
	assert_exclusions(&world, "c72", "file /one <- one\n");
	assert_exclusions(&world, "n74", "file /one <- one\n");
	world_close(&world);
}

static void test_rows_that_are_set_aside(void **state)
{
	static const char rows[] = WHEN
		"      - {id: gone, device: PC, file: /gone, status: withdrawn}\n"
		"      - {id: past, device: PC, file: /past, until: \"2026-11-22\"}\n"
		"      - {id: last, device: PC, file: /last, until: \"2026-11-23\"}\n"
		"      - {id: fast, device: PC, file: /fast, class: performance}\n";
	struct world world;

	(void)state;
	world_open(&world, rows,
		   "edition: cloud\ngroups: [{name: g, platform: linux, roles: [pc]}]\n");
	assert_exclusions(&world, "g", "file /last <- last\n");
	world_close(&world);
	world_open(&world, rows,
		   "edition: cloud\nclasses: [performance]\n"
		   "groups: [{name: g, platform: linux, roles: [pc]}]\n");
	assert_exclusions(&world, "g", "file /last <- last\nfile /fast <- fast\n");
	world_close(&world);
}

#define PLACES \
	"    places:\n" \
	"      Client:\n" \
	"        aliases: [Client folder]\n" \
	"        windows:\n" \
	"          - {when: {arch: x86_64}, path: '\\Program Files (x86)\\C'}\n" \
	"          - {when: {arch: x86}, path: '\\Program Files\\C'}\n" \
	"        linux: /opt/c\n" \
	"      Data: {windows: '<Client folder>\\data'}\n" \
	"    parameters: {dir: {default: logs, type: text}}\n" \
	"    devices:\n" \
	"      PC: {platform: windows, role: pc}\n" \
	"      Box: {platform: linux, role: pc}\n" \
	"    exclusions:\n"

static void test_places(void **state)
{
	static const char rows[] =
		PLACES "      - {id: a, device: PC, process: '<Client>\\a.exe'}\n"
		       "      - {id: d, device: PC, folder: '<Data>\\${dir}', recursive: "
		       "false}\n"
		       "      - {id: l, device: Box, process: <Client folder>/a}\n";
	struct world world;

	(void)state;
	world_open(
		&world, rows,
		"drive: 'C:'\n"
		"parameters: {dir: log}\n"
		"places: {Client folder: {linux: /srv/c}}\n"
		"groups:\n"
		"  - {name: x64, platform: windows, arch: x86_64, roles: [pc]}\n"
		"  - {name: x86, platform: windows, arch: x86, drive: 'd:', roles: "
		"[pc]}\n"
		"  - {name: own, platform: windows, roles: [pc], parameters: "
		"{\"v/p:dir\": L},\n"
		"     places: {\"v/p:Client\": {windows: 'E:\\Own\\'}}}\n"
		"  - {name: box, platform: linux, roles: [pc]}\n"
		"  - {name: mine, platform: linux, roles: [pc], places: {Client: {linux: "
		"/var/c}}}\n");
	assert_exclusions(
		&world, "x64",
		"process C:\\Program Files (x86)\\C\\a.exe <- a\n"
		"folder C:\\Program Files (x86)\\C\\data\\log without subfolders <- "
		"d\n");
	assert_exclusions(
		&world, "x86",
		"process D:\\Program Files\\C\\a.exe <- a\n"
		"folder D:\\Program Files\\C\\data\\log without subfolders <- d\n");
	assert_exclusions(&world, "own",
			  "process E:\\Own\\a.exe <- a\n"
			  "folder E:\\Own\\data\\L without subfolders <- d\n");
	assert_exclusions(&world, "box", "process /srv/c/a <- l\n");
	assert_exclusions(&world, "mine", "process /var/c/a <- l\n");
	world_close(&world);
}

static void test_places_that_lead_nowhere_stop(void **state)
{
	static const char pc[] =
		"groups: [{name: g, platform: windows, arch: x86, roles: [pc]}]\n";
	static const char box[] =
		"drive: 'C:'\ngroups: [{name: g, platform: linux, roles: [pc]}]\n";

	(void)state;
	assert_stops(PLACES "      - {id: a, device: PC, process: '<Client>\\a.exe'}\n",
		     pc,
		     "missing-setting: group `g` must say its `drive`: the path of "
		     "v/p#exclusions/a has none\n");
	assert_stops(PLACES "      - {id: a, device: Box, process: <Data>/a}\n", box,
		     "place-without-path: <Data> has no path on linux, which "
		     "v/p#exclusions/a needs for group `g`\n");
}

#define COMMANDS \
	"    devices: {PC: {platform: windows, role: pc}}\n" \
	"    exclusions:\n"

static void test_commands_are_split(void **state)
{
	static const char group[] =
		"groups: [{name: g, platform: windows, roles: [pc]}]\n";
	struct world world;

	(void)state;
	world_open(
		&world,
		COMMANDS
		"      - {id: q, device: PC, process: '\"C:\\P F\\node.exe\"  service.js "
		"\"a b\"'}\n"
		"      - {id: none, device: PC, process: '\"C:\\P F\\b.exe\"'}\n"
		"      - {id: blank, device: PC, process: 'C:\\P F\\c.exe'}\n"
		"      - {id: cmd, device: PC, command: '\"C:\\P F\\node.exe\" "
		"other.js'}\n"
		"      - {id: bare, device: PC, command: 'C:\\d.exe'}\n",
		group);
	assert_exclusions(&world, "g",
			  "process C:\\P F\\node.exe (service.js \"a b\") <- q\n"
			  "process C:\\P F\\b.exe <- none\n"
			  "process C:\\P F\\c.exe <- blank\n"
			  "process C:\\P F\\node.exe (other.js) <- cmd\n"
			  "process C:\\d.exe <- bare\n");
	world_close(&world);
	assert_stops(
		COMMANDS "      - {id: a, device: PC, command: 'C:\\a.exe x.js'}\n",
		group,
		"bad-path: v/p#exclusions/a: put the program in double quotes, so that "
		"its arguments can be told from blanks in its path\n");
}

/* One exclusion for all rows that ask for the same; on Linux case matters. */
static void test_equal_exclusions_are_one(void **state)
{
	struct world world;

	(void)state;
	world_open(&world,
		   "    devices:\n"
		   "      PC: {platform: windows, role: pc}\n"
		   "      Box: {platform: linux, role: pc}\n"
		   "      Any: {platform: windows, role: other}\n"
		   "    exclusions:\n"
		   "      - {id: a, device: PC, process: 'C:\\Dir\\a.exe'}\n"
		   "      - {id: b, device: [PC, Any], process: 'c:/dir/A.EXE'}\n"
		   "      - {id: f, device: PC, file: 'C:\\Dir\\a.exe'}\n"
		   "      - {id: t, device: PC, folder: 'C:\\Dir', recursive: true}\n"
		   "      - {id: n, device: PC, folder: 'C:\\Dir', recursive: false}\n"
		   "      - {id: ext, device: PC, extension: [log, .log]}\n"
		   "      - {id: la, device: Box, process: /opt/a}\n"
		   "      - {id: lb, device: Box, process: [/opt/A, /opt//a/]}\n",
		   "groups:\n"
		   "  - {name: g, platform: windows, roles: [pc, other]}\n"
		   "  - {name: l, platform: linux, roles: [pc]}\n");
	assert_exclusions(&world, "g",
			  "process C:\\Dir\\a.exe <- a b\nfile C:\\Dir\\a.exe <- f\n"
			  "folder C:\\Dir <- t\nfolder C:\\Dir without subfolders <- n\n"
			  "extension .log <- ext\n");
	assert_exclusions(&world, "l", "process /opt/a <- la lb\nprocess /opt/A <- lb\n");
	world_close(&world);
}

static void test_names_that_nobody_knows_stop(void **state)
{
	(void)state;
	assert_stops(
		FLEET,
		"versions: {server: \"1\"}\n"
		"parameters: {dir: x}\n"
		"places: {Data: {linux: /x}}\n"
		"groups:\n"
		"  - {name: g, platform: linux, roles: [pcs], features: [mail],\n"
		"     versions: {\"v/p:agent\": \"1\"}}\n",
		"unknown-name: no profile of this site has the version `server`\n"
		"unknown-parameter: no profile of this site has the parameter `dir`\n"
		"unknown-place: no profile of this site has the place `Data`\n"
		"unknown-role: no profile of this site has the role `pcs`\n"
		"unknown-name: no profile of this site has the feature `mail`\n"
		"unknown-name: no profile of this site has the version `agent`\n");
}

#define HOLES \
	"    features: [mail]\n" \
	"    devices:\n" \
	"      PC: {platform: windows, role: pc}\n" \
	"      Box: {platform: linux, role: pc}\n" \
	"    exclusions:\n" \
	"      - {id: open, device: PC, process: {hole: \"agent.exe\"}}\n" \
	"      - {id: other, device: PC, file: {hole: \"List here\"}, when: {feature: " \
	"mail}}\n" \
	"      - {id: box, device: Box, file: /a}\n"

static void test_holes_matter_where_a_row_applies(void **state)
{
	struct world world;

	(void)state;
	assert_stops(
		HOLES, "groups: [{name: g, platform: windows, roles: [pc]}]\n",
		"hole: v/p#exclusions/open needs `process`, which the page leaves open: "
		"\"agent.exe\"\n");
	world_open(&world, HOLES, "groups: [{name: g, platform: linux, roles: [pc]}]\n");
	assert_exclusions(&world, "g", "file /a <- box\n");
	assert_findings(&world, "");
	world_close(&world);
	world_open(
		&world, HOLES,
		"groups: [{name: g, platform: windows, roles: [pc]}]\n"
		"fill: [{row: \"v/p#exclusions/open\", set: {process: 'C:\\agent.exe'}, "
		"reason: example value}]\n");
	assert_exclusions(&world, "g", "process C:\\agent.exe <- open\n");
	assert_findings(&world,
			"example-value: v/p#exclusions/open is filled with an example "
			"value\n");
	world_close(&world);
}

static void test_groups_that_no_row_reaches_are_noticed(void **state)
{
	struct world world;

	(void)state;
	world_open(&world,
		   "    devices: {PC: {platform: linux, role: pc}, "
		   "Mac: {platform: macos, role: mac}}\n"
		   "    exclusions: [{id: a, device: PC, file: /a}]\n",
		   "groups:\n"
		   "  - {name: reached, platform: linux, roles: [pc]}\n"
		   "  - {name: lonely, platform: linux, roles: [mac]}\n");
	assert_exclusions(&world, "reached", "file /a <- a\n");
	assert_findings(&world,
			"unreached-group: no exclusion row reaches group `lonely`\n");
	world_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_versions_of_a_mixed_fleet),
		cmocka_unit_test(test_series_gives_the_union_and_says_so),
		cmocka_unit_test(test_version_of_the_site_and_of_a_profile),
		cmocka_unit_test(test_version_that_no_row_covers_stops),
		cmocka_unit_test(test_editions),
		cmocka_unit_test(test_features),
		cmocka_unit_test(test_systems_and_architectures),
		cmocka_unit_test(test_conditions_combine),
		cmocka_unit_test(test_rows_that_are_set_aside),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_places_that_lead_nowhere_stop),
		cmocka_unit_test(test_commands_are_split),
		cmocka_unit_test(test_equal_exclusions_are_one),
		cmocka_unit_test(test_names_that_nobody_knows_stop),
		cmocka_unit_test(test_holes_matter_where_a_row_applies),
		cmocka_unit_test(test_groups_that_no_row_reaches_are_noticed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
