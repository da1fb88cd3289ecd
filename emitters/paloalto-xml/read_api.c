/* Reads the payloads for the XML API back.  An action may touch an object of ours or set
 * one of our lists, and nothing above: a path that is shorter by a step would replace or
 * delete what others made. */
#include "paloalto-xml/target.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "paloalto-xml/options.h"
#include "paloalto-xml/read.h"
#include "paloalto-xml/read_xml.h"

/* One action under the walk. */
struct action {
	struct cv_paloalto_stretch verb;
	const char *where, *anchor; /* until the walk goes on */
	enum cv_paloalto_list_id list;
	char name[CV_PALOALTO_TAG_MAX + 1]; /* "": the path is the list's */
};

static bool take(const char **at, const char *literal)
{
	const size_t size = strlen(literal);

	if (strncmp(*at, literal, size) != 0)
		return false;
	*at += size;
	return true;
}

static bool take_scope(const char **at, const struct cv_paloalto_options *options)
{
	const struct cv_paloalto_step *step =
		cv_paloalto_scopes[cv_paloalto_scope_kind(options)].path;

	if (!take(at, "/config"))
		return false;
	for (; step->element; step++) {
		const char *name = step->name && !*step->name ? cv_paloalto_scope(options)
							      : step->name;

		if (!take(at, "/") || !take(at, step->element))
			return false;
		if (name && !(take(at, "[@name='") && take(at, name) && take(at, "']")))
			return false;
	}
	return true;
}

/* The list that the rest of a path leads to; behind it comes its end or an entry. */
static bool take_list(const char **at, const struct cv_paloalto_options *options,
		      enum cv_paloalto_list_id *list_out)
{
	const char *start = *at;

	for (int list = 0; list < CV_PALOALTO_LIST_COUNT; list++) {
		const char *const *element = cv_paloalto_lists[list].path;
		bool same = list != CV_PALOALTO_RULE ||
			    (take(at, "/") && take(at, cv_paloalto_rulebase(options)));

		for (; same && *element; element++)
			same = take(at, "/") && take(at, *element);
		if (same && (!**at || **at == '/')) {
			*list_out = (enum cv_paloalto_list_id)list;
			return true;
		}
		*at = start;
	}
	return false;
}

/* The way to a list that was read before: what begins with the same bytes leads there. */
struct known_list {
	struct cv_buf path; /* empty: of none */
	enum cv_paloalto_list_id list;
};

/* From the beginning of a path to behind its list. */
static bool take_way(const char **at, const struct cv_paloalto_options *options,
		     struct known_list *known)
{
	const char *start = *at;

	if (known->path.size && take(at, cv_buf_string(&known->path)) &&
	    (!**at || **at == '/'))
		return true;
	*at = start;
	known->path.size = 0;
	if (!take_scope(at, options) || !take_list(at, options, &known->list))
		return false;
	cv_buf_add(&known->path, start, (size_t)(*at - start));
	return true;
}

static bool read_path(struct cv_reading *reading, struct known_list *known,
		      const char *path, size_t place, struct action *action)
{
	const char *at = path;
	size_t size = 0;

	action->name[0] = '\0';
	if (take_way(&at, reading->options, known)) {
		action->list = known->list;
		if (!*at)
			return true;
		if (take(&at, "/entry[@name='")) {
			while (CV_PALOALTO_IN_NAME(at[size]))
				size++;
			if (size && size < sizeof action->name &&
			    strcmp(at + size, "']") == 0) {
				memcpy(action->name, at, size);
				action->name[size] = '\0';
				return true;
			}
		}
	}
	return cv_paloalto_refuse(reading, place,
				  "a path that leads to no list or object of ours");
}

/* The element's attributes, in the one order, with the number that comes next. */
static bool read_action(const struct cv_paloalto_cursor *cursor, unsigned id,
			struct known_list *known, struct action *action)
{
	const struct cv_paloalto_start *node = cursor->node;
	const char *number = cv_paloalto_attribute(node, 0, "id");
	const char *path = cv_paloalto_attribute(node, 1, "xpath");
	char wanted[16];

	*action = (struct action){.verb = node->name,
				  .where = cv_paloalto_attribute(node, 2, "where"),
				  .anchor = cv_paloalto_attribute(node, 3, "dst")};
	snprintf(wanted, sizeof wanted, "%u", id);
	if (!number || strcmp(number, wanted) != 0 || !path ||
	    !action->where != !action->anchor || node->count != (action->where ? 4 : 2))
		return cv_paloalto_refuse(cursor->reader->reading, cursor->reader->at,
					  "not an action of this target, or not the "
					  "number that comes next");
	return read_path(cursor->reader->reading, known, path, cursor->reader->at,
			 action);
}

