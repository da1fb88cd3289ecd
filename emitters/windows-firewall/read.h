#pragma once
/* What the parts of the scripts' reader share. */

#include <stdbool.h>

#include "model/plan.h"
#include "powershell_read.h"

struct cv_winfw_reader {
	struct cv_powershell script;
	enum cv_operation operation;
	bool is_paste;
};

/* An entry of the reader's operation, at this place. */
struct cv_entry *cv_winfw_reader_add(struct cv_winfw_reader *reader,
				     enum cv_entry_kind kind);

/* The line's end, behind a value. */
bool cv_winfw_read_end(struct cv_winfw_reader *reader);

/* A rule, behind the line that opens it. */
bool cv_winfw_read_rule(struct cv_winfw_reader *reader);
