#pragma once
/* What targets have in common that are given to a console through its HTTP API: bodies,
 * one a line in a file for each list; a manifest of the calls; a script that makes them;
 * and what takes them back.  A target brings the shape of its bodies and the shell
 * functions that list and delete objects on its console. */

#include <stdbool.h>

#include "model/target.h"
#include "model/value.h"

/* Lists of the plan's entries that are ours and not the console's. */
#define CV_API_TAG "tag"     /* SETTING: what our comments begin with */
#define CV_API_SCOPE "scope" /* SETTING: for whom on the console, in its own words */
#define CV_API_CALL "call"   /* STEP: a list that is sent */
#define CV_API_UNDO "undo"   /* STEP: a list that is taken back */

/* Names of the attributes of a CV_API_CALL. */
#define CV_API_VALUE "value"   /* where the value stands in a body, for jq */
#define CV_API_ID "id"         /* where the id stands in the answer, for jq */
#define CV_API_BODIES "bodies" /* the file that holds them; of a CV_API_UNDO, too */

/* A part of a body's shape.  OBJECT and LIST last until their END. */
enum cv_api_part_kind {
	CV_API_OBJECT,
	CV_API_LIST,
	CV_API_END,
	CV_API_FIXED, /* always `text` */
	CV_API_TRUE,
	CV_API_FALSE,
	CV_API_OF_VALUE, /* the entry's value */
	CV_API_OF_NOTE,  /* the entry's note */
	CV_API_OF_ALL, /* a list of `value #note`: one body holds all entries of its list,
			  and its other parts are those of the first */
	/* Members that are left out where the entry has no attribute `text`. */
	CV_API_OF_WORD,  /* the attribute */
	CV_API_OF_WORDS, /* the same as a list: what commas part in it */
	CV_API_OF_FLAG,  /* the same as true or false: "yes", "no" */
};

struct cv_api_part {
	enum cv_api_part_kind kind;
	const char *key;  /* in an object; NULL in a list */
	const char *text; /* NULL where the kind needs none */
};

/* One list of the console's.  Attributes of its entries stand in the order in which the
 * shape names them, each once. */
struct cv_api_call {
	const char *list;   /* a native list's name: [a-z0-9_]+; NULL ends a table */
	const char *method; /* "POST" */
	const char *path;   /* "/policy/entities/ml-exclusions/v1" */
	const char *value;  /* where the value stands in a body, for jq: ".value" */
	const char *id;     /* where the answer has the object's id: ".resources[0].id" */
	const struct cv_api_part *shape; /* the members; CV_API_END ends them */
};

/* For `arrange`: puts our tag before each note, the costs of lists in use into the head,
 * and adds the steps, in the order of the table.  `note_limit` is the longest comment
 * that the console takes, in bytes (0: notes stay as they are); `scope` is what the
 * target's functions find as $scope.  Texts live in the arena. */
void cv_api_arrange(struct cv_ctx *ctx, struct cv_plan *plan,
		    const struct cv_api_call *calls, size_t note_limit,
		    const char *scope);

/* What our comments begin with: "carveout SITE/SUBJECT:". */
const char *cv_api_tag(struct cv_ctx *ctx, const struct cv_plan *plan);

/* What an option says for the plan's group; NULL: nothing. */
const char *cv_api_for_group(const struct cv_map *map, const struct cv_plan *plan);

/* Whether one of an option's words is this. */
bool cv_api_has_word(const struct cv_texts *words, const char *word);

/* Adds an attribute, at the end; the entry keeps what it has. */
void cv_api_describe(struct cv_ctx *ctx, struct cv_entry *entry, const char *name,
		     const char *value);

/* An id for the entry, of twelve hexadecimal digits: the same for the same site, subject,
 * list and value. */
const char *cv_api_id(struct cv_ctx *ctx, const struct cv_plan *plan,
		      const struct cv_entry *entry);

