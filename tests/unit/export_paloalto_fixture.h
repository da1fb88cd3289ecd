#pragma once
/* Exports of PAN-OS and the way through their reader, for its tests. */

#include "paloalto_fixture.h"

#define SECRET "hunter2-do-not-show"

/* A running configuration as a firewall exports it, cut short: what is not compared
 * stands around the lists, among it what must never be shown. */
#define DECLARATION "<?xml version=\"1.0\"?>\n"
#define BEFORE \
	"<config version=\"10.1.0\" urldb=\"paloaltonetworks\" " \
	"detail-version=\"10.1.6\">\n" \
	" <mgt-config><users><entry name=\"admin\"><phash>" SECRET "</phash>\n" \
	"  <service><entry " \
	"name=\"not-a-list\"/></service></entry></users></mgt-config>\n"
#define SHARED_BEGIN \
	" <shared><application/>\n" \
	"  <certificate><entry name=\"x\"><private-key>" SECRET \
	"</private-key></entry></certificate>\n"
#define SHARED_END " </shared>\n"
#define VSYS_BEGIN \
	" <devices><entry name=\"another.device\"><vsys><entry name=\"vsys1\"><service>" \
	"<entry name=\"other-device\"/></service></entry></vsys></entry>\n" \
	"  <entry name=\"localhost.localdomain\">\n" \
	"  <network><ike><gateway><entry name=\"g\"><key>" SECRET \
	"</key></entry></gateway></ike></network>\n" \
	"  " \
	"<deviceconfig><system><service><disable-telnet>yes</disable-telnet></service>" \
	"</system></deviceconfig>\n" \
	"  <vsys><entry name=\"vsys2\"><service><entry " \
	"name=\"other-vsys\"><protocol><tcp>" \
	"<port>1</port></tcp></protocol></entry></service></entry>\n" \
	"  <entry name=\"vsys1\"><address><entry " \
	"name=\"a\"><fqdn>a.example</fqdn></entry>" \
	"</address>\n"
#define VSYS_END \
	"  <rulebase><security><rules><entry name=\"r\" " \
	"uuid=\"4c2c5f2e-0000-0000-0000-000000000000\">" \
	"<service><member>hq-services</member></service></entry></rules></security>" \
	"</rulebase></entry></vsys></entry></devices>\n"
#define AFTER "</config>\n"

#define SERVICE(name, protocol, ports, rest) \
	"<entry name=\"" name "\"><protocol><" protocol "><port>" ports \
	"</port></" protocol "></protocol>" rest "</entry>\n"
#define TAGGED "<tag><member>carveout-hq</member></tag>"
#define GROUP(name, members, rest) \
	"<entry name=\"" name "\"><members>" members "</members>" rest "</entry>\n"
#define MEMBER(name) "<member>" name "</member>"

/* What `usual` plans, as a firewall would have it. */
#define OUR_TAGS "<tag><entry name=\"carveout-hq\"><color>color3</color></entry></tag>\n"
#define OUR_SERVICES \
	SERVICE("hq-tcp-80_8080", "tcp", "80,8080", TAGGED) \
	SERVICE("hq-tcp-80-8080", "tcp", "80-8080", TAGGED) \
	"<entry name=\"hq-tcp-80-8080-from-1024-65535\">" TAGGED "<protocol><tcp>" \
	"<source-port>1024-65535</source-port><override><no/></override>" \
	"<port>80-8080</port></tcp></protocol></entry>\n" SERVICE("hq-udp-17472", "udp", \
								  "17472", TAGGED)
#define OUR_MEMBERS \
	MEMBER("hq-udp-17472") \
	MEMBER("hq-tcp-80-8080") \
	MEMBER("hq-tcp-80-8080-from-1024-65535") MEMBER("hq-tcp-80_8080")
#define LISTS(services, groups) \
	"<service>" services "</service>\n<service-group>" groups "</service-group>\n"
#define VSYS(services, groups) \
	DECLARATION BEFORE VSYS_BEGIN OUR_TAGS LISTS(services, groups) \
	VSYS_END AFTER
#define SHARED_AND_VSYS(shared, vsys) \
	DECLARATION BEFORE SHARED_BEGIN shared SHARED_END VSYS_BEGIN vsys VSYS_END AFTER

static inline bool read_bytes(struct fixture *f, const char *bytes, size_t size,
			      struct cv_export_reading *reading)
{
	bool understood;

	*reading = (struct cv_export_reading){.ctx = &f->ctx,
					      .bytes = bytes,
					      .size = size,
					      .options = f->use.options,
					      .plan = &f->plan};
	understood = target->read_export(reading);
	assert_int_equal(understood, reading->error == NULL);
	assert_true(reading->error_at <= size);
	if (reading->error)
		assert_null(strstr(reading->error, SECRET));
	for (size_t i = 0; i < reading->unknown.count; i++) {
		const struct cv_unknown *unknown =
			CV_AT(&reading->unknown, struct cv_unknown, i);

		assert_true(unknown->place <= size);
		assert_null(strstr(unknown->what, SECRET));
	}
	return understood;
}

static inline void read_text(struct fixture *f, const char *text,
			     struct cv_export_reading *reading)
{
	if (!read_bytes(f, text, strlen(text), reading))
		fail_msg("%s", reading->error);
}

static inline void assert_known(const struct cv_export_reading *reading)
{
	if (reading->unknown.count)
		fail_msg("%s", CV_AT(&reading->unknown, struct cv_unknown, 0)->what);
}

/* Exactly one thing is not understood, and it stands where `at` does. */
static inline void assert_unknown(const struct cv_export_reading *reading,
				  const char *what, const char *at)
{
	const struct cv_unknown *unknown;

	assert_int_equal(reading->unknown.count, 1);
	unknown = CV_AT(&reading->unknown, struct cv_unknown, 0);
	if (!strstr(unknown->what, what))
		fail_msg("%s", unknown->what);
	if (at)
		assert_memory_equal(reading->bytes + unknown->place, at, strlen(at));
}

static inline size_t count_ours(const struct cv_export_reading *reading)
{
	size_t count = 0;

	for (size_t i = 0; i < reading->entries.count; i++)
		count += CV_AT(&reading->entries, struct cv_entry, i)->ours;
	return count;
}
