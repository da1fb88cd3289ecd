#pragma once
/* What libraries do when there is no memory. */

/* Gives jansson an allocator that ends the program when there is no memory
 * (cv_out_of_memory).  Left to itself (2.14) it drops the character for which a text has
 * no room, and what was read would be taken for what stands there.  To be called once,
 * before anything else. */
void cv_memory_guard(void);

/* Keeps what is freed for the next artefact instead of handing it back to the system,
 * which would only have to clear the same pages again.  To be called once. */
void cv_memory_keep(void);

/* Frees what libraries keep from their first use to the end.  To be called last. */
void cv_memory_release(void);
