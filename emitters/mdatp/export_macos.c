/* Reads a property list or a configuration profile as XML, or the listing of the command
 * line.  libxml2 builds the tree: no network, no entities but the five of XML. */
#include <string.h>

#include "base/ctx.h"
#include "export_tree.h"
#include "mdatp/export.h"

/* The value behind a key of a dictionary, or NULL. */
static const xmlNode *member(struct cv_export_tree *export, const xmlNode *dict,
			     const char *key)
{
	if (!cv_xml_is(dict, "dict"))
		return NULL;
	for (const xmlNode *node = cv_xml_element(dict->children); node;
	     node = cv_xml_element(node->next))
		if (cv_xml_is(node, "key") &&
		    strcmp(cv_xml_text(export->reading->ctx, node), key) == 0)
			return cv_xml_element(node->next);
	return NULL;
}

static const char *string_member(struct cv_export_tree *export, const xmlNode *dict,
				 const char *key)
{
	const xmlNode *value = member(export, dict, key);

	return cv_xml_is(value, "string") ? cv_xml_text(export->reading->ctx, value)
					  : NULL;
}

static size_t count_keys(const xmlNode *dict)
{
	size_t count = 0;

	for (const xmlNode *node = cv_xml_element(dict->children); node;
	     node = cv_xml_element(node->next))
		count += cv_xml_is(node, "key");
	return count;
}

static void read_entry(struct cv_export_tree *export, const xmlNode *dict)
{
	struct cv_mdatp_found found = {.place = cv_export_tree_place(export, dict)};
	size_t known;

	found.type = string_member(export, dict, "$type");
	for (size_t i = 0; found.type && i < CV_MDATP_LISTS && !found.value; i++)
		if (strcmp(cv_mdatp_spellings[i].type, found.type) == 0)
			found.value =
				string_member(export, dict, cv_mdatp_spellings[i].key);
	found.is_folder = cv_xml_is(member(export, dict, "isDirectory"), "true");
	known = (found.type ? 1U : 0U) + (found.value ? 1U : 0U) +
		(member(export, dict, "isDirectory") ? 1U : 0U);
	found.is_odd = !cv_xml_is(dict, "dict") || count_keys(dict) != known;
	cv_mdatp_found_add(export->reading, &found);
}

static void read_settings(struct cv_export_tree *export, const xmlNode *dict)
{
	const xmlNode *list =
		member(export, member(export, dict, "antivirusEngine"), "exclusions");

	for (const xmlNode *node = list ? cv_xml_element(list->children) : NULL; node;
	     node = cv_xml_element(node->next))
		read_entry(export, node);
}

/* A profile holds the settings in a payload of Defender's domain; a bare property list
 * is the settings. */
static void read_top(struct cv_export_tree *export, const xmlNode *top)
{
	const xmlNode *payloads = member(export, top, "PayloadContent");

	if (!payloads) {
		read_settings(export, top);
		return;
	}
	for (const xmlNode *node = cv_xml_element(payloads->children); node;
	     node = cv_xml_element(node->next)) {
		const char *type = string_member(export, node, "PayloadType");

		if (type && strcmp(type, CV_MDATP_DOMAIN) == 0)
			read_settings(export, node);
	}
}

static bool read_document(struct cv_export_tree *export, xmlDoc *document)
{
	const xmlNode *root = document ? xmlDocGetRootElement(document) : NULL;
	const xmlNode *top = root ? cv_xml_element(root->children) : NULL;

	if (!cv_xml_is(root, "plist") || !cv_xml_is(top, "dict"))
		return cv_export_refuse(
			export->reading, 0,
			"no property list in XML (a binary one becomes so "
			"by `plutil -convert xml1`)");
	if (cv_export_tree_defines(document))
		return cv_export_refuse(export->reading, 0,
					"the document defines entities of its own");
	read_top(export, top);
	return true;
}

bool cv_mdatp_macos_read_export(struct cv_export_reading *reading)
{
	struct cv_export_tree export = {.reading = reading};
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
	document = cv_export_tree_parse(&export);
	fine = read_document(&export, document);
	xmlFreeDoc(document);
	return fine;
}
