#include "base/library.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

_Noreturn static void cannot_load(const struct cv_library *library)
{
	const char *why = dlerror();
	void *room = malloc(1);

	/* Then the library is not what is wrong, whatever is said of it. */
	if (!room)
		cv_out_of_memory();
	free(room);
	fprintf(stderr, "carveout: cannot load %s, which is needed for %s: %s\n",
		library->file, library->what, why);
	exit(2);
}

void (*cv_library_find(struct cv_library *library, const char *name))(void)
{
	void (*function)(void);
	void *address;

	if (!library->handle) {
		library->handle = dlopen(library->file, RTLD_LAZY | RTLD_LOCAL);
		if (!library->handle)
			cannot_load(library);
		if (library->loaded)
			library->loaded();
	}
	address = dlsym(library->handle, name);
	if (!address)
		cannot_load(library);
	memcpy(&function, &address, sizeof function);
	return function;
}