static bool is(const struct action *action, const char *verb, bool named, bool moves)
{
	return cv_paloalto_is_word(action->verb, verb) &&
	       (*action->name != '\0') == named && !action->where == !moves;
}

static bool has_members(enum cv_paloalto_list_id list)
{
	for (const struct cv_paloalto_field *field = cv_paloalto_fields; field->attribute;
	     field++)
		if (field->list == list)
			return true;
	return false;
}

/* The payload as it is read: sets, then an edit of each object with members in the same
 * order, then moves. */
struct payload {
	struct cv_paloalto_cursor cursor;
	struct action action;
	struct known_list known;
	unsigned id;
	int last;    /* list that was set */
	size_t next; /* object whose edit may come next */
};

static bool read_next(struct payload *payload)
{
	return !payload->cursor.node || read_action(&payload->cursor, ++payload->id,
						    &payload->known, &payload->action);
}

static bool misplaced(const struct payload *payload)
{
	return cv_paloalto_refuse(
		payload->cursor.reader->reading, payload->cursor.reader->at,
		"<%.*s> is not known in this place", (int)payload->cursor.node->name.size,
		payload->cursor.node->name.at);
}

static bool read_sets(struct payload *payload)
{
	struct cv_paloalto_cursor *cursor = &payload->cursor;
	struct cv_reading *reading = cursor->reader->reading;

	while (cursor->node && is(&payload->action, "set", false, false)) {
		if ((int)payload->action.list <= payload->last)
			return cv_paloalto_refuse(reading, cursor->reader->at,
						  "the lists are not in loading order");
		payload->last = (int)payload->action.list;
		if (!cv_paloalto_entries_read(cursor->reader, cursor->node, 2,
					      payload->action.list) ||
		    !cv_paloalto_advance(cursor) || !read_next(payload))
			return false;
	}
	return true;
}

/* The next object of ours with members, or NULL. */
static const struct cv_paloalto_object *next_edited(struct payload *payload)
{
	const struct cv_table *all = &payload->cursor.reader->objects.all;

	while (payload->next < all->count) {
		const struct cv_paloalto_object *object =
			CV_AT(all, struct cv_paloalto_object, payload->next++);

		if (has_members(object->list) && object->ours)
			return object;
	}
	return NULL;
}

/* The edit of the object, which stands in it just as it was set. */
static bool read_edit(struct payload *payload, const struct cv_paloalto_object *object)
{
	const struct cv_paloalto_cursor *outer = &payload->cursor;
	struct cv_paloalto_cursor cursor;

	if (!cv_paloalto_enter(&cursor, outer->reader, outer->node, 2))
		return false;
	if (object && strcmp(object->name, payload->action.name) == 0 &&
	    object->list == payload->action.list &&
	    cv_paloalto_is_repeated(&cursor, object) && !cursor.node)
		return true;
	return outer->reader->reading->error
		       ? false
		       : cv_paloalto_refuse(outer->reader->reading, outer->reader->at,
					    "an edit is not what was set before");
}

static bool read_edits(struct payload *payload)
{
	struct cv_paloalto_cursor *cursor = &payload->cursor;

	while (cursor->node && is(&payload->action, "edit", true, false)) {
		cv_reading_pass(cursor->reader->reading, cursor->reader->at);
		if (!read_edit(payload, next_edited(payload)) ||
		    !cv_paloalto_advance(cursor) || !read_next(payload))
			return false;
	}
	if (next_edited(payload))
		return cv_paloalto_refuse(cursor->reader->reading, cursor->reader->at,
					  "an object with members is not replaced");
	return true;
}

static struct cv_paloalto_stretch stretch(const char *text)
{
	return (struct cv_paloalto_stretch){text, strlen(text)};
}

static bool read_moves(struct payload *payload)
{
	struct cv_paloalto_cursor *cursor = &payload->cursor;
	const struct action *action = &payload->action;

	while (cursor->node && is(action, "move", true, true) &&
	       action->list == CV_PALOALTO_RULE && cv_paloalto_is_bare(cursor)) {
		cv_paloalto_move_add(cursor->reader->reading, cursor->reader->at,
				     stretch(action->name), stretch(action->where),
				     stretch(action->anchor));
		if (!cv_paloalto_advance(cursor) || !read_next(payload))
			return false;
	}
	return true;
}

static bool open_payload(struct cv_paloalto_reader *reader,
			 const struct cv_paloalto_start *root, struct payload *payload)
{
	*payload = (struct payload){.last = -1};
	if (!root || root->count || !cv_paloalto_is_word(root->name, CV_PALOALTO_MULTI))
		return cv_paloalto_refuse(reader->reading, 0,
					  "<%s> should be the document",
					  CV_PALOALTO_MULTI);
	return cv_paloalto_enter(&payload->cursor, reader, root, 1) && read_next(payload);
}

