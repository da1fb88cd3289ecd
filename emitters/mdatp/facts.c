/* What Microsoft's pages say of exclusions on Linux and macOS: "Configure and validate
 * exclusions for Microsoft Defender for Endpoint on Linux" (types, wildcards, scopes,
 * commands), "Set preferences for ... on Linux" (the managed configuration), and the
 * pages of the same names for macOS. */
#include "mdatp/facts.h"

/* A `*` as the last character is all below its parent. */
static const struct cv_spelling star_at_end[] = {
	{"*", CV_WIDE_ANY, true},
	{NULL, NULL, false},
};

/* `*` is one folder inside a path, `?` one character.  `/var` and a star between slashes
 * is each folder right in /var with all that is below it, so a folder's last part may be
 * a wildcard, too.  There is no sign for any depth and none for the files right in a
 * folder. */
static const struct cv_dialect folders = {
	.name = "mdatp folder",
	.one_segment = true,
	.one_character = true,
	.wildcard_in_base_of_folder = true,
	.tree_suffix = "/",
	.spellings = star_at_end,
};

static const struct cv_dialect files = {
	.name = "mdatp file",
	.one_segment = true,
	.one_character = true,
	.spellings = star_at_end,
};

/* A name alone is any process of that name.  One that begins with a dash would be an
 * option to the command. */
static const struct cv_dialect programs = {
	.name = "mdatp process",
	.one_segment = true,
	.one_character = true,
	.spellings = star_at_end,
	.bare_name = true,
	.refused_first = "-",
};

static const struct cv_dialect extensions = {
	.name = "mdatp extension",
	.refused = "*?/",
};

/* The page on Linux: "a specific process and all files opened by it". */
#define COST \
	"network protection cannot inspect an excluded process; EDR goes on watching it"

#define LISTS(platform) \
	{.name = "folder", \
	 .kinds = 1u << CV_KIND_FOLDER, \
	 .platforms = 1u << (platform), \
	 .effect = CV_EFFECT_FILE_UNSCANNED, \
	 .dialect = &folders}, \
		{.name = "file", \
		 .kinds = 1u << CV_KIND_FILE, \
		 .platforms = 1u << (platform), \
		 .effect = CV_EFFECT_FILE_UNSCANNED, \
		 .dialect = &files}, \
		{.name = "process", \
		 .kinds = 1u << CV_KIND_PROCESS, \
		 .platforms = 1u << (platform), \
		 .effect = CV_EFFECT_OPENED_UNSCANNED, \
		 .besides = 1u << CV_EFFECT_FILE_UNSCANNED, \
		 .dialect = &programs, \
		 .cost = COST}, \
		{.name = "extension", \
		 .kinds = 1u << CV_KIND_EXTENSION, \
		 .platforms = 1u << (platform), \
		 .effect = CV_EFFECT_FILE_UNSCANNED, \
		 .dialect = &extensions}, \
	{ \
		.name = NULL \
	}

const struct cv_list cv_mdatp_linux_lists[] = {LISTS(CV_LINUX)};
const struct cv_list cv_mdatp_macos_lists[] = {LISTS(CV_MACOS)};

const struct cv_mdatp_spelling cv_mdatp_spellings[CV_MDATP_LISTS] = {
	[CV_MDATP_FOLDER] = {"folder", "excludedPath", "path", "--path"},
	[CV_MDATP_FILE] = {"file", "excludedPath", "path", "--path"},
	[CV_MDATP_PROCESS] = {"process", "excludedFileName", "name", "--path"},
	[CV_MDATP_EXTENSION] = {"extension", "excludedFileExtension", "extension",
				"--name"},
};

/* "Resources for Microsoft Defender for Endpoint on Linux" and "... on macOS". */
const char *const cv_mdatp_linux_own_folders[] = {
	"/opt/microsoft/mdatp",
	"/etc/opt/microsoft/mdatp",
	"/var/opt/microsoft/mdatp",
	NULL,
};

const char *const cv_mdatp_macos_own_folders[] = {
	"/Library/Application Support/Microsoft/Defender",
	"/Applications/Microsoft Defender.app",
	NULL,
};

const char *const cv_mdatp_names[CV_MDATP_NAMES + 1] = {
	[CV_MDATP_IDENTIFIER] = "identifier",
	[CV_MDATP_UUID] = "uuid",
	[CV_MDATP_PAYLOAD_IDENTIFIER] = "payload-identifier",
	[CV_MDATP_PAYLOAD_UUID] = "payload-uuid",
	[CV_MDATP_DISPLAY_NAME] = "display-name",
	[CV_MDATP_NAMES] = NULL,
};
