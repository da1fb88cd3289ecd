/* Whatever is quoted comes back byte by byte from a parser that is not the emitter's; or
 * where a format cannot hold it, as something else and never as more than one value. */
#include <string.h>

#include <csv.h>
#include <jansson.h>
#include <libxml/parser.h>

#include "base/json.h"
#include "base/utf8.h"
#include "csv_quote.h"
#include "fuzz.h"
#include "json_spelled.h"
#include "lines_write.h"
#include "mdatp/write.h"
#include "paloalto-set/cli_quote.h"
#include "powershell_quote.h"
#include "powershell_read.h"
#include "xml_quote.h"

static bool is_utf8(const char *text)
{
	const size_t size = strlen(text);
	size_t length;

	for (size_t at = 0; at < size; at += length)
		if (cv_utf8_decode(text + at, size - at, &length) == 0)
			return false;
	return true;
}

static bool is_printable(const char *text)
{
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			return false;
	return true;
}

static bool has_control(const char *text)
{
	const size_t size = strlen(text);
	size_t length;

	for (size_t at = 0; at < size; at += length)
		if (cv_is_control(cv_utf8_decode(text + at, size - at, &length)))
			return true;
	return false;
}

/* ---- CSV, by libcsv ---- */

struct cells {
	struct cv_buf first;
	size_t count, records;
};

static void take_cell(void *text, size_t size, void *user)
{
	struct cells *cells = user;

	if (cells->count++ == 0)
		cv_buf_add(&cells->first, text, size);
}

static void take_record(int end, void *user)
{
	(void)end;
	((struct cells *)user)->records++;
}

static void check_csv(const char *text)
{
	struct cv_buf out = CV_BUF_INIT;
	struct cells cells = {CV_BUF_INIT, 0, 0};
	struct csv_parser parser;

	cv_csv_quote(&out, text);
	cv_buf_text(&out, ",end\r\n");
	FUZZ_CHECK(csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) == 0);
	FUZZ_CHECK(csv_parse(&parser, out.data, out.size, take_cell, take_record,
			     &cells) == out.size);
	FUZZ_CHECK(csv_fini(&parser, take_cell, take_record, &cells) == 0);
	csv_free(&parser);
	FUZZ_CHECK(cells.count == 2 && cells.records == 1);
	FUZZ_CHECK(strcmp(cv_buf_string(&cells.first), text) == 0);
	cv_buf_deinit(&cells.first);
	cv_buf_deinit(&out);
}

/* ---- XML, by libxml2 ---- */

/* The text between two tags, and the same in an attribute. */
static void check_document(const struct cv_buf *quoted, const char *text, bool is_exact,
			   bool is_attribute)
{
	struct cv_buf out = CV_BUF_INIT;
	xmlDocPtr document;
	xmlNodePtr root;
	xmlChar *content;

	cv_buf_format(&out, is_attribute ? "<a b=\"%s\"/>" : "<a>%s</a>",
		      cv_buf_string(quoted));
	document = xmlReadMemory(out.data, (int)out.size, NULL, NULL,
				 XML_PARSE_NONET | XML_PARSE_NOERROR |
					 XML_PARSE_NOWARNING | XML_PARSE_HUGE);
	FUZZ_CHECK(document);
	root = xmlDocGetRootElement(document);
	content = is_attribute ? xmlGetProp(root, BAD_CAST "b") : xmlNodeGetContent(root);
	FUZZ_CHECK(content);
	FUZZ_CHECK(is_attribute || !root->children || !root->children->next);
	FUZZ_CHECK((strcmp((const char *)content, text) == 0) == is_exact);
	xmlFree(content);
	xmlFreeDoc(document);
	cv_buf_deinit(&out);
}

/* Whether XML 1.0 can hold the text (2.2, Char). */
static bool is_xml(const char *text)
{
	const size_t size = strlen(text);
	size_t length;

	for (size_t at = 0; at < size; at += length) {
		const uint32_t c = cv_utf8_decode(text + at, size - at, &length);

		if ((c < ' ' && c != '\t' && c != '\n' && c != '\r') || c == 0xFFFE ||
		    c == 0xFFFF)
			return false;
	}
	return true;
}

static void check_xml(const char *text)
{
	struct cv_buf out = CV_BUF_INIT;

	cv_xml_quote(&out, text, strlen(text));
	FUZZ_CHECK(is_printable(cv_buf_string(&out)));
	check_document(&out, text, is_xml(text), false);
	check_document(&out, text, is_xml(text), true);
	cv_buf_deinit(&out);
}

static void check_line_xml(const char *text)
{
	struct cv_buf out = CV_BUF_INIT;

	cv_line_quote(&out, CV_LINE_XML, text);
	FUZZ_CHECK(!strchr(cv_buf_string(&out), '\n'));
	check_document(&out, text, is_utf8(text) && !has_control(text), false);
	cv_buf_deinit(&out);
}

/* ---- PowerShell ---- */

