/* What a command, an element and a value of libnftables JSON look like. */
#include <stdlib.h>
#include <string.h>

#include "nftables/json_write.h"

bool cv_nft_json_is_named(const struct cv_entry *entry, const char *name)
{
	return entry->more->name && strcmp(entry->more->name, name) == 0;
}

void cv_nft_json_begin_command(struct cv_nft_json_writer *writer, const char *verb,
			       const char *kind, bool on_one_line)
{
	struct cv_json *json = &writer->json;

	cv_json_begin_object(json, on_one_line);
	cv_json_key(json, verb);
	cv_json_begin_object(json, on_one_line);
	cv_json_key(json, kind);
	cv_json_begin_object(json, on_one_line);
	cv_json_member(json, "family", writer->family);
	if (strcmp(kind, "table") != 0)
		cv_json_member(json, "table", writer->table);
}

void cv_nft_json_end_command(struct cv_nft_json_writer *writer)
{
	for (int i = 0; i < 3; i++)
		cv_json_end_object(&writer->json);
}

const struct cv_nft_shape *cv_nft_json_shape(const char *name)
{
	const size_t size = strlen(name);

	for (size_t i = 0; i < CV_NFT_SHAPES; i++) {
		const size_t tail = strlen(cv_nft_shapes[i].suffix);

		if (size > tail &&
		    strcmp(name + size - tail, cv_nft_shapes[i].suffix) == 0)
			return &cv_nft_shapes[i];
	}
	return NULL;
}

/* Ends a text at the mark and returns what stands behind it; NULL: there is none. */
static char *split(char *text, char mark)
{
	char *at = strchr(text, mark);

	if (at)
		*at++ = '\0';
	return at;
}

/* From the usual spelling, so that what is a prefix is settled in one place. */
void cv_nft_json_put_range(struct cv_nft_json_writer *writer, uint8_t family,
			   struct cv_range range)
{
	struct cv_json *json = &writer->json;
	struct cv_buf text = CV_BUF_INIT;
	const char *length, *last;

	cv_range_format(&text, family, range);
	length = split(text.data, '/');
	last = split(text.data, '-');
	if (length || last)
		cv_json_begin_object(json, true);
	if (length) {
		cv_json_key(json, "prefix");
		cv_json_begin_object(json, true);
		cv_json_member(json, "addr", text.data);
		cv_json_member_number(json, "len", strtoul(length, NULL, 10));
		cv_json_end_object(json);
	} else if (last) {
		cv_json_key(json, "range");
		cv_json_begin_list(json, true);
		cv_json_text(json, text.data);
		cv_json_text(json, last);
		cv_json_end_list(json);
	} else {
		cv_json_text(json, text.data);
	}
	if (length || last)
		cv_json_end_object(json);
	cv_buf_deinit(&text);
}

void cv_nft_json_put_port_range(struct cv_nft_json_writer *writer,
				struct cv_port_range range)
{
	struct cv_json *json = &writer->json;

	if (range.first == range.last) {
		cv_json_number(json, range.first);
		return;
	}
	cv_json_begin_object(json, true);
	cv_json_key(json, "range");
	cv_json_begin_list(json, true);
	cv_json_number(json, range.first);
	cv_json_number(json, range.last);
	cv_json_end_list(json);
	cv_json_end_object(json);
}

/* What the entry has of a field's part. */
static void put_value(struct cv_nft_json_writer *writer, const struct cv_entry *flow,
		      unsigned part)
{
	switch (part) {
	case CV_NFT_SOURCE:
		cv_nft_json_put_range(writer, flow->family, flow->source->ranges[0]);
		break;
	case CV_NFT_DESTINATION:
		cv_nft_json_put_range(writer, flow->family, flow->destination->ranges[0]);
		break;
	case CV_NFT_PROTOCOL:
		cv_json_number(&writer->json, (uint64_t)flow->protocol);
		break;
	case CV_NFT_SOURCE_PORT:
		cv_nft_json_put_port_range(writer, flow->more->source_ports->ranges[0]);
		break;
	case CV_NFT_PORT:
		cv_nft_json_put_port_range(writer, flow->ports->ranges[0]);
		break;
	default:
		cv_json_number(&writer->json, (uint64_t)flow->icmp_type);
		break;
	}
}

unsigned cv_nft_json_parts_of(const struct cv_entry *flow)
{
	unsigned parts = 0;

	if (flow->source)
		parts |= CV_NFT_SOURCE;
	if (flow->destination)
		parts |= CV_NFT_DESTINATION;
	if (flow->icmp_type != CV_NO_ICMP_TYPE)
		parts |= CV_NFT_ICMP_TYPE;
	else if (flow->protocol != CV_NO_PROTOCOL)
		parts |= CV_NFT_PROTOCOL;
	if (flow->more->source_ports)
		parts |= CV_NFT_SOURCE_PORT;
	if (flow->ports)
		parts |= CV_NFT_PORT;
	return parts;
}

void cv_nft_json_put_element(struct cv_nft_json_writer *writer,
			     const struct cv_entry *flow, unsigned parts)
{
	struct cv_json *json = &writer->json;

	cv_json_begin_object(json, true);
	if (flow->note) {
		cv_json_key(json, "elem");
		cv_json_begin_object(json, true);
		cv_json_key(json, "val");
		cv_json_begin_object(json, true);
	}
	cv_json_key(json, "concat");
	cv_json_begin_list(json, true);
	for (size_t i = 0; i < CV_NFT_FIELDS; i++)
		if (cv_nft_fields[0][i].part & parts)
			put_value(writer, flow, cv_nft_fields[0][i].part);
	cv_json_end_list(json);
	if (flow->note) {
		cv_json_end_object(json);
		cv_json_member(json, "comment", flow->note);
		cv_json_end_object(json);
	}
	cv_json_end_object(json);
	cv_buf_drain(json->out);
}
