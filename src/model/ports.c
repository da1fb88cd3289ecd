/* Ports as text.  What a page may write is narrow on purpose: a sign, a leading
 * zero or a word would be read in different ways by what comes behind us. */
#include "model/sets.h"

#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"

/* One port at `text`; `*size_out` is how many bytes belong to it. */
static bool parse_port(const char *text, size_t size, uint16_t *port_out,
		       const char **why_out)
{
	unsigned long port = 0;

	*why_out = "a port is missing";
	if (size == 0)
		return false;
	*why_out = "a port has no sign";
	if (text[0] == '+' || text[0] == '-')
		return false;
	*why_out = "a port is digits only";
	for (size_t i = 0; i < size; i++)
		if (text[i] < '0' || text[i] > '9')
			return false;
	*why_out = "a port has no leading zero";
	if (size > 1 && text[0] == '0')
		return false;
	*why_out = "ports end at 65535";
	if (size > 5)
		return false;
	for (size_t i = 0; i < size; i++)
		port = port * 10 + (unsigned)(text[i] - '0');
	if (port > UINT16_MAX)
		return false;
	*why_out = "ports begin at 1";
	*port_out = (uint16_t)port;
	return port > 0;
}

/* A port or a range. */
static bool parse_item(const char *text, size_t size, struct cv_port_range *range_out,
		       const char **why_out)
{
	const char *dash = size > 1 ? memchr(text + 1, '-', size - 1) : NULL;
	const size_t low = dash ? (size_t)(dash - text) : size;

	if (!parse_port(text, low, &range_out->first, why_out))
		return false;
	range_out->last = range_out->first;
	if (!dash)
		return true;
	if (!parse_port(dash + 1, size - low - 1, &range_out->last, why_out))
		return false;
	*why_out = "the range descends: write the lower port first";
	return range_out->first <= range_out->last;
}

bool cv_ports_parse(struct cv_ctx *ctx, const char *text,
		    const struct cv_ports **ports_out, const char **why_out,
		    const char **bad_out, size_t *bad_size_out)
{
	struct cv_port_range local[32], *ranges = local;
	size_t count = 1, filled = 0;
	const char *at = text;

	for (const char *c = text; (c = strchr(c, ',')); c++)
		count++;
	if (count > sizeof local / sizeof *local)
		ranges = CV_NEW_ARRAY(ctx->arena, count, struct cv_port_range);
	for (;;) {
		const size_t size = strcspn(at, ",");

		if (!parse_item(at, size, &ranges[filled], why_out)) {
			*bad_out = size ? at : text;
			*bad_size_out = size ? size : strlen(text);
			return false;
		}
		filled++;
		at += size;
		if (*at == '\0')
			break;
		at++;
		if (*at == ' ')
			at++;
	}
	*ports_out = cv_ports_make(ctx, ranges, filled);
	return true;
}

void cv_ports_format(struct cv_buf *out, const struct cv_ports *ports)
{
	for (size_t i = 0; i < ports->count; i++) {
		const struct cv_port_range range = ports->ranges[i];

		if (i > 0)
			cv_buf_char(out, ',');
		cv_buf_number(out, range.first);
		if (range.first == range.last)
			continue;
		cv_buf_char(out, '-');
		cv_buf_number(out, range.last);
	}
}
