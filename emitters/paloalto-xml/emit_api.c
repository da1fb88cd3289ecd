/* Payloads for the XML API: all of a plan as one multi-config request, which changes all
 * or nothing, and the undo in the same way or one request an object.
 *
 * `set` adds, also members to a list, and `edit` replaces: every object is set first, so
 * that it is there, and those with members are then replaced, so that what an older
 * payload put there and this one has not goes. */
#include "paloalto-xml/target.h"

#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "paloalto-xml/emit_xml.h"
#include "paloalto-xml/options.h"
#include "xml_quote.h"

/* The path of an object, which is mostly in the list of the one before, as it is written
 * in the place where it stands. */
struct path {
	void (*encode)(struct cv_buf *out, const char *text, size_t size);
	struct cv_buf text;
	size_t list_size; /* as far as the list; 0: of none yet */
	enum cv_paloalto_list_id list;
};

struct payload {
	const struct cv_emission *emission;
	struct cv_paloalto_writer writer;
	struct path path; /* of the action to come */
	unsigned id;
};

/* `[@name='NAME']` */
static void put_name(struct cv_buf *out, const char *name)
{
	cv_buf_text(out, "[@name='");
	cv_buf_text(out, name);
	cv_buf_text(out, "']");
}

static void put_step(struct cv_buf *out, const char *element)
{
	cv_buf_char(out, '/');
	cv_buf_text(out, element);
}

/* `/config/.../service` */
static void put_list(struct cv_buf *out, const struct cv_paloalto_options *options,
		     enum cv_paloalto_list_id list)
{
	const struct cv_paloalto_step *step =
		cv_paloalto_scopes[cv_paloalto_scope_kind(options)].path;

	put_step(out, "config");
	for (; step->element; step++) {
		put_step(out, step->element);
		if (step->name)
			put_name(out,
				 *step->name ? step->name : cv_paloalto_scope(options));
	}
	if (list == CV_PALOALTO_RULE)
		put_step(out, cv_paloalto_rulebase(options));
	for (size_t i = 0; cv_paloalto_lists[list].path[i]; i++)
		put_step(out, cv_paloalto_lists[list].path[i]);
}

/* The list's, or with a name the object's; valid until the next. */
static const char *path_to(struct path *path, const struct cv_paloalto_options *options,
			   enum cv_paloalto_list_id list, const char *name)
{
	static const char before[] = "/entry[@name='", behind[] = "']";
	struct cv_buf *text = &path->text, plain = CV_BUF_INIT;

	if (!path->list_size || path->list != list) {
		put_list(&plain, options, list);
		text->size = 0;
		path->encode(text, cv_buf_string(&plain), plain.size);
		cv_buf_deinit(&plain);
		path->list_size = text->size;
		path->list = list;
	}
	text->size = path->list_size;
	cv_buf_text(text, ""); /* ends it where the other one's name stood */
	if (name) {
		path->encode(text, before, sizeof before - 1);
		path->encode(text, name, strlen(name));
		path->encode(text, behind, sizeof behind - 1);
	}
	return cv_buf_string(text);
}

static void begin(struct payload *payload, const char *action,
		  enum cv_paloalto_list_id list, const char *name)
{
	cv_paloalto_action_begin(
		&payload->writer, action, ++payload->id,
		path_to(&payload->path, payload->writer.options, list, name));
}

static bool has_members(const struct cv_entry *entry)
{
	const enum cv_paloalto_list_id list = cv_paloalto_list_table(entry->list);

	for (const struct cv_paloalto_field *field = cv_paloalto_fields; field->attribute;
	     field++)
		if (field->list == list)
			return true;
	return false;
}

static void set_list(struct payload *payload, enum cv_paloalto_list_id list)
{
	bool any = false;

	for (size_t i = 0; i < payload->emission->count; i++) {
		const struct cv_entry *entry = payload->emission->entries[i];

		if (entry->kind != CV_ENTRY_OBJECT ||
		    cv_paloalto_list_table(entry->list) != list)
			continue;
		if (!any)
			begin(payload, "set", list, NULL);
		any = true;
		cv_paloalto_entry_emit(&payload->writer, list, entry);
		cv_buf_drain(payload->emission->out);
	}
	if (any)
		cv_paloalto_end(&payload->writer, "set");
}

