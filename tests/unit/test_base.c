/* What everything stands on: memory, text, JSON, digests and findings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "base/ctx.h"
#include "base/digest.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/utf8.h"

static int open_ctx(void **state)
{
	static struct cv_ctx ctx;

	cv_ctx_open(&ctx);
	*state = &ctx;
	return 0;
}

static int close_ctx(void **state)
{
	cv_ctx_close(*state);
	return 0;
}

static void assert_zero(const char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		assert_int_equal(bytes[i], 0);
}

static void test_arena_gives_zeroed_aligned_memory(void **state)
{
	struct cv_arena *arena = cv_arena_open();

	(void)state;
	for (int pass = 0; pass < 3; pass++) {
		for (size_t size = 1; size < 3000; size = size * 3 / 2 + 1) {
			const size_t align =
				size % alignof(max_align_t) ? 8 : alignof(max_align_t);
			char *bytes = cv_arena_array(arena, size, 1);

			assert_non_null(cv_arena_copy(arena, "odd", 2));
			assert_int_equal((uintptr_t)bytes % align, 0);
			assert_zero(bytes, size);
			memset(bytes, 0xA5, size);
		}
		cv_arena_reset(arena);
	}
	cv_arena_close(arena);
	cv_arena_close(NULL);
}

static void test_arena_keeps_small_and_large_apart(void **state)
{
	struct cv_arena *arena = cv_arena_open();
	char *small = cv_arena_text(arena, "small"), *after;
	char *large = cv_arena_array(arena, 1000, 1000);

	(void)state;
	memset(large, 1, 1000000);
	after = cv_arena_copy(arena, "after-this", 5);
	assert_string_equal(small, "small");
	assert_string_equal(after, "after");
	assert_int_equal(large[999999], 1);
	assert_true(cv_arena_held(arena) >= 1000000);
	cv_arena_reset(arena);
	assert_true(cv_arena_held(arena) < 1000000);
	assert_string_equal(cv_arena_format(arena, "%s %d", "a", 7), "a 7");
	assert_non_null(cv_arena_array(arena, 0, 8));
	cv_arena_close(arena);
}

static void test_arena_keeps_nothing_of_a_large_first_object(void **state)
{
	struct cv_arena *arena = cv_arena_open();

	(void)state;
	memset(cv_arena_array(arena, 1000, 1000), 1, 1000000);
	cv_arena_reset(arena);
	assert_int_equal(cv_arena_held(arena), 0);
	assert_zero(cv_arena_array(arena, 1000, 1), 1000);
	cv_arena_close(arena);
}

static void test_table_items_never_move(void **state)
{
	struct cv_ctx *ctx = *state;
	struct cv_table table = {0};
	size_t **places = calloc(60000, sizeof *places);

	assert_non_null(places);
	for (size_t i = 0; i < 60000; i++) {
		places[i] = CV_ADD(ctx->arena, &table, size_t);
		assert_int_equal(*places[i], 0);
		*places[i] = i;
	}
	assert_int_equal(table.count, 60000);
	for (size_t i = 0; i < 60000; i++) {
		assert_ptr_equal(CV_AT(&table, size_t, i), places[i]);
		assert_int_equal(*places[i], i);
	}
	free(places);
}

static void test_intern_gives_one_copy(void **state)
{
	struct cv_ctx *ctx = *state;
	char text[] = "abc";
	const char *one = cv_intern_text(ctx, text);

	assert_ptr_not_equal(one, text);
	assert_ptr_equal(cv_intern(ctx, "abcd", 3), one);
	assert_ptr_not_equal(cv_intern_text(ctx, "abcd"), one);
	assert_string_equal(cv_intern(ctx, "", 0), "");
	assert_ptr_equal(cv_intern(ctx, "x", 0), cv_intern_text(ctx, ""));
	text[0] = 'z';
	assert_string_equal(one, "abc");
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < 5000; i++) {
			static const char *kept[5000];
			char name[16];

			snprintf(name, sizeof name, "n%zu", i);
			if (round)
				assert_ptr_equal(cv_intern_text(ctx, name), kept[i]);
			kept[i] = cv_intern_text(ctx, name);
			assert_string_equal(kept[i], name);
		}
	assert_null(*cv_intern_note(one));
	*cv_intern_note(one) = text;
	assert_ptr_equal(*cv_intern_note(cv_intern_text(ctx, "abc")), text);
	assert_null(*cv_intern_note(cv_intern_text(ctx, "abcd")));
	assert_string_equal(one, "abc");
}

static void test_utf8_every_character_comes_back(void **state)
{
	char bytes[4];
	size_t length;

	(void)state;
	for (uint32_t c = 1; c <= 0x10FFFF; c++) {
		const size_t size = cv_utf8_encode(c, bytes);

		if (c >= 0xD800 && c < 0xE000) {
			assert_int_equal(cv_utf8_decode(bytes, size, &length), 0);
			continue;
		}
		assert_int_equal(cv_utf8_decode(bytes, size, &length), c);
		assert_int_equal(length, size);
		/* One byte fewer is no character. */
		if (size > 1) {
			assert_int_equal(cv_utf8_decode(bytes, size - 1, &length), 0);
			assert_int_equal(length, 1);
		}
	}
}

