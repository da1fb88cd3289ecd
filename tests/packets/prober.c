/* Sends packets with any addresses, so that a ruleset can be asked about each of them:
 *
 *   prober frames PROBES PID OUT IN         through IN, the near end of OUT in PID's
 *                                           network namespace, each once
 *   prober raw PROBES                       out of this namespace, each once
 *   prober flood PROBES PID OUT IN CPU      like frames, over and over, on that CPU,
 *                                           until standard input ends; prints how many
 *
 * PROBES is a file of struct probe.  `frames` never has more frames under way than the
 * kernel queues: a frame of our own protocol goes behind each lot and is waited for. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* As the driver writes them; numbers in network order. */
struct probe {
	uint8_t family, protocol, type, unused;
	uint16_t source_port, port;
	uint8_t source[16], destination[16]; /* an IPv4 address has the first four */
};

enum {
	LOT = 200,       /* net.core.netdev_max_backlog is 1000, and not ours alone */
	LONGEST = 128,   /* bytes of a frame */
	PAYLOAD = 24,    /* of most protocols */
	AH_SIZE = 24,    /* with a check value of 96 bits */
	SCTP_SIZE = 32,  /* the header and a chunk INIT */
	MARKER = 0x88b5, /* the type for local experiments, IEEE 802 */
	TCP_SYN = 0x02,
	SCTP_INIT = 1,
};

struct wire {
	int fd;
	size_t head; /* bytes before the IP header */
	uint8_t ethernet[ETH_HLEN];
};

static void fail(const char *what)
{
	perror(what);
	exit(2);
}

static uint32_t add_words(uint32_t sum, const uint8_t *bytes, size_t count)
{
	for (size_t i = 0; i + 1 < count; i += 2)
		sum += (uint32_t)(bytes[i] << 8 | bytes[i + 1]);
	return sum;
}

static void put_checksum(uint8_t *at, uint32_t sum)
{
	uint16_t folded;

	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	folded = (uint16_t)~sum;
	at[0] = (uint8_t)(folded >> 8);
	at[1] = (uint8_t)folded;
}

/* CRC32c, low byte first (RFC 9260, appendix A): conntrack drops SCTP without it. */
static void put_crc(uint8_t *at, const uint8_t *bytes, size_t count)
{
	uint32_t crc = 0xffffffff;

	for (size_t i = 0; i < count; i++) {
		crc ^= bytes[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78 : 0);
	}
	crc = ~crc;
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(crc >> 8 * i);
}

static size_t payload_size(uint8_t protocol)
{
	switch (protocol) {
	case IPPROTO_SCTP:
		return SCTP_SIZE;
	case IPPROTO_AH:
		return AH_SIZE + PAYLOAD;
	default:
		return PAYLOAD;
	}
}

static void put_tcp(uint8_t *at, uint32_t pseudo)
{
	at[12] = PAYLOAD / 4 << 4; /* the header fills the payload */
	at[13] = TCP_SYN;
	memset(at + 20, 1, 4); /* options: nothing, four times */
	put_checksum(at + 16, add_words(pseudo, at, PAYLOAD));
}

static void put_udp(uint8_t *at, uint32_t pseudo)
{
	at[5] = PAYLOAD;
	put_checksum(at + 6, add_words(pseudo, at, PAYLOAD));
}

/* RFC 9260: 12 bytes of header, then the chunk INIT with nothing but its own fields. */
static void put_sctp(uint8_t *at)
{
	at[12] = SCTP_INIT;
	at[15] = SCTP_SIZE - 12;
	at[19] = 1;          /* initiate tag, which must not be 0 */
	at[25] = at[27] = 1; /* streams */
	put_crc(at + 8, at, SCTP_SIZE);
}

/* RFC 4302: the header, then ESP.  In IPv6 the kernel looks at what follows, too. */
static void put_ah(uint8_t *at)
{
	at[0] = IPPROTO_ESP;
	at[1] = AH_SIZE / 4 - 2;
	at[7] = at[11] = 1; /* SPI, sequence number */
	at[AH_SIZE + 3] = at[AH_SIZE + 7] = 1;
}

/* What opens a conversation: a SYN, an INIT, a datagram, a message. */
static void put_payload(uint8_t *at, const struct probe *probe, uint32_t pseudo)
{
	memset(at, 0, payload_size(probe->protocol));
	switch (probe->protocol) {
	case IPPROTO_ICMP:
		at[0] = probe->type;
		put_checksum(at + 2, add_words(0, at, PAYLOAD));
		return;
	case IPPROTO_ICMPV6:
		at[0] = probe->type;
		put_checksum(at + 2, add_words(pseudo, at, PAYLOAD));
		return;
	case IPPROTO_AH:
		put_ah(at);
		return;
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_SCTP:
		break;
	default:
		return;
	}
	memcpy(at, &probe->source_port, 2);
	memcpy(at + 2, &probe->port, 2);
	if (probe->protocol == IPPROTO_TCP)
		put_tcp(at, pseudo);
	else if (probe->protocol == IPPROTO_UDP)
		put_udp(at, pseudo);
	else
		put_sctp(at);
}

