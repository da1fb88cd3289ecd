/* Reads what `auditctl -l` prints: a rule a line, in the order in which the kernel goes
 * through them (audit-userspace, src/auditctl-listing.c).  The first that matches
 * decides, so that a rule which records leaves nothing of one behind it where both match.
 * Values have no quotes: a rule with a blank in one is not understood. */
#include <string.h>

#include "auditd/facts.h"
#include "base/ctx.h"
#include "base/hash_table.h"
#include "export_lines.h"
#include "model/plan.h"

enum { ARCH_64 = 1, ARCH_32 = 2, BOTH = ARCH_64 | ARCH_32 };

/* A rule that never records what one program, folder or file does. */
struct rule {
	const char *list, *value;
	unsigned arches;
	bool ours;
	const char *odd; /* why it is not compared, or NULL */
};

/* An entry, and the architectures for which there is a rule so far. */
struct half {
	UT_hash_handle hh;
	struct cv_entry *entry;
	unsigned arches;
};

struct listing {
	struct cv_export_lines lines;
	struct half *halves;
	size_t rules;
	bool recording;  /* a rule that records was there */
	size_t recorded; /* where the first of them stands */
	bool overruled;  /* and one of ours behind it */
};

static const char *value_of(const char *word, const char *name)
{
	const size_t size = strlen(name);

	return strncmp(word, name, size) == 0 && word[size] == '=' ? word + size + 1
								   : NULL;
}

static const char *list_of(const char *word, const char **value_out)
{
	for (const struct cv_list *list = cv_auditd_lists; list->name; list++)
		if ((*value_out = value_of(word, list->name)))
			return list->name;
	return NULL;
}

static void read_field(struct cv_ctx *ctx, struct rule *rule, const char *field)
{
	const char *value, *list = list_of(field, &value);

	if ((value = value_of(field, "key"))) {
		rule->ours = rule->ours || strcmp(value, CV_AUDITD_KEY) == 0;
	} else if ((value = value_of(field, "arch"))) {
		rule->arches = strcmp(value, "b64") == 0   ? ARCH_64
			       : strcmp(value, "b32") == 0 ? ARCH_32
							   : 0;
		if (!rule->arches)
			rule->odd = "a rule of another architecture";
	} else if (!list) {
		rule->odd = "a rule with a field that is not compared";
	} else if (rule->list) {
		rule->odd = "a rule that names two things";
	} else {
		list_of(field, &value);
		rule->list = list;
		/* The kernel takes a folder with and without it. */
		rule->value = strcmp(list, "dir") == 0 && *value &&
					      value[strlen(value) - 1] != '/'
				      ? cv_arena_format(ctx->arena, "%s/", value)
				      : value;
	}
}

/* Two rules for what one entry asks for become one entry. */
static void add_rule(struct listing *listing, const struct rule *rule)
{
	static const struct cv_attribute only[] = {
		[ARCH_64] = {"arch", "b64 only"},
		[ARCH_32] = {"arch", "b32 only"},
	};
	struct cv_ctx *ctx = listing->lines.reading->ctx;
	const char *key = cv_arena_format(ctx->arena, "%s %s", rule->list, rule->value);
	struct half *half;

	HASH_FIND_STR(listing->halves, key, half);
	if (!half) {
		half = CV_NEW(ctx->arena, struct half);
		half->entry =
			cv_export_exclusion(&listing->lines, rule->list, rule->value);
		HASH_ADD_KEYPTR(hh, listing->halves, key, strlen(key), half);
	}
	half->arches |= rule->arches;
	half->entry->ours = half->entry->ours || rule->ours;
	half->entry->more->attributes = half->arches == BOTH ? NULL : &only[half->arches];
	half->entry->more->attribute_count = half->arches == BOTH ? 0 : 1;
}

/* Behind `-a never,exit`. */
static void read_never(struct listing *listing, char *rest)
{
	struct rule rule = {.arches = BOTH};
	char *word, *next = NULL;

	word = strtok_r(rest, " ", &next);
	for (; word && !rule.odd; word = strtok_r(NULL, " ", &next)) {
		char *argument = strtok_r(NULL, " ", &next);

		if (!argument)
			rule.odd = "a rule that is cut off";
		else if (strcmp(word, "-F") == 0)
			read_field(listing->lines.reading->ctx, &rule, argument);
		else if (strcmp(word, "-S") != 0)
			rule.odd = "a rule with a blank in a value, or with an option "
				   "that is not known";
		else if (strcmp(argument, "all") != 0)
			rule.odd = "a rule for some system calls only";
	}
	if (!rule.odd && (!rule.list || rule.value[0] != '/'))
		rule.odd = "a rule that names neither program nor folder nor file";
	if (rule.odd) {
		cv_export_odd_line(&listing->lines, rule.odd);
		return;
	}
	listing->overruled = listing->overruled || (listing->recording && rule.ours);
	add_rule(listing, &rule);
}

static void note_recording(struct listing *listing)
{
	if (!listing->recording)
		listing->recorded = cv_export_line_place(&listing->lines);
	listing->recording = true;
}

static char *behind(char *line, const char *text)
{
	const size_t size = strlen(text);

	return strncmp(line, text, size) == 0 ? line + size : NULL;
}

static void read_line(struct listing *listing, char *line)
{
	char *rest;

	if (strcmp(line, "No rules") == 0) {
		listing->rules++;
	} else if ((rest = behind(line, "-a never,exit"))) {
		listing->rules++;
		read_never(listing, rest);
	} else if (behind(line, "-a always,exit ") || behind(line, "-w ")) {
		listing->rules++;
		note_recording(listing);
	} else if (behind(line, "-a always,exclude") || behind(line, "-a never,")) {
		listing->rules++;
		cv_export_odd_line(&listing->lines,
				   "a rule of another list that may leave something out");
	} else if (behind(line, "-a always,")) {
		listing->rules++;
	} else {
		cv_export_odd_line(&listing->lines, "no rule as auditctl lists them");
	}
}

bool cv_auditd_read_export(struct cv_export_reading *reading)
{
	struct listing listing = {.rules = 0};
	char *line;

	if (!cv_export_lines_open(&listing.lines, reading))
		return false;
	while ((line = cv_export_line(&listing.lines))) {
		line = cv_export_trimmed(line);
		if (*line)
			read_line(&listing, line);
	}
	HASH_CLEAR(hh, listing.halves);
	if (listing.overruled)
		cv_export_overruled(reading, listing.recorded,
				    "a rule that records stands before some of ours, and "
				    "where both match it decides");
	return listing.rules > 0 ||
	       cv_export_refuse(reading, 0, "nothing that `auditctl -l` prints");
}
