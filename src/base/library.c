#include "base/library.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

/* The dynamic linker's own words do not always tell that it had no memory; errno does. */
_Noreturn static void cannot_load(const struct cv_library *library)
{
	const bool no_memory = errno == ENOMEM;
	const char *why = dlerror();

	if (no_memory || !why)
		cv_out_of_memory();
	fprintf(stderr, "carveout: cannot load %s, which is needed for %s: %s\n",
		library->file, library->what, why);
	exit(2);
}

void (*cv_library_find(struct cv_library *library, const char *name))(void)
{
	void (*function)(void);
	void *address;

	if (!library->handle) {
		errno = 0;
		library->handle = dlopen(library->file, RTLD_LAZY | RTLD_LOCAL);
		if (!library->handle)
			cannot_load(library);
		if (library->loaded)
			library->loaded();
	}
	errno = 0;
	address = dlsym(library->handle, name);
	if (!address)
		cannot_load(library);
	memcpy(&function, &address, sizeof function);
	return function;
}
