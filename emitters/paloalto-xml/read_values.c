/* Values as every form has them, whatever stands around them: lists of ports and
 * descriptions. */
#include "paloalto-xml/read.h"

#include <stdio.h>
#include <string.h>

#include "base/ctx.h"
#include "base/utf8.h"
#include "model/sets.h"
#include "model/target.h"
#include "paloalto-xml/plan.h"

bool cv_paloalto_is_word(struct cv_paloalto_stretch stretch, const char *word)
{
	return strncmp(stretch.at, word, stretch.size) == 0 && !word[stretch.size];
}

const char *cv_paloalto_text_of(struct cv_reading *reading,
				struct cv_paloalto_stretch stretch)
{
	return cv_arena_copy(cv_reading_texts(reading)->arena, stretch.at, stretch.size);
}

void cv_paloalto_move_add(struct cv_reading *reading, size_t place,
			  struct cv_paloalto_stretch rule,
			  struct cv_paloalto_stretch where,
			  struct cv_paloalto_stretch anchor)
{
	struct cv_entry *entry = cv_reading_begin(reading, CV_ENTRY_STEP, place);
	struct cv_attribute *attributes =
		CV_NEW_ARRAY(cv_reading_texts(reading)->arena, 2, struct cv_attribute);

	attributes[0] = (struct cv_attribute){CV_PALOALTO_WHERE,
					      cv_paloalto_text_of(reading, where)};
	attributes[1] = (struct cv_attribute){CV_PALOALTO_ANCHOR,
					      cv_paloalto_text_of(reading, anchor)};
	entry->list = CV_PALOALTO_MOVE;
	entry->more->name = cv_paloalto_text_of(reading, rule);
	entry->more->attributes = attributes;
	entry->more->attribute_count = 2;
}

bool cv_paloalto_read_ports(struct cv_reading *reading, size_t at, const char *text,
			    const struct cv_ports **ports_out)
{
	const char *why, *bad, *rest = text;
	size_t bad_size;

	if (strlen(text) > CV_PALOALTO_PORTS_MAX)
		return cv_paloalto_refuse(reading, at,
					  "a port list is longer than %d characters",
					  CV_PALOALTO_PORTS_MAX);
	if (strspn(text, "0123456789-,") != strlen(text))
		return cv_paloalto_refuse(reading, at,
					  "a port list is digits, hyphens and commas");
	if (!cv_ports_parse(reading->ctx, text, ports_out, &why, &bad, &bad_size))
		return cv_paloalto_refuse(reading, at, "bad port list: %s", why);
	for (size_t i = 0; i < (*ports_out)->count; i++) {
		const struct cv_port_range range = (*ports_out)->ranges[i];
		char item[16];
		int size;

		if (range.first == range.last)
			size = snprintf(item, sizeof item, "%u,", (unsigned)range.first);
		else
			size = snprintf(item, sizeof item, "%u-%u,",
					(unsigned)range.first, (unsigned)range.last);
		if (i + 1 == (*ports_out)->count)
			item[--size] = '\0';
		if (strncmp(rest, item, (size_t)size) != 0)
			break;
		rest += size;
	}
	if (*rest)
		return cv_paloalto_refuse(
			reading, at, "a port list is not in its shortest ascending form");
	return true;
}

bool cv_paloalto_check_text(struct cv_reading *reading, size_t at,
			    enum cv_paloalto_list_id id, const char *text)
{
	const struct cv_paloalto_list *list = &cv_paloalto_lists[id];
	const size_t size = strlen(text);

	if (size > list->text_limit)
		return cv_paloalto_refuse(reading, at,
					  "<%s> is longer than %zu characters",
					  list->text, list->text_limit);
	return (strcspn(text, cv_paloalto_text_refused) == size &&
		cv_utf8_printable(text, size) == size) ||
	       cv_paloalto_refuse(reading, at, "<%s> holds a character that is refused",
				  list->text);
}
