#pragma once
/* Memory that is given out and never taken back singly: one arena for a
 * compile, one for each artefact, a scratch one for each row. */

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct cv_arena;

/* Never NULL: without memory the program ends (cv_out_of_memory). */
struct cv_arena *cv_arena_open(void);

/* Frees the arena and all that it gave out; NULL is allowed. */
void cv_arena_close(struct cv_arena *arena);

/* Forgets all that the arena gave out and keeps one chunk for the next use. */
void cv_arena_reset(struct cv_arena *arena);

/* Zeroed memory for `count` items of `size` bytes, aligned for any type of which there
 * are as many bytes: by 16 where 16 divides them, else by 8.  Never NULL. */
void *cv_arena_array(struct cv_arena *arena, size_t count, size_t size);

#define CV_NEW(arena, type) ((type *)cv_arena_array((arena), 1, sizeof(type)))
#define CV_NEW_ARRAY(arena, count, type) \
	((type *)cv_arena_array((arena), (count), sizeof(type)))

/* Room for a text of `size` bytes, NULs all of it and one behind. */
char *cv_arena_room(struct cv_arena *arena, size_t size);

/* A copy of `size` bytes with a NUL behind them. */
char *cv_arena_copy(struct cv_arena *arena, const char *text, size_t size);
char *cv_arena_text(struct cv_arena *arena, const char *text);

/* printf into the arena. */
char *cv_arena_format(struct cv_arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
char *cv_arena_vformat(struct cv_arena *arena, const char *format, va_list args);

/* Bytes that the arena holds from the system. */
size_t cv_arena_held(const struct cv_arena *arena);

/* Says so on standard error and exits with 3: the only exit besides main's. */
_Noreturn void cv_out_of_memory(void);
