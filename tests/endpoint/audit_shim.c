/* Stands in for the kernel's audit: prints each rule that auditctl has made of a line,
 * and loads none. */
#include <linux/audit.h>
#include <stdio.h>
#include <string.h>
#include <fcntl.h>

int audit_open(void)
{
	return open("/dev/null", O_RDWR);
}

int audit_is_enabled(int fd)
{
	(void)fd;
	return 1;
}

static int show(const char *what, const struct audit_rule_data *rule, int flags,
		int action)
{
	const char *text = rule->buf;

	printf("%s %d %d", what, flags, action);
	for (unsigned i = 0; i < rule->field_count; i++) {
		switch (rule->fields[i]) {
		case AUDIT_EXE:
		case AUDIT_DIR:
		case AUDIT_WATCH:
		case AUDIT_FILTERKEY:
			printf(" %u=%.*s", rule->fields[i], (int)rule->values[i], text);
			text += rule->values[i];
			break;
		default:
			printf(" %u=%u", rule->fields[i], rule->values[i]);
		}
	}
	printf("\n");
	return 1;
}

int audit_add_rule_data(int fd, struct audit_rule_data *rule, int flags, int action)
{
	(void)fd;
	return show("add", rule, flags, action);
}

int audit_delete_rule_data(int fd, struct audit_rule_data *rule, int flags, int action)
{
	(void)fd;
	return show("delete", rule, flags, action);
}

unsigned audit_get_features(void)
{
	return ~0u;
}
