/* What libcsv alone needs for a file: its cells are counted and thrown away.  The
 * measure that tests/bench/run holds a compile against. */
#include <stdio.h>

#include <csv.h>

static void count_cell(void *cell, size_t size, void *user)
{
	(void)cell;
	(void)size;
	++*(unsigned long *)user;
}

/* Cells of the file; 0 where it cannot be parsed. */
static unsigned long count_cells(struct csv_parser *parser, FILE *file)
{
	char chunk[65536];
	unsigned long count = 0;
	size_t size;

	while ((size = fread(chunk, 1, sizeof chunk, file)))
		if (csv_parse(parser, chunk, size, count_cell, NULL, &count) != size)
			return 0;
	return csv_fini(parser, count_cell, NULL, &count) == 0 ? count : 0;
}

int main(int argc, char **argv)
{
	FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
	struct csv_parser parser;
	unsigned long count;

	if (!file || csv_init(&parser, CSV_STRICT) != 0) {
		fputs("usage: bare_csv FILE\n", stderr);
		return 2;
	}
	count = count_cells(&parser, file);
	csv_free(&parser);
	fclose(file);
	printf("%lu\n", count);
	return count ? 0 : 1;
}
