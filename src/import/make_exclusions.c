/* Rows of exclusions, and what can be concluded of their devices. */
#include <ctype.h>
#include <string.h>

#include "base/ctx.h"
#include "import/answers.h"
#include "import/making.h"
#include "import/texts.h"
#include "model/field.h"
#include "read/load.h"

/* `<Tanium Client>` at the beginning of a path is a place. */
static void declare_place(struct cv_making *making, const char *path, struct cv_span at)
{
	const char *open = strchr(path, '<'), *close = open ? strchr(open, '>') : NULL;

	if (close)
		cv_making_declare(making, &making->draft->places,
				  cv_arena_copy(making->ctx->arena, open + 1,
						(size_t)(close - open) - 1),
				  at);
}

static void put_device(struct cv_making *making, struct cv_draft_row *row, size_t number)
{
	const struct cv_cell *cell = cv_making_role(making, number, CV_COLUMN_DEVICE);

	if (cell) {
		cv_making_names(making, row, "device", cell);
	} else if (making->device.text) {
		const struct cv_cell above = {.kind = CV_CELL_WORDS,
					      .words = making->device};

		cv_making_names(making, row, "device", &above);
	} else if (making->heading && cv_cell_platform(making->heading)) {
		const struct cv_cell above = {.kind = CV_CELL_WORDS,
					      .words = {making->heading, row->at}};

		cv_making_names(making, row, "device", &above);
	} else {
		cv_making_hole(making, row, "device", "the table names no device",
			       row->at, CV_F_EMPTY_CELL, "a row says nothing without it");
	}
}

/* The field that a hole of the value stands in: that of its first kind. */
static const char *key_of(unsigned kinds)
{
	for (unsigned kind = 0; kind < CV_KIND_COUNT; kind++)
		if (kinds >> kind & 1)
			return cv_kind_names[kind];
	return cv_kind_names[CV_KIND_FILE];
}

static void put_values(struct cv_making *making, struct cv_draft_row *row,
		       const struct cv_cell *cell, unsigned kinds)
{
	struct cv_texts values[CV_KIND_COUNT];
	const char *why;
	const enum cv_told told = cv_cell_exclusion(making->ctx, cell->words.text,
						    cell->words.at, kinds, values, &why);

	if (cell->why || told != CV_TOLD) {
		cv_making_open(making, row, key_of(kinds), cell, why);
		return;
	}
	for (unsigned kind = 0; kind < CV_KIND_COUNT; kind++)
		for (size_t i = 0; i < values[kind].count; i++) {
			const struct cv_text *value = &values[kind].items[i];

			declare_place(making, value->text, value->at);
			cv_making_put(making, row, cv_kind_names[kind], value->text,
				      value->at);
		}
}

/* A type that is no kind, or none that a profile has: the value is open. */
static void put_typed(struct cv_making *making, struct cv_draft_row *row,
		      const struct cv_cell *type, const struct cv_cell *value)
{
	unsigned kinds = making->kinds;
	const char *why = NULL;

	if (type && (type->why || *type->words.text) &&
	    (type->why ||
	     cv_cell_kinds(making->ctx, type->words.text, &kinds, &why) != CV_TOLD)) {
		cv_making_hole(making, row, key_of(kinds),
			       cv_arena_format(making->ctx->arena, "%s; %s",
					       *type->words.text ? type->words.text
								 : "a blank type",
					       value->words.text),
			       value->words.at, CV_F_OPEN_CELL,
			       type->why ? type->why
			       : why     ? why
					 : "its type is no kind of exclusion");
		return;
	}
	if (!kinds) {
		cv_making_open(
			making, row, key_of(0), value,
			"nothing says whether it is a process, a folder or a file");
		return;
	}
	put_values(making, row, value, kinds);
}