static void check_powershell(const char *text)
{
	struct cv_ctx ctx;
	struct cv_buf out = CV_BUF_INIT;
	struct cv_reading reading = {.ctx = &ctx};
	struct cv_powershell script;
	const char *value = NULL;
	bool ok;

	cv_ctx_open(&ctx);
	cv_powershell_quote(&out, text);
	FUZZ_CHECK(is_printable(cv_buf_string(&out)));
	cv_buf_text(&out, ",end");
	reading.bytes = cv_buf_string(&out);
	reading.size = out.size;
	script = cv_powershell_open(&reading);
	ok = cv_powershell_read_literal(&script, &value);
	FUZZ_CHECK(ok || !is_utf8(text));
	if (ok) {
		FUZZ_CHECK((strcmp(value, text) == 0) == is_utf8(text));
		FUZZ_CHECK(cv_powershell_take(&script, ",end"));
		FUZZ_CHECK(script.at == script.end);
	}
	cv_powershell_close(&script);
	cv_buf_deinit(&out);
	cv_powershell_quote_comment(&out, text);
	FUZZ_CHECK(is_printable(cv_buf_string(&out)));
	FUZZ_CHECK((strcmp(cv_buf_string(&out), text) == 0) == is_printable(text));
	cv_buf_deinit(&out);
	cv_ctx_close(&ctx);
}

/* ---- JSON, by jansson ---- */

static void check_json(const char *text)
{
	struct cv_buf out = CV_BUF_INIT, spelled = CV_BUF_INIT;
	const char *at;
	json_t *value;

	cv_json_quote(&out, text);
	FUZZ_CHECK(!strpbrk(cv_buf_string(&out), "\n\r"));
	value = json_loadb(out.data, out.size, JSON_DECODE_ANY, NULL);
	FUZZ_CHECK(!value == !is_utf8(text));
	if (value) {
		FUZZ_CHECK(strcmp(json_string_value(value), text) == 0);
		at = out.data;
		FUZZ_CHECK(cv_json_spelled_string(&at, out.data + out.size, &spelled));
		FUZZ_CHECK(at == out.data + out.size);
		FUZZ_CHECK(strcmp(cv_buf_string(&spelled), text) == 0);
	}
	json_decref(value);
	cv_buf_deinit(&spelled);
	cv_buf_deinit(&out);
}

/* ---- shells ---- */

/* What a POSIX shell makes of one word of '...' and \' (2.2.1 and 2.2.2); false where it
 * is more than that. */
static bool unquote_shell(const char *word, struct cv_buf *value)
{
	while (*word) {
		const char *end;

		if (word[0] == '\\' && word[1] == '\'') {
			cv_buf_char(value, '\'');
			word += 2;
			continue;
		}
		end = *word == '\'' ? strchr(word + 1, '\'') : NULL;
		if (!end)
			return false;
		cv_buf_add(value, word + 1, (size_t)(end - word - 1));
		word = end + 1;
	}
	return true;
}

static void check_shell(const char *text)
{
	struct cv_buf out = CV_BUF_INIT, value = CV_BUF_INIT;

	cv_sh_quote(&out, text);
	FUZZ_CHECK(unquote_shell(cv_buf_string(&out), &value));
	FUZZ_CHECK(strcmp(cv_buf_string(&value), text) == 0);
	cv_buf_deinit(&value);
	cv_buf_deinit(&out);
	cv_line_quote(&out, CV_LINE_SHELL, text);
	FUZZ_CHECK(!has_control(cv_buf_string(&out)));
	FUZZ_CHECK(unquote_shell(cv_buf_string(&out), &value));
	FUZZ_CHECK((strcmp(cv_buf_string(&value), text) == 0) ==
		   (is_utf8(text) && !has_control(text)));
	cv_buf_deinit(&value);
	cv_buf_deinit(&out);
}

static void check_raw(const char *text)
{
	struct cv_buf out = CV_BUF_INIT;

	cv_line_quote(&out, CV_LINE_RAW, text);
	FUZZ_CHECK(is_utf8(cv_buf_string(&out)) && !has_control(cv_buf_string(&out)));
	FUZZ_CHECK((strcmp(cv_buf_string(&out), text) == 0) ==
		   (is_utf8(text) && !has_control(text)));
	cv_buf_deinit(&out);
}

/* ---- the command line of PAN-OS ---- */

static void check_cli(const char *text)
{
	struct cv_buf out = CV_BUF_INIT;
	const char *word;
	size_t size;

	cv_cli_quote(&out, text);
	word = cv_buf_string(&out);
	size = strlen(word);
	FUZZ_CHECK(is_printable(word) && size > 0);
	if (word[0] != '"') {
		FUZZ_CHECK(!strpbrk(word, " \"\\'?;|<>$`"));
		FUZZ_CHECK(strcmp(word, text) == 0);
	} else {
		FUZZ_CHECK(size >= 2 && strchr(word + 1, '"') == word + size - 1);
		FUZZ_CHECK((strlen(text) == size - 2 &&
			    memcmp(word + 1, text, size - 2) == 0) ==
			   (is_printable(text) && !strchr(text, '"')));
	}
	cv_buf_deinit(&out);
}

void fuzz_run_quotes(const struct fuzz_job *job, struct fuzz_input *input)
{
	static void (*const checks[])(const char *) = {
		check_csv,  check_xml,   check_line_xml, check_powershell,
		check_json, check_shell, check_raw,      check_cli,
	};
	struct cv_arena *arena = cv_arena_open();
	void (*check)(const char *) =
		checks[fuzz_below(input, sizeof checks / sizeof *checks)];

	(void)job;
	check(fuzz_text(input, arena));
	cv_arena_close(arena);
}
