#pragma once
/* What a plan of PAN-OS objects looks like, for everybody who writes or reads one.
 *
 * Every object is an entry of the kind CV_ENTRY_OBJECT whose list is a name of
 * cv_paloalto_lists.  They stand in the order in which they must be made: what an
 * entry names stands before it.  Undoing goes backwards.
 *
 *   list                 name, and
 *   tag                  value: its comments
 *   address              one of "ip-netmask", "ip-range", "fqdn"; "tag"; note
 *   address-group        "member" ..., "tag"; note
 *   service              protocol, ports, source_ports; "tag"; note
 *   service-group        "member" ..., "tag"
 *   custom-url-category  "list" ...; note
 *   rules                "from" ..., "to" ..., "source" ..., "destination" ...,
 *                        "service", "application", "tag", "action", "log-setting",
 *                        "profile-group"; note
 *
 * Words in quotes are names of attributes, in that order; those that repeat stand side
 * by side.  A note is the description; it and what else is text is printable ASCII
 * without any of cv_paloalto_text_refused.  Names are made of cv_paloalto_name_rest,
 * begin with a character of their list's `first`, and need no quoting anywhere.  What
 * the release and the scope decide (the type of a URL category, the rulebase) is no
 * part of an entry: see options.h.
 *
 * Beside the objects stand, for the proof:
 *
 *   CV_ENTRY_FLOW  what a rule lets through, one for each of its services; list:
 *                  "rules", name: the rule's.  family, source, destination, protocol,
 * ports and source_ports.  Where an end is a host name the family is 0, both sets are
 * NULL, and the attributes "source" and "destination" hold the values of all address
 * objects that the rule leads to, sorted CV_ENTRY_URL   an entry of a URL category; list:
 * "custom-url-category", name: the category's, value: the entry as PAN-OS spells it
 *
 * Readers of artefacts that show rules and categories find these, by following the
 * names through what they read.
 *
 *   CV_ENTRY_STEP  what to do, in order.  list "clear": empties fields of an object
 *                  that may be there from an older load, since a merge only adds; name:
 *                  the object's, attributes "list" and "field" ....  list "load": value:
 * a command that loads one list.  list "move": name: a rule, attributes "where" ("before"
 * or "after") and "rule": where to move it */

#include "model/plan.h"
#include "paloalto-xml/facts.h"

#define CV_PALOALTO_MEMBER "member"
#define CV_PALOALTO_TAGGED "tag"
#define CV_PALOALTO_URL "list"
#define CV_PALOALTO_FROM "from"
#define CV_PALOALTO_TO "to"
#define CV_PALOALTO_SOURCE "source"
#define CV_PALOALTO_DESTINATION "destination"
#define CV_PALOALTO_SERVICES "service"
#define CV_PALOALTO_APPLICATION "application"
#define CV_PALOALTO_ACTION "action"
#define CV_PALOALTO_LOG "log-setting"
#define CV_PALOALTO_PROFILES "profile-group"
#define CV_PALOALTO_ANY "any"
#define CV_PALOALTO_ALLOW "allow"
/* Of steps. */
#define CV_PALOALTO_LOAD "load"
#define CV_PALOALTO_CLEAR "clear"
#define CV_PALOALTO_MOVE "move"
#define CV_PALOALTO_WHERE "where"
#define CV_PALOALTO_ANCHOR "rule"
#define CV_PALOALTO_LIST "list"
#define CV_PALOALTO_FIELD "field"

struct cv_paloalto_options;

/* The list that an entry of the plan stands in, or CV_PALOALTO_LIST_COUNT. */
enum cv_paloalto_list_id cv_paloalto_list_table(const char *name);

/* Whether something that others made on the firewall can be called so, as far as we
 * take it: letters, digits, `. _ -` and single blanks inside, at most `most`. */
bool cv_paloalto_their_name_table(const char *name, size_t most);

/* What a plan's objects are called, whether it has any or not; in the arena. */
struct cv_paloalto_names {
	const char *prefix; /* with the hyphen behind it; "" for shared names */
	const char *tag, *group;
};

struct cv_paloalto_names cv_paloalto_names_of(struct cv_ctx *ctx,
					      const struct cv_plan *plan);
