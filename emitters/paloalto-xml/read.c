/* Reads the configuration document back: the path to the scope, and below it the lists in
 * the order in which they are loaded.  A last pass holds names and references against
 * what PAN-OS takes, and finds out what rules let through. */
#include "paloalto-xml/target.h"

#include <string.h>

#include "base/ctx.h"
#include "paloalto-xml/options.h"
#include "paloalto-xml/read.h"
#include "paloalto-xml/read_xml.h"

/* The elements between the scope and a list, the rulebase first. */
struct way {
	const char *elements[4];
};

static struct way way_of(const struct cv_paloalto_options *options,
			 enum cv_paloalto_list_id list)
{
	struct way way = {{NULL, NULL, NULL, NULL}};
	size_t count = 0;

	if (list == CV_PALOALTO_RULE)
		way.elements[count++] = cv_paloalto_rulebase(options);
	for (size_t i = 0; cv_paloalto_lists[list].path[i]; i++)
		way.elements[count++] = cv_paloalto_lists[list].path[i];
	return way;
}

/* From the element under the cursor, which is the first of the way, to the list. */
static bool read_way(struct cv_paloalto_cursor *outer, const char *const *elements,
		     enum cv_paloalto_list_id list)
{
	struct cv_paloalto_reader *reader = outer->reader;
	struct cv_paloalto_cursor cursor;

	if (!cv_paloalto_is_plain(outer, *elements))
		return cv_paloalto_refuse(reader->reading, reader->at,
					  "<%s> should stand here", *elements);
	if (!elements[1])
		return cv_paloalto_entries_read(reader, outer->node, outer->depth + 1,
						list) &&
		       cv_paloalto_advance(outer);
	return cv_paloalto_enter(&cursor, reader, outer->node, outer->depth + 1) &&
	       read_way(&cursor, elements + 1, list) && cv_paloalto_leave(&cursor) &&
	       cv_paloalto_advance(outer);
}

static bool read_lists(struct cv_paloalto_cursor *cursor)
{
	for (int list = 0; list < CV_PALOALTO_LIST_COUNT; list++) {
		const struct way way = way_of(cursor->reader->reading->options,
					      (enum cv_paloalto_list_id)list);

		if (cv_paloalto_is_plain(cursor, way.elements[0]) &&
		    !read_way(cursor, way.elements, (enum cv_paloalto_list_id)list))
			return false;
	}
	return cv_paloalto_leave(cursor);
}

static bool read_path(struct cv_paloalto_reader *reader,
		      const struct cv_paloalto_start *parent, unsigned depth,
		      const struct cv_paloalto_step *step)
{
	struct cv_paloalto_cursor cursor;
	const char *name, *wanted = step->name;

	if (!cv_paloalto_enter(&cursor, reader, parent, depth))
		return false;
	if (!step->element)
		return read_lists(&cursor);
	if (wanted) {
		if (!*wanted)
			wanted = cv_paloalto_scope(reader->reading->options);
		name = cv_paloalto_entry_name(&cursor);
		if (!name)
			return false;
		if (strcmp(name, wanted) != 0)
			return cv_paloalto_refuse(reader->reading, reader->at,
						  "the entry should be %s", wanted);
	} else if (!cv_paloalto_is_plain(&cursor, step->element)) {
		return cv_paloalto_refuse(reader->reading, reader->at,
					  "<%s> should stand here", step->element);
	}
	return read_path(reader, cursor.node, depth + 1, step + 1) &&
	       cv_paloalto_advance(&cursor) && cv_paloalto_leave(&cursor);
}

static bool read_document(struct cv_paloalto_reader *reader,
			  const struct cv_paloalto_start *root)
{
	struct cv_reading *reading = reader->reading;
	const struct cv_paloalto_options *options = reading->options;
	const char *wanted = cv_paloalto_version(options), *version, *urldb;

	if (!root || !cv_paloalto_is_word(root->name, "config"))
		return cv_paloalto_refuse(reading, 0, "<config> should be the document");
	version = cv_paloalto_attribute(root, 0, "version");
	urldb = cv_paloalto_attribute(root, 1, "urldb");
	if (!version || !urldb || root->count != 2 ||
	    strcmp(urldb, CV_PALOALTO_URLDB) != 0 ||
	    strncmp(version, wanted, strlen(wanted)) != 0 ||
	    strcmp(version + strlen(wanted), ".0") != 0)
		return cv_paloalto_refuse(reading, 0,
					  "the version should be %s.0 and the urldb %s",
					  wanted, CV_PALOALTO_URLDB);
	return read_path(reader, root, 1,
			 cv_paloalto_scopes[cv_paloalto_scope_kind(options)].path);
}

bool cv_paloalto_config_read(struct cv_reading *reading)
{
	return cv_paloalto_document_read(reading, read_document);
}
