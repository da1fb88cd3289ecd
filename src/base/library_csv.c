/* libcsv. */
#include <csv.h>

#include "base/library.h"

#define WHAT "CSV"

static struct cv_library csv = {.file = CV_CSV, .what = WHAT};

CV_LIBRARY_NOTE(note, CV_CSV, WHAT);

#define FUNCTION(...) CV_LIBRARY_FUNCTION(csv, __VA_ARGS__)
#define PROCEDURE(...) CV_LIBRARY_PROCEDURE(csv, __VA_ARGS__)

/* What it calls with a field and with the end of a record. */
typedef void take_field(void *, size_t, void *);
typedef void take_end(int, void *);

FUNCTION(int, csv_error, (struct csv_parser * parser), (parser))
FUNCTION(int, csv_fini,
	 (struct csv_parser * parser, take_field *field, take_end *end, void *user),
	 (parser, field, end, user))
PROCEDURE(csv_free, (struct csv_parser * parser), (parser))
FUNCTION(int, csv_init, (struct csv_parser * parser, unsigned char options),
	 (parser, options))
FUNCTION(size_t, csv_parse,
	 (struct csv_parser * parser, const void *bytes, size_t size, take_field *field,
	  take_end *end, void *user),
	 (parser, bytes, size, field, end, user))
PROCEDURE(csv_set_delim, (struct csv_parser * parser, unsigned char sign), (parser, sign))
PROCEDURE(csv_set_space_func,
	  (struct csv_parser * parser, int (*is_space)(unsigned char)),
	  (parser, is_space))
PROCEDURE(csv_set_term_func, (struct csv_parser * parser, int (*is_term)(unsigned char)),
	  (parser, is_term))
FUNCTION(char *, csv_strerror, (int error), (error))
FUNCTION(size_t, csv_write, (void *room, size_t size, const void *bytes, size_t count),
	 (room, size, bytes, count))