/* A script, as data: sections of lines, with slots where the plan's values go. */
enum cv_api_slot {
	CV_API_LINE,   /* the line as it stands */
	CV_API_HEADER, /* a line for each HEADER entry, `text` before each */
	CV_API_WORD,   /* `text`=WORD, from the SETTING of that list */
	CV_API_CALLS,  /* a line for each CV_API_CALL */
	CV_API_UNDOS,  /* a line for each CV_API_UNDO */
};

struct cv_api_line {
	enum cv_api_slot slot;
	const char *text; /* NULL ends a section */
};

/* The sections that every script has: a head that says what it is, the options and the
 * calls; between them and the tails a target's own functions stand:
 *   there_LIST         prints a JSON object a line for what the console has in the
 *                      list for $scope: id, value, comment (null where the API does not
 *                      show it)
 *   remove_LIST ID     deletes one object; ID is percent-encoded
 * with the functions `call METHOD PATH [FILE]` (the answer is in "$work/answer"). */
extern const struct cv_api_line cv_api_template_send_head[];
extern const struct cv_api_line cv_api_template_undo_head[];
extern const struct cv_api_line cv_api_template_calls[];
extern const struct cv_api_line cv_api_template_send_tail[];
extern const struct cv_api_line cv_api_template_undo_tail[];

/* The forms that every such target has beside its bodies. */
#define CV_API_FORMS(send_emit, send_read, undo_emit, undo_read) \
	{ \
		.name = "calls", \
		.suffix = ".calls.json", \
		.summary = "the calls to make, in order", \
		.kinds = CV_ENTRY_STEP, \
		.subjects = CV_SUBJECT_GROUP, \
		.list = CV_API_CALL, \
		.if_any = true, \
		.emit = cv_api_emit_calls, \
		.read = cv_api_read_calls, \
	}, \
		{ \
			.name = "send", \
			.suffix = ".send.sh", \
			.summary = "makes the calls with curl", \
			.kinds = CV_ENTRY_HEADER | CV_ENTRY_SETTING | CV_ENTRY_STEP, \
			.subjects = CV_SUBJECT_GROUP, \
			.lists = cv_api_send_lists, \
			.if_any = true, \
			.emit = (send_emit), \
			.read = (send_read), \
		}, \
		{ \
			.name = "undo", \
			.suffix = ".undo.ndjson", \
			.summary = "what the undo script takes away", \
			.kinds = CV_ENTRY_EXCLUSION, \
			.subjects = CV_SUBJECT_GROUP, \
			.undo = true, \
			.if_any = true, \
			.change = CV_CHANGE_ENTRIES, \
			.emit = cv_api_emit_removals, \
			.read = cv_api_read_removals, \
			.strip = cv_api_strip_to_value, \
		}, \
	{ \
		.name = "undo-script", .suffix = ".undo.sh", \
		.summary = "deletes what was sent", \
		.kinds = CV_ENTRY_HEADER | CV_ENTRY_SETTING | CV_ENTRY_STEP, \
		.subjects = CV_SUBJECT_GROUP, .lists = cv_api_undo_lists, \
		.if_any = true, .change = CV_CHANGE_WHOLE, .emit = (undo_emit), \
		.read = (undo_read), \
	}

/* What the scripts hold of a plan. */
extern const char *const cv_api_send_lists[];
extern const char *const cv_api_undo_lists[];

/* Emitters.  The table says what shape the bodies of each list have. */
void cv_api_emit_bodies(const struct cv_emission *emission,
			const struct cv_api_call *calls);
void cv_api_emit_calls(const struct cv_emission *emission);
void cv_api_emit_removals(const struct cv_emission *emission);
void cv_api_emit_script(const struct cv_emission *emission,
			const struct cv_api_line *const *sections);

/* Readers: each accounts for every byte. */
bool cv_api_read_bodies(struct cv_reading *reading, const struct cv_api_call *calls,
			const char *list);
bool cv_api_read_calls(struct cv_reading *reading);
bool cv_api_read_removals(struct cv_reading *reading);
bool cv_api_read_script(struct cv_reading *reading,
			const struct cv_api_line *const *sections);

/* For undo forms that hold (list, value) alone. */
void cv_api_strip_to_value(struct cv_entry *entry);
