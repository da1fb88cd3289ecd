#pragma once
/* Writes objects as XML, for every form that holds XML. */

#include "model/plan.h"
#include "paloalto-xml/facts.h"

struct cv_buf;
struct cv_emission;
struct cv_paloalto_options;

struct cv_paloalto_writer {
	struct cv_buf *out;
	unsigned depth;
	const struct cv_paloalto_options *options;
	size_t next; /* attribute of the object under way */
};

/* `<element a="b">` on a line of its own, one level deeper from then on; the name and
 * its value may be NULL. */
void cv_paloalto_begin(struct cv_paloalto_writer *writer, const char *element,
		       const char *name, const char *value);
void cv_paloalto_end(struct cv_paloalto_writer *writer, const char *element);

/* The object as `<entry name="...">`. */
void cv_paloalto_entry_emit(struct cv_paloalto_writer *writer,
			    enum cv_paloalto_list_id list, const struct cv_entry *entry);

/* An action of a multi-config request: `<set id="1" xpath="...">`.  The path is quoted
 * already. */
void cv_paloalto_action_begin(struct cv_paloalto_writer *writer, const char *action,
			      unsigned id, const char *path);
/* The same with nothing in it; of a move the step, which says where, else NULL. */
void cv_paloalto_action_bare(struct cv_paloalto_writer *writer, const char *action,
			     unsigned id, const char *path, const struct cv_entry *move);
