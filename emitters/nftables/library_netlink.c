/* libmnl and libnftnl, which only a running kernel needs. */
#include <libmnl/libmnl.h>
#include <libnftnl/expr.h>
#include <libnftnl/rule.h>
#include <libnftnl/udata.h>

#include "base/library.h"

#define WHAT "talking to the kernel's nftables"

static struct cv_library mnl = {.file = CV_LIBMNL, .what = WHAT},
			 nftnl = {.file = CV_LIBNFTNL, .what = WHAT};

CV_LIBRARY_NOTE(mnl_note, CV_LIBMNL, WHAT);
CV_LIBRARY_NOTE(nftnl_note, CV_LIBNFTNL, WHAT);

#define FUNCTION(...) CV_LIBRARY_FUNCTION(mnl, __VA_ARGS__)
#define PROCEDURE(...) CV_LIBRARY_PROCEDURE(mnl, __VA_ARGS__)

FUNCTION(void *, mnl_attr_get_payload, (const struct nlattr *attr), (attr))
FUNCTION(uint16_t, mnl_attr_get_payload_len, (const struct nlattr *attr), (attr))
FUNCTION(uint16_t, mnl_attr_get_type, (const struct nlattr *attr), (attr))
FUNCTION(uint8_t, mnl_attr_get_u8, (const struct nlattr *attr), (attr))
PROCEDURE(mnl_attr_nest_end, (struct nlmsghdr * message, struct nlattr *start),
	  (message, start))
FUNCTION(struct nlattr *, mnl_attr_nest_start, (struct nlmsghdr * message, uint16_t type),
	 (message, type))
FUNCTION(int, mnl_attr_parse,
	 (const struct nlmsghdr *message, unsigned offset, mnl_attr_cb_t take,
	  void *user),
	 (message, offset, take, user))
FUNCTION(int, mnl_attr_parse_nested,
	 (const struct nlattr *attr, mnl_attr_cb_t take, void *user), (attr, take, user))
PROCEDURE(mnl_attr_put,
	  (struct nlmsghdr * message, uint16_t type, size_t size, const void *bytes),
	  (message, type, size, bytes))
PROCEDURE(mnl_attr_put_strz, (struct nlmsghdr * message, uint16_t type, const char *text),
	  (message, type, text))
FUNCTION(bool, mnl_attr_put_strz_check,
	 (struct nlmsghdr * message, size_t room, uint16_t type, const char *text),
	 (message, room, type, text))
PROCEDURE(mnl_attr_put_u32, (struct nlmsghdr * message, uint16_t type, uint32_t value),
	  (message, type, value))
PROCEDURE(mnl_attr_put_u64, (struct nlmsghdr * message, uint16_t type, uint64_t value),
	  (message, type, value))
FUNCTION(int, mnl_cb_run,
	 (const void *bytes, size_t size, unsigned sequence, unsigned port, mnl_cb_t take,
	  void *user),
	 (bytes, size, sequence, port, take, user))
FUNCTION(void *, mnl_nlmsg_get_payload, (const struct nlmsghdr *message), (message))
FUNCTION(size_t, mnl_nlmsg_get_payload_len, (const struct nlmsghdr *message), (message))
FUNCTION(struct nlmsghdr *, mnl_nlmsg_next, (const struct nlmsghdr *message, int *left),
	 (message, left))
FUNCTION(bool, mnl_nlmsg_ok, (const struct nlmsghdr *message, int left), (message, left))
FUNCTION(void *, mnl_nlmsg_put_extra_header, (struct nlmsghdr * message, size_t size),
	 (message, size))
FUNCTION(struct nlmsghdr *, mnl_nlmsg_put_header, (void *room), (room))
FUNCTION(int, mnl_socket_bind, (struct mnl_socket * socket, unsigned groups, pid_t port),
	 (socket, groups, port))
FUNCTION(int, mnl_socket_close, (struct mnl_socket * socket), (socket))
FUNCTION(int, mnl_socket_get_fd, (const struct mnl_socket *socket), (socket))
FUNCTION(unsigned, mnl_socket_get_portid, (const struct mnl_socket *socket), (socket))
FUNCTION(struct mnl_socket *, mnl_socket_open2, (int bus, int flags), (bus, flags))
FUNCTION(ssize_t, mnl_socket_recvfrom,
	 (const struct mnl_socket *socket, void *room, size_t size), (socket, room, size))
FUNCTION(ssize_t, mnl_socket_sendto,
	 (const struct mnl_socket *socket, const void *bytes, size_t size),
	 (socket, bytes, size))
FUNCTION(int, mnl_socket_setsockopt,
	 (const struct mnl_socket *socket, int option, void *value, socklen_t size),
	 (socket, option, value, size))

#undef FUNCTION
#undef PROCEDURE
#define FUNCTION(...) CV_LIBRARY_FUNCTION(nftnl, __VA_ARGS__)
#define PROCEDURE(...) CV_LIBRARY_PROCEDURE(nftnl, __VA_ARGS__)

FUNCTION(struct nftnl_expr *, nftnl_expr_alloc, (const char *name), (name))
FUNCTION(int, nftnl_expr_set,
	 (struct nftnl_expr * expr, uint16_t type, const void *bytes, uint32_t size),
	 (expr, type, bytes, size))
FUNCTION(int, nftnl_expr_set_str,
	 (struct nftnl_expr * expr, uint16_t type, const char *text), (expr, type, text))
PROCEDURE(nftnl_expr_set_u32, (struct nftnl_expr * expr, uint16_t type, uint32_t value),
	  (expr, type, value))
PROCEDURE(nftnl_rule_add_expr, (struct nftnl_rule * rule, struct nftnl_expr *expr),
	  (rule, expr))
FUNCTION(struct nftnl_rule *, nftnl_rule_alloc, (void), ())
PROCEDURE(nftnl_rule_free, (const struct nftnl_rule *rule), (rule))
PROCEDURE(nftnl_rule_nlmsg_build_payload,
	  (struct nlmsghdr * message, struct nftnl_rule *rule), (message, rule))
FUNCTION(int, nftnl_rule_set_data,
	 (struct nftnl_rule * rule, uint16_t type, const void *bytes, uint32_t size),
	 (rule, type, bytes, size))
FUNCTION(int, nftnl_rule_set_str,
	 (struct nftnl_rule * rule, uint16_t type, const char *text), (rule, type, text))
FUNCTION(struct nftnl_udata_buf *, nftnl_udata_buf_alloc, (uint32_t size), (size))
FUNCTION(void *, nftnl_udata_buf_data, (const struct nftnl_udata_buf *buf), (buf))
PROCEDURE(nftnl_udata_buf_free, (const struct nftnl_udata_buf *buf), (buf))
FUNCTION(uint32_t, nftnl_udata_buf_len, (const struct nftnl_udata_buf *buf), (buf))
FUNCTION(bool, nftnl_udata_put_strz,
	 (struct nftnl_udata_buf * buf, uint8_t type, const char *text),
	 (buf, type, text))
FUNCTION(bool, nftnl_udata_put_u32,
	 (struct nftnl_udata_buf * buf, uint8_t type, uint32_t value), (buf, type, value))