static void test_utf8_refuses_other_bytes(void **state)
{
	static const char *const bad[] = {"\x80",
					  "\xC0\x80",
					  "\xC1\xBF",
					  "\xE0\x9F\xBF",
					  "\xF0\x8F\xBF\xBF",
					  "\xF4\x90\x80\x80",
					  "\xF5\x80\x80\x80",
					  "\xFF",
					  "\xC3(",
					  "\xE2\x82(",
					  "\xED\xA0\x80"};
	size_t length;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(cv_utf8_decode(bad[i], strlen(bad[i]), &length), 0);
		assert_int_equal(length, 1);
	}
	assert_int_equal(cv_utf8_decode("", 0, &length), 0);
}

static void test_utf8_counts_what_prints(void **state)
{
	char text[24];

	(void)state;
	for (unsigned byte = 0; byte <= UINT8_MAX; byte++) {
		const bool prints = byte >= ' ' && byte <= '~';

		for (size_t at = 0; at < sizeof text; at++) {
			memset(text, at % 2 ? ' ' : '~', sizeof text);
			text[at] = (char)byte;
			assert_int_equal(cv_utf8_printable(text, sizeof text),
					 prints ? sizeof text : at);
			assert_int_equal(cv_utf8_printable(text, at), at);
			assert_int_equal(
				cv_utf8_plain(text, sizeof text, '"', '\\'),
				prints && byte != '"' && byte != '\\' ? sizeof text : at);
		}
	}
}

static void test_utf8_names_what_the_eye_misses(void **state)
{
	static const uint32_t controls[] = {0,    9,    0x1F,   0x7F,  0x80,
					    0x85, 0x9F, 0x2028, 0x2029};
	static const uint32_t invisible[] = {0xAD,   0x200B, 0x200E, 0x202E,
					     0x2066, 0xFEFF, 0xE0041};
	static const uint32_t fine[] = {' ', 'a', 0xE9, 0x201C, 0x3042, 0x1F600};
	char name[12];

	(void)state;
	for (size_t i = 0; i < sizeof controls / sizeof *controls; i++)
		assert_true(cv_is_control(controls[i]));
	for (size_t i = 0; i < sizeof invisible / sizeof *invisible; i++)
		assert_true(cv_is_invisible(invisible[i]));
	for (size_t i = 0; i < sizeof fine / sizeof *fine; i++)
		assert_false(cv_is_control(fine[i]) || cv_is_invisible(fine[i]));
	cv_character_name(0x0B, name);
	assert_string_equal(name, "U+000B");
	cv_character_name(0xE0041, name);
	assert_string_equal(name, "U+E0041");
}

static void test_json_quoting_comes_back_through_jansson(void **state)
{
	static const char *const hostile[] = {"",
					      "\"",
					      "\\",
					      "\\\"",
					      "'",
					      "`",
					      "]]>",
					      "\r\n",
					      "\t\b\f\v\x01\x1F\x7F",
					      "</script>",
					      "\xE2\x80\xA8\xE2\x80\xA9",
					      "\xE2\x80\x98",
					      "\xF0\x9F\x98\x80",
					      "\xC2\x85",
					      "${x}$(y);#%|&",
					      "\\u0041",
					      "a/b"};
	struct cv_buf out = CV_BUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
		json_error_t error;
		json_t *text;

		cv_buf_deinit(&out);
		cv_json_quote(&out, hostile[i]);
		for (size_t at = 0; at < out.size; at++)
			assert_in_range((unsigned char)out.data[at], 0x20, 0xFF);
		assert_null(strstr(cv_buf_string(&out), "\xE2\x80\xA8"));
		text = json_loads(cv_buf_string(&out), JSON_DECODE_ANY, &error);
		if (!text)
			fail_msg("%s: %s", cv_buf_string(&out), error.text);
		assert_string_equal(json_string_value(text), hostile[i]);
		json_decref(text);
	}
	cv_buf_deinit(&out);
}

