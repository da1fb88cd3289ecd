/* Lexical types of the network: ports, protocols, addresses, host names and URL
 * patterns.  A port cell is the most dangerous one of a page: what is not a number, a
 * range or one of two words is refused and never guessed at. */
#include "model/lexical.h"

#include <string.h>

#include <idn2.h>

#include "base/ctx.h"
#include "base/utf8.h"
#include "model/policy.h"
#include "model/sets.h"

static const char *const port_words[] = {"any", "dynamic"};

static bool bad_port(struct cv_ctx *ctx, struct cv_text value, const char *part,
		     size_t size, const char *why)
{
	struct cv_finding *finding = cv_find_more(
		ctx, CV_F_BAD_PORT, cv_text_part(ctx, &value, part, size),
		"`%s` is not a port: %s", cv_shown_part(ctx, part, size), why);

	cv_suggest(ctx, finding, cv_arena_copy(ctx->arena, part, size), port_words, 2);
	if (size == 1 && *part == '*')
		finding->hint = "did you mean any?";
	return false;
}

/* `${name}`, whatever it stands for: that is checked where its value is. */
static bool is_parameter(const char *item, size_t size)
{
	return size > 3 && strncmp(item, "${", 2) == 0 && item[size - 1] == '}' &&
	       !memchr(item, ' ', size) && memchr(item, '}', size) == item + size - 1;
}

static bool check_port_item(struct cv_ctx *ctx, struct cv_text value, const char *item,
			    size_t size)
{
	const char *copy, *why, *bad;
	const struct cv_ports *ports;
	size_t bad_size;

	if (is_parameter(item, size))
		return true;
	if (size == 0)
		return bad_port(ctx, value, value.text, strlen(value.text),
				"an item of the list is empty");
	copy = cv_arena_copy(ctx->arena, item, size);
	if (strcmp(copy, "any") == 0 || strcmp(copy, "dynamic") == 0)
		return bad_port(ctx, value, item, size,
				"the word stands alone or in a list of its own");
	return cv_ports_parse(ctx, copy, &ports, &why, &bad, &bad_size) ||
	       bad_port(ctx, value, item, size, why);
}

static bool check_ports(struct cv_ctx *ctx, struct cv_text value)
{
	const char *item = value.text, *why, *bad;
	const struct cv_ports *ports;
	size_t bad_size;
	bool ok = true;

	if (item[strspn(item, " ")] == '\0' || strcmp(item, "\xC2\xA0") == 0)
		return cv_find(ctx, CV_F_EMPTY_PORT, value.at,
			       "the port cell is empty; it is never taken for any");
	if (strcmp(item, "any") == 0 || strcmp(item, "dynamic") == 0)
		return true;
	if (cv_lexical_is_leftover(ctx, value))
		return false;
	/* The usual case, without a copy. */
	if (!strchr(item, '$') &&
	    cv_ports_parse(ctx, item, &ports, &why, &bad, &bad_size))
		return true;
	for (;;) {
		const size_t size = strcspn(item, ",");

		ok = check_port_item(ctx, value, item, size) && ok;
		if (item[size] == '\0')
			return ok;
		item += size + 1;
		if (*item == ' ')
			item++;
	}
}

static bool check_number(const char *text, unsigned most)
{
	unsigned number = 0;

	if (!cv_lexical_is_made_of(text, cv_lexical_digits) || strlen(text) > 3 ||
	    (text[0] == '0' && text[1]))
		return false;
	for (; *text; text++)
		number = number * 10 + (unsigned)(*text - '0');
	return number <= most;
}

static bool check_protocol(struct cv_ctx *ctx, struct cv_text value)
{
	static const char *const words[] = {"tcp",  "udp",    "tcp+udp", "sctp",
					    "icmp", "icmpv6", "esp",     "ah"};
	const size_t count = sizeof words / sizeof *words;
	struct cv_finding *finding;

	for (size_t i = 0; i < count; i++)
		if (strcmp(words[i], value.text) == 0)
			return true;
	if (check_number(value.text, 255))
		return true;
	if (cv_lexical_is_leftover(ctx, value))
		return false;
	finding = cv_find_more(
		ctx, CV_F_BAD_PROTOCOL, value.at,
		"`%s` is not a protocol: tcp, udp, tcp+udp, sctp, icmp, icmpv6, "
		"esp, ah, or a number from 0 to 255",
		cv_shown(ctx, value.text));
	cv_suggest(ctx, finding, value.text, words, count);
	return false;
}

