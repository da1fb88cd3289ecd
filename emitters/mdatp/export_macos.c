/* Reads a property list or a configuration profile as XML, or the listing of the command
 * line.  libxml2 builds the tree: no network, no entities but the five of XML. */
#include <stdint.h>
#include <string.h>

#include <libxml/parser.h>
#include <libxml/tree.h>

#include "base/ctx.h"
#include "mdatp/export.h"

struct export
{
	struct cv_export_reading *reading;
	struct cv_export_text text;
	const char *known; /* the begin of a line, and its number */
	long known_line;
};

/* Where the element's line begins: counted on from the line that was asked for before,
 * since they come in order. */
static size_t place_of(struct export *export, const xmlNode *node)
{
	const char *end = export->text.text + export->text.size;
	const long line = xmlGetLineNo(node);
	const char *at;

	if (!export->known || line < export->known_line) {
		export->known = export->text.text;
		export->known_line = 1;
	}
	for (; export->known_line < line; export->known_line++) {
		const char *stop =
			memchr(export->known, '\n', (size_t)(end - export->known));

		if (!stop)
			break;
		export->known = stop + 1;
	}
	for (at = export->known; at < end && strchr(" \t", *at); at++)
		continue;
	return cv_export_text_place(&export->text, (size_t)(at - export->text.text));
}

static bool is_called(const xmlNode *node, const char *name)
{
	return node && node->type == XML_ELEMENT_NODE &&
	       strcmp((const char *)node->name, name) == 0;
}

/* The element at `node` or behind it. */
static const xmlNode *element(const xmlNode *node)
{
	while (node && node->type != XML_ELEMENT_NODE)
		node = node->next;
	return node;
}

/* The text of a string or key, in the arena. */
static const char *text_of(struct export *export, const xmlNode *node)
{
	xmlChar *content = xmlNodeGetContent(node);
	const char *text = cv_arena_text(export->reading->ctx->arena,
					 content ? (const char *)content : "");

	xmlFree(content);
	return text;
}

/* The value behind a key of a dictionary, or NULL. */
static const xmlNode *member(struct export *export, const xmlNode *dict, const char *key)
{
	if (!is_called(dict, "dict"))
		return NULL;
	for (const xmlNode *node = element(dict->children); node;
	     node = element(node->next))
		if (is_called(node, "key") && strcmp(text_of(export, node), key) == 0)
			return element(node->next);
	return NULL;
}

static const char *string_member(struct export *export, const xmlNode *dict,
				 const char *key)
{
	const xmlNode *value = member(export, dict, key);

	return is_called(value, "string") ? text_of(export, value) : NULL;
}

static size_t count_keys(const xmlNode *dict)
{
	size_t count = 0;

	for (const xmlNode *node = element(dict->children); node;
	     node = element(node->next))
		count += is_called(node, "key");
	return count;
}

static void read_entry(struct export *export, const xmlNode *dict)
{
	struct cv_mdatp_found found = {.place = place_of(export, dict)};
	size_t known;

	found.type = string_member(export, dict, "$type");
	for (size_t i = 0; found.type && i < CV_MDATP_LISTS && !found.value; i++)
		if (strcmp(cv_mdatp_spellings[i].type, found.type) == 0)
			found.value =
				string_member(export, dict, cv_mdatp_spellings[i].key);
	found.is_folder = is_called(member(export, dict, "isDirectory"), "true");
	known = (found.type ? 1U : 0U) + (found.value ? 1U : 0U) +
		(member(export, dict, "isDirectory") ? 1U : 0U);
	found.is_odd = !is_called(dict, "dict") || count_keys(dict) != known;
	cv_mdatp_found_add(export->reading, &found);
}

static void read_settings(struct export *export, const xmlNode *dict)
{
	const xmlNode *list =
		member(export, member(export, dict, "antivirusEngine"), "exclusions");

	for (const xmlNode *node = list ? element(list->children) : NULL; node;
	     node = element(node->next))
		read_entry(export, node);
}

/* A profile holds the settings in a payload of Defender's domain; a bare property list
 * is the settings. */
static void read_top(struct export *export, const xmlNode *top)
{
	const xmlNode *payloads = member(export, top, "PayloadContent");

	if (!payloads) {
		read_settings(export, top);
		return;
	}
	for (const xmlNode *node = element(payloads->children); node;
	     node = element(node->next)) {
		const char *type = string_member(export, node, "PayloadType");

		if (type && strcmp(type, CV_MDATP_DOMAIN) == 0)
			read_settings(export, node);
	}
}

static bool read_document(struct export *export, xmlDoc *document)
{
	const xmlNode *root = document ? xmlDocGetRootElement(document) : NULL;
	const xmlNode *top = root ? element(root->children) : NULL;

	if (!is_called(root, "plist") || !is_called(top, "dict"))
		return cv_export_refuse(
			export->reading, 0,
			"no property list in XML (a binary one becomes so "
			"by `plutil -convert xml1`)");
	if (document->intSubset && document->intSubset->children)
		return cv_export_refuse(export->reading, 0,
					"the document defines entities of its own");
	read_top(export, top);
	return true;
}

bool cv_mdatp_macos_read_export(struct cv_export_reading *reading)
{
	const int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
			    XML_PARSE_BIG_LINES;
	struct export export = {.reading = reading};
	const char *at;
	xmlDoc *document;
	bool fine;

	reading->shows = CV_ENTRY_EXCLUSION;
	/* A binary property list is no text at all. */
	if (reading->size >= 6 && memcmp(reading->bytes, "bplist", 6) == 0)
		return read_document(&export, NULL);
	if (!cv_export_text_open(reading, &export.text))
		return false;
	at = export.text.text + strspn(export.text.text, " \t\r\n");
	if (*at != '<')
		return cv_mdatp_read_listing(reading, &export.text);
	if (export.text.size > INT32_MAX)
		return cv_export_refuse(reading, 0, "the property list is too large");
	document = xmlReadMemory(export.text.text, (int)export.text.size, "export",
				 "UTF-8", options);
	fine = read_document(&export, document);
	xmlFreeDoc(document);
	return fine;
}
