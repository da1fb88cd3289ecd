/* Entries that are handed over one by one while an artefact is read. */
#include "model/target.h"

#include "base/ctx.h"

enum { STEP = 1024 * 1024 }; /* bytes after which is told how far a reader is */

void cv_reading_pass(struct cv_reading *reading, size_t place)
{
	if (!reading->passed || place < reading->told + STEP)
		return;
	reading->told = place;
	reading->passed(reading->passer, place);
}

struct cv_ctx *cv_reading_texts(struct cv_reading *reading)
{
	return reading->take ? reading->texts : reading->ctx;
}

void cv_reading_attributes(struct cv_reading *reading, struct cv_entry *entry,
			   const struct cv_table *attributes)
{
	struct cv_attribute *copies = CV_NEW_ARRAY(
		cv_reading_texts(reading)->arena, attributes->count, struct cv_attribute);

	for (size_t i = 0; i < attributes->count; i++)
		copies[i] = *CV_AT(attributes, struct cv_attribute, i);
	entry->more->attributes = copies;
	entry->more->attribute_count = (uint32_t)attributes->count;
}

struct cv_entry *cv_reading_begin(struct cv_reading *reading, enum cv_entry_kind kind,
				  size_t place)
{
	cv_reading_end(reading);
	cv_reading_pass(reading, place);
	if (!reading->take)
		return cv_entries_add(reading->ctx, &reading->entries, kind, place);
	reading->more = (struct cv_entry_more){.place = place};
	reading->entry = (struct cv_entry){
		.kind = kind,
		.protocol = CV_NO_PROTOCOL,
		.icmp_type = CV_NO_ICMP_TYPE,
		.more = &reading->more,
	};
	reading->begun = true;
	return &reading->entry;
}

static const char *kept(struct cv_reading *reading, const char *text)
{
	return text ? cv_arena_text(reading->ctx->arena, text) : NULL;
}

/* Whatever the entry points to may lie in the memory that is given up behind it. */
static void keep(struct cv_reading *reading)
{
	struct cv_entry *entry =
		CV_ADD(reading->ctx->arena, &reading->entries, struct cv_entry);
	struct cv_attribute *attributes =
		CV_NEW_ARRAY(reading->ctx->arena, reading->entry.more->attribute_count,
			     struct cv_attribute);

	*entry = reading->entry;
	entry->more = CV_NEW(reading->ctx->arena, struct cv_entry_more);
	*entry->more = reading->more;
	entry->list = kept(reading, entry->list);
	entry->more->program = kept(reading, entry->more->program);
	entry->more->name = kept(reading, entry->more->name);
	entry->more->value = kept(reading, entry->more->value);
	entry->note = kept(reading, entry->note);
	for (size_t i = 0; i < entry->more->attribute_count; i++)
		attributes[i] = (struct cv_attribute){
			kept(reading, entry->more->attributes[i].name),
			kept(reading, entry->more->attributes[i].value)};
	entry->more->attributes = attributes;
}

void cv_reading_end(struct cv_reading *reading)
{
	if (!reading->begun)
		return;
	reading->begun = false;
	reading->handed++;
	if (!reading->take(reading->taker, &reading->entry))
		keep(reading);
	cv_arena_reset(reading->texts->arena);
}
