/* For LD_PRELOAD: sets the locale of the environment, which carveout itself does not
 * do, as a library might one day. */
#include <locale.h>
#include <stdlib.h>

__attribute__((constructor)) static void begin(void)
{
	if (!setlocale(LC_ALL, ""))
		abort();
}
