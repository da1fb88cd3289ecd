/* The keys of windows-firewall in the site. */
#include <stddef.h>
#include <string.h>

#include "base/ctx.h"
#include "windows-firewall/facts.h"

static const char *const profiles[] = {"domain", "private", "public", NULL};
static const char *const directions[] = {"inbound", "both", NULL};
static const char *const defaults[] = {"allow", "block", NULL};

static const struct cv_lexical lex_profile = {.name = "a profile", .words = profiles};
static const struct cv_lexical lex_direction = {.name = "a direction",
						.words = directions};
static const struct cv_lexical lex_default = {.name = "a default", .words = defaults};

static const struct cv_field fields[] = {
	{.key = "profile",
	 .type = CV_FIELD_TEXTS,
	 .offset = offsetof(struct cv_winfw_options, profile),
	 .lexical = &lex_profile,
	 .fallback = "domain",
	 .meaning = "the network profiles in which the rules hold: any of `domain`, "
		    "`private`, `public`"},
	{.key = "direction",
	 .type = CV_FIELD_TEXT,
	 .offset = offsetof(struct cv_winfw_options, direction),
	 .lexical = &lex_direction,
	 .fallback = "inbound",
	 .meaning = "`inbound`: rules for what the hosts receive; `both`: for what they "
		    "send, too"},
	{.key = "default-outbound",
	 .type = CV_FIELD_TEXT,
	 .offset = offsetof(struct cv_winfw_options, default_outbound),
	 .lexical = &lex_default,
	 .fallback = "allow",
	 .meaning = "what becomes on these machines of outbound traffic that no rule is "
		    "about: `allow`, as Windows has it, or `block`"},
	{.key = NULL},
};

const struct cv_fields cv_winfw_option_fields = {
	.name = "the options of windows-firewall",
	.size = sizeof(struct cv_winfw_options),
	.fields = fields,
	.holes = -1,
	.span = -1,
};

bool cv_winfw_is_both(const struct cv_winfw_options *options)
{
	return strcmp(options->direction.text, "both") == 0;
}

/* On a public network others may have the addresses that the rules name. */
static void note_public(struct cv_ctx *ctx, const struct cv_texts *profile)
{
	for (size_t i = 0; i < profile->count; i++)
		if (strcmp(profile->items[i].text, "public") == 0)
			cv_find(ctx, CV_F_PUBLIC_PROFILE, profile->items[i].at,
				"the rules of windows-firewall hold in the profile "
				"`public`, too, in whatever network a machine is");
}

bool cv_winfw_check_options(struct cv_ctx *ctx, const void *options, struct cv_span at)
{
	const struct cv_winfw_options *set = options;

	note_public(ctx, &set->profile);
	if (strcmp(set->default_outbound.text, "block") != 0 || cv_winfw_is_both(set))
		return true;
	return cv_find(ctx, CV_F_BAD_VALUE,
		       set->default_outbound.at.length ? set->default_outbound.at : at,
		       "outbound traffic is blocked by default, so what the hosts send "
		       "needs rules: `direction` must be `both`");
}
