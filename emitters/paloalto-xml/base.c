/* What a firewall holds already, for the plan.  Only the lists that we write are kept,
 * and a file with keys or password hashes in it is refused: it would lie beside the
 * site, where such things do not belong. */
#include "paloalto-xml/target.h"

#include "base/buf.h"
#include "base/ctx.h"
#include "paloalto-xml/export.h"
#include "paloalto-xml/options.h"

/* What shows the lists and nothing else; the words are those of "Use the CLI", PAN-OS
 * CLI quick start. */
static const char *needed(struct cv_ctx *ctx, const struct cv_paloalto_options *options)
{
	struct cv_buf out = CV_BUF_INIT;
	const char *text;

	cv_buf_text(&out, "save only what these show: `set cli config-output-format "
			  "xml`, `configure`");
	for (int list = 0; list < CV_PALOALTO_LIST_COUNT; list++) {
		if (!cv_paloalto_is_exported(list))
			continue;
		cv_buf_text(&out, ", `show ");
		if (cv_paloalto_is_shared(options))
			cv_buf_text(&out, "shared ");
		else if (cv_paloalto_names_scope(options))
			cv_buf_format(&out, "vsys %s ", cv_paloalto_scope(options));
		cv_buf_format(&out, "%s`", cv_paloalto_lists[list].name);
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
	struct cv_export_reading as_export = {.ctx = reading->ctx,
					      .bytes = reading->bytes,
					      .size = reading->size,
					      .options = reading->options};
	struct cv_paloalto_tree *tree =
		CV_NEW(reading->ctx->arena, struct cv_paloalto_tree);
	const bool read = cv_paloalto_export_parse(&as_export, tree) &&
			  cv_paloalto_export_check(&as_export, tree);

	/* A whole configuration is never what is wanted. */
	reading->hint = needed(reading->ctx, reading->options);
	if (tree->secret)
		return refuse_secret(reading, tree);
	reading->error = as_export.error;
	reading->error_at = as_export.error_at;
	reading->content = tree;
	return read;
}