/* An action that is its attributes and no more. */
static void bare(struct payload *payload, const char *action,
		 enum cv_paloalto_list_id list, const struct cv_entry *entry)
{
	cv_paloalto_action_bare(
		&payload->writer, action, ++payload->id,
		path_to(&payload->path, payload->writer.options, list, entry->more->name),
		entry->kind == CV_ENTRY_STEP ? entry : NULL);
	cv_buf_drain(payload->emission->out);
}

static struct payload payload_open(const struct cv_emission *emission)
{
	struct payload payload = {
		.emission = emission,
		.path = {.encode = cv_xml_quote},
		.writer = {.out = emission->out, .options = emission->options}};

	cv_paloalto_begin(&payload.writer, CV_PALOALTO_MULTI, NULL, NULL);
	return payload;
}

static void payload_close(struct payload *payload)
{
	cv_paloalto_end(&payload->writer, CV_PALOALTO_MULTI);
	cv_buf_deinit(&payload->path.text);
}

void cv_paloalto_api_emit(const struct cv_emission *emission)
{
	struct payload payload = payload_open(emission);

	for (int list = 0; list < CV_PALOALTO_LIST_COUNT; list++)
		set_list(&payload, (enum cv_paloalto_list_id)list);
	for (size_t i = 0; i < emission->count; i++) {
		const struct cv_entry *entry = emission->entries[i];
		const enum cv_paloalto_list_id list = cv_paloalto_list_table(entry->list);

		/* What the base has just so is not ours to replace. */
		if (entry->kind != CV_ENTRY_OBJECT || entry->reused ||
		    !has_members(entry))
			continue;
		begin(&payload, "edit", list, entry->more->name);
		cv_paloalto_entry_emit(&payload.writer, list, entry);
		cv_paloalto_end(&payload.writer, "edit");
		cv_buf_drain(emission->out);
	}
	for (size_t i = 0; i < emission->count; i++)
		if (emission->entries[i]->kind == CV_ENTRY_STEP)
			bare(&payload, "move", CV_PALOALTO_RULE, emission->entries[i]);
	payload_close(&payload);
}

void cv_paloalto_api_undo_emit(const struct cv_emission *emission)
{
	struct payload payload = payload_open(emission);

	for (size_t i = emission->count; i-- > 0;)
		bare(&payload, "delete",
		     cv_paloalto_list_table(emission->entries[i]->list),
		     emission->entries[i]);
	payload_close(&payload);
}

/* What stands for itself in a form's value: RFC 3986, section 2.3.  All else is written
 * as %XX, so that no `&` in it begins another parameter. */
static bool is_plain(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_' || c == '~';
}

static void percent(struct cv_buf *out, const char *text, size_t size)
{
	static const char digits[] = "0123456789ABCDEF";
	const char *end = text + size;

	for (;; text++) {
		const char *start = text;
		unsigned char c;

		while (text < end && is_plain(*text))
			text++;
		cv_buf_add(out, start, (size_t)(text - start));
		if (text == end)
			return;
		c = (unsigned char)*text;
		cv_buf_char(out, '%');
		cv_buf_char(out, digits[c >> 4]);
		cv_buf_char(out, digits[c & 15]);
	}
}

void cv_paloalto_requests_emit(const struct cv_emission *emission)
{
	struct path path = {.encode = percent};

	for (size_t i = emission->count; i-- > 0;) {
		const struct cv_entry *entry = emission->entries[i];

		cv_buf_text(emission->out, CV_PALOALTO_REQUEST);
		cv_buf_text(emission->out, path_to(&path, emission->options,
						   cv_paloalto_list_table(entry->list),
						   entry->more->name));
		cv_buf_char(emission->out, '\n');
		cv_buf_drain(emission->out);
	}
	cv_buf_deinit(&path.text);
}
