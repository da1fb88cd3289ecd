/* Reads commands back, line by line.  Every byte belongs to a word, a blank or a line
 * break, and every word is written in one way only; every line must be the one that its
 * object needs next, so that a line too many is refused like one too few. */
#include "paloalto-set/target.h"

#include <string.h>

#include "base/ctx.h"
#include "model/target.h"
#include "paloalto-set/facts.h"
#include "paloalto-xml/options.h"
#include "paloalto-xml/plan.h"
#include "paloalto-xml/read.h"

enum {
	MOST_WORDS = 16, /* of a line: the longest command has ten */
	FIRST_FIELD = 4, /* ranks before that of the first attribute */
};

/* What the next line of an object may be.  Whether it is renewed shows in its second. */
enum phase { SEED, RENEWAL, FIELDS };

struct reader {
	struct cv_reading *reading;
	const char *at; /* what comes next */
	const char *line;
	struct cv_paloalto_stretch words[MOST_WORDS];
	size_t count, next; /* words of the line, and those taken */
	size_t block;       /* lines of it */
	/* The object that the lines are about. */
	struct cv_entry *entry; /* NULL: none yet */
	enum cv_paloalto_list_id id;
	enum phase phase;
	size_t rank; /* of its last field: they come in one order */
	bool typed;
	bool renewed;                    /* something of it is deleted first */
	struct cv_paloalto_stretch seed; /* a member that must be the first; `none`: it
					    was seen */
	struct cv_table attributes;      /* their room serves all */
	struct cv_paloalto_objects objects;
	bool moving; /* moves come last */
};

static const struct cv_paloalto_stretch none;

static bool refuse(const struct reader *reader, const char *why)
{
	return cv_paloalto_refuse(reader->reading,
				  (size_t)(reader->line - reader->reading->bytes), "%s",
				  why);
}

/* ---- lines and words ---- */

/* Plain characters, or something else between double quotes. */
static bool take_word(struct reader *reader)
{
	const bool quoted = *reader->at == '"';
	const char *text = reader->at + quoted;
	size_t size = 0;

	if (!quoted)
		size = strspn(text, cv_set_plain);
	else
		while (text[size] >= ' ' && text[size] <= '~' && text[size] != '"')
			size++;
	reader->at = text + size;
	if (quoted && *reader->at++ != '"')
		return false;
	if (!size || reader->count == MOST_WORDS ||
	    quoted == (strspn(text, cv_set_plain) >= size))
		return false;
	reader->words[reader->count++] = (struct cv_paloalto_stretch){text, size};
	return true;
}

/* The next line as words; blank lines end blocks and nothing else. */
static bool take_line(struct reader *reader)
{
	reader->line = reader->at;
	if (*reader->at == '\n' && reader->block) {
		reader->line = ++reader->at;
		reader->block = 0;
	} else if (reader->block == CV_SET_BLOCK_MAX) {
		return refuse(reader, "a block has too many lines");
	}
	reader->block++;
	reader->count = reader->next = 0;
	do {
		if (!take_word(reader))
			return refuse(reader, "a line is not words with one blank "
					      "between two, quoted where they need it");
	} while (*reader->at == ' ' && reader->at++);
	return *reader->at++ == '\n' ? true : refuse(reader, "a line does not end");
}

/* The next word of the line, or `none` behind the last. */
static struct cv_paloalto_stretch take(struct reader *reader)
{
	return reader->next < reader->count ? reader->words[reader->next++] : none;
}

static bool take_this(struct reader *reader, const char *word)
{
	if (reader->next == reader->count ||
	    !cv_paloalto_is_word(reader->words[reader->next], word))
		return false;
	reader->next++;
	return true;
}

static bool is_done(const struct reader *reader)
{
	return reader->next == reader->count;
}

static bool take_scope(struct reader *reader)
{
	const struct cv_paloalto_options *options = reader->reading->options;
	const struct cv_paloalto_scope_fact *scope =
		&cv_paloalto_scopes[cv_paloalto_scope_kind(options)];

	if (!cv_paloalto_names_scope(options))
		return true;
	return take_this(reader, scope->word) &&
	       (!scope->named || take_this(reader, cv_paloalto_scope(options)));
}

