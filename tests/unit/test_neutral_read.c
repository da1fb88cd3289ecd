/* The readers of the neutral lists: no changed byte goes unseen, and nothing but
 * the one spelling of a value is taken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "neutral_world.h"

static void fill_small(struct world *w)
{
	static struct cv_url url = {.pattern = "*.example.com", .scheme = "https"};
	struct cv_entry *entry;

	entry = add_exclusion(w, CV_KIND_FOLDER, "C:\\x, \"y\"",
			      add_row(w, CV_EXCLUSIONS, "a", " A\nb\xe2\x80\xa8\x7f"));
	asked_by(entry)->reach = CV_REACH_TREE;
	add_exclusion(w, CV_KIND_SHA256, "00ff", entry->rows.items[0]);
	entry = add_flow(w, &w->client, &w->server, 4);
	entry->ports = ports(w, "443-444,446");
	entry = add_flow(w, &w->server, &w->client, 6);
	entry->protocol = 58;
	entry->icmp_type = 1;
	entry = add_flow(w, &w->client, &w->cloud, 0);
	entry->protocol = 99;
	url.from = &w->cloud;
	url.ports = ports(w, "443");
	add_url(w, &url);
}

/* Bytes that mean something to one of the formats or to a value. */
static const char meaningful[] = "\",\n 0-";

static void assert_refused(struct world *w, const struct cv_form *form, const char *bytes,
			   size_t size, size_t at)
{
	const char *error;

	if (proves(w, form, bytes, size, &error))
		fail_msg("%s%s: a change at %zu is not seen:\n%s", form->name,
			 form->suffix, at, bytes);
}

static char flipped(char byte, size_t bit)
{
	return (char)((unsigned char)byte ^ (unsigned char)(1U << bit));
}

/* Changes, takes out, doubles and puts in single bytes, everywhere. */
static void mutate(struct world *w, const struct cv_form *form)
{
	struct cv_buf out = CV_BUF_INIT;
	char *copy;
	size_t size;

	emit(w, form, &out);
	size = out.size;
	copy = malloc(size + 2);
	assert_non_null(copy);
	for (size_t at = 0; at <= size; at++) {
		memcpy(copy, out.data, size + 1);
		for (size_t i = 0; at < size && i < sizeof meaningful + 8; i++) {
			copy[at] = i < sizeof meaningful
					   ? meaningful[i]
					   : flipped(out.data[at], i - sizeof meaningful);
			if (copy[at] != out.data[at])
				assert_refused(w, form, copy, size, at);
		}
		if (at < size) {
			memcpy(copy + at, out.data + at + 1, size - at);
			assert_refused(w, form, copy, size - 1, at);
		}
		memcpy(copy, out.data, at);
		memcpy(copy + at + 1, out.data + at, size - at + 1);
		for (size_t i = 0; i < sizeof meaningful; i++) {
			copy[at] = meaningful[i];
			assert_refused(w, form, copy, size + 1, at);
		}
		copy[at] = '\0';
		assert_refused(w, form, copy, at == size ? size + 1 : at, at);
	}
	free(copy);
	cv_buf_deinit(&out);
}

static void mutate_all(const struct cv_target *target, const struct cv_form *form)
{
	struct world w;

	open_world(&w);
	fill_small(&w);
	arrange(&w, target);
	assert_proved(&w, form);
	mutate(&w, form);
	close_world(&w);
}

static void test_no_changed_byte_of_csv_is_missed(void **state)
{
	(void)state;
	mutate_all(&cv_target_csv, form_of(&cv_target_csv, CV_ENTRY_EXCLUSION));
	mutate_all(&cv_target_csv, form_of(&cv_target_csv, CV_ENTRY_FLOW));
	mutate_all(&cv_target_csv, form_of(&cv_target_csv, CV_ENTRY_URL));
}

static void test_no_changed_byte_of_json_is_missed(void **state)
{
	(void)state;
	mutate_all(&cv_target_json, form_of(&cv_target_json, CV_ENTRY_EXCLUSION));
	mutate_all(&cv_target_json, form_of(&cv_target_json, CV_ENTRY_FLOW));
	mutate_all(&cv_target_json, form_of(&cv_target_json, CV_ENTRY_URL));
}

static void test_no_changed_byte_of_paste_lists_is_missed(void **state)
{
	(void)state;
	mutate_all(&cv_target_csv, form_named(&cv_target_csv, "paste"));
}

/* Puts `to` in the place of `from` in what the form emits and sees it refused with
 * that error: readers must not take another spelling of the same. */