static size_t put_packet(uint8_t *at, const struct probe *probe)
{
	const size_t width = probe->family == 4 ? 4 : 16;
	const size_t header = probe->family == 4 ? 20 : 40;
	const size_t length = payload_size(probe->protocol);
	uint32_t pseudo = (uint32_t)length + probe->protocol;

	memset(at, 0, header);
	pseudo = add_words(pseudo, probe->source, width);
	pseudo = add_words(pseudo, probe->destination, width);
	put_payload(at + header, probe, pseudo);
	if (probe->family == 4) {
		at[0] = 0x45;
		at[3] = (uint8_t)(header + length);
		at[8] = 64;
		at[9] = probe->protocol;
		memcpy(at + 12, probe->source, 4);
		memcpy(at + 16, probe->destination, 4);
		put_checksum(at + 10, add_words(0, at, header));
	} else {
		at[0] = 0x60;
		at[5] = (uint8_t)length;
		at[6] = probe->protocol;
		at[7] = 64;
		memcpy(at + 8, probe->source, 16);
		memcpy(at + 24, probe->destination, 16);
	}
	return header + length;
}

static size_t put_frame(uint8_t *at, const struct wire *wire, const struct probe *probe)
{
	const uint16_t type = probe->family == 4 ? ETHERTYPE_IP : ETHERTYPE_IPV6;

	memcpy(at, wire->ethernet, ETH_HLEN);
	at[12] = (uint8_t)(type >> 8);
	at[13] = (uint8_t)type;
	return wire->head + put_packet(at + wire->head, probe);
}

static void send_all(int fd, struct mmsghdr *messages, unsigned count)
{
	unsigned sent = 0;

	while (sent < count) {
		int done = sendmmsg(fd, messages + sent, count - sent, 0);

		if (done < 0 && (errno == ENOBUFS || errno == EAGAIN || errno == EINTR)) {
			sched_yield();
			continue;
		}
		if (done < 0)
			fail("sendmmsg");
		sent += (unsigned)done;
	}
}

static void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((size_t)cpu, &set);
	if (cpu < 0 || sched_setaffinity(0, sizeof set, &set) != 0)
		fail("sched_setaffinity");
}

static int packet_socket(const char *interface, uint16_t protocol)
{
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(protocol),
		.sll_ifindex = (int)if_nametoindex(interface),
	};
	int fd = socket(AF_PACKET, SOCK_RAW, htons(protocol));

	if (fd < 0 || !address.sll_ifindex ||
	    bind(fd, (struct sockaddr *)&address, sizeof address) != 0)
		fail(interface);
	return fd;
}

static void enter(const char *pid)
{
	char path[64];
	int fd;

	snprintf(path, sizeof path, "/proc/%s/ns/net", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET) != 0)
		fail(path);
	close(fd);
}

/* A socket in the other namespace whose frames come in at `near` in this one. */
static struct wire open_wire(const char *pid, const char *far, const char *near)
{
	struct wire wire = {.head = ETH_HLEN};
	struct ifreq request = {0};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	strncpy(request.ifr_name, near, sizeof request.ifr_name - 1);
	if (fd < 0 || ioctl(fd, SIOCGIFHWADDR, &request) != 0)
		fail(near);
	close(fd);
	memcpy(wire.ethernet, request.ifr_hwaddr.sa_data, ETH_ALEN);
	wire.ethernet[ETH_ALEN] = 2; /* of local use */
	enter(pid);
	wire.fd = packet_socket(far, 0);
	return wire;
}

/* False when it does not come within a second: something else filled the queue. */
static bool wait_for_marker(int fd, uint32_t number)
{
	struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
	uint8_t frame[LONGEST];

	while (poll(&poll_fd, 1, 1000) > 0) {
		ssize_t size = recv(fd, frame, sizeof frame, 0);

		if (size >= ETH_HLEN + 4 && memcmp(frame + ETH_HLEN, &number, 4) == 0)
			return true;
	}
	return false;
}

static void send_marker(const struct wire *wire, uint32_t number)
{
	uint8_t frame[ETH_ZLEN] = {0};

	memcpy(frame, wire->ethernet, ETH_HLEN);
	frame[12] = MARKER >> 8;
	frame[13] = MARKER & 0xff;
	memcpy(frame + ETH_HLEN, &number, 4);
	if (send(wire->fd, frame, sizeof frame, 0) < 0 && errno != ENOBUFS)
		fail("send");
}

struct lot {
	uint8_t bytes[LOT][LONGEST];
	struct iovec parts[LOT];
	struct mmsghdr messages[LOT];
};

