/* jansson, which reads JSON of others, and the manifest of the tree that stands. */
#include <jansson.h>
#include <stdlib.h>

#include "base/library.h"
#include "base/memory.h"

#define WHAT "reading JSON"

/* Left to itself (2.14) it drops the character for which a text has no room, and what was
 * read would be taken for what stands there. */
static void guard(void)
{
	json_set_alloc_funcs(cv_memory_give, free);
}

static struct cv_library json = {.file = CV_JANSSON, .what = WHAT, .loaded = guard};

CV_LIBRARY_NOTE(note, CV_JANSSON, WHAT);

#define FUNCTION(...) CV_LIBRARY_FUNCTION(json, __VA_ARGS__)
#define PROCEDURE(...) CV_LIBRARY_PROCEDURE(json, __VA_ARGS__)

FUNCTION(json_t *, json_array_get, (const json_t *array, size_t index), (array, index))
FUNCTION(size_t, json_array_size, (const json_t *array), (array))
PROCEDURE(json_delete, (json_t * value), (value))
FUNCTION(json_int_t, json_integer_value, (const json_t *integer), (integer))
FUNCTION(json_t *, json_loadb,
	 (const char *bytes, size_t size, size_t flags, json_error_t *error),
	 (bytes, size, flags, error))
FUNCTION(json_t *, json_object_get, (const json_t *object, const char *key),
	 (object, key))
FUNCTION(void *, json_object_iter, (json_t * object), (object))
FUNCTION(const char *, json_object_iter_key, (void *iter), (iter))
FUNCTION(void *, json_object_iter_next, (json_t * object, void *iter), (object, iter))
FUNCTION(json_t *, json_object_iter_value, (void *iter), (iter))
FUNCTION(void *, json_object_key_to_iter, (const char *key), (key))
FUNCTION(size_t, json_object_size, (const json_t *object), (object))
PROCEDURE(json_set_alloc_funcs, (json_malloc_t give, json_free_t end), (give, end))
FUNCTION(size_t, json_string_length, (const json_t *string), (string))
FUNCTION(const char *, json_string_value, (const json_t *string), (string))
FUNCTION(json_t *, json_vpack_ex,
	 (json_error_t * error, size_t flags, const char *format, va_list arguments),
	 (error, flags, format, arguments))

__attribute__((visibility("hidden"))) extern __typeof__(json_pack) json_pack;
json_t *json_pack(const char *format, ...)
{
	va_list arguments;
	json_t *packed;

	va_start(arguments, format);
	packed = json_vpack_ex(NULL, 0, format, arguments);
	va_end(arguments);
	return packed;
}
