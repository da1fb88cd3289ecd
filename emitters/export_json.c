/* Steps through the outer brackets of a JSON text, without a tree and without
 * recursion; what stands inside is jansson's. */
#include "export_json.h"

#include <string.h>

#include "model/target.h"

size_t cv_frame_place(struct cv_frame *frame, const char *at)
{
	return cv_export_text_place(&frame->text, (size_t)(at - frame->text.text));
}

static bool fail(struct cv_frame *frame, const char *why)
{
	if (frame->reading->error)
		return false;
	return cv_export_refuse(frame->reading, cv_frame_place(frame, frame->at), why);
}

static void skip_blanks(struct cv_frame *frame)
{
	while (frame->at < frame->end && *frame->at && strchr(" \t\r\n", *frame->at))
		frame->at++;
}

bool cv_frame_stands(struct cv_frame *frame, char c)
{
	skip_blanks(frame);
	return frame->at < frame->end && *frame->at == c;
}

static bool take(struct cv_frame *frame, char c)
{
	if (!cv_frame_stands(frame, c))
		return false;
	frame->at++;
	return true;
}

bool cv_frame_open(struct cv_frame *frame, struct cv_export_reading *reading)
{
	memset(frame, 0, sizeof *frame);
	frame->reading = reading;
	if (!cv_export_text_open(reading, &frame->text))
		return false;
	frame->at = frame->text.text;
	frame->end = frame->at + frame->text.size;
	return true;
}

bool cv_frame_enter(struct cv_frame *frame, char bracket)
{
	if (frame->depth == CV_FRAME_DEPTH || !take(frame, bracket))
		return fail(frame, bracket == '{' ? "no JSON object where one must stand"
						  : "no JSON list where one must stand");
	frame->closing[frame->depth] = bracket == '{' ? '}' : ']';
	frame->filled[frame->depth] = false;
	frame->depth++;
	return true;
}

/* Behind a string that begins here. */
static bool skip_string(struct cv_frame *frame)
{
	for (frame->at++; frame->at < frame->end; frame->at++) {
		if (*frame->at == '"') {
			frame->at++;
			return true;
		}
		if (*frame->at == '\\' && frame->at + 1 < frame->end)
			frame->at++;
	}
	return fail(frame, "a string has no end");
}

bool cv_frame_next(struct cv_frame *frame, struct cv_slice *key_out)
{
	const unsigned level = frame->depth - 1;
	const char *start;

	if (frame->reading->error)
		return false;
	if (take(frame, frame->closing[level])) {
		frame->depth--;
		return false;
	}
	if (frame->filled[level] && !take(frame, ','))
		return fail(frame, "a comma or a closing bracket is missing");
	frame->filled[level] = true;
	if (frame->closing[level] == ']')
		return true;
	skip_blanks(frame);
	if (frame->at == frame->end || *frame->at != '"')
		return fail(frame, "no key where one must stand");
	start = frame->at + 1;
	if (!skip_string(frame))
		return false;
	*key_out = (struct cv_slice){start, (size_t)(frame->at - 1 - start)};
	return take(frame, ':') || fail(frame, "a colon is missing");
}

/* Brackets are only counted: jansson holds them against each other. */
static bool skip_brackets(struct cv_frame *frame)
{
	size_t open = 0;

	while (frame->at < frame->end) {
		if (*frame->at == '"') {
			if (!skip_string(frame))
				return false;
			continue;
		}
		if (*frame->at == '{' || *frame->at == '[')
			open++;
		else if (*frame->at == '}' || *frame->at == ']')
			open--;
		frame->at++;
		if (open == 0)
			return true;
	}
	return fail(frame, "a list or object has no end");
}

bool cv_frame_value(struct cv_frame *frame, struct cv_slice *value_out)
{
	const char *start;
	bool fine = true;

	skip_blanks(frame);
	start = frame->at;
	if (start < frame->end && *start == '"')
		fine = skip_string(frame);
	else if (start < frame->end && (*start == '{' || *start == '['))
		fine = skip_brackets(frame);
	else
		while (frame->at < frame->end && !strchr(",]} \t\r\n", *frame->at))
			frame->at++;
	if (fine && frame->at == start)
		fine = fail(frame, "a value is missing");
	*value_out = (struct cv_slice){start, (size_t)(frame->at - start)};
	return fine;
}

json_t *cv_frame_load(struct cv_frame *frame, size_t *place_out)
{
	const size_t flags = JSON_REJECT_DUPLICATES | JSON_DECODE_ANY;
	struct cv_slice value;
	json_error_t error;
	json_t *tree;

	if (!cv_frame_value(frame, &value))
		return NULL;
	if (place_out)
		*place_out = cv_frame_place(frame, value.text);
	tree = json_loadb(value.text, value.size, flags, &error);
	if (!tree) {
		/* jansson's own words quote the text. */
		frame->at = value.text;
		if (error.position > 0 && (size_t)error.position < value.size)
			frame->at += error.position;
		fail(frame, "a value is no JSON that can be read: it is not well formed, "
			    "holds a key twice, is too deep or has a number too big");
	}
	return tree;
}

bool cv_frame_close(struct cv_frame *frame)
{
	skip_blanks(frame);
	if (frame->at < frame->end)
		return fail(frame, "something stands behind the JSON text");
	return !frame->reading->error;
}

bool cv_slice_is(struct cv_slice slice, const char *text)
{
	return slice.size == strlen(text) && memcmp(slice.text, text, slice.size) == 0;
}
