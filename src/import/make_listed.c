/* Rows of URLs, requirements, supported systems and permissions. */
#include <ctype.h>
#include <string.h>

#include "base/ctx.h"
#include "import/making.h"
#include "import/texts.h"
#include "model/field.h"

void cv_making_url(struct cv_making *making, size_t number)
{
	struct cv_draft_row *row = cv_making_row(making, number);
	const struct cv_cell *cell = cv_making_role(making, number, CV_COLUMN_URL);
	const struct cv_cell *from = cv_making_role(making, number, CV_COLUMN_FROM);
	const struct cv_cell *port = cv_making_role(making, number, CV_COLUMN_PORT);
	struct cv_told_words urls;
	struct cv_told_ports ports;

	if (from && *from->words.text)
		cv_making_names(making, row, "from", from);
	if (cell->why || cv_cell_urls(making->ctx, cell->words.text, cell->words.at,
				      &urls) != CV_TOLD) {
		cv_making_open(making, row, "url", cell,
			       urls.why ? urls.why : "it is no URL");
	} else {
		for (size_t i = 0; i < urls.values.count; i++)
			cv_making_put(making, row, "url", urls.values.items[i].text,
				      cell->words.at);
	}
	if (port && (*port->words.text || port->why)) {
		if (port->why ||
		    cv_cell_ports(making->ctx, port->words.text, port->words.at,
				  making->notes, &ports) != CV_TOLD ||
		    ports.count != 1)
			cv_making_open(
				making, row, "port", port,
				ports.why ? ports.why
					  : "it is no list of ports of one protocol");
		else
			for (size_t i = 0; i < ports.groups[0].ports.count; i++)
				cv_making_put(making, row, "port",
					      ports.groups[0].ports.items[i].text,
					      port->words.at);
	}
	cv_making_notes(making, row, number, "url");
}

static void put_constraint(struct cv_making *making, struct cv_draft_row *row,
			   const struct cv_cell *cell)
{
	const char *constraint, *why;
	enum cv_told told;

	if (!*cell->words.text) {
		cv_making_hole(making, row, "version", "nothing stands beside it",
			       cell->words.at, CV_F_EMPTY_CELL,
			       "it may be an empty cell, or the cell above may span it");
		return;
	}
	told = cv_cell_constraint(making->ctx, cell->words.text, &constraint, &why);
	if (told == CV_TOLD && !cell->why)
		cv_making_put(making, row, "version", constraint, cell->words.at);
	else
		cv_making_open(making, row, "version", cell,
			       why ? why : "it is no version");
}

static void put_component(struct cv_making *making, struct cv_draft_row *row,
			  const struct cv_cell *cell)
{
	const char *name = cv_making_clean(making, cell->words);
	const char *why = cell->why ? cell->why
				    : cv_words_refused(making->ctx, &cv_lex_title, name);

	if (why || !*name)
		cv_making_open(making, row, "component", cell, why ? why : "no name");
	else
		cv_making_put(making, row, "component", name, cell->words.at);
}

/* A cell of prose is no version: it tells how to get the product, or leads over to a
 * list below the table. */
static bool is_prose(const char *words)
{
	size_t blanks = 0;

	for (const char *p = words; *p; p++)
		blanks += *p == ' ' || *p == '\n';
	return blanks > 8;
}

void cv_making_requirement(struct cv_making *making, size_t number)
{
	const struct cv_cell *component =
		cv_making_role(making, number, CV_COLUMN_COMPONENT);
	const struct cv_cell *version = cv_making_role(making, number, CV_COLUMN_VERSION);
	struct cv_draft_row *row;

	if (is_prose(version->words.text)) {
		cv_making_prose_cell(making, component, version);
		return;
	}
	row = cv_making_row(making, number);
	put_component(making, row, component);
	put_constraint(making, row, version);
}

/* `Same as Tanium Client support. See ...` */
static const char *same_as(struct cv_making *making, const char *words)
{
	static const char lead[] = "Same as ";
	const char *name = words + sizeof lead - 1, *end;

	if (strncasecmp(words, lead, sizeof lead - 1) != 0)
		return NULL;
	end = strstr(name, " support");
	if (!end)
		return NULL;
	return cv_making_clean_quietly(
		making, cv_arena_copy(making->ctx->arena, name, (size_t)(end - name)));
}

static void add_support(struct cv_making *making, size_t number, const char *words,
			const struct cv_cell *cell, const char *rest)
{
	struct cv_draft_row *row = cv_making_row(making, number);
	const char *system = cv_cell_system(words), *as = same_as(making, rest);
	struct cv_cell version = *cell;

	version.words.text = rest;
	if (system)
		cv_making_put(making, row, "system", system, cell->words.at);
	else
		cv_making_hole(making, row, "system", words, cell->words.at,
			       CV_F_OPEN_CELL, "it is no operating system that is known");
	if (as)
		cv_making_put(making, row, "as", as, cell->words.at);
	else
		put_constraint(making, row, &version);
}

/* `Red Hat Enterprise Linux 6.x, 7.x` in a cell: the longest name that is known. */
static bool split_system(struct cv_making *making, const char *line,
			 const char **system_out, const char **rest_out)
{
	*system_out = NULL;
	for (const char *p = line; *p;) {
		const char *end = p + strcspn(p, " ");
		const char *name =
			cv_arena_copy(making->ctx->arena, line, (size_t)(end - line));

		if (cv_cell_system(name)) {
			*system_out = name;
			*rest_out = end + strspn(end, " ");
		}
		p = end + strspn(end, " ");
	}
	return *system_out && **rest_out;
}

