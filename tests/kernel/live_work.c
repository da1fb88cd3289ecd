/* live_work STEP FILE.nft [seconds N] [stop N] [version N]: does a step of live work
 * with the entries of a file of ours, and says what came of it.
 *
 * With `stop` it sends that many transactions and is then gone, as if killed: what the
 * kernel holds at that moment is what tests/kernel/netlink.sh looks at. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/ctx.h"
#include "model/sets.h"
#include "model/target.h"
#include "nftables/live.h"
#include "nftables/netlink_talk.h"

extern const struct cv_target cv_target_nftables;

enum { BATCH_BEGIN = 16, STOPPED = 9 };

/* How the link's own function is reached, and how many batches may go out yet. */
struct limit {
	ssize_t (*send)(struct cv_netlink *link, const struct iovec *pieces,
			size_t count);
	long left;
};

static ssize_t send_some(struct cv_netlink *link, const struct iovec *pieces,
			 size_t count)
{
	struct limit *limit = link->data;
	uint16_t type;

	memcpy(&type, (const char *)pieces[0].iov_base + 4, sizeof type);
	if (type == BATCH_BEGIN && limit->left-- == 0)
		_exit(STOPPED);
	return limit->send(link, pieces, count);
}

static const struct {
	const char *name;
	enum cv_live_step step;
} steps[] = {
	{"check", CV_LIVE_CHECK},       {"load", CV_LIVE_LOAD},
	{"try", CV_LIVE_TRY},           {"confirm", CV_LIVE_CONFIRM},
	{"rollback", CV_LIVE_ROLLBACK}, {"status", CV_LIVE_STATUS},
};

static const char *const states[] = {"absent", "other",   "equal",
				     "trial",  "strange", "half"};

static void say(const struct cv_live_work *work, bool ok)
{
	printf("%s state=%s left=%u version=%u\n", ok ? "done" : "not done",
	       states[work->state], work->seconds_left, work->version);
	for (size_t i = 0; i < work->remarks.count; i++) {
		const struct cv_live_remark *remark =
			CV_AT(&work->remarks, struct cv_live_remark, i);

		printf("%s: %s%s\n", remark->error ? "error" : "note", remark->text,
		       remark->entry ? " [entry]" : "");
	}
	fprintf(stderr, "build %.1f ms, commit %.1f ms, verify %.1f ms\n",
		(double)work->build_time / 1e6, (double)work->commit_time / 1e6,
		(double)work->verify_time / 1e6);
}

static bool read_file(struct cv_ctx *ctx, const char *name, struct cv_live_work *work)
{
	const struct cv_source *file = cv_source_read(ctx, name, (struct cv_span){0});
	struct cv_reading reading = {.ctx = ctx};
	const struct cv_entry **entries;

	if (!file)
		return false;
	reading.bytes = file->text;
	reading.size = file->size;
	if (!cv_target_nftables.forms[0].read(&reading)) {
		printf("%s: %s at byte %zu\n", name, reading.error, reading.error_at);
		return false;
	}
	entries =
		CV_NEW_ARRAY(ctx->arena, reading.entries.count, const struct cv_entry *);
	for (size_t i = 0; i < reading.entries.count; i++)
		entries[i] = CV_AT(&reading.entries, struct cv_entry, i);
	work->entries = entries;
	work->count = reading.entries.count;
	return true;
}

static bool do_step(struct cv_ctx *ctx, struct cv_live_work *work, long stop)
{
	struct cv_netlink link;
	struct limit limit = {.left = stop};
	bool ok = false;

	if (cv_netlink_open(ctx, &link)) {
		limit.send = link.send;
		link.send = send_some;
		link.data = &limit;
		ok = cv_nft_live_work(&link, work);
		say(work, ok);
	}
	cv_netlink_close(&link);
	return ok;
}

int main(int argc, char **argv)
{
	struct cv_live_work work = {.seconds = 5};
	struct cv_ctx ctx;
	long stop = -1;
	bool ok = false;

	if (argc < 3)
		return 2;
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		if (strcmp(steps[i].name, argv[1]) == 0)
			work.step = steps[i].step;
	for (int i = 3; i + 1 < argc; i += 2) {
		const long number = strtol(argv[i + 1], NULL, 10);

		if (strcmp(argv[i], "seconds") == 0)
			work.seconds = (unsigned)number;
		else if (strcmp(argv[i], "stop") == 0)
			stop = number;
		else if (strcmp(argv[i], "version") == 0)
			work.version = (uint32_t)number;
	}
	cv_ctx_open(&ctx);
	work.ctx = &ctx;
	if (read_file(&ctx, argv[2], &work))
		ok = do_step(&ctx, &work, stop);
	cv_sets_close(&ctx);
	cv_ctx_close(&ctx);
	return ok ? 0 : 1;
}
