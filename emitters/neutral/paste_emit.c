/* The neutral exclusions as lists to paste; see paste.h. */
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/utf8.h"
#include "model/target.h"
#include "paste.h"
#include "write.h"

static const char *cell_of(const struct cv_entry *entry, size_t cell)
{
	if (cell == CV_PASTE_BLANK)
		return cv_is_blank_at_end(entry->more->value) ? "yes" : "no";
	return cell < entry->more->attribute_count ? entry->more->attributes[cell].value
						   : "";
}

static bool fits(const struct cv_paste_words *choice, const struct cv_entry *entry)
{
	for (size_t i = 0; i < CV_PASTE_CELLS; i++) {
		const char *wanted = choice->cells[i];

		if (wanted == cv_paste_value_table)
			wanted = entry->more->value;
		if (wanted && strcmp(wanted, cell_of(entry, i)))
			return false;
	}
	return true;
}

static size_t count_choices(size_t part)
{
	size_t count = 0;

	while (cv_paste_parts_table[part][count].words)
		count++;
	return count;
}

/* In the order of sections; that of an entry for which there is none comes last. */
static size_t section_of(const struct cv_entry *entry, size_t sections)
{
	size_t section = 0;

	for (size_t part = 0; part < CV_PASTE_PARTS; part++) {
		const size_t count = count_choices(part);
		size_t choice = 0;

		while (choice < count &&
		       !fits(&cv_paste_parts_table[part][choice], entry))
			choice++;
		if (choice == count)
			return sections;
		section = section * count + choice;
	}
	return section;
}

static void write_heading(struct cv_buf *out, size_t section, size_t sections,
			  size_t lines)
{
	cv_buf_char(out, '\n');
	for (size_t part = 0; part < CV_PASTE_PARTS; part++) {
		sections /= count_choices(part);
		cv_buf_text(out, cv_paste_parts_table[part][section / sections].words);
		section %= sections;
	}
	cv_buf_format(out, " (%zu)\n", lines);
}

/* What belongs to no section is left out, which the proof then sees. */
void cv_paste_emit(const struct cv_emission *emission)
{
	struct cv_arena *arena = emission->ctx->arena;
	size_t *of = CV_NEW_ARRAY(arena, emission->count + 1, size_t);
	size_t *counts, sections = 1;

	for (size_t part = 0; part < CV_PASTE_PARTS; part++)
		sections *= count_choices(part);
	counts = CV_NEW_ARRAY(arena, sections + 1, size_t);
	for (size_t i = 0; i < emission->count; i++)
		counts[of[i] = section_of(emission->entries[i], sections)]++;
	for (size_t i = 0; cv_paste_head_table[i]; i++)
		cv_buf_format(emission->out, "%s\n", cv_paste_head_table[i]);
	for (size_t section = 0; section < sections; section++) {
		if (counts[section] == 0)
			continue;
		write_heading(emission->out, section, sections, counts[section]);
		for (size_t i = 0; i < emission->count; i++) {
			if (of[i] != section)
				continue;
			cv_buf_text(emission->out, emission->entries[i]->more->value);
			cv_buf_char(emission->out, '\n');
			cv_buf_drain(emission->out);
		}
	}
}
