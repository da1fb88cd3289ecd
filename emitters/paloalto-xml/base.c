/* What a firewall or Panorama holds already, for the plan.  Only the lists that we write
 * are kept, and a file with keys or password hashes in it is refused: it would lie
 * beside the site, where such things do not belong. */
#include "paloalto-xml/target.h"

#include "base/buf.h"
#include "base/ctx.h"
#include "paloalto-xml/export.h"
#include "paloalto-xml/options.h"

/* Names above and below the scope count as well, and a list by itself does not say
 * whose it is: the whole configuration is needed, without what no base may hold. */
static const char without_secrets[] =
	"wanted: the configuration without its secrets, as `xmlstarlet ed -d //phash -d "
	"//private-key -d //pre-shared-key running-config.xml` makes it";

/* What shows the lists and nothing else; the words are those of "Use the CLI", PAN-OS
 * CLI quick start. */
static const char *needed(struct cv_ctx *ctx, const struct cv_paloalto_options *options)
{
	struct cv_buf out = CV_BUF_INIT;
	const char *text;

	if (cv_paloalto_names_scope(options))
		return without_secrets;
	cv_buf_text(&out, "save only what these show: `set cli config-output-format "
			  "xml`, `configure`");
	for (int list = 0; list < CV_PALOALTO_LIST_COUNT; list++) {
		const char *const *path = cv_paloalto_lists[list].path;

		cv_buf_text(&out,
			    list == CV_PALOALTO_RULE ? ", `show rulebase" : ", `show");
		for (; *path; path++)
			cv_buf_format(&out, " %s", *path);
		cv_buf_char(&out, '`');
	}
	text = cv_arena_text(ctx->arena, cv_buf_string(&out));
	cv_buf_deinit(&out);
	return text;
}

static bool refuse_secret(struct cv_base_reading *reading,
			  const struct cv_paloalto_tree *tree)
{
	reading->code = CV_F_BASE_SECRET;
	reading->error = cv_arena_format(
		reading->ctx->arena, "it holds a secret (<%s>), which has no place here",
		tree->secret);
	reading->error_at = tree->secret_at;
	return false;
}

bool cv_paloalto_base_read(struct cv_base_reading *reading)
{
	struct cv_export_reading *as_export =
		CV_NEW(reading->ctx->arena, struct cv_export_reading);
	struct cv_paloalto_config *config =
		CV_NEW(reading->ctx->arena, struct cv_paloalto_config);
	bool read;

	*as_export = (struct cv_export_reading){.ctx = reading->ctx,
						.bytes = reading->bytes,
						.size = reading->size,
						.options = reading->options};
	config->reading = as_export;
	read = cv_paloalto_config_load(config, NULL);
	reading->hint = needed(reading->ctx, reading->options);
	if (config->tree.secret)
		return refuse_secret(reading, &config->tree);
	reading->error = as_export->error;
	reading->error_at = as_export->error_at;
	reading->content = config;
	return read;
}