static unsigned fill(struct lot *lot, const struct wire *wire, const struct probe *probes,
		     size_t count)
{
	unsigned n = count < LOT ? (unsigned)count : LOT;

	memset(lot->messages, 0, sizeof lot->messages);
	for (unsigned i = 0; i < n; i++) {
		lot->parts[i].iov_base = lot->bytes[i];
		lot->parts[i].iov_len = wire ? put_frame(lot->bytes[i], wire, probes + i)
					     : put_packet(lot->bytes[i], probes + i);
		lot->messages[i].msg_hdr.msg_iov = lot->parts + i;
		lot->messages[i].msg_hdr.msg_iovlen = 1;
	}
	return n;
}

static void send_frames(struct lot *lot, const struct wire *wire, int marks,
			const struct probe *probes, size_t count)
{
	uint32_t number = 0;

	for (size_t at = 0; at < count; at += LOT) {
		unsigned n = fill(lot, wire, probes + at, count - at);

		do {
			send_all(wire->fd, lot->messages, n);
			send_marker(wire, ++number);
		} while (!wait_for_marker(marks, number));
	}
}

static int raw_socket(int family)
{
	const int yes = 1;
	int fd = socket(family, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
	int done;

	if (fd < 0)
		fail("socket");
	done = family == AF_INET
		       ? setsockopt(fd, IPPROTO_IP, IP_HDRINCL, &yes, sizeof yes)
		       : setsockopt(fd, IPPROTO_IPV6, IPV6_HDRINCL, &yes, sizeof yes);
	if (done != 0)
		fail("setsockopt");
	return fd;
}

/* Packets go through the output hook while sendto is under way, so there is no queue;
 * one that is dropped there is told as EPERM. */
static void send_raw(struct lot *lot, const struct probe *probes, size_t count)
{
	int inet = raw_socket(AF_INET), inet6 = raw_socket(AF_INET6);

	for (size_t at = 0; at < count; at += LOT) {
		unsigned n = fill(lot, NULL, probes + at, count - at);

		for (unsigned i = 0; i < n; i++) {
			const struct probe *probe = probes + at + i;
			struct sockaddr_in to4 = {.sin_family = AF_INET};
			struct sockaddr_in6 to6 = {.sin6_family = AF_INET6};
			ssize_t done;

			memcpy(&to4.sin_addr, probe->destination, 4);
			memcpy(&to6.sin6_addr, probe->destination, 16);
			done = probe->family == 4
				       ? sendto(inet, lot->bytes[i],
						lot->parts[i].iov_len, 0,
						(struct sockaddr *)&to4, sizeof to4)
				       : sendto(inet6, lot->bytes[i],
						lot->parts[i].iov_len, 0,
						(struct sockaddr *)&to6, sizeof to6);
			if (done < 0 && errno != EPERM && errno != ENOBUFS)
				fail("sendto");
		}
	}
	close(inet);
	close(inet6);
}

/* All frames are made before, so that nothing but sending takes time. */
static void flood(const struct wire *wire, const struct probe *probes, size_t count)
{
	struct pollfd leash = {.fd = STDIN_FILENO, .events = POLLIN};
	struct lot *lots = calloc(count / LOT + 1, sizeof *lots);
	unsigned long long rounds = 0;

	if (!lots)
		fail("calloc");
	while (poll(&leash, 1, 0) == 0) {
		for (size_t at = 0; at < count; at += LOT) {
			struct lot *lot = lots + at / LOT;
			unsigned n =
				rounds ? (unsigned)(count - at < LOT ? count - at : LOT)
				       : fill(lot, wire, probes + at, count - at);

			send_all(wire->fd, lot->messages, n);
		}
		if (rounds++ == 0) {
			puts("started");
			fflush(stdout);
		}
	}
	printf("%llu\n", rounds * count);
	free(lots);
}

static const struct probe *map_probes(const char *path, size_t *count_out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat info;
	void *bytes;

	if (fd < 0 || fstat(fd, &info) != 0 || info.st_size < (off_t)sizeof(struct probe))
		fail(path);
	*count_out = (size_t)info.st_size / sizeof(struct probe);
	bytes = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes == MAP_FAILED)
		fail(path);
	close(fd);
	return bytes;
}

int main(int argc, char **argv)
{
	const struct probe *probes;
	struct wire wire;
	struct lot *lot = calloc(1, sizeof *lot);
	size_t count;
	int marks;

	if (!lot || argc < 3)
		return 2;
	probes = map_probes(argv[2], &count);
	if (strcmp(argv[1], "raw") == 0 && argc == 3) {
		send_raw(lot, probes, count);
	} else if (strcmp(argv[1], "frames") == 0 && argc == 6) {
		pin(sched_getcpu()); /* each CPU has a queue of its own */
		marks = packet_socket(argv[5], MARKER);
		wire = open_wire(argv[3], argv[4], argv[5]);
		send_frames(lot, &wire, marks, probes, count);
	} else if (strcmp(argv[1], "flood") == 0 && argc == 7) {
		pin(atoi(argv[6]));
		wire = open_wire(argv[3], argv[4], argv[5]);
		flood(&wire, probes, count);
	} else {
		return 2;
	}
	free(lot);
	return 0;
}
