/* Doubles as it grows; a buffer of 1 GiB costs 30 copies at most.  AddressSanitizer is
 * told that the room behind the bytes is nobody's, so that a step over their end is
 * seen. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/utf8.h"

void cv_buf_deinit(struct cv_buf *buf)
{
	free(buf->data);
	*buf = (struct cv_buf)CV_BUF_INIT;
}

#if defined(__SANITIZE_ADDRESS__)
#define IS_WATCHED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define IS_WATCHED 1
#endif
#endif
#ifndef IS_WATCHED
#define IS_WATCHED 0
#endif

#if IS_WATCHED
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(start, size) ((void)(start), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(start, size) ((void)(start), (void)(size))
#endif

static void grow(struct cv_buf *buf, size_t more)
{
	size_t capacity = buf->capacity ? buf->capacity : 256;
	char *data;

	if (more > SIZE_MAX / 4 - buf->size)
		cv_out_of_memory();
	while (capacity < buf->size + more + 1)
		capacity *= 2;
	data = realloc(buf->data, capacity);
	if (!data)
		cv_out_of_memory();
	buf->data = data;
	buf->capacity = capacity;
	ASAN_POISON_MEMORY_REGION(data + buf->size + more + 1,
				  capacity - buf->size - more - 1);
}

/* Mostly there is room; that is for the compiler to put where it is asked. */
static inline void reserve(struct cv_buf *buf, size_t more)
{
	if (more < buf->capacity - buf->size)
		ASAN_UNPOISON_MEMORY_REGION(buf->data + buf->size, more + 1);
	else
		grow(buf, more);
}

void cv_buf_add(struct cv_buf *buf, const char *data, size_t size)
{
	reserve(buf, size);
	if (size)
		memcpy(buf->data + buf->size, data, size);
	buf->size += size;
	buf->data[buf->size] = '\0';
}

char *cv_buf_room(struct cv_buf *buf, size_t size)
{
	reserve(buf, size);
	return buf->data + buf->size;
}

void cv_buf_char(struct cv_buf *buf, char c)
{
	reserve(buf, 1);
	buf->data[buf->size++] = c;
	buf->data[buf->size] = '\0';
}

void cv_buf_ascii(struct cv_buf *buf, const char *text)
{
	size_t left = strlen(text), size;

	for (;; left -= size + 1, text += size + 1) {
		size = cv_utf8_printable(text, left);
		cv_buf_add(buf, text, size);
		if (size == left)
			break;
		cv_buf_char(buf, '?');
	}
}

enum { MOST_DIGITS = 20 };

char *cv_number_write(char *to, uint64_t number)
{
	size_t digits = 1;

	for (uint64_t least = 10; number >= least && digits < MOST_DIGITS; least *= 10)
		digits++;
	for (size_t at = digits; at-- > 0; number /= 10)
		to[at] = (char)('0' + number % 10);
	return to + digits;
}

void cv_buf_number(struct cv_buf *buf, uint64_t number)
{
	cv_buf_written(buf, cv_number_write(cv_buf_room(buf, MOST_DIGITS), number));
}

enum { FORMAT_ROOM = 64 };

void cv_buf_format(struct cv_buf *buf, const char *format, ...)
{
	va_list args, again;
	size_t room;
	int size;

	reserve(buf, FORMAT_ROOM); /* mostly enough, so that it is formatted only once */
	room = IS_WATCHED ? FORMAT_ROOM + 1 : buf->capacity - buf->size;
	va_start(args, format);
	va_copy(again, args);
	size = vsnprintf(buf->data + buf->size, room, format, args);
	va_end(args);
	if (size < 0)
		cv_out_of_memory();
	if ((size_t)size >= room) {
		reserve(buf, (size_t)size);
		vsnprintf(buf->data + buf->size, (size_t)size + 1, format, again);
	}
	va_end(again);
	buf->size += (size_t)size;
}

const char *cv_buf_string(const struct cv_buf *buf)
{
	return buf->data ? buf->data : "";
}