static bool take_list(struct reader *reader, enum cv_paloalto_list_id *id_out)
{
	const size_t from = reader->next;

	for (int id = 0; id < CV_PALOALTO_LIST_COUNT; id++) {
		const char *const *word = cv_paloalto_lists[id].path;
		bool same =
			id != CV_PALOALTO_RULE ||
			take_this(reader, cv_paloalto_rulebase(reader->reading->options));

		while (same && *word)
			same = take_this(reader, *word++);
		if (same) {
			*id_out = (enum cv_paloalto_list_id)id;
			return true;
		}
		reader->next = from;
	}
	return false;
}

/* What every command is about. */
static bool take_object(struct reader *reader, enum cv_paloalto_list_id *id_out,
			struct cv_paloalto_stretch *name_out)
{
	return take_scope(reader) && take_list(reader, id_out) &&
	       (*name_out = take(reader)).at;
}

/* The head; a blank line and at least one command follow. */
static bool begin(struct reader *reader)
{
	static const char head[] =
		CV_PALOALTO_SCRIPTING "\n" CV_PALOALTO_CONFIGURE "\n\n";
	const size_t size = sizeof head - 1;

	reader->line = reader->at = reader->reading->bytes;
	if (strncmp(reader->at, head, size) != 0)
		return refuse(reader, "scripting mode, configure and a blank line come "
				      "first");
	reader->at += size;
	return true;
}

static bool is_at_end(const struct reader *reader)
{
	return reader->at == reader->reading->bytes + reader->reading->size;
}

static size_t place_of(const struct reader *reader)
{
	return (size_t)(reader->line - reader->reading->bytes);
}

/* ---- objects ---- */

static bool end_object(struct reader *reader)
{
	const struct cv_paloalto_options *options = reader->reading->options;
	const struct cv_paloalto_object *object;
	struct cv_entry *step;

	if (!reader->entry)
		return true;
	if (reader->phase != FIELDS || reader->seed.at)
		return refuse(reader, "the object before is not complete");
	if (reader->id == CV_PALOALTO_SERVICE && !reader->entry->ports)
		return refuse(reader, "the service before has no ports");
	if (reader->id == CV_PALOALTO_CATEGORY &&
	    reader->typed != cv_paloalto_release(options)->category_type)
		return refuse(reader, "the release decides whether the category before "
				      "has a type");
	cv_reading_attributes(reader->reading, reader->entry, &reader->attributes);
	object = cv_paloalto_object_take(&reader->objects, reader->entry);
	reader->entry = NULL;
	if (!object || !reader->renewed)
		return object != NULL;
	step = cv_reading_begin(reader->reading, CV_ENTRY_STEP, object->place);
	step->list = CV_SET_RENEW;
	step->more->name = object->name;
	step->more->value = cv_paloalto_lists[object->list].name;
	return true;
}

static bool begin_object(struct reader *reader, enum cv_paloalto_list_id id,
			 struct cv_paloalto_stretch name)
{
	if (!end_object(reader))
		return false;
	/* An object may name only what was made before it. */
	if (id < reader->id)
		return refuse(reader, "the lists are not in the order of their making");
	reader->entry =
		cv_reading_begin(reader->reading, CV_ENTRY_OBJECT, place_of(reader));
	reader->entry->list = cv_paloalto_lists[id].name;
	reader->entry->more->name = cv_paloalto_text_of(reader->reading, name);
	reader->id = id;
	reader->phase = cv_set_lists[id].renewal == CV_SET_KEEP ? FIELDS : SEED;
	reader->seed = none;
	reader->rank = 0;
	reader->typed = reader->renewed = false;
	reader->attributes.count = 0;
	return true;
}

/* Fields come in the order of their ranks; those with many values, side by side. */
static bool take_rank(struct reader *reader, size_t rank, bool many)
{
	if (rank < reader->rank || (rank == reader->rank && !many))
		return refuse(reader, "a field stands twice, or before its place");
	reader->rank = rank;
	return true;
}

