/* Writes the configuration document.  No declaration and no comments: files known to
 * load have none (PaloAltoNetworks/iron-skillet, loadable_configs), and a comment makes
 * the API refuse the request (google/capirca, b32b869). */
#include "paloalto-xml/target.h"

#include <string.h>

#include "base/buf.h"
#include "paloalto-xml/emit_xml.h"
#include "paloalto-xml/options.h"

/* The elements between the scope and a list's entries. */
static void open_list(struct cv_paloalto_writer *writer, enum cv_paloalto_list_id list)
{
	const char *const *element = cv_paloalto_lists[list].path;

	if (list == CV_PALOALTO_RULE)
		cv_paloalto_begin(writer, cv_paloalto_rulebase(writer->options), NULL,
				  NULL);
	for (; *element; element++)
		cv_paloalto_begin(writer, *element, NULL, NULL);
}

static void close_list(struct cv_paloalto_writer *writer, enum cv_paloalto_list_id list)
{
	const char *const *path = cv_paloalto_lists[list].path;
	size_t count = 0;

	while (path[count])
		count++;
	while (count > 0)
		cv_paloalto_end(writer, path[--count]);
	if (list == CV_PALOALTO_RULE)
		cv_paloalto_end(writer, cv_paloalto_rulebase(writer->options));
}

static void emit_list(struct cv_paloalto_writer *writer,
		      const struct cv_emission *emission, enum cv_paloalto_list_id list)
{
	bool any = false;

	for (size_t i = 0; i < emission->count; i++) {
		const struct cv_entry *entry = emission->entries[i];

		if (entry->kind != CV_ENTRY_OBJECT ||
		    cv_paloalto_list_table(entry->list) != list)
			continue;
		if (!any)
			open_list(writer, list);
		any = true;
		cv_paloalto_entry_emit(writer, list, entry);
		cv_buf_drain(emission->out);
	}
	if (any)
		close_list(writer, list);
}

/* The path to the scope, and back from it. */
static void emit_path(struct cv_paloalto_writer *writer,
		      const struct cv_emission *emission,
		      const struct cv_paloalto_step *step)
{
	if (!step->element) {
		for (int list = 0; list < CV_PALOALTO_LIST_COUNT; list++)
			emit_list(writer, emission, (enum cv_paloalto_list_id)list);
		return;
	}
	cv_paloalto_begin(writer, step->element, step->name ? "name" : NULL,
			  step->name && !*step->name ? cv_paloalto_scope(writer->options)
						     : step->name);
	emit_path(writer, emission, step + 1);
	cv_paloalto_end(writer, step->element);
}

void cv_paloalto_config_emit(const struct cv_emission *emission)
{
	const struct cv_paloalto_options *options = emission->options;
	struct cv_paloalto_writer writer = {
		.out = emission->out, .depth = 1, .options = options};

	/* The release with a last number of 0, whatever the maintenance release. */
	cv_buf_format(emission->out, "<config version=\"%s.0\" urldb=\"%s\">\n",
		      cv_paloalto_version(options), CV_PALOALTO_URLDB);
	emit_path(&writer, emission,
		  cv_paloalto_scopes[cv_paloalto_scope_kind(options)].path);
	cv_buf_text(emission->out, "</config>\n");
}
