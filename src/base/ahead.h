#pragma once
/* For loops over what lies in another order than it is gone through.  Of large tables
 * each such thing comes from far; asked for some turns ahead, it comes while others are
 * done. */

#include <stddef.h>

enum { CV_AHEAD = 8 }; /* turns */

/* What lies there will be looked at; NULL is allowed. */
static inline void cv_await(const void *there)
{
	__builtin_prefetch(there);
	/* A function that only asks would be taken for one that does nothing, and its
	 * calls left out. */
	__asm__ volatile("" : : "r"(there));
}