static void test_json_writes_one_member_a_line(void **state)
{
	static const char want[] = "{\n"
				   "  \"a\": \"x\",\n"
				   "  \"b\": [\n"
				   "    {\"c\": 1, \"d\": [true, null]},\n"
				   "    {}\n"
				   "  ],\n"
				   "  \"e\": {},\n"
				   "  \"f\": 18446744073709551615\n"
				   "}\n";
	struct cv_buf out = CV_BUF_INIT;
	struct cv_json json;

	(void)state;
	cv_json_open(&json, &out);
	cv_json_begin_object(&json, false);
	cv_json_member(&json, "a", "x");
	cv_json_key(&json, "b");
	cv_json_begin_list(&json, false);
	cv_json_begin_object(&json, true);
	cv_json_member_number(&json, "c", 1);
	cv_json_key(&json, "d");
	cv_json_begin_list(&json, false);
	cv_json_bool(&json, true);
	cv_json_text(&json, NULL);
	cv_json_end_list(&json);
	cv_json_end_object(&json);
	cv_json_begin_object(&json, false);
	cv_json_end_object(&json);
	cv_json_end_list(&json);
	cv_json_key(&json, "e");
	cv_json_begin_object(&json, false);
	cv_json_end_object(&json);
	cv_json_member_number(&json, "f", UINT64_MAX);
	cv_json_end_object(&json);
	assert_string_equal(cv_buf_string(&out), want);
	cv_buf_deinit(&out);
}

/* Of whatever size: each byte counts, and so does how many there are. */
static void test_hash_is_of_all_bytes(void **state)
{
	unsigned char bytes[32] = {0};
	uint64_t seen[sizeof bytes + 1];

	(void)state;
	assert_int_equal(cv_hash(NULL, 0), cv_hash(bytes, 0));
	for (size_t size = 0; size <= sizeof bytes; size++) {
		seen[size] = cv_hash(bytes, size);
		assert_int_equal(cv_hash(bytes, size), seen[size]);
		for (size_t other = 0; other < size; other++)
			assert_int_not_equal(seen[other], seen[size]);
		for (size_t at = 0; at < size; at++) {
			bytes[at] = 1;
			assert_int_not_equal(cv_hash(bytes, size), seen[size]);
			bytes[at] = 0;
		}
		if (size < sizeof bytes) {
			bytes[size] = 1;
			assert_int_equal(cv_hash(bytes, size), seen[size]);
			bytes[size] = 0;
		}
	}
}

static void test_digest_is_sha256(void **state)
{
	char hex[65];

	(void)state;
	cv_sha256_hex("abc", 3, hex);
	assert_string_equal(hex,
			    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61"
			    "f20015ad");
}

static void test_digest_of_a_file_is_that_of_its_bytes(void **state)
{
	static const size_t sizes[] = {0, 1, 65535, 65536, 65537, 200000};
	static char bytes[200000];
	char wanted[65], hex[65];
	struct cv_sha256 *sha;

	(void)state;
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (char)(i * 7 + i / 251);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		FILE *file = tmpfile();

		assert_non_null(file);
		assert_int_equal(fwrite(bytes, 1, sizes[i], file), sizes[i]);
		rewind(file);
		cv_sha256_hex(bytes, sizes[i], wanted);
		sha = cv_sha256_open();
		for (size_t at = 0; at < sizes[i]; at += 1000)
			cv_sha256_add(sha, bytes + at,
				      sizes[i] - at < 1000 ? sizes[i] - at : 1000);
		cv_sha256_close(sha, hex);
		assert_string_equal(hex, wanted);
		assert_true(cv_sha256_file(fileno(file), sizes[i], hex));
		assert_string_equal(hex, wanted);
		rewind(file);
		errno = 0;
		if (sizes[i])
			assert_false(cv_sha256_file(fileno(file), sizes[i] - 1, hex));
		assert_int_equal(errno, sizes[i] ? EFBIG : 0);
		fclose(file);
	}
	assert_false(cv_sha256_file(-1, 1, hex));
	assert_int_equal(errno, EBADF);
}

