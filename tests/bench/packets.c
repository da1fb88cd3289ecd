/* Sends UDP frames of 54 bytes out of an interface as fast as it can and says what the
 * process paid for it:
 *
 *   packets INTERFACE DESTINATION-MAC COUNT FLOWS < FLOW-LINES
 *
 * Each line of standard input is a flow, `10.0.0.1 10.1.0.1 443`; they take turns.
 * With the far end of the interface on the same processor, the cost of receiving and
 * of the rules there is in the figure, since the kernel does that work in the sender's
 * time.  Prints CPU nanoseconds for each frame, of the thread. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { BATCH = 64, PAYLOAD = 12, PROTOCOL_UDP = 17 };

struct frame {
	struct ether_header ether;
	struct iphdr ip;
	struct udphdr udp;
	unsigned char payload[PAYLOAD];
} __attribute__((packed));

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static uint16_t checksum(const void *bytes, size_t size)
{
	const uint16_t *words = bytes;
	uint32_t sum = 0;

	for (size_t i = 0; i < size / 2; i++)
		sum += words[i];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static struct frame make_frame(const unsigned char *mac, const char *source,
			       const char *destination, unsigned port)
{
	struct frame frame = {.ip = {.version = 4, .ihl = 5, .ttl = 64}};

	memcpy(frame.ether.ether_dhost, mac, ETH_ALEN);
	frame.ether.ether_shost[0] = 2;
	frame.ether.ether_type = htons(ETHERTYPE_IP);
	frame.ip.protocol = PROTOCOL_UDP;
	frame.ip.tot_len = htons(sizeof frame - sizeof frame.ether);
	if (inet_pton(AF_INET, source, &frame.ip.saddr) != 1 ||
	    inet_pton(AF_INET, destination, &frame.ip.daddr) != 1) {
		fprintf(stderr, "not two addresses: %s %s\n", source, destination);
		exit(1);
	}
	frame.ip.check = checksum(&frame.ip, sizeof frame.ip);
	frame.udp.source = htons(40000);
	frame.udp.dest = htons((uint16_t)port);
	frame.udp.len = htons(sizeof frame.udp + PAYLOAD);
	return frame;
}

static struct frame *read_flows(const unsigned char *mac, size_t count)
{
	struct frame *frames = calloc(count, sizeof *frames);
	char source[64], destination[64];
	unsigned port;

	if (!frames)
		die("memory");
	for (size_t i = 0; i < count; i++) {
		if (scanf("%63s %63s %u", source, destination, &port) != 3) {
			fprintf(stderr, "flow %zu is missing\n", i);
			exit(1);
		}
		frames[i] = make_frame(mac, source, destination, port);
	}
	return frames;
}

static int open_socket(const char *interface)
{
	struct sockaddr_ll address = {.sll_family = AF_PACKET};
	const int out = socket(AF_PACKET, SOCK_RAW, 0);

	if (out < 0)
		die("socket");
	address.sll_ifindex = (int)if_nametoindex(interface);
	if (!address.sll_ifindex || bind(out, (void *)&address, sizeof address))
		die(interface);
	return out;
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
	return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static void send_all(int out, struct frame *frames, size_t flows, size_t count)
{
	struct mmsghdr messages[BATCH] = {0};
	struct iovec parts[BATCH];
	size_t sent = 0;

	while (sent < count) {
		const size_t left = count - sent;
		const unsigned batch = left < BATCH ? (unsigned)left : BATCH;
		int done;

		for (unsigned i = 0; i < batch; i++) {
			parts[i].iov_base = &frames[(sent + i) % flows];
			parts[i].iov_len = sizeof *frames;
			messages[i].msg_hdr.msg_iov = &parts[i];
			messages[i].msg_hdr.msg_iovlen = 1;
		}
		done = sendmmsg(out, messages, batch, 0);
		if (done < 0 && errno != ENOBUFS && errno != EINTR)
			die("sendmmsg");
		if (done > 0)
			sent += (size_t)done;
	}
}

int main(int argc, char **argv)
{
	unsigned char mac[ETH_ALEN];
	struct frame *frames;
	size_t count, flows;
	double start;
	int out;

	if (argc != 5 || sscanf(argv[2], "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &mac[0],
				&mac[1], &mac[2], &mac[3], &mac[4], &mac[5]) != 6) {
		fprintf(stderr, "usage: %s INTERFACE MAC COUNT FLOWS\n", argv[0]);
		return 2;
	}
	count = strtoul(argv[3], NULL, 10);
	flows = strtoul(argv[4], NULL, 10);
	frames = read_flows(mac, flows);
	out = open_socket(argv[1]);
	send_all(out, frames, flows, count / 10); /* caches and neighbours are warm */
	start = now();
	send_all(out, frames, flows, count);
	printf("%.1f\n", (now() - start) / (double)count);
	free(frames);
	return 0;
}
