/* fetch_print: what `audit --live` reads of the kernel, on standard output. */
#include <stdio.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "nftables/fetch.h"

int main(void)
{
	struct cv_buf out = CV_BUF_INIT;
	const char *why = NULL;
	struct cv_ctx ctx;
	bool ok;

	cv_ctx_open(&ctx);
	ok = cv_nft_fetch(&ctx, true, &out, &why);
	if (ok)
		fwrite(out.data, 1, out.size, stdout);
	else
		fprintf(stderr, "%s\n", why);
	cv_buf_deinit(&out);
	cv_ctx_close(&ctx);
	return !ok;
}
