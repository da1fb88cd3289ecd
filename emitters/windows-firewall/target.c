/* Windows Firewall through its PowerShell cmdlets: one script a host, a group or a party,
 * that makes the rules for its flows, and one that takes them away again. */
#include <string.h>

#include "model/plan.h"
#include "model/policy.h"
#include "windows-firewall/facts.h"

/* What abilities do not say.  -Program is the full path to one file. */
static const char *refuses(const struct cv_flow *flow)
{
	const struct cv_winfw_protocol *protocol =
		cv_winfw_facts_protocol(flow->service->protocol);

	if (flow->service->ports && !(protocol && protocol->has_ports))
		return "a rule of Windows Firewall holds ports of TCP and UDP only";
	if (flow->service->program && flow->service->program[0] == '/')
		return "the program of the flow is no path of Windows";
	if (flow->service->program && strpbrk(flow->service->program, "*?|<>\""))
		return "a rule of Windows Firewall is for one program, without wildcards";
	return NULL;
}

static const char *sending_is_open(const void *options)
{
	return cv_winfw_is_both(options)
		       ? NULL
		       : "what the host sends counts on outbound traffic being allowed "
			 "by default: no rule is written for it";
}

/* Of a removal the name is all there is. */
static void strip(struct cv_entry *entry)
{
	if (entry->kind != CV_ENTRY_FLOW)
		return;
	*entry->more = (struct cv_entry_more){
		.name = entry->more->name,
		.origin = entry->more->origin,
	};
	*entry = (struct cv_entry){
		.kind = entry->kind,
		.operation = entry->operation,
		.protocol = CV_NO_PROTOCOL,
		.icmp_type = CV_NO_ICMP_TYPE,
		.rows = entry->rows,
		.more = entry->more,
	};
}

static const char *const undo_lists[] = {CV_WINFW_GROUP, CV_WINFW_INPUT, CV_WINFW_OUTPUT,
					 NULL};

enum { HOSTS = CV_SUBJECT_GROUP | CV_SUBJECT_PARTY | CV_SUBJECT_HOST };

static const struct cv_form forms[] = {
	{
		.name = "script",
		.suffix = ".ps1",
		.summary = "makes the host's rules what the policy asks",
		.kinds = CV_ENTRY_HEADER | CV_ENTRY_SETTING | CV_ENTRY_FLOW,
		.subjects = HOSTS,
		.crlf = true,
		.change = CV_CHANGE_WHOLE,
		.emit = cv_winfw_emit_script,
		.read = cv_winfw_read_script,
	},
	{
		.name = "paste",
		.suffix = ".paste.ps1",
		.summary = "the same, to paste into a console",
		.kinds = CV_ENTRY_HEADER | CV_ENTRY_SETTING | CV_ENTRY_FLOW,
		.subjects = HOSTS,
		.crlf = true,
		.change = CV_CHANGE_WHOLE,
		.emit = cv_winfw_emit_paste,
		.read = cv_winfw_read_paste,
	},
	{
		.name = "undo",
		.suffix = ".undo.ps1",
		.summary = "takes the rules away, each by its name",
		.kinds = CV_ENTRY_HEADER | CV_ENTRY_SETTING | CV_ENTRY_FLOW,
		.subjects = HOSTS,
		.undo = true,
		.crlf = true,
		.change = CV_CHANGE_WHOLE,
		.emit = cv_winfw_emit_undo,
		.read = cv_winfw_read_undo,
		.strip = strip,
		.lists = undo_lists,
	},
	{
		.name = "export",
		.suffix = ".export.ps1",
		.summary = "prints the machine's rules for carveout audit",
		.kinds = CV_ENTRY_HEADER,
		.subjects = HOSTS,
		.crlf = true,
		.emit = cv_winfw_emit_export,
		.read = cv_winfw_read_export_script,
	},
	{.name = NULL},
};

/* The last two are of exports only: rules of ours do not have them. */
static const char *const granting[] = {CV_WINFW_PROFILE, CV_WINFW_EDGE, CV_WINFW_ONLY,
				       NULL};

static const char *const verified[] = {
	"tree-sitter-powershell 0.26.4: syntax, commands, parameters and values of each "
	"script",
	NULL,
};

const struct cv_target cv_target_windows_firewall = {
	.name = "windows-firewall",
	.summary = "Windows Firewall rules for hosts, as PowerShell scripts",
	.preview = true,
	.can =
		{
			.subjects = CV_SUBJECT_HOST,
			.flows = CV_FLOWS_WHOLE,
			.source_ports = true,
			.icmp = true,
			.other_protocols = true,
			.program = true,
			.platforms = 1u << CV_WINDOWS,
			.note_limit = CV_WINFW_LONGEST_NOTE,
		},
	.options = &cv_winfw_option_fields,
	.check_options = cv_winfw_check_options,
	.sending_is_open = sending_is_open,
	.refuses = refuses,
	.arrange = cv_winfw_arrange,
	.forms = forms,
	.read_export = cv_winfw_read_export,
	.export_command = "what SUBJECT.export.ps1 of the compiled tree prints, run as "
			  "administrator",
	.granting = granting,
	.verified = verified,
};