static bool read_protocol(struct reader *reader)
{
	const struct cv_paloalto_stretch word = take(reader);
	struct cv_paloalto_stretch text;
	const struct cv_paloalto_protocol *known = cv_paloalto_protocols;
	const struct cv_ports **ports;
	size_t rank = 2;

	while (known->name && (!word.at || !cv_paloalto_is_word(word, known->name)))
		known++;
	if (!known->name || (reader->entry->protocol != CV_NO_PROTOCOL &&
			     reader->entry->protocol != known->number))
		return refuse(reader, "a service is tcp, udp or sctp");
	reader->entry->protocol = cv_entry_number(known->number);
	ports = &reader->entry->ports;
	if (take_this(reader, CV_SET_SOURCE_PORT)) {
		ports = &reader->entry->more->source_ports;
		rank++;
	} else if (!take_this(reader, CV_SET_PORT)) {
		return refuse(reader, "ports or source ports should stand here");
	}
	text = take(reader);
	if (!text.at || !is_done(reader))
		return refuse(reader, "a list of ports should end the line");
	return take_rank(reader, rank, false) &&
	       cv_paloalto_read_ports(reader->reading, place_of(reader),
				      cv_paloalto_text_of(reader->reading, text), ports);
}

static bool read_text(struct reader *reader)
{
	const struct cv_paloalto_stretch word = take(reader);
	const char *text;

	if (!word.at || !is_done(reader) || !take_rank(reader, 1, false))
		return refuse(reader, "one description should stand here");
	text = cv_paloalto_text_of(reader->reading, word);
	if (reader->id == CV_PALOALTO_TAG)
		reader->entry->more->value = text;
	else
		reader->entry->note = text;
	return cv_paloalto_check_text(reader->reading, place_of(reader), reader->id,
				      text);
}

static bool read_attribute(struct reader *reader)
{
	const struct cv_set_field *field = cv_set_fields_table;
	const size_t from = reader->next;
	const char *renewed = cv_set_lists[reader->id].field;
	struct cv_paloalto_stretch value;

	for (; field->list != CV_PALOALTO_LIST_COUNT; field++) {
		reader->next = from;
		if (field->list == reader->id && take_this(reader, field->word) &&
		    (!field->inner || take_this(reader, field->inner)))
			break;
	}
	if (field->list == CV_PALOALTO_LIST_COUNT)
		return refuse(reader, "no field of such an object");
	value = take(reader);
	if (!value.at || !is_done(reader))
		return refuse(reader, "one value should stand here");
	if (!take_rank(reader, FIRST_FIELD + (size_t)(field - cv_set_fields_table),
		       field->many))
		return false;
	if (reader->seed.at && strcmp(field->word, renewed) == 0) {
		if (reader->seed.size != value.size ||
		    memcmp(reader->seed.at, value.at, value.size) != 0)
			return refuse(reader, "what is made sure of before the delete is "
					      "not the first value");
		reader->seed = none;
	}
	*CV_ADD(reader->reading->ctx->arena, &reader->attributes, struct cv_attribute) =
		(struct cv_attribute){field->attribute,
				      cv_paloalto_text_of(reader->reading, value)};
	return true;
}

static bool read_field(struct reader *reader)
{
	const char *text = cv_paloalto_lists[reader->id].text;

	if (text && take_this(reader, text))
		return read_text(reader);
	if (reader->id == CV_PALOALTO_SERVICE && take_this(reader, CV_SET_PROTOCOL))
		return read_protocol(reader);
	if (reader->id == CV_PALOALTO_CATEGORY && take_this(reader, CV_SET_TYPE)) {
		reader->typed = true;
		if (!take_this(reader, CV_SET_URL_LIST) || !is_done(reader))
			return refuse(reader, "a category is a list of URLs");
		return take_rank(reader, 2, false);
	}
	return read_attribute(reader);
}

