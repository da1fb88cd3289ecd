/* libxml2, which brings ICU and the library of C++ along: most of what a start took. */
#include <stdlib.h>
#include <string.h>

#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/tree.h>
#include <libxml/xmlerror.h>
#include <libxml/xmlmemory.h>

#include "base/library.h"
#include "base/memory.h"

#define WHAT "XML and HTML"

/* Left to itself it drops the rest of a document for which there is no memory, and what
 * was read would be taken for the whole. */
static void guard(void)
{
	xmlMemSetup(free, cv_memory_give, cv_memory_give_more, cv_memory_give_text);
}

static struct cv_library xml = {.file = CV_LIBXML2, .what = WHAT, .loaded = guard};

CV_LIBRARY_NOTE(note, CV_LIBXML2, WHAT);

#define FUNCTION(...) CV_LIBRARY_FUNCTION(xml, __VA_ARGS__)
#define PROCEDURE(...) CV_LIBRARY_PROCEDURE(xml, __VA_ARGS__)

FUNCTION(htmlParserCtxtPtr, htmlCreateMemoryParserCtxt, (const char *bytes, int size),
	 (bytes, size))
FUNCTION(int, htmlCtxtUseOptions, (htmlParserCtxtPtr parser, int options),
	 (parser, options))
FUNCTION(const htmlEntityDesc *, htmlEntityLookup, (const xmlChar *name), (name))
PROCEDURE(htmlFreeParserCtxt, (htmlParserCtxtPtr parser), (parser))
FUNCTION(int, htmlParseDocument, (htmlParserCtxtPtr parser), (parser))
FUNCTION(const htmlElemDesc *, htmlTagLookup, (const xmlChar *name), (name))
FUNCTION(long, xmlByteConsumed, (xmlParserCtxtPtr parser), (parser))
PROCEDURE(xmlCleanupParser, (void), ())
FUNCTION(xmlParserCtxtPtr, xmlCreateMemoryParserCtxt, (const char *bytes, int size),
	 (bytes, size))
FUNCTION(int, xmlCtxtUseOptions, (xmlParserCtxtPtr parser, int options),
	 (parser, options))
FUNCTION(xmlNodePtr, xmlDocGetRootElement, (const xmlDoc *document), (document))
PROCEDURE(xmlFreeDoc, (xmlDocPtr document), (document))
PROCEDURE(xmlFreeNode, (xmlNodePtr node), (node))
PROCEDURE(xmlFreeParserCtxt, (xmlParserCtxtPtr parser), (parser))
FUNCTION(long, xmlGetLineNo, (const xmlNode *node), (node))
FUNCTION(xmlChar *, xmlGetNoNsProp, (const xmlNode *node, const xmlChar *name),
	 (node, name))
PROCEDURE(xmlInitParser, (void), ())
FUNCTION(int, xmlMemSetup,
	 (xmlFreeFunc end, xmlMallocFunc give, xmlReallocFunc more, xmlStrdupFunc text),
	 (end, give, more, text))
FUNCTION(xmlChar *, xmlNodeGetContent, (const xmlNode *node), (node))
FUNCTION(int, xmlParseDocument, (xmlParserCtxtPtr parser), (parser))
FUNCTION(xmlDocPtr, xmlReadMemory,
	 (const char *bytes, int size, const char *url, const char *encoding,
	  int options),
	 (bytes, size, url, encoding, options))
PROCEDURE(xmlResetLastError, (void), ())
PROCEDURE(xmlStopParser, (xmlParserCtxtPtr parser), (parser))
FUNCTION(int, xmlSwitchEncoding, (xmlParserCtxtPtr parser, xmlCharEncoding encoding),
	 (parser, encoding))
PROCEDURE(xmlUnlinkNode, (xmlNodePtr node), (node))

void cv_library_xml_end(void)
{
	if (xml.handle)
		xmlCleanupParser();
}