void cv_making_support(struct cv_making *making, size_t number)
{
	const struct cv_cell *system = cv_making_role(making, number, CV_COLUMN_SYSTEM);
	const struct cv_cell *version = cv_making_role(making, number, CV_COLUMN_VERSION);
	const char *p = version->words.text, *line, *name, *rest;
	bool split = false;

	/* A family's row may list its systems, one a line, in the cell of versions. */
	while ((line = cv_line_next(making->ctx, &p)))
		if (split_system(making, line, &name, &rest)) {
			add_support(making, number, name, version, rest);
			split = true;
		}
	if (!split)
		add_support(making, number,
			    cv_making_clean_quietly(making, system->words.text), version,
			    version->words.text);
}

/* The grants of one cell: READ, WRITE5 -> read, write. */
static bool put_grants(struct cv_making *making, struct cv_draft_row *row,
		       const char *role, const struct cv_cell *cell)
{
	const char *key = cv_arena_format(making->ctx->arena, "grants.%s", role);

	for (const char *p = cell->words.text; *p; p += strspn(p, " \n")) {
		const size_t size = strcspn(p, " \n");
		size_t word = size;
		char *grant;

		while (word && isdigit((unsigned char)p[word - 1]))
			word--;
		if (!cv_cell_is_grant(p, word))
			return false;
		grant = cv_arena_copy(making->ctx->arena, p, word);
		for (char *c = grant; *c; c++)
			*c = (char)tolower((unsigned char)*c);
		cv_making_put(making, row, key, grant, cell->words.at);
		if (word < size)
			cv_making_put(
				making, row, "note",
				cv_arena_format(making->ctx->arena, "footnote %.*s at %s",
						(int)(size - word), p + word, grant),
				cell->words.at);
		p += size;
	}
	return true;
}

static void read_roles(struct cv_making *making)
{
	struct cv_draft_block *block = making->block;

	if (block->roles.count)
		return;
	for (size_t i = 0; i < making->columns.count; i++)
		if (making->columns.roles[i] == CV_COLUMN_ROLE_GRANTS)
			cv_texts_add(making->ctx, &block->roles, making->columns.words[i],
				     making->table->rows[0].at);
}

/* All that a row says of grants, for a hole. */
static const char *all_grants(struct cv_making *making, size_t number)
{
	struct cv_texts words = {0};

	for (size_t i = 0; i < making->columns.count; i++) {
		const struct cv_cell *cell = cv_making_cell(making, number, i);

		if (making->columns.roles[i] == CV_COLUMN_ROLE_GRANTS &&
		    cell->kind == CV_CELL_WORDS && *cell->words.text)
			cv_texts_add(making->ctx, &words, cell->words.text,
				     cell->words.at);
	}
	return cv_texts_joined(making->ctx, &words, " ");
}

static bool is_whole(struct cv_making *making, size_t number)
{
	for (size_t i = 0; i < making->columns.count; i++)
		if (making->columns.roles[i] == CV_COLUMN_ROLE_GRANTS &&
		    cv_making_cell(making, number, i)->kind == CV_CELL_ABSENT)
			return false;
	return true;
}

/* The table of roles and what each enables: one row of it, in words. */
static void role_enables(struct cv_making *making, size_t number)
{
	struct cv_draft_block *block = making->block;
	const struct cv_cell *role = cv_making_role(making, number, CV_COLUMN_ROLE);
	const struct cv_cell *enables = cv_making_role(making, number, CV_COLUMN_ENABLES);
	struct cv_draft_field *field;
	struct cv_draft_row *row;

	cv_texts_add(making->ctx, &block->roles, cv_making_clean(making, role->words),
		     role->words.at);
	if (block->rows.count == 0) {
		row = cv_making_row(making, number);
		cv_making_put(making, row, "permission", "Enables", row->at);
		cv_making_hole(making, row, "grants", enables->words.text,
			       enables->words.at, CV_F_OPEN_CELL,
			       "what a role enables is told in prose");
		return;
	}
	row = CV_AT(&block->rows, struct cv_draft_row, 0);
	field = cv_draft_field(row, "grants");
	field->hole = cv_arena_format(making->ctx->arena, "%s / %s", field->hole,
				      enables->words.text);
}

void cv_making_permission(struct cv_making *making, size_t number)
{
	const struct cv_cell *permission =
		cv_making_role(making, number, CV_COLUMN_PERMISSION);
	const struct cv_cell *type =
		cv_making_role(making, number, CV_COLUMN_PERMISSION_TYPE);
	struct cv_draft_row *row;
	bool ok = true;

	if (!permission) {
		role_enables(making, number);
		return;
	}
	read_roles(making);
	row = cv_making_row(making, number);
	cv_making_put(making, row, "permission",
		      cv_making_first_line(making, permission->words.text),
		      permission->words.at);
	if (type && *type->words.text)
		cv_making_put(making, row, "type", type->words.text, type->words.at);
	if (!is_whole(making, number)) {
		cv_making_hole(making, row, "grants", all_grants(making, number), row->at,
			       CV_F_LOST_CELLS,
			       "the row has fewer grants than the table has roles");
		return;
	}
	for (size_t i = 0; ok && i < making->columns.count; i++)
		if (making->columns.roles[i] == CV_COLUMN_ROLE_GRANTS)
			ok = put_grants(
				making, row,
				cv_making_clean_quietly(making, making->columns.words[i]),
				cv_making_cell(making, number, i));
	if (!ok) {
		row->fields.count = 0;
		cv_making_put(making, row, "permission",
			      cv_making_first_line(making, permission->words.text),
			      permission->words.at);
		cv_making_hole(making, row, "grants", all_grants(making, number), row->at,
			       CV_F_OPEN_CELL, "a cell holds more than grants");
	}
}
