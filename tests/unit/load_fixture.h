#pragma once
/* Documents that are loaded from bytes, and files in a folder of their own. */

#include "read_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/target.h"
#include "read/load.h"

struct loading {
	struct fixture fixture;
	struct cv_load load;
	struct cv_site *site;
	struct cv_table profiles;
};

static inline void open_loading(struct loading *loading, const char *name,
				const char *text)
{
	memset(loading, 0, sizeof *loading);
	fixture_open(&loading->fixture, name, text, strlen(text));
	loading->load = (struct cv_load){.ctx = &loading->fixture.ctx};
}

struct refused {
	const char *text, *code;
	size_t line, column;
	const char *says, *hint;
};

static inline void check_found(struct loading *loading, const struct refused *c)
{
	assert_found(&loading->fixture, 0, c->code, c->line, c->column);
	if (c->says)
		assert_text(&loading->fixture, 0, c->says);
	if (c->hint)
		assert_hint(&loading->fixture, 0, c->hint);
	if (loading->fixture.ctx.findings.count != 1)
		fail_msg("%zu findings, the second is %s: %s",
			 loading->fixture.ctx.findings.count,
			 fixture_finding(&loading->fixture, 1)->text, c->text);
	fixture_close(&loading->fixture);
}

/* A folder of our own for the tests with files. */
static char folder[] = "/tmp/carveout-test-XXXXXX";

static inline int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static inline int remove_folder(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof command, "rm -rf %s", folder);
	return system(command);
}

static inline void write_file(const char *name, const char *text)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

#define HEAD "carveout: profile/1\nid: a/b\n"