static void test_findings_decide_the_exit_code(void **state)
{
	struct cv_ctx *ctx = *state;
	struct cv_finding *finding;

	assert_int_equal(cv_exit_code(ctx), 0);
	assert_false(cv_find(ctx, CV_F_SERIES, (struct cv_span){0}, "a note"));
	assert_false(cv_find(ctx, CV_F_NARROWER, (struct cv_span){0}, "a warning"));
	assert_int_equal(cv_exit_code(ctx), 0);
	assert_int_equal(cv_error_count(ctx), 0);
	finding = cv_find_more(ctx, CV_F_BAD_PORT, (struct cv_span){0}, "port %d", 0);
	assert_string_equal(finding->text, "port 0");
	assert_int_equal(finding->order, 2);
	assert_int_equal(cv_exit_code(ctx), 1);
	cv_find(ctx, CV_F_PROOF_FAILED, (struct cv_span){0}, "ours");
	cv_find(ctx, CV_F_USAGE, (struct cv_span){0}, "the world's");
	assert_int_equal(cv_exit_code(ctx), 3);
	assert_int_equal(cv_error_count(ctx), 3);
}

static void test_findings_are_stricter_on_demand(void **state)
{
	struct cv_ctx *ctx = *state;

	ctx->strict = true;
	cv_find(ctx, CV_F_SERIES, (struct cv_span){0}, "a note");
	assert_int_equal(cv_exit_code(ctx), 0);
	cv_find(ctx, CV_F_NARROWER, (struct cv_span){0}, "a warning");
	assert_int_equal(cv_exit_code(ctx), 1);
	assert_int_equal((*CV_AT(&ctx->findings, struct cv_finding *, 1))->severity,
			 CV_ERROR);
}

static void test_finding_names_are_unique_kebab_case(void **state)
{
	(void)state;
	for (int code = 0; code < CV_F_COUNT; code++) {
		const char *name = cv_finding_kinds[code].name;

		assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-"),
				 strlen(name));
		assert_int_equal(cv_code_by_name(name), code);
		assert_true(strlen(cv_finding_kinds[code].meaning) > 10);
	}
	assert_int_equal(cv_code_by_name("no-such-finding"), CV_F_COUNT);
}

static void test_nearest_word_is_near(void **state)
{
	static const char *const words[] = {"exclusions",    "ports",       "urls",
					    "Tanium Client", "permissions", NULL};
	char longest[200];

	(void)state;
	assert_string_equal(cv_nearest("exclusion", words, SIZE_MAX), "exclusions");
	assert_string_equal(cv_nearest("exculsions", words, SIZE_MAX), "exclusions");
	assert_string_equal(cv_nearest("Tanium Cilent", words, SIZE_MAX),
			    "Tanium Client");
	assert_string_equal(cv_nearest("PORTS", words, SIZE_MAX), "ports");
	assert_string_equal(cv_nearest("url", words, SIZE_MAX), "urls");
	assert_null(cv_nearest("groups", words, 1));
	assert_null(cv_nearest("firewall", words, SIZE_MAX));
	assert_null(cv_nearest("permissions", words, 4));
	memset(longest, 'a', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	assert_null(cv_nearest(longest, words, SIZE_MAX));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_ctx, close_ctx)

/* What was in it before shows nowhere, and no new room is taken. */
static void test_cleared_table_is_as_new(void **state)
{
	struct cv_arena *arena = cv_arena_open();
	struct cv_table table = {0};
	size_t held;

	(void)state;
	cv_table_clear(&table);
	assert_int_equal(table.count, 0);
	for (unsigned i = 0; i < 10000; i++)
		*CV_ADD(arena, &table, unsigned) = i + 1;
	held = cv_arena_held(arena);
	cv_table_clear(&table);
	assert_int_equal(table.count, 0);
	for (unsigned i = 0; i < 10000; i++)
		assert_int_equal(*CV_ADD(arena, &table, unsigned), 0);
	assert_int_equal(table.count, 10000);
	assert_int_equal(cv_arena_held(arena), held);
	cv_arena_close(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_arena_gives_zeroed_aligned_memory),
		TEST(test_arena_keeps_small_and_large_apart),
		TEST(test_arena_keeps_nothing_of_a_large_first_object),
		TEST(test_table_items_never_move),
		TEST(test_cleared_table_is_as_new),
		TEST(test_intern_gives_one_copy),
		TEST(test_utf8_every_character_comes_back),
		TEST(test_utf8_refuses_other_bytes),
		TEST(test_utf8_counts_what_prints),
		TEST(test_utf8_names_what_the_eye_misses),
		TEST(test_json_quoting_comes_back_through_jansson),
		TEST(test_json_writes_one_member_a_line),
		TEST(test_hash_is_of_all_bytes),
		TEST(test_digest_is_sha256),
		TEST(test_digest_of_a_file_is_that_of_its_bytes),
		TEST(test_findings_decide_the_exit_code),
		TEST(test_findings_are_stricter_on_demand),
		TEST(test_finding_names_are_unique_kebab_case),
		TEST(test_nearest_word_is_near),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
