#pragma once
/* What Defender on Windows takes, by whatever way it gets there: PowerShell, policy
 * keys, Intune.  Data only. */

#include <stddef.h>

#include "model/field.h"
#include "model/target.h"

/* ExclusionPath, ExclusionExtension, ExclusionProcess, which serve by the option
 * `process-rows`; ends with a NULL name.  The first has several members. */
extern const struct cv_list cv_defender_lists[];
extern const char *const cv_defender_list_names[]; /* each once; ends with NULL */
extern const char *const cv_defender_own_folders[];

/* The options of every target with these lists begin with this. */
struct cv_defender_options {
	struct cv_text process_rows;   /* files-opened, image, both, contextual */
	struct cv_texts mapped_drives; /* "X:", ... */
};

extern const struct cv_lexical cv_lex_defender_process_rows;

/* Its line in the target's table of options; TYPE begins with the struct above. */
#define CV_DEFENDER_PROCESS_ROWS \
	{ \
		.key = "process-rows", .type = CV_FIELD_TEXT, \
		.offset = offsetof(struct cv_defender_options, process_rows), \
		.lexical = &cv_lex_defender_process_rows, .fallback = "files-opened", \
		.meaning = \
			"what a row for a process becomes: `files-opened`: what it " \
			"opens " \
			"is not scanned; `image`: its own file is not; `both`; " \
			"`contextual`: the folders of its product are not scanned when " \
			"it opens what is in them" \
	}

/* And the line of the other one. */
#define CV_DEFENDER_MAPPED_DRIVES \
	{ \
		.key = "mapped-drives", .type = CV_FIELD_TEXTS, \
		.offset = offsetof(struct cv_defender_options, mapped_drives), \
		.lexical = &cv_lex_drive, \
		.meaning = \
			"drive letters that are network drives: Defender does not know " \
			"them, so that rows on them are not carried" \
	}

/* What all targets of Defender on Windows share.  A note stands in a comment or a column,
 * so that only readability limits it; no console ever took their artefacts. */
#define CV_DEFENDER_DESCRIPTION \
	.preview = true, \
	.can = {.subjects = CV_SUBJECT_GROUP, \
		.platforms = 1u << CV_WINDOWS, \
		.lists = cv_defender_lists, \
		.note_limit = 400}, \
	.own_folders = cv_defender_own_folders