void cv_making_exclusion(struct cv_making *making, size_t number)
{
	static const struct {
		enum cv_column column;
		enum cv_kind kind;
	} columns[] = {{CV_COLUMN_PROCESS, CV_KIND_PROCESS},
		       {CV_COLUMN_FOLDER, CV_KIND_FOLDER},
		       {CV_COLUMN_FILE, CV_KIND_FILE},
		       {CV_COLUMN_EXTENSION, CV_KIND_EXTENSION}};
	struct cv_draft_row *row = cv_making_row(making, number);
	const struct cv_cell *value = cv_making_role(making, number, CV_COLUMN_VALUE);
	bool any = false;

	put_device(making, row, number);
	if (value)
		put_typed(making, row, cv_making_role(making, number, CV_COLUMN_TYPE),
			  value);
	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
		const struct cv_cell *cell =
			cv_making_role(making, number, columns[i].column);

		if (!cell || (!*cell->words.text && !cell->why))
			continue;
		put_values(making, row, cell, 1U << columns[i].kind);
		any = true;
	}
	if (!value && !any)
		cv_making_hole(making, row, key_of(0), "an empty cell", row->at,
			       CV_F_EMPTY_CELL, "a row says nothing without it");
	cv_making_notes(making, row, number, "device");
}

/* Which separators the paths of each device's rows have. */
struct separators {
	bool back, forward;
};

static void add_separators(const struct cv_draft_row *row, struct separators *seen)
{
	for (size_t i = 0; i < row->fields.count; i++) {
		const struct cv_draft_field *field =
			CV_AT(&row->fields, struct cv_draft_field, i);

		for (size_t k = 0; k < field->values.count; k++) {
			const char *text = field->values.items[k].text;

			seen->back = seen->back || strchr(text, '\\');
			seen->forward = seen->forward || strchr(text, '/');
		}
	}
}

/* By the number of the device in the draft. */
static struct separators *find_separators(struct cv_making *making)
{
	const struct cv_table *devices = &making->draft->devices;
	struct separators *seen =
		CV_NEW_ARRAY(making->ctx->arena, devices->count + 1, struct separators);

	for (size_t b = 0; b < making->draft->blocks.count; b++) {
		const struct cv_draft_block *block =
			CV_AT(&making->draft->blocks, struct cv_draft_block, b);

		for (size_t r = 0; r < block->rows.count; r++) {
			const struct cv_draft_row *row =
				CV_AT(&block->rows, struct cv_draft_row, r);
			const struct cv_draft_field *of = cv_draft_field(row, "device");

			for (size_t i = 0; of && i < devices->count; i++)
				if (cv_texts_hold(&of->values,
						  CV_AT(devices, struct cv_draft_name, i)
							  ->name))
					add_separators(row, &seen[i]);
		}
	}
	return seen;
}

static const struct cv_device *answered(const struct cv_making *making, const char *name)
{
	for (size_t i = 0; making->answers && i < making->answers->devices.count; i++) {
		const struct cv_device *device =
			(const struct cv_device *)making->answers->devices.items + i;

		if (strcmp(device->name.text, name) == 0)
			return device;
	}
	return NULL;
}

static bool is_endpoint(const char *name)
{
	static const char *const words[] = {"endpoint", "client", "agent", "workstation",
					    NULL};

	for (size_t i = 0; words[i]; i++)
		if (strcasestr(name, words[i]))
			return true;
	return false;
}

/* A role's name: the device's words in lower case with hyphens. */
static const char *role_of(struct cv_making *making, const char *name)
{
	char *role;
	size_t size = 0;

	if (is_endpoint(name) || cv_cell_platform(name))
		return "endpoint";
	role = cv_arena_text(making->ctx->arena, name);
	for (const char *p = name; *p; p++)
		if (isalnum((unsigned char)*p))
			role[size++] = (char)tolower((unsigned char)*p);
		else if (size && role[size - 1] != '-')
			role[size++] = '-';
	while (size && role[size - 1] == '-')
		size--;
	role[size] = '\0';
	return size ? role : "endpoint";
}