static bool check_icmp_type(struct cv_ctx *ctx, struct cv_text value)
{
	return check_number(value.text, 255) ||
	       cv_find(ctx, CV_F_BAD_VALUE, value.at,
		       "`%s` is no ICMP type: a number from 0 to 255",
		       cv_shown(ctx, value.text));
}

static bool check_address(struct cv_ctx *ctx, struct cv_text value)
{
	struct cv_range range;
	uint8_t family;
	const char *why = "";
	struct cv_finding *finding;

	if (cv_range_parse(value.text, &family, &range, &why))
		return true;
	finding = cv_find_more(ctx, CV_F_BAD_ADDRESS, value.at,
			       "`%s` is not an address: %s", cv_shown(ctx, value.text),
			       why);
	if (!strchr(value.text, ':') && strpbrk(value.text, "ghijklmnopqrstuvwxyz"))
		finding->hint = "a host name stands under `fqdn`";
	return false;
}

/* One label in ASCII; why it is none, or NULL. */
static const char *label_problem(const char *label, size_t size)
{
	if (size == 0)
		return "a part between two dots is empty";
	if (size > 63)
		return "a part between two dots has more than 63 bytes";
	if (label[0] == '-' || label[size - 1] == '-')
		return "a part begins or ends with a hyphen";
	if (strspn(label, cv_lexical_word) < size)
		return "it holds what no host name may hold";
	return NULL;
}

static const char *labels_problem(const char *host, bool wildcards)
{
	size_t names = 0;

	if (strlen(host) > 253)
		return "it has more than 253 bytes";
	for (;;) {
		const size_t size = strcspn(host, ".");
		const bool star = wildcards && size == 1 && *host == '*';
		const char *why = star ? NULL : label_problem(host, size);

		if (why)
			return why;
		names += !star;
		if (host[size] == '\0')
			break;
		host += size + 1;
	}
	return names ? NULL : "it names no host at all";
}

/* Names beyond ASCII are checked in the form that goes over the wire, and without the
 * mapping that would drop or change characters on the way there: the name that goes
 * into artefacts is the one that was written. */
static const char *host_problem(const char *host, bool wildcards)
{
	uint8_t *ascii = NULL;
	const char *why;
	bool plain = true;
	int result;

	for (const char *c = host; *c; c++)
		plain = plain && (unsigned char)*c < 0x80;
	if (plain)
		return labels_problem(host, wildcards);
	result = idn2_lookup_u8((const uint8_t *)host, &ascii, IDN2_NO_TR46);
	if (result == IDN2_MALLOC)
		cv_out_of_memory();
	if (result != IDN2_OK)
		return idn2_strerror(result);
	why = labels_problem((const char *)ascii, wildcards);
	idn2_free(ascii);
	return why;
}

static bool check_host(struct cv_ctx *ctx, struct cv_text value)
{
	const char *why = host_problem(value.text, false);
	const char *last = strrchr(value.text, '.');
	struct cv_finding *finding;

	if (cv_lexical_is_leftover(ctx, value))
		return false;
	if (!why &&
	    cv_lexical_is_made_of(last ? last + 1 : value.text, cv_lexical_digits))
		why = "its last part is a number, as in an address";
	if (!why)
		return true;
	finding = cv_find_more(ctx, CV_F_BAD_HOST_NAME, value.at,
			       "`%s` is not a host name: %s", cv_shown(ctx, value.text),
			       why);
	if (strchr(value.text, '*'))
		finding->hint = "a wildcard has no addresses; name the host";
	return false;
}

