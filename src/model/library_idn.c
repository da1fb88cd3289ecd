/* libidn2, which brings the tables of libunistring along. */
#include <idn2.h>

#include "base/library.h"

#define WHAT "host names beyond ASCII"

static struct cv_library idn = {.file = CV_LIBIDN2, .what = WHAT};

CV_LIBRARY_NOTE(note, CV_LIBIDN2, WHAT);

CV_LIBRARY_FUNCTION(idn, int, idn2_lookup_u8,
		    (const uint8_t *name, uint8_t **ascii_out, int flags),
		    (name, ascii_out, flags))
CV_LIBRARY_FUNCTION(idn, const char *, idn2_strerror, (int code), (code))
CV_LIBRARY_PROCEDURE(idn, idn2_free, (void *text), (text))