/* What is renewed is made sure of by one field, and then deleted. */
static bool begins_renewal(struct reader *reader)
{
	const struct cv_set_list *list = &cv_set_lists[reader->id];
	const char *next = strchr(reader->line, '\n');
	const size_t from = reader->next;
	bool begins = next &&
		      strncmp(next + 1, CV_SET_DELETE " ", sizeof CV_SET_DELETE) == 0 &&
		      take_this(reader, list->field) &&
		      (reader->seed = take(reader)).at && is_done(reader);

	if (!begins) {
		reader->seed = none;
		reader->next = from;
	}
	return begins;
}

static bool read_renewal(struct reader *reader)
{
	const struct cv_set_list *list = &cv_set_lists[reader->id];

	if ((list->renewal == CV_SET_LIST && !take_this(reader, list->field)) ||
	    !is_done(reader))
		return refuse(reader, "what an older load left should be deleted here");
	reader->phase = FIELDS;
	reader->renewed = true;
	return true;
}

/* `set` or `delete`, and what of the object. */
static bool read_part(struct reader *reader, bool set)
{
	if (reader->phase == SEED && set && begins_renewal(reader)) {
		reader->phase = RENEWAL;
		return true;
	}
	if (reader->phase == SEED)
		reader->phase = FIELDS;
	if (reader->phase == RENEWAL && !set)
		return read_renewal(reader);
	if (!set || reader->phase == RENEWAL)
		return refuse(reader, "nothing is to be deleted here, or not that");
	return read_field(reader);
}

static bool read_move(struct reader *reader, enum cv_paloalto_list_id id,
		      struct cv_paloalto_stretch name)
{
	const struct cv_paloalto_stretch where = take(reader), anchor = take(reader);

	if (id != CV_PALOALTO_RULE || !anchor.at || !is_done(reader) ||
	    (!cv_paloalto_is_word(where, "before") &&
	     !cv_paloalto_is_word(where, "after")))
		return refuse(reader, "a rule is moved before or after another");
	reader->moving = true;
	if (!end_object(reader))
		return false;
	cv_paloalto_move_add(reader->reading, place_of(reader), name, where, anchor);
	return true;
}

static bool read_command(struct reader *reader)
{
	const struct cv_paloalto_stretch command = take(reader);
	const bool set = cv_paloalto_is_word(command, CV_SET_COMMAND);
	struct cv_paloalto_stretch name;
	enum cv_paloalto_list_id id;

	if (!take_object(reader, &id, &name))
		return refuse(reader, "the command names no object of this scope");
	if (cv_paloalto_is_word(command, CV_SET_MOVE))
		return read_move(reader, id, name);
	if ((!set && !cv_paloalto_is_word(command, CV_SET_DELETE)) || reader->moving)
		return refuse(reader, "neither set nor delete, or behind a move");
	if ((!reader->entry || id != reader->id ||
	     !cv_paloalto_is_word(name, reader->entry->more->name)) &&
	    !begin_object(reader, id, name))
		return false;
	return read_part(reader, set);
}

static bool read_commands(struct reader *reader)
{
	if (!begin(reader))
		return false;
	do {
		if (!take_line(reader) || !read_command(reader))
			return false;
	} while (!is_at_end(reader));
	reader->line = reader->at;
	return end_object(reader);
}

bool cv_set_lines_read(struct cv_reading *reading)
{
	struct reader reader = {.reading = reading, .objects = {.reading = reading}};
	const bool understood = read_commands(&reader);

	cv_paloalto_objects_close(&reader.objects);
	return understood;
}

/* ---- undo ---- */

bool cv_set_undo_read(struct cv_reading *reading)
{
	struct reader reader = {.reading = reading};
	struct cv_paloalto_undo_order order = CV_PALOALTO_UNDO_ORDER;

	if (!begin(&reader))
		return false;
	do {
		struct cv_paloalto_stretch name;
		enum cv_paloalto_list_id id;

		if (!take_line(&reader))
			return false;
		if (!take_this(&reader, CV_SET_DELETE) ||
		    !take_object(&reader, &id, &name) || !is_done(&reader))
			return refuse(&reader, "not a command that deletes one object");
		if (!cv_paloalto_removal_add(reading, &order, id, name,
					     place_of(&reader)))
			return false;
	} while (!is_at_end(&reader));
	return true;
}
