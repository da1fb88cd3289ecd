/* PAN-OS objects as a partial configuration: what the target can, its keys in the
 * site and its forms.  Services, their groups and their tag; a rule that uses them
 * is the admin's. */
#include "paloalto-xml/target.h"

#include "base/ctx.h"
#include "paloalto-xml/options.h"

/* vsys1 to vsys255, or shared. */
static bool is_scope(const char *text)
{
	unsigned number = 0;

	if (strcmp(text, "shared") == 0)
		return true;
	if (strncmp(text, "vsys", 4) != 0 || text[4] < '1' || text[4] > '9')
		return false;
	for (text += 4; *text >= '0' && *text <= '9' && number < 1000; text++)
		number = number * 10 + (unsigned)(*text - '0');
	return !*text && number <= CV_PALOALTO_VSYS_MAX;
}

static bool check_scope(struct cv_ctx *ctx, struct cv_text value)
{
	if (is_scope(value.text))
		return true;
	return cv_find(
		ctx, CV_F_BAD_VALUE, value.at,
		"bad scope %s: a firewall's vsys1 to vsys%d, or shared; Panorama's "
		"device groups and templates are not supported",
		value.text, CV_PALOALTO_VSYS_MAX);
}

static bool check_prefix(struct cv_ctx *ctx, struct cv_text value)
{
	const size_t size = strlen(value.text);

	if (size && size <= CV_PALOALTO_PREFIX_MAX &&
	    strchr(cv_paloalto_name_first, value.text[0]) &&
	    strspn(value.text, cv_paloalto_name_rest) == size)
		return true;
	return cv_find(ctx, CV_F_BAD_VALUE, value.at,
		       "bad prefix %s: at most %d letters, digits, dots, underscores and "
		       "hyphens, of which the first is a letter or a digit",
		       value.text, CV_PALOALTO_PREFIX_MAX);
}

static const struct cv_lexical scope_lexical = {
	.name = "a virtual system, or shared",
	.check = check_scope,
	.pattern = "^(shared|vsys[1-9][0-9]{0,2})$",
};

static const struct cv_lexical release_lexical = {
	.name = "a PAN-OS release",
	.words = cv_paloalto_release_names,
};

static const struct cv_lexical prefix_lexical = {
	.name = "the beginning of a PAN-OS name",
	.check = check_prefix,
	.pattern = "^[0-9A-Za-z][0-9A-Za-z._-]{0,30}$",
};

static const struct cv_field fields[] = {
	{"scope", CV_FIELD_TEXT, 0, offsetof(struct cv_paloalto_options, scope),
	 &scope_lexical, NULL, CV_PALOALTO_DEFAULT_SCOPE,
	 "where the objects go: a virtual system of a firewall, or shared"},
	{"version", CV_FIELD_TEXT, 0, offsetof(struct cv_paloalto_options, version),
	 &release_lexical, NULL, CV_PALOALTO_DEFAULT_RELEASE,
	 "the PAN-OS release of the firewall; the load commands differ before 9.0"},
	{"prefix", CV_FIELD_TEXT, 0, offsetof(struct cv_paloalto_options, prefix),
	 &prefix_lexical, NULL, NULL,
	 "what every object's name begins with; the site's name unless set"},
	{"multi-vsys", CV_FIELD_FLAG, 0, offsetof(struct cv_paloalto_options, multi_vsys),
	 NULL, NULL, NULL,
	 "whether the firewall has several virtual systems, so that commands name one; "
	 "true unless the scope is vsys1"},
	{.key = NULL},
};

static const struct cv_fields options = {
	.name = "the paloalto-xml target",
	.size = sizeof(struct cv_paloalto_options),
	.fields = fields,
	.holes = -1,
	.span = -1,
};

/* Shared objects and vsys2 exist only where there are several virtual systems: the
 * schema prunes them "single-vsys-mode". */
