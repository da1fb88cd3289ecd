/* What libyaml alone needs for a file: its events are counted and thrown away.  The
 * measure that tests/bench/run holds a compile against. */
#include <stdbool.h>
#include <stdio.h>

#include <yaml.h>

/* Events until the stream ends; 0 where it cannot be parsed. */
static unsigned long count_events(yaml_parser_t *parser)
{
	for (unsigned long count = 1;; count++) {
		yaml_event_t event;
		bool last;

		if (!yaml_parser_parse(parser, &event))
			return 0;
		last = event.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&event);
		if (last)
			return count;
	}
}

int main(int argc, char **argv)
{
	FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
	yaml_parser_t parser;
	unsigned long count;

	if (!file || !yaml_parser_initialize(&parser)) {
		fputs("usage: bare_yaml FILE\n", stderr);
		return 2;
	}
	yaml_parser_set_input_file(&parser, file);
	count = count_events(&parser);
	yaml_parser_delete(&parser);
	fclose(file);
	printf("%lu\n", count);
	return count ? 0 : 1;
}
