#include "read_fixture.h"

#include "import/draft.h"

static void test_draft_add_keeps_order_and_field(void **state)
{
	struct fixture fixture;
	struct cv_draft_row row = {.section = CV_SECTION_EXCLUSIONS};
	struct cv_draft_field *device;

	(void)state;
	fixture_open(&fixture, "page.txt", "x", 1);
	assert_null(cv_draft_field(&row, "device"));
	device = cv_draft_add(&fixture.ctx, &row, "device", (struct cv_span){1, 1, 0});
	device->hole = "two names";
	cv_draft_add(&fixture.ctx, &row, "when.client", (struct cv_span){1, 1, 0});
	assert_ptr_equal(
		cv_draft_add(&fixture.ctx, &row, "device", (struct cv_span){1, 1, 0}),
		device);
	assert_ptr_equal(cv_draft_field(&row, "device"), device);
	assert_string_equal(device->hole, "two names");
	assert_int_equal(row.fields.count, 2);
	assert_string_equal(CV_AT(&row.fields, struct cv_draft_field, 1)->key,
			    "when.client");
	assert_null(cv_draft_field(&row, "when"));
	fixture_close(&fixture);
}

static void test_section_names_are_keys_of_a_profile(void **state)
{
	(void)state;
	assert_string_equal(cv_section_names[CV_SECTION_PORTS], "ports");
	assert_string_equal(cv_section_names[CV_SECTION_PERMISSIONS], "permissions");
	assert_null(cv_section_names[CV_SECTION_COUNT]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_draft_add_keeps_order_and_field),
		cmocka_unit_test(test_section_names_are_keys_of_a_profile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
