#pragma once
/* A string of bytes that grows: what emitters write into. */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* What takes the bytes that a buffer is done with; the first member of whatever knows
 * where they go. */
struct cv_drain {
	void (*take)(struct cv_drain *drain, const char *bytes, size_t size);
};

struct cv_buf {
	char *data; /* NUL-terminated once anything was added; NULL before */
	size_t size, capacity;
	struct cv_drain *drain; /* NULL: all bytes stay */
};

#define CV_BUF_INIT \
	{ \
		NULL, 0, 0, NULL \
	}

/* Frees the bytes; the buffer may be used again afterwards. */
void cv_buf_deinit(struct cv_buf *buf);

void cv_buf_add(struct cv_buf *buf, const char *data, size_t size);
/* Here, so that the size of a literal costs nothing. */
static inline void cv_buf_text(struct cv_buf *buf, const char *text)
{
	cv_buf_add(buf, text, strlen(text));
}
void cv_buf_char(struct cv_buf *buf, char c);
/* Printable ASCII as it is, a question mark for each other byte. */
void cv_buf_ascii(struct cv_buf *buf, const char *text);
void cv_buf_number(struct cv_buf *buf, uint64_t number);
/* Writes the digits to where there is room for 20, without a NUL; returns their end. */
char *cv_number_write(char *to, uint64_t number);
void cv_buf_format(struct cv_buf *buf, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Nobody looks back at what is there: it goes down the drain once there is much of it. */
static inline void cv_buf_drain(struct cv_buf *buf)
{
	enum { MUCH = 64 * 1024 };

	if (buf->size < MUCH || !buf->drain)
		return;
	buf->drain->take(buf->drain, buf->data, buf->size);
	buf->size = 0;
}

/* Room for `size` bytes behind what is there, for whoever writes without copying, valid
 * until the next add; and that the bytes up to `end` have been written there. */
char *cv_buf_room(struct cv_buf *buf, size_t size);
static inline void cv_buf_written(struct cv_buf *buf, char *end)
{
	*end = '\0';
	buf->size = (size_t)(end - buf->data);
}

/* The bytes as a NUL-terminated string, "" while empty; valid until the next add. */
const char *cv_buf_string(const struct cv_buf *buf);