static bool check_options(struct cv_ctx *ctx, const void *all, struct cv_span at)
{
	const struct cv_paloalto_options *set = all;

	if (!set || set->multi_vsys != CV_NO ||
	    strcmp(cv_paloalto_scope(set), CV_PALOALTO_DEFAULT_SCOPE) == 0)
		return true;
	return cv_find(ctx, CV_F_BAD_VALUE, set->scope.text ? set->scope.at : at,
		       "scope %s needs a firewall with several virtual systems; with "
		       "multi-vsys: false the scope is " CV_PALOALTO_DEFAULT_SCOPE,
		       cv_paloalto_scope(set));
}

static const char *scope(const void *all)
{
	return cv_paloalto_is_shared(all)
		       ? "puts its objects into `shared`, where every virtual system of "
			 "the firewall sees them"
		       : NULL;
}

/* A delete command names a list and an object, and no more. */
static void strip_to_name(struct cv_entry *entry)
{
	entry->value = NULL;
	entry->protocol = CV_NO_PROTOCOL;
	entry->ports = entry->source_ports = NULL;
	entry->attributes = NULL;
	entry->attribute_count = 0;
	entry->note = NULL;
}

/* And one that takes members out of a group, them, too. */
static void strip_to_members(struct cv_entry *entry)
{
	const struct cv_attribute *members = entry->attributes;
	const size_t count = entry->attribute_count;

	strip_to_name(entry);
	entry->attributes = members;
	entry->attribute_count = count;
}

static const struct cv_form forms[] = {
	{
		.name = "config",
		.suffix = ".xml",
		.summary = "a configuration file to import and to load in part",
		.kinds = CV_ENTRY_OBJECT,
		.subjects = CV_SUBJECT_SITE,
		.if_any = true,
		.change = CV_CHANGE_WHOLE,
		.emit = cv_paloalto_config_emit,
		.read = cv_paloalto_config_read,
	},
	{
		.name = "load",
		.suffix = ".load.txt",
		.summary = "the commands that load the imported file",
		.kinds = CV_ENTRY_STEP,
		.subjects = CV_SUBJECT_SITE,
		.if_any = true,
		.change = CV_CHANGE_WHOLE,
		.emit = cv_paloalto_load_emit,
		.read = cv_paloalto_load_read,
	},
	{
		.name = "undo",
		.suffix = ".undo.txt",
		.summary = "the commands that delete what the file added",
		.kinds = CV_ENTRY_OBJECT,
		.subjects = CV_SUBJECT_SITE,
		.undo = true,
		.if_any = true,
		.ordered = "service-group", /* a group of groups goes first */
		.backwards = true,
		.change = CV_CHANGE_ENTRIES,
		.emit = cv_paloalto_undo_emit,
		.read = cv_paloalto_undo_read,
		.strip = strip_to_name,
	},
	{
		.name = "trim",
		.suffix = ".trim.txt",
		.summary = "the commands that take gone services out of their groups; "
			   "only diff writes it",
		.kinds = CV_ENTRY_OBJECT,
		.undo = true,
		.if_any = true,
		.ordered = "service-group", /* a group of groups goes first */
		.backwards = true,
		.change = CV_CHANGE_ATTRIBUTES,
		.emit = cv_paloalto_trim_emit,
		.read = cv_paloalto_trim_read,
		.strip = strip_to_members,
	},
	{.name = NULL},
};

static const char *const verified[] = {
	"xmllint --noout: well-formed",
	"carveout's own reader: names, lengths, references and order",
	NULL,
};

const struct cv_target cv_target_paloalto_xml = {
	.name = "paloalto-xml",
	.summary = "PAN-OS services with their group and tag, as a partial configuration",
	.preview = true, /* no PAN-OS ever took it */
	.can =
		{
			.subjects = CV_SUBJECT_SITE,
			.flows = CV_FLOWS_SERVICES,
			.source_ports = true,
			.names = true, /* a service has no ends, so none is missed */
			.note_limit = CV_PALOALTO_DESCRIPTION_MAX,
		},
	.options = &options,
	.check_options = check_options,
	.arrange = cv_paloalto_arrange,
	.forms = forms,
	.read_export = cv_paloalto_export_read,
	.export_command =
		"scp export configuration from running-config.xml to USER@HOST:FILE",
	.read_base = cv_paloalto_base_read,
	.verified = verified,
	.scope = scope,
};