/* From the path's slash on. */
static const char *path_problem(const char *path)
{
	const size_t size = strlen(path);
	size_t length;

	for (size_t at = 0; at < size; at += length) {
		const uint32_t c = cv_utf8_decode(path + at, size - at, &length);

		if (c == ' ' || c == 0xA0)
			return "it holds a blank";
		if (cv_is_control(c) || cv_is_invisible(c))
			return "it holds a control or invisible character";
		if ((c < 0x80 && strchr("\"'`\\<>", (int)c)) ||
		    (c >= 0x2018 && c <= 0x201F))
			return "it holds a quote, a backslash or an angle bracket";
	}
	return NULL;
}

static const char *url_problem(struct cv_ctx *ctx, const char *url)
{
	const char *host = url, *port, *path, *why, *bad;
	const struct cv_ports *ports;
	size_t size, bad_size;

	if (strstr(url, "://")) {
		if (strncmp(url, "http://", 7) == 0)
			host += 7;
		else if (strncmp(url, "https://", 8) == 0)
			host += 8;
		else
			return "its scheme is neither http nor https";
	}
	why = path_problem(url);
	if (why)
		return why;
	size = strcspn(host, ":/");
	if (size == 0)
		return "the host is missing";
	why = host_problem(cv_arena_copy(ctx->arena, host, size), true);
	if (why)
		return why;
	port = host + size;
	path = strchr(port, '/');
	if (*port != ':')
		return NULL;
	size = path ? (size_t)(path - port - 1) : strlen(port + 1);
	if (memchr(port + 1, ',', size) || memchr(port + 1, '-', size))
		return "a URL has one port";
	return cv_ports_parse(ctx, cv_arena_copy(ctx->arena, port + 1, size), &ports,
			      &why, &bad, &bad_size)
		       ? NULL
		       : why;
}

static bool check_url(struct cv_ctx *ctx, struct cv_text value)
{
	const char *why;

	if (cv_lexical_is_leftover(ctx, value))
		return false;
	why = url_problem(ctx, value.text);
	return !why ||
	       cv_find(ctx, CV_F_BAD_URL, value.at,
		       "`%s` is not a URL pattern, as https://*.example.com/path: %s",
		       cv_shown(ctx, value.text), why);
}

#define PORT \
	"([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|" \
	"6553[0-5])"
#define PORTS "(" PORT "(-" PORT ")?|\\$\\{[^ }]+\\})"
#define BYTE "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
#define ADDRESS "(" BYTE "(\\." BYTE "){3}|[0-9a-fA-F]{0,4}:[0-9a-fA-F:.]*)"

const struct cv_lexical cv_lex_ports = {
	.name = "a port, a range or a list of them",
	.check = check_ports,
	.pattern = "^(any|dynamic|" PORTS "(, ?" PORTS ")*)$",
	.least = 1,
	.most = UINT16_MAX,
};
const struct cv_lexical cv_lex_protocol = {
	.name = "a protocol",
	.check = check_protocol,
	.pattern = "^(tcp|udp|tcp\\+udp|sctp|icmp|icmpv6|esp|ah|" BYTE ")$",
	.most = UINT8_MAX,
};
const struct cv_lexical cv_lex_icmp_type = {
	.name = "an ICMP type",
	.check = check_icmp_type,
	.pattern = "^" BYTE "$",
	.most = UINT8_MAX,
};
const struct cv_lexical cv_lex_address = {
	.name = "an address, a network or a range",
	.check = check_address,
	.pattern = "^" ADDRESS "(/[0-9]{1,3}|-" ADDRESS ")?$",
};
/* Any letter beyond ASCII, and of ASCII what names are made of. */
const struct cv_lexical cv_lex_host = {
	.name = "a host name",
	.check = check_host,
	.pattern = "^[^\\u0000-,/:-@\\[-\\^`{-\\u007F]+$",
};
const struct cv_lexical cv_lex_url = {
	.name = "a URL pattern",
	.check = check_url,
	.pattern = "^(https?://)?[^ /:\\u00A0]+(:[0-9]+)?(/[^ \\u00A0]*)?$",
};
