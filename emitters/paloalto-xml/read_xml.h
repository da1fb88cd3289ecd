#pragma once
/* What the readers of our XML share. */

#include <stdbool.h>

#include "base/table.h"
#include "paloalto-xml/facts.h"
#include "paloalto-xml/read.h"

struct cv_paloalto_events;
struct cv_reading;

struct cv_paloalto_reader {
	struct cv_reading *reading;
	size_t at;              /* where the element under the walk begins */
	struct cv_arena *arena; /* of the reading */
	struct cv_paloalto_events *events;
	struct cv_paloalto_objects objects;
	struct cv_table attributes; /* of struct cv_attribute: of the object under the
				       walk; its room serves them all */
};

enum { CV_PALOALTO_XML_ATTRIBUTES = 4 }; /* no element of ours has more */

/* What a start tag says.  The values of attributes last until the walk goes on. */
struct cv_paloalto_start {
	struct cv_paloalto_stretch name;
	size_t count;
	struct {
		struct cv_paloalto_stretch name;
		const char *value;
	} attributes[CV_PALOALTO_XML_ATTRIBUTES];
};

/* The members of an element, one after the other. */
struct cv_paloalto_cursor {
	struct cv_paloalto_reader *reader;
	const struct cv_paloalto_start *parent;
	const struct cv_paloalto_start *node; /* `here`; NULL behind the last */
	unsigned depth;                       /* of the members */
	struct cv_paloalto_start here;
};

/* Hands the root to `read`, NULL where there is none.  Nothing of the document is kept:
 * it is read as the cursors move, so texts that are to stay are copied.  False: refused.
 */
bool cv_paloalto_document_read(struct cv_reading *reading,
			       bool (*read)(struct cv_paloalto_reader *,
					    const struct cv_paloalto_start *root));

/* Puts the cursor on the first member.  An element must hold at least one: PAN-OS
 * refuses empty lists and groups.  False: refused, as of all that follow. */
bool cv_paloalto_enter(struct cv_paloalto_cursor *cursor,
		       struct cv_paloalto_reader *reader,
		       const struct cv_paloalto_start *parent, unsigned depth);
/* From what is under the cursor, of which nothing may be left, to the next. */
bool cv_paloalto_advance(struct cv_paloalto_cursor *cursor);
/* Refuses what stands under the cursor; true where nothing does. */
bool cv_paloalto_leave(const struct cv_paloalto_cursor *cursor);

/* Whether the element of that name, without attributes, is under the cursor. */
bool cv_paloalto_is_plain(const struct cv_paloalto_cursor *cursor, const char *element);

/* Whether what is under the cursor holds nothing. */
bool cv_paloalto_is_bare(const struct cv_paloalto_cursor *cursor);

/* The value of the attribute of that number when it is `name` and says something, else
 * NULL. */
const char *cv_paloalto_attribute(const struct cv_paloalto_start *element, size_t number,
				  const char *name);

/* The name of `<entry name="...">` with no other attribute; NULL: refused. */
const char *cv_paloalto_entry_name(const struct cv_paloalto_cursor *cursor);

/* The text of an element without attributes, as one of the entry under way; the cursor
 * then leaves the element behind. */
bool cv_paloalto_leaf(struct cv_paloalto_cursor *cursor, const char *element,
		      const char **text_out);

/* Whether the bytes of what is under the cursor are those of an object that was read
 * whole before.  The cursor then leaves it behind, if nothing is wrong with what follows,
 * of which the reading's error tells. */
bool cv_paloalto_is_repeated(struct cv_paloalto_cursor *cursor,
			     const struct cv_paloalto_object *object);

/* Reads all members of `parent` as objects of the list, with what they come to added to
 * the reading's entries. */
bool cv_paloalto_entries_read(struct cv_paloalto_reader *reader,
			      const struct cv_paloalto_start *parent, unsigned depth,
			      enum cv_paloalto_list_id list);