static bool read_actions(struct payload *payload)
{
	return read_sets(payload) && read_edits(payload) && read_moves(payload) &&
	       (!payload->cursor.node || misplaced(payload));
}

static bool read_removals(struct payload *payload)
{
	struct cv_paloalto_undo_order order = CV_PALOALTO_UNDO_ORDER;
	const struct cv_paloalto_reader *reader = payload->cursor.reader;

	while (payload->cursor.node) {
		if (!is(&payload->action, "delete", true, false) ||
		    !cv_paloalto_is_bare(&payload->cursor))
			return misplaced(payload);
		if (!cv_paloalto_removal_add(reader->reading, &order,
					     payload->action.list,
					     stretch(payload->action.name), reader->at) ||
		    !cv_paloalto_advance(&payload->cursor) || !read_next(payload))
			return false;
	}
	return true;
}

static bool read_payload(struct cv_paloalto_reader *reader,
			 const struct cv_paloalto_start *root,
			 bool (*read)(struct payload *payload))
{
	struct payload payload;
	const bool understood = open_payload(reader, root, &payload) && read(&payload);

	cv_buf_deinit(&payload.known.path);
	return understood;
}

static bool read_apply(struct cv_paloalto_reader *reader,
		       const struct cv_paloalto_start *root)
{
	return read_payload(reader, root, read_actions);
}

static bool read_undo(struct cv_paloalto_reader *reader,
		      const struct cv_paloalto_start *root)
{
	return read_payload(reader, root, read_removals);
}

bool cv_paloalto_api_read(struct cv_reading *reading)
{
	return cv_paloalto_document_read(reading, read_apply);
}

bool cv_paloalto_api_undo_read(struct cv_reading *reading)
{
	return cv_paloalto_document_read(reading, read_undo);
}

static int hex_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* What stands for itself in a request: RFC 3986, section 2.3. */
struct plain {
	bool is[UCHAR_MAX + 1];
};

static struct plain plain_characters(void)
{
	struct plain plain = {{false}};

	for (const char *c = cv_paloalto_name_rest; *c; c++)
		plain.is[(unsigned char)*c] = true;
	plain.is['~'] = true;
	return plain;
}

/* %XX only for what does not stand for itself; NULL: refused.  The path stands in the
 * buffer. */
static const char *decode(const struct plain *plain, const char *text, size_t size,
			  struct cv_buf *path)
{
	path->size = 0;
	for (size_t i = 0; i < size; i++) {
		const bool escaped = text[i] == '%' && i + 2 < size;
		const int high = escaped ? hex_of(text[i + 1]) : -1;
		const int low = escaped ? hex_of(text[i + 2]) : -1;
		const char c = escaped ? (char)(high * 16 + low) : text[i];

		if ((escaped && (high < 0 || low < 0)) ||
		    escaped == plain->is[(unsigned char)c])
			return NULL;
		cv_buf_char(path, c);
		i += escaped ? 2 : 0;
	}
	return cv_buf_string(path);
}

static bool read_request(struct cv_reading *reading, struct known_list *known,
			 const char *path, size_t place,
			 struct cv_paloalto_undo_order *order)
{
	struct action action;

	if (!read_path(reading, known, path, place, &action))
		return false;
	if (!*action.name)
		return cv_paloalto_refuse(reading, place,
					  "a request that deletes a whole list");
	return cv_paloalto_removal_add(reading, order, action.list, stretch(action.name),
				       place);
}

static bool read_requests(struct cv_reading *reading, struct cv_buf *buffer,
			  struct known_list *known)
{
	struct cv_paloalto_undo_order order = CV_PALOALTO_UNDO_ORDER;
	const struct plain plain = plain_characters();
	const char *at = reading->bytes, *end = at + reading->size;

	while (at < end) {
		const size_t place = (size_t)(at - reading->bytes);
		const char *path = NULL;

		if (take(&at, CV_PALOALTO_REQUEST)) {
			const size_t size = strcspn(at, "\n");

			path = decode(&plain, at, size, buffer);
			at += size;
		}
		if (!path || *at != '\n')
			return cv_paloalto_refuse(reading, place,
						  "not a request that deletes");
		at++;
		if (!read_request(reading, known, path, place, &order))
			return false;
	}
	return true;
}

bool cv_paloalto_requests_read(struct cv_reading *reading)
{
	struct known_list known = {.path = CV_BUF_INIT};
	struct cv_buf buffer = CV_BUF_INIT;
	const bool understood = read_requests(reading, &buffer, &known);

	cv_buf_deinit(&known.path);
	cv_buf_deinit(&buffer);
	return understood;
}
