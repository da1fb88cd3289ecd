#pragma once
/* nftables as it runs in this machine's kernel. */

#include "model/live.h"

struct cv_netlink;

extern const struct cv_live cv_nft_live;

/* A piece of work over a link that is open. */
bool cv_nft_live_work(struct cv_netlink *link, struct cv_live_work *work);
