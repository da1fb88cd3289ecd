/* Names that a fill has brought into a row.  The profile was checked before it was
 * filled, and a name that nobody knows would make the row fall away in silence. */
#include "resolve/internal.h"

#include <string.h>

#include "base/ctx.h"
#include "model/field.h"

static bool unknown(struct cv_ctx *ctx, const struct cv_row *row, enum cv_code code,
		    const char *what, const struct cv_text *name)
{
	return cv_find(ctx, code, name->at, "unknown %s `%s` in %s", what,
		       cv_shown(ctx, name->text), cv_row_name(ctx, row));
}

static bool check_each(struct cv_ctx *ctx, const struct cv_row *row, const char *what,
		       const struct cv_texts *names, const struct cv_texts *known)
{
	bool ok = true;

	for (size_t i = 0; i < names->count; i++)
		if (!cv_texts_hold(known, names->items[i].text))
			ok = unknown(ctx, row, CV_F_UNKNOWN_NAME, what, &names->items[i]);
	return ok;
}

static bool check_arch(struct cv_ctx *ctx, const struct cv_row *row,
		       const struct cv_texts *values)
{
	bool ok = true;

	for (size_t i = 0; i < values->count; i++) {
		const char *const *word = cv_lex_arch.words;

		while (*word && strcmp(*word, values->items[i].text) != 0)
			word++;
		if (!*word)
			ok = unknown(ctx, row, CV_F_UNKNOWN_NAME, "architecture",
				     &values->items[i]);
	}
	return ok;
}

static bool check_versions(struct cv_ctx *ctx, const struct cv_texts *values)
{
	bool ok = true;

	for (size_t i = 0; i < values->count; i++)
		ok = cv_lex_constraint.check(ctx, values->items[i]) && ok;
	return ok;
}

static bool check_part(struct cv_ctx *ctx, const struct cv_row *row,
		       const struct cv_part *part)
{
	const struct cv_profile *profile = row->profile;
	const char *key = part->key.text;

	if (strcmp(key, "edition") == 0)
		return check_each(ctx, row, key, &part->values, &profile->editions);
	if (strcmp(key, "feature") == 0)
		return check_each(ctx, row, key, &part->values, &profile->features);
	if (strcmp(key, "arch") == 0)
		return check_arch(ctx, row, &part->values);
	if (strcmp(key, "os") != 0 && !cv_map_get(&profile->versions, key))
		return unknown(ctx, row, CV_F_UNKNOWN_NAME, "condition", &part->key);
	return check_versions(ctx, &part->values);
}

static bool check_row(struct cv_ctx *ctx, const struct cv_row *row)
{
	const struct cv_when *when = &cv_row_more(row)->when;
	struct cv_texts devices = {0};
	bool ok = true;

	for (size_t c = 0; c < when->count; c++)
		for (size_t p = 0; p < when->items[c].count; p++)
			ok = check_part(ctx, row, &when->items[c].parts[p]) && ok;
	if (row->table == CV_EXCLUSIONS)
		devices = cv_few_texts(&((const struct cv_exclusion_row *)row)->device);
	for (size_t d = 0; d < devices.count; d++)
		if (!cv_device_of(row->profile, devices.items[d].text))
			ok = unknown(ctx, row, CV_F_UNKNOWN_DEVICE, "device",
				     &devices.items[d]);
	return ok;
}

bool cv_check_filled(struct cv_ctx *ctx, const struct cv_policy *policy)
{
	bool ok = true;

	for (size_t i = 0; i < policy->holed.count; i++)
		ok = check_row(ctx, *CV_AT(&policy->holed, const struct cv_row *, i)) &&
		     ok;
	return ok;
}
