#pragma once
/* How the program's memory is kept and freed. */

/* Keeps what is freed for the next artefact instead of handing it back to the system,
 * which would only have to clear the same pages again.  To be called once. */
void cv_memory_keep(void);

/* Frees what libraries keep from their first use to the end.  To be called last. */
void cv_memory_release(void);
