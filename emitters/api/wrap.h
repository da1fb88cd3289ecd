#pragma once
/* The functions of a target's forms, made from its tables.  Emitters and readers stand in
 * files of their own, so that a test can hold them apart. */

#include "api/api.h"

#define CV_API_EMITTERS(prefix) \
	void prefix##_emit_bodies(const struct cv_emission *emission) \
	{ \
		cv_api_emit_bodies(emission, prefix##_calls); \
	} \
	void prefix##_emit_send(const struct cv_emission *emission) \
	{ \
		cv_api_emit_script(emission, prefix##_send); \
	} \
	void prefix##_emit_undo(const struct cv_emission *emission) \
	{ \
		cv_api_emit_script(emission, prefix##_undo); \
	}

#define CV_API_READERS(prefix) \
	bool prefix##_read_send(struct cv_reading *reading) \
	{ \
		return cv_api_read_script(reading, prefix##_send); \
	} \
	bool prefix##_read_undo(struct cv_reading *reading) \
	{ \
		return cv_api_read_script(reading, prefix##_undo); \
	}

#define CV_API_BODY_READER(prefix, list) \
	bool prefix##_read_##list(struct cv_reading *reading) \
	{ \
		return cv_api_read_bodies(reading, prefix##_calls, #list); \
	}

#define CV_API_DECLARE(prefix) \
	extern const struct cv_list prefix##_lists[]; \
	extern const struct cv_api_call prefix##_calls[]; \
	extern const struct cv_api_line *const prefix##_send[]; \
	extern const struct cv_api_line *const prefix##_undo[]; \
	void prefix##_emit_bodies(const struct cv_emission *emission); \
	void prefix##_emit_send(const struct cv_emission *emission); \
	void prefix##_emit_undo(const struct cv_emission *emission); \
	bool prefix##_read_send(struct cv_reading *reading); \
	bool prefix##_read_undo(struct cv_reading *reading)

#define CV_API_DECLARE_BODY(prefix, list) \
	bool prefix##_read_##list(struct cv_reading *reading)

/* A form that holds the bodies of one list. */
#define CV_API_BODIES_FORM(prefix, id, what) \
	{ \
		.name = #id, .suffix = "." #id ".ndjson", .summary = what, \
		.kinds = CV_ENTRY_EXCLUSION, .subjects = CV_SUBJECT_GROUP, .list = #id, \
		.if_any = true, .emit = prefix##_emit_bodies, \
		.read = prefix##_read_##id, \
	}
