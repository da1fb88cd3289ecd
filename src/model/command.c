#include "model/command.h"

#include <string.h>

#include "base/ctx.h"

bool cv_command_split(struct cv_ctx *ctx, const struct cv_row *row, bool is_command,
		      struct cv_text text, struct cv_text *program_out,
		      const char **arguments_out)
{
	const char *close;

	*program_out = text;
	*arguments_out = NULL;
	if (text.text[0] != '"') {
		const bool is_name = !strpbrk(text.text, "\\/<$%:");

		if ((is_command || is_name) && strchr(text.text, ' '))
			return cv_find(
				ctx, CV_F_BAD_PATH, text.at,
				"%s: put the program in double quotes, so that its "
				"arguments can be told from blanks in its path",
				cv_row_name(ctx, row));
		return true;
	}
	close = strchr(text.text + 1, '"');
	if (!close)
		return cv_find(ctx, CV_F_BAD_PATH, text.at,
			       "%s: the double quote before the program is never closed",
			       cv_row_name(ctx, row));
	if (close[1] != '\0' && close[1] != ' ')
		return cv_find(ctx, CV_F_BAD_PATH, text.at,
			       "%s: a blank must follow the quoted program",
			       cv_row_name(ctx, row));
	program_out->text =
		cv_arena_copy(ctx->arena, text.text + 1, (size_t)(close - text.text - 1));
	close++;
	while (*close == ' ')
		close++;
	if (*close)
		*arguments_out = cv_arena_text(ctx->arena, close);
	return true;
}