static void assert_replaced(const struct cv_target *target, enum cv_entry_kind kind,
			    const char *from, const char *to, const char *error)
{
	struct cv_buf out = CV_BUF_INIT, changed = CV_BUF_INIT;
	const struct cv_form *form = form_of(target, kind);
	const char *at, *why;
	struct world w;

	open_world(&w);
	fill_small(&w);
	arrange(&w, target);
	emit(&w, form, &out);
	at = strstr(out.data, from);
	assert_non_null(at);
	cv_buf_add(&changed, out.data, (size_t)(at - out.data));
	cv_buf_text(&changed, to);
	cv_buf_text(&changed, at + strlen(from));
	assert_false(proves(&w, form, changed.data, changed.size, &why));
	assert_non_null(why);
	assert_string_equal(why, error);
	cv_buf_deinit(&out);
	cv_buf_deinit(&changed);
	close_world(&w);
}

static const char merged[] = "the addresses are not ascending or not merged";
static const char spelled[] = "an address is not spelled in the one way";
static const char quoted[] = "a cell is not quoted as it must be";
static const char row[] = "a row is not spelled as it must be";

struct replacement {
	const char *from, *to, *error;
};

static const struct replacement flows[] = {
	{"10.8.0.1-10.8.0.3 10.9.0.0/16", "10.9.0.0/16 10.8.0.1-10.8.0.3", merged},
	{"10.8.0.1-10.8.0.3", "10.8.0.1-10.8.0.2 10.8.0.3", merged},
	{"10.20.30.5 ", "10.20.30.5/32 ", spelled},
	{"10.9.0.0/16", "10.9.0.0-10.9.255.255", spelled},
	{"2001:db8:a::2-", "2001:DB8:a::2-", spelled},
	{"2001:db8:a::2-", "2001:0db8:a::2-", spelled},
	{"2001:db8:a::2-", "2001:db8:a:0::2-", spelled},
	{",icmpv6,", ",58,", "a protocol that has a word stands as a number"},
	{",icmpv6,", ",ipv6-icmp,", "the protocol is not known"},
	{"443-444,446", "443-444,446-446",
	 "the ports are not a list of ports and ranges"},
	{"443-444,446", "443,444,446", "the ports are not ascending or not merged"},
	{"443-444,446", "446,443-444", "the ports are not ascending or not merged"},
	{"443-444,446", "443-444,0446", "the ports are not a list of ports and ranges"},
	{",6,", ",4,", "an address is of another family than its row"},
	{",tcp,", ",\"tcp\",", quoted},
	{",tcp,", ",tcp ,", quoted},
	{"\n", "\r\n", quoted},
	{",tcp,", ",tcp,,", "the record has another number of cells"},
	{"id,", "ids,", "the header line names other columns"},
};

static const struct replacement urls[] = {
	{"\"id\": ", "\"id\":", row},
	{"\"id\": ", "\"i\\u0064\": ", row},
	{"example", "ex\\u0061mple", row},
	{"acme/", "acme\\/", row},
	{"\"scheme\": \"https\", ", "", row},
	{"\"scheme\": \"https\"", "\"scheme\": null", row},
	{"\"scheme\": \"https\"", "\"scheme\": \"https\", \"scheme\": \"https\"", row},
	{"  ]", "]", "the list does not end"},
	{"\"version\": 1", "\"version\": 2", "the head is another one"},
	{"}\n  ]", "},\n  ]", "no row where one must stand"},
};

static void test_another_spelling_of_the_same_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof flows / sizeof *flows; i++)
		assert_replaced(&cv_target_csv, CV_ENTRY_FLOW, flows[i].from, flows[i].to,
				flows[i].error);
	for (size_t i = 0; i < sizeof urls / sizeof *urls; i++)
		assert_replaced(&cv_target_json, CV_ENTRY_URL, urls[i].from, urls[i].to,
				urls[i].error);
	assert_replaced(&cv_target_json, CV_ENTRY_EXCLUSION, "\\u007f", "\\u007F", row);
	assert_replaced(&cv_target_json, CV_ENTRY_EXCLUSION, "\\u2028", "\xe2\x80\xa8",
			row);
	assert_replaced(&cv_target_csv, CV_ENTRY_EXCLUSION, ",sha256", ",sha512",
			"the header line names other columns");
	assert_replaced(&cv_target_csv, CV_ENTRY_EXCLUSION, ",file,,", ",file,00ff,",
			"two of path, signer and digest in one row");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_changed_byte_of_csv_is_missed),
		cmocka_unit_test(test_no_changed_byte_of_json_is_missed),
		cmocka_unit_test(test_no_changed_byte_of_paste_lists_is_missed),
		cmocka_unit_test(test_another_spelling_of_the_same_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
