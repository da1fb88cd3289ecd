#pragma once
/* Shared libraries that are loaded when the first of their functions is called, so that a
 * run without them does not pay for what they bring along.  For each of them one source
 * file defines the functions that we call, under their own names and by the macros below;
 * who calls them includes the library's own header and knows nothing of it.  A function
 * more is a line more there, without which the program does not link.
 *
 * What is loaded so stands in the section .note.dlopen of the program, for packagers:
 * https://uapi-group.org/specifications/specs/elf_dlopen_metadata/ */

#include <stdint.h>

struct cv_library {
	const char *file;     /* as the dynamic linker looks for it: libxml2.so.2 */
	const char *what;     /* needs it, in the message: XML and HTML */
	void (*loaded)(void); /* called before any other function of it; may be NULL */
	void *handle;         /* private */
};

/* The library's own function of that name, to be cast to its type.  A library that is not
 * there or lacks it ends the program as it would have at its start: standard error says
 * so, and the exit code is 2. */
void (*cv_library_find(struct cv_library *library, const char *name))(void);

/* Frees what libxml2 keeps from its first use to the end, if it was used. */
void cv_library_xml_end(void);

/* The function `name`, which the library's header declares.  It is hidden, lest the
 * library call it for its own. */
#define CV_LIBRARY_CALL(library, name, give, arguments) \
	{ \
		static __typeof__(name) *own; \
\
		if (!own) \
			own = (__typeof__(name) *)cv_library_find(&library, #name); \
		give own arguments; \
	}
#define CV_LIBRARY_FUNCTION(library, type, name, parameters, arguments) \
	__attribute__((visibility("hidden"))) extern __typeof__(name) name; \
	type name parameters CV_LIBRARY_CALL(library, name, return, arguments)
#define CV_LIBRARY_PROCEDURE(library, name, parameters, arguments) \
	__attribute__((visibility("hidden"))) extern __typeof__(name) name; \
	void name parameters CV_LIBRARY_CALL(library, name, , arguments)

/* The note of a library `file` for packagers, with what lacks without it. */
#define CV_LIBRARY_NOTE(name, file, what) \
	static const struct { \
		uint32_t owner_size, size, type; \
		char owner[4]; \
		_Alignas(4) char json[sizeof CV_LIBRARY_JSON(file, what)]; \
	} name __attribute__((used, aligned(4), section(".note.dlopen"))) = { \
		4, sizeof CV_LIBRARY_JSON(file, what), 0x407c0c0a, "FDO", \
		CV_LIBRARY_JSON(file, what)}
#define CV_LIBRARY_JSON(file, what) \
	"[{\"soname\":[\"" file "\"],\"priority\":\"required\",\"description\":\"" what \
	"\"}]"
