/* The answers file: read through the same tables as profiles. */
#include "import/answers.h"

#include <stddef.h>
#include <string.h>

#include "base/ctx.h"
#include "import/draft.h"
#include "model/node.h"
#include "model/profile.h"
#include "read/field_macros.h"
#include "read/fields.h"
#include "read/format.h"
#include "read/load.h"
#include "read/yaml.h"

static const char format[] = "answers/1";

static const char *const blanks[] = {"empty", "spanned", NULL};
static const struct cv_lexical blank_words = {.name = "what a blank cell may be",
					      .words = blanks};
static const struct cv_lexical section_words = {.name = "a table of a profile",
						.words = cv_section_names};

static const struct cv_field hole_fields[] = {
	PLAIN(cv_hole_answer, "table", TEXT, 0, table, &section_words,
	      "the table of the hole; any unless it is said"),
	PLAIN(cv_hole_answer, "field", TEXT, CV_FIELD_REQUIRED, field, NULL,
	      "what the value is for: port, when.client, grants.ROLE"),
	PLAIN(cv_hole_answer, "words", TEXT, CV_FIELD_REQUIRED, words, NULL,
	      "the words of the hole, exactly"),
	PLAIN(cv_hole_answer, "row", TEXT, 0, row, &cv_lex_id,
	      "the id of the row, where several have a hole of these words"),
	PLAIN(cv_hole_answer, "value", TEXTS, CV_FIELD_EXACT, value, NULL,
	      "what to write instead; an empty list: nothing stands there"),
	PLAIN(cv_hole_answer, "reason", TEXT, 0, reason, NULL, "how that is known"),
	END,
};

static const struct cv_fields holes = {"an answer", sizeof(struct cv_hole_answer),
				       hole_fields, -1,
				       offsetof(struct cv_hole_answer, at)};

static const struct cv_field answers_fields[] = {
	PLAIN(cv_answers, "carveout", TEXT, CV_FIELD_REQUIRED, format, NULL,
	      "what the document is: answers/1"),
	PLAIN(cv_answers, "id", TEXT, 0, id, &cv_lex_profile_id,
	      "of the profile: vendor/product"),
	PLAIN(cv_answers, "title", TEXT, 0, title, &cv_lex_title, "the product's name"),
	PLAIN(cv_answers, "source", TEXT, 0, source, &cv_lex_title,
	      "the key of the page in the profile's `source`"),
	PLAIN(cv_answers, "source-title", TEXT, 0, source_title, &cv_lex_title,
	      "the page's title"),
	PLAIN(cv_answers, "url", TEXT, CV_FIELD_EXACT, url, &cv_lex_url,
	      "where the page is"),
	PLAIN(cv_answers, "retrieved", TEXT, 0, retrieved, &cv_lex_date,
	      "the day on which it was read"),
	PLAIN(cv_answers, "editions", TEXTS, 0, editions, &cv_lex_id,
	      "of tables under one caption, in the order of the page"),
	PLAIN(cv_answers, "blank", TEXT, 0, blank, &blank_words,
	      "what a cell is in which nothing stands, where the page's form does "
	      "not "
	      "tell: empty or spanned"),
	PLAIN(cv_answers, "versions", MAP, 0, versions, &cv_lex_title,
	      "what version conditions talk about"),
	NESTED(cv_answers, "parties", NAMED, 0, parties, &cv_party_fields,
	       "names of ends of flows"),
	NESTED(cv_answers, "devices", NAMED, 0, devices, &cv_device_fields,
	       "platform and role of devices"),
	NESTED(cv_answers, "holes", RECORDS, 0, holes, &holes,
	       "what the page leaves open, told by its words"),
	END,
};

const struct cv_fields cv_answers_fields = {
	"a file of answers", sizeof(struct cv_answers), answers_fields, -1, -1};

struct cv_answers *cv_answers_read(struct cv_ctx *ctx, struct cv_source *source)
{
	struct cv_answers *answers = CV_NEW(ctx->arena, struct cv_answers);
	const size_t errors = cv_error_count(ctx);
	struct cv_node *root;

	if (cv_format_is_other(ctx, source, format))
		return NULL;
	cv_yaml_read(ctx, source, NULL, &root);
	if (root && cv_fields_read(ctx, &cv_answers_fields, root, answers))
		cv_format_check(ctx, answers->format, format);
	return cv_error_count(ctx) == errors ? answers : NULL;
}

static const struct cv_source_note *source_of(const struct cv_profile *profile,
					      const char *key, const char *url)
{
	const struct cv_source_note *notes = profile->sources.items;

	for (size_t i = 0; i < profile->sources.count; i++)
		if (key ? strcmp(notes[i].key.text, key) == 0
			: url && strcmp(notes[i].url.text, url) == 0)
			return &notes[i];
	return !key && profile->sources.count == 1 ? notes : NULL;
}

static void take(struct cv_text *text, struct cv_text older)
{
	if (!text->text)
		*text = older;
}

/* Records that both have keep what the answers say. */
static void take_records(struct cv_ctx *ctx, struct cv_records *records,
			 const struct cv_records *older, size_t size)
{
	const size_t count = records->count + older->count;
	char *items = cv_arena_array(ctx->arena, count, size);
	size_t filled = records->count;

	if (filled)
		memcpy(items, records->items, filled * size);
	for (size_t i = 0; i < older->count; i++) {
		const char *item = (const char *)older->items + i * size;
		const char *name = ((const struct cv_text *)(const void *)item)->text;
		bool known = false;

		for (size_t j = 0; !known && j < records->count; j++)
			known = strcmp(((const struct cv_text *)(const void *)(items +
									       j * size))
					       ->text,
				       name) == 0;
		if (!known)
			memcpy(items + filled++ * size, item, size);
	}
	*records = (struct cv_records){items, filled};
}

static void take_versions(struct cv_ctx *ctx, struct cv_map *map,
			  const struct cv_map *older)
{
	struct cv_pair *items =
		CV_NEW_ARRAY(ctx->arena, map->count + older->count, struct cv_pair);
	size_t count = 0;

	for (; count < map->count; count++)
		items[count] = map->items[count];
	for (size_t i = 0; i < older->count; i++)
		if (!cv_map_get(map, older->items[i].key.text))
			items[count++] = older->items[i];
	*map = (struct cv_map){items, count};
}

void cv_answers_of_profile(struct cv_ctx *ctx, const struct cv_profile *profile,
			   const char *source, const char *url,
			   struct cv_answers *answers)
{
	const struct cv_source_note *note =
		source_of(profile, source ? source : answers->source.text,
			  url ? url : answers->url.text);

	take(&answers->id, profile->id);
	take(&answers->title, profile->title);
	if (note) {
		take(&answers->source, note->key);
		take(&answers->source_title, note->title);
		take(&answers->url, note->url);
	}
	if (!answers->editions.count)
		answers->editions = profile->editions;
	take_versions(ctx, &answers->versions, &profile->versions);
	take_records(ctx, &answers->parties, &profile->parties,
		     sizeof(struct cv_party_row));
	take_records(ctx, &answers->devices, &profile->devices, sizeof(struct cv_device));
}
