/* Where the profiles that a site names are: beside it, then among the installed. */
#include "read/profile_reading.h"

#include <string.h>

#include "base/ctx.h"
#include "read/files.h"

static const char pin[] = "@sha256:";

static bool has_suffix(const char *name, const char *suffix)
{
	const size_t size = strlen(name), end = strlen(suffix);

	return size > end && strcmp(name + size - end, suffix) == 0;
}

static bool is_path(const char *name)
{
	return name[0] == '/' || strncmp(name, "./", 2) == 0 ||
	       strncmp(name, "../", 3) == 0 || has_suffix(name, ".yaml") ||
	       has_suffix(name, ".yml") || has_suffix(name, ".json");
}

static const char *existing(struct cv_ctx *ctx, const char *directory, const char *id)
{
	static const char *const suffixes[] = {"yaml", "json"};

	for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
		const char *path =
			cv_arena_format(ctx->arena, "%s%s%s.%s", directory,
					*directory ? "/" : "", id, suffixes[i]);

		if (cv_file_exists(path))
			return path;
	}
	return NULL;
}

static const char *site_directory(struct cv_ctx *ctx, const struct cv_source *site)
{
	const char *slash = strrchr(site->name, '/');

	if (slash == site->name)
		return "/.";
	return slash ? cv_arena_copy(ctx->arena, site->name, (size_t)(slash - site->name))
		     : "";
}

static bool tell_missing(const struct cv_load *load, const struct cv_source *site,
			 const struct cv_text *name)
{
	struct cv_ctx *ctx = load->ctx;
	const char *id = name->text, *directory = site_directory(ctx, site);
	struct cv_table names = {0};
	const char **words;
	struct cv_finding *finding = cv_find_more(
		ctx, CV_F_NO_PROFILE, name->at,
		"no profile `%s`: there is no %s.yaml or %s.json beside the site "
		"or among the installed profiles",
		id, id, id);

	cv_file_profiles(ctx, *directory ? directory : ".", &names);
	if (load->profile_directory)
		cv_file_profiles(ctx, load->profile_directory, &names);
	words = CV_NEW_ARRAY(ctx->arena, names.count, const char *);
	for (size_t i = 0; i < names.count; i++)
		words[i] = *CV_AT(&names, const char *, i);
	cv_suggest(ctx, finding, id, words, names.count);
	return false;
}

/* The path that a name leads to; NULL: reported. */
static const char *path_of(const struct cv_load *load, const struct cv_source *site,
			   const struct cv_text *name)
{
	struct cv_ctx *ctx = load->ctx;
	const char *path;

	if (is_path(name->text))
		return cv_file_beside(ctx, site, name->text);
	if (!cv_lex_profile_id.check(ctx, *name))
		return NULL;
	path = existing(ctx, site_directory(ctx, site), name->text);
	if (!path && load->profile_directory)
		path = existing(ctx, load->profile_directory, name->text);
	if (!path)
		tell_missing(load, site, name);
	return path;
}

static bool check_pin(struct cv_ctx *ctx, const struct cv_text *name, const char *hex,
		      const struct cv_source *source)
{
	const struct cv_text digest = {hex, cv_text_part(ctx, name, hex, strlen(hex))};

	if (!cv_lex_sha256.check(ctx, digest))
		return false;
	if (strcasecmp(hex, source->sha256) == 0)
		return true;
	return cv_find(ctx, CV_F_PROFILE_CHANGED, digest.at,
		       "%s has the SHA-256 %s, which is not the one that the site pins",
		       source->name, source->sha256);
}

bool cv_profile_find(const struct cv_load *load, const struct cv_source *site,
		     const struct cv_text *name, struct cv_found_profile *found_out)
{
	const char *hex = strstr(name->text, pin);
	struct cv_text bare = *name;
	const char *path;

	if (hex)
		bare.text = cv_arena_copy(load->ctx->arena, name->text,
					  (size_t)(hex - name->text));
	path = path_of(load, site, &bare);
	if (!path)
		return false;
	*found_out = (struct cv_found_profile){
		.source = cv_source_read(load->ctx, path, name->at),
		.origin = bare.text,
		.is_id = !is_path(bare.text),
		.pinned = hex != NULL,
	};
	return found_out->source &&
	       (!hex ||
		check_pin(load->ctx, name, hex + sizeof pin - 1, found_out->source));
}
