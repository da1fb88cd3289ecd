/* Variables of a dialect, written out. */
#include <string.h>
#include <strings.h>

#include "base/ctx.h"
#include "model/dialect.h"

const char *cv_dialect_expanded(struct cv_ctx *ctx, const struct cv_dialect *dialect,
				const char *path)
{
	const struct cv_variable *variable = dialect->variables;

	if (!variable || path[0] != '%')
		return path;
	for (; variable->name; variable++) {
		const size_t size = strlen(variable->name);

		if (strncasecmp(path, variable->name, size) != 0 ||
		    (path[size] && path[size] != '\\'))
			continue;
		/* A drive alone ends with its separator, a folder does not. */
		if (!path[size] || !path[size + 1])
			return strchr(variable->path, '\\')
				       ? variable->path
				       : cv_arena_format(ctx->arena, "%s\\",
							 variable->path);
		return cv_arena_format(ctx->arena, "%s%s", variable->path, path + size);
	}
	return path;
}
