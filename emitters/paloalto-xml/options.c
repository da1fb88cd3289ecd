/* The keys of the targets for PAN-OS in the site, and how they hang together. */
#include "paloalto-xml/options.h"

#include <stddef.h>

#include "base/ctx.h"
#include "paloalto-xml/target.h"

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

	if (!size)
		return true;
	if (size <= CV_PALOALTO_PREFIX_MAX &&
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
	.pattern = "^([0-9A-Za-z][0-9A-Za-z._-]{0,30})?$",
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
	 "what every object's name begins with; the site's name unless set, nothing "
	 "where it is empty"},
	{"multi-vsys", CV_FIELD_FLAG, 0, offsetof(struct cv_paloalto_options, multi_vsys),
	 NULL, NULL, NULL,
	 "whether the firewall has several virtual systems, so that commands name one; "
	 "true unless the scope is vsys1"},
	{.key = NULL},
};

const struct cv_fields cv_paloalto_option_fields = {
	.name = "the options of a Palo Alto target",
	.size = sizeof(struct cv_paloalto_options),
	.fields = fields,
	.holes = -1,
	.span = -1,
};

/* Shared objects and vsys2 exist only where there are several virtual systems: the
 * schema prunes them "single-vsys-mode". */
bool cv_paloalto_check_options(struct cv_ctx *ctx, const void *all, struct cv_span at)
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

const char *cv_paloalto_scope_words(const void *all)
{
	return cv_paloalto_is_shared(all)
		       ? "puts its objects into `shared`, where every virtual system of "
			 "the firewall sees them"
		       : NULL;
}