/* Rows of a device that nobody knows the platform of: who it is stands open. */
static void open_device(struct cv_making *making, const char *device)
{
	for (size_t b = 0; b < making->draft->blocks.count; b++) {
		struct cv_draft_block *block =
			CV_AT(&making->draft->blocks, struct cv_draft_block, b);

		for (size_t r = 0; r < block->rows.count; r++) {
			struct cv_draft_row *row =
				CV_AT(&block->rows, struct cv_draft_row, r);
			struct cv_draft_field *of = cv_draft_field(row, "device");

			if (of && cv_texts_hold(&of->values, device))
				cv_making_hole(
					making, row, "device",
					cv_texts_joined(making->ctx, &of->values, ", "),
					of->at, CV_F_OPEN_CELL,
					"nothing says which platform it is");
		}
	}
}

static bool tell_device(struct cv_making *making, struct cv_draft_name *device,
			struct separators seen)
{
	const struct cv_device *answer = answered(making, device->name);

	device->role = answer && answer->role.text ? answer->role.text
						   : role_of(making, device->name);
	device->platform =
		answer ? answer->platform.text : cv_cell_platform(device->name);
	if (device->platform)
		return true;
	if (cv_cell_names_platform(device->name))
		return false; /* more than one */
	if (!seen.back || seen.forward)
		return false;
	device->platform = "windows";
	device->remark = "Concluded: the page does not say the platform; its paths do.";
	cv_find(making->ctx, CV_F_CONCLUDED, device->at,
		"`%s` is taken for Windows, since its paths have backslashes",
		cv_shown(making->ctx, device->name));
	return true;
}

void cv_making_devices(struct cv_making *making)
{
	struct cv_table told = {0};
	const struct cv_table all = making->draft->devices;
	const struct separators *seen = find_separators(making);

	for (size_t i = 0; i < all.count; i++) {
		struct cv_draft_name *device = CV_AT(&all, struct cv_draft_name, i);

		if (tell_device(making, device, seen[i]))
			*CV_ADD(making->ctx->arena, &told, struct cv_draft_name) =
				*device;
		else
			open_device(making, device->name);
	}
	making->draft->devices = told;
}

static const struct cv_draft_name *device_named(const struct cv_making *making,
						const char *name)
{
	for (size_t i = 0; i < making->draft->devices.count; i++) {
		const struct cv_draft_name *device =
			CV_AT(&making->draft->devices, struct cv_draft_name, i);

		if (strcmp(device->name, name) == 0)
			return device;
	}
	return NULL;
}

/* Why a value of the field is no path for one of the row's devices, or NULL. */
static const char *why_no_path(struct cv_making *making,
			       const struct cv_draft_field *devices, unsigned kind,
			       const char *text)
{
	const char *why = NULL;

	for (size_t i = 0; !why && i < devices->values.count; i++) {
		const struct cv_draft_name *device =
			device_named(making, devices->values.items[i].text);

		for (unsigned p = 0; device && !why && p < CV_PLATFORM_COUNT; p++)
			if (strcmp(cv_platform_names[p], device->platform) == 0)
				why = cv_path_refused(making->ctx, (enum cv_platform)p,
						      (enum cv_kind)kind, text);
	}
	return why;
}

static void check_row(struct cv_making *making, struct cv_draft_row *row)
{
	const struct cv_draft_field *devices = cv_draft_field(row, "device");

	for (unsigned kind = 0; devices && kind < CV_KIND_COUNT; kind++) {
		const struct cv_draft_field *field =
			cv_draft_field(row, cv_kind_names[kind]);
		const char *why = NULL;

		for (size_t i = 0; field && !why && i < field->values.count; i++)
			why = why_no_path(making, devices, kind,
					  field->values.items[i].text);
		if (why)
			cv_making_hole(making, row, field->key,
				       cv_texts_joined(making->ctx, &field->values, ", "),
				       field->at, CV_F_OPEN_CELL, why);
	}
}

void cv_making_check_paths(struct cv_making *making)
{
	for (size_t b = 0; b < making->draft->blocks.count; b++) {
		struct cv_draft_block *block =
			CV_AT(&making->draft->blocks, struct cv_draft_block, b);

		for (size_t r = 0; r < block->rows.count; r++)
			check_row(making, CV_AT(&block->rows, struct cv_draft_row, r));
	}
}
