#pragma once
/* Exports of exclusions, and what is done to them: whatever is cut off, changed or put
 * in, a reader says what it does not understand and goes nowhere else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "model/plan.h"
#include "model/target.h"

struct sample {
	const struct cv_target *target;
	const char *text;
	size_t entries; /* that the whole text holds */
	const void *options;
};

/* Reads the bytes; how many entries came out. */
static inline size_t read_bytes(const struct sample *sample, const char *bytes,
				size_t size)
{
	struct cv_ctx ctx;
	struct cv_export_reading reading = {
		.ctx = &ctx, .bytes = bytes, .size = size, .options = sample->options};
	size_t count;
	bool good;

	cv_ctx_open(&ctx);
	good = sample->target->read_export(&reading);
	assert_true(good == !reading.error);
	assert_true(reading.error_at <= size);
	for (size_t i = 0; good && i < reading.entries.count; i++) {
		const struct cv_entry *entry =
			CV_AT(&reading.entries, struct cv_entry, i);

		assert_true(entry->more->place <= size);
		assert_non_null(entry->list);
		assert_non_null(entry->more->value);
	}
	for (size_t i = 0; i < reading.unknown.count; i++)
		assert_true(CV_AT(&reading.unknown, struct cv_unknown, i)->place <= size);
	count = good ? reading.entries.count : 0;
	cv_ctx_close(&ctx);
	return count;
}

static inline void assert_read(const struct sample *samples, size_t count)
{
	for (size_t i = 0; i < count; i++)
		assert_int_equal(
			read_bytes(&samples[i], samples[i].text, strlen(samples[i].text)),
			samples[i].entries);
}

/* In memory of just that size, so that a sanitizer sees a byte too many. */
static inline void cut_and_change(const struct sample *samples, size_t count)
{
	static const char put[] = "\"'<>&[]{}=:,\\\r\n\t \xff\xc3*/|-0";

	for (size_t i = 0; i < count; i++) {
		const size_t size = strlen(samples[i].text);

		for (size_t at = 0; at <= size; at++) {
			char *cut = malloc(at + 1);

			assert_non_null(cut);
			memcpy(cut, samples[i].text, at);
			cut[at] = '\0';
			read_bytes(&samples[i], cut, at);
			free(cut);
		}
		for (size_t at = 0; at < size; at++) {
			for (size_t p = 0; p < sizeof put; p++) {
				char *changed = malloc(size + 1);

				assert_non_null(changed);
				memcpy(changed, samples[i].text, size + 1);
				changed[at] = put[p];
				read_bytes(&samples[i], changed, size);
				free(changed);
			}
		}
	}
}
