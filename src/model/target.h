#pragma once
/* A target is data: what it can carry, and its forms.  Nothing outside a target's
 * folder names it. */

#include "model/field.h"
#include "model/plan.h"

struct cv_buf;
struct cv_ctx;
struct cv_exclusion;
struct cv_live;
struct cv_target_use;

/* What an entry of a list does to the thing it names. */
enum cv_effect {
	CV_EFFECT_FILE_UNSCANNED, /* the file, or what is in the folder, is not scanned */
	CV_EFFECT_OPENED_UNSCANNED, /* files that the program opens are not scanned */
	CV_EFFECT_UNWATCHED,        /* what the program does is not watched */
	CV_EFFECT_ALERT_OFF,
	CV_EFFECT_STORAGE_OFF,
	CV_EFFECT_EXEC_ALLOWED,
	CV_EFFECT_AS_ASKED, /* a neutral list: means what the row means */
};

struct cv_dialect;

/* How a folder is limited to what one program opens: behind the folder stands `open`, the
 * program as its own dialect spells it, and `close`. */
struct cv_only_for {
	const char *open, *close;
	const struct cv_dialect *program;
};

/* A text of a dialect, and what it means there: wildcards and separators of a wide
 * pattern (model/pattern.h), or a character that has to be spelled another way.  What
 * stands for any depth has its separator with it where it can stand for no segment at
 * all: `(/[^/]+)*` means `/` and two stars. */
struct cv_spelling {
	const char *native; /* NULL ends a list */
	const char *means;
	bool at_end; /* only as the last thing of a value: there it goes before others */
};

/* An environment variable at the start of a path, and the path that it stands for. */
struct cv_variable {
	const char *name; /* "%ProgramData%"; NULL ends a list */
	const char *path;
};

/* How a target spells path patterns, as data.  cv_dialect_write and cv_dialect_read
 * go by nothing else; all that is not said is as in a neutral pattern. */
struct cv_dialect {
	const char *name;
	/* The neutral wildcards, as they are. */
	bool one_segment;   /* `*` stands for something inside a segment */
	bool any_depth;     /* `**` */
	bool one_character; /* `?` */
	/* Whatever else is spelled otherwise.  Where a neutral wildcard has no spelling
	 * of its own, one that means more is taken. */
	const struct cv_spelling *spellings;
	const char *escaped; /* what gets the sign of `escape` before it, as itself */
	char escape;
	const char *before;      /* at the start of a value that begins with its start */
	const char *file_suffix; /* behind a file or a program; NULL: nothing */
	const char *tree_suffix; /* behind a folder with all below it; NULL: cannot */
	const char *children_suffix; /* behind a folder with its own files only; NULL:
					cannot */
	bool folders_only;           /* no file or program can be written */
	bool open_end; /* what has no suffix of these stands for all that begins so */
	bool prunes;   /* a folder that the value of a file matches goes with all below */
	/* In place of a drive and its separator, where none is written; what stands
	 * before a name alone that means any folder.  Native NULL: there is no such. */
	struct cv_spelling volume, anywhere;
	bool bare_name;    /* a program's name alone is the program in any folder */
	bool no_variables; /* environment variables are not known */
	/* Written and read as the paths that they stand for; NULL: none is. */
	const struct cv_variable *variables;
	bool no_network; /* \\server\share is not known */
	bool caseless;   /* upper and lower case are one, on Linux too */
	bool ascii;
	bool wildcard_in_base_of_folder; /* `C:\x*` as a folder */
	bool wildcard_in_base_only;
	unsigned most_wildcards;     /* 0: no bound */
	size_t longest;              /* bytes; 0: no bound */
	size_t longest_characters;   /* 0: no bound */
	size_t longest_path;         /* bytes of a file's path before it is spelled; 0 */
	size_t longest_folder;       /* the same of a folder's */
	const char *refused;         /* bytes that no value may hold */
	const char *refused_at_ends; /* bytes that none begins or ends with */
	const char *refused_first;   /* bytes that none begins with */
	bool passed_on; /* another product reads it then, and how is not known */
	const struct cv_only_for *only_for; /* NULL: an entry holds for all programs */
};

/* An exclusion goes into every list of its target that serves it: one entry each.  Two
 * members of a target's lists may have one name; then they are one list of the product
 * that serves in two ways, and share effect and dialect. */
struct cv_list {
	const char *name;   /* "ExclusionPath"; NULL ends the lists */
	unsigned kinds;     /* 1 << enum cv_kind */
	unsigned platforms; /* 1 << enum cv_platform */
	enum cv_effect effect;
	unsigned besides; /* 1 << enum cv_effect: what an entry does besides */
	const struct cv_dialect *dialect;
	bool arguments;   /* can hold a program's arguments */
	bool children;    /* can say that child processes are meant, too */
	const char *cost; /* a sentence on what an entry costs besides; or NULL */
	/* Folders only, and the dialect has `only_for`: a folder goes in once for each
	 * program of the same profile and group, limited to what that program opens, and
	 * whole where there is no such program. */
	bool per_program;
	/* Whether it serves an exclusion of its kinds and platforms with these options of
	 * the target: the site's choice of lists, or the version of the product's own
	 * client.  *why_out, which is NULL before, may become words for the ledger where
	 * no list serves: "only agents from 7.10 on have it".  NULL: always. */
	bool (*serves)(const void *options, const struct cv_exclusion *exclusion,
		       const char **why_out);
};

/* The list behind `after` (NULL: the first) of the target that serves the exclusion, or
 * NULL.  Where a list declines with a reason and *why_out is NULL, it is put there. */
const struct cv_list *cv_list_next(const struct cv_target_use *use,
				   const struct cv_exclusion *exclusion,
				   const struct cv_list *after, const char **why_out);

/* Whether some exclusion of the plan stands in the list of that name. */
bool cv_plan_uses(const struct cv_plan *plan, const char *list);

/* A line of the head for each list in use whose entries cost something besides, in the
 * order of the target's lists: "ExclusionProcess: network protection cannot ...". */
void cv_plan_add_costs(struct cv_ctx *ctx, struct cv_plan *plan);

/* For forms that have no room for notes: see cv_form, strip. */
void cv_strip_note(struct cv_entry *entry);

/* How flows go into the target. */
enum cv_flow_form {
	CV_FLOWS_NONE,
	CV_FLOWS_SERVICES, /* protocol and ports only, one entry for each distinct set */
	CV_FLOWS_ELEMENTS, /* one address range, one port range an entry; disjoint in a
			      chain */
	CV_FLOWS_WHOLE,    /* as they are; for a host one by the way that it goes */
	CV_FLOWS_RULES,    /* rules over named objects: the flows as they are, which the
			      target's arrange joins into rules, and services for them */
};

enum {
	CV_SUBJECT_HOST = 8
}; /* a group or party by its addresses: chains input, output */

struct cv_abilities {
	unsigned subjects; /* enum cv_subject_kind for exclusions and URLs, and
			      CV_SUBJECT_SITE, CV_SUBJECT_HOST for flows */
	enum cv_flow_form flows;
	bool source_ports, icmp, other_protocols, names, program, urls;
	/* How the target spells a published URL pattern; NULL with a reason where it
	 * cannot.  A target that spells them anew carries neither their scheme nor their
	 * ports.  NULL: it takes them as they are published, with their ports. */
	const char *(*spell_url)(struct cv_ctx *ctx, const char *pattern,
				 const char **why_out);
	/* The proof's own look at that: whether `value` stands for the hosts and paths of
	 * the pattern, no more and no less.  There where spell_url is. */
	bool (*is_url)(const char *value, const char *pattern);
	unsigned platforms; /* of groups that it serves; 0: of any that is a host */
	const struct cv_list *lists; /* NULL: no exclusions */
	size_t note_limit;           /* bytes; 0: the format has no room for notes */
	/* CV_FLOWS_ELEMENTS: how many rules of their own a chain may have beside its
	 * sets; 0: none.  Such a rule holds whole sets: one source set with all that it
	 * may reach (a source class), or one flow with a range of ports too wide for the
	 * key of a set. */
	size_t most_rules;
	/* How many source classes a chain may have besides that stand aside, found by
	 * their source: its addresses are those of no other class. */
	size_t most_steered;
};

/* CV_FLOWS_ELEMENTS: a range over more ports than this gets a rule of its own. */
enum { CV_WIDE_PORTS = 1024 };

/* What an emitter gets besides the plan: nothing that the bytes could vary with. */
struct cv_emission {
	struct cv_ctx *ctx; /* arena and sets only; emitters report nothing */
	const struct cv_plan *plan;
	const struct cv_entry *const
		*entries; /* those of the form, in the plan's order */
	size_t count;
	const void *options;
	struct cv_buf *out; /* to be drained between two entries */
};

struct cv_reading {
	struct cv_ctx *ctx;
	const char *bytes; /* NUL-terminated behind `size` */
	size_t size;
	const void *options;
	struct cv_table entries; /* of struct cv_entry: what the reader found */
	const char *error;       /* why the bytes were not understood, or NULL */
	size_t error_at;         /* byte offset */
	/* For whoever needs no list.  Gets each entry of a reader that never looks back,
	 * see cv_reading_begin(); true: it is done with, and not listed.  NULL: all are
	 * listed. */
	bool (*take)(void *taker, const struct cv_entry *entry);
	void *taker;
	struct cv_ctx
		*texts; /* with `take`: an arena that is emptied behind each entry */
	/* Is told now and then how far the bytes have been read; NULL: nobody is. */
	void (*passed)(void *passer, size_t place);
	void *passer;
	/* Private. */
	struct cv_entry entry;
	struct cv_entry_more more; /* of that */
	bool begun;
	size_t handed; /* entries that `take` got */
	size_t told;   /* place that `passed` was told */
};

/* For readers: what lies before the place has been read.  The beginning of an entry says
 * so by itself. */
void cv_reading_pass(struct cv_reading *reading, size_t place);

/* For readers that never look back: begins an entry with its place in the bytes, and ends
 * the one before, which must not be used any more.  Protocol and icmp_type are -1. */
struct cv_entry *cv_reading_begin(struct cv_reading *reading, enum cv_entry_kind kind,
				  size_t place);

/* The entry under way is whole; nothing where there is none. */
void cv_reading_end(struct cv_reading *reading);

/* Where such a reader puts what an entry points to: memory that is used again once the
 * entry has ended. */
struct cv_ctx *cv_reading_texts(struct cv_reading *reading);

/* Gives the entry a copy of what was collected for it, of struct cv_attribute, in that
 * memory. */
void cv_reading_attributes(struct cv_reading *reading, struct cv_entry *entry,
			   const struct cv_table *attributes);

/* What `diff` writes of a form, so that a change can be made by itself. */
enum cv_change {
	CV_CHANGE_NONE,    /* nothing: it is of no use for a change */
	CV_CHANGE_WHOLE,   /* it takes the place of what an older one left: all of the
			      new plan; of an undo form all of a plan that is gone */
	CV_CHANGE_ENTRIES, /* it leaves alone what it does not hold: the entries that
			      came, or in an undo form those that went */
	CV_CHANGE_RECORD,  /* on the machine it takes the place of what it recorded there
			      under its name: all of the new plan; in an undo form,
			      where the plan is gone or has another name, the entries
			      that went */
	CV_CHANGE_LIST,    /* a list for people and programs: one of the entries that
			      came, SUBJECT.add.EXT, one of those that went,
			      SUBJECT.remove.EXT */
	CV_CHANGE_ATTRIBUTES, /* an undo form that `diff` alone writes: objects that stay,
				 with the attributes that they lost */
};

/* What a reader of a base gets and gives: an export of what is there already, which
 * the site names under the target. */
struct cv_base_reading {
	struct cv_ctx *ctx;
	const char *bytes; /* NUL-terminated behind `size` */
	size_t size;
	const void *options; /* the target's own */
	const void
		*content;  /* in the arena, for the target's `arrange`: cv_plan_base() */
	const char *error; /* why the bytes are no base, or NULL; never quotes them */
	size_t error_at;
	enum cv_code code; /* of the error: not-an-export unless the reader sets it */
	const char *hint;  /* what to do instead; NULL: the target's `export_command` */
};

struct cv_form {
	const char *name;   /* "script"; NULL ends the forms */
	const char *suffix; /* behind the subject: ".nft", ".undo.nft" */
	const char *summary;
	unsigned kinds;      /* enum cv_entry_kind that it holds */
	unsigned subjects;   /* that it is written for */
	const char *list;    /* only entries of this list, or NULL: all */
	bool undo;           /* holds the plan's entries of `kinds` as removals */
	bool if_any;         /* not written when only its head would stand in it */
	bool crlf;           /* its lines end so: for diagnostics of tests only */
	const char *ordered; /* a list whose entries come in the plan's order, because it
				is a part of their meaning; NULL: none but steps */
	bool backwards;      /* that list comes last entry first */
	enum cv_change change;
	void (*emit)(const struct cv_emission *emission);
	/* Accounts for every byte; false with `error` set when it cannot. */
	bool (*read)(struct cv_reading *reading);
	/* What the form does not carry: clears the members of the entry that its bytes
	 * cannot show.  May be NULL. */
	void (*strip)(struct cv_entry *entry);
	/* Only entries of these lists; ends with NULL.  NULL: all. */
	const char *const *lists;
};

/* Something in an export that its reader does not know. */
struct cv_unknown {
	size_t place;     /* byte offset */
	const char *what; /* never quotes the export, which may hold secrets */
};

/* What an export says of the policy as a whole, beside its entries: something of
 * somebody else's that overrules it.  Quotes plain names only. */
struct cv_export_remark {
	enum cv_code code;
	size_t place; /* byte offset */
	const char *text;
};

/* What the rules that an export shows do with a flow that the policy asks for. */
enum cv_passage_kind {
	CV_PASSAGE_THROUGH,
	CV_PASSAGE_PARTLY,
	CV_PASSAGE_STOPPED,
	CV_PASSAGE_UNDECIDED, /* it hangs on what is not judged */
	CV_PASSAGE_COUNT
};

struct cv_passage {
	const struct cv_flow *flow;
	enum cv_passage_kind kind;
	size_t place;     /* of the rule that decides, or where none does of nothing: 0 */
	const char *what; /* which rules, in words; quotes plain names only */
};

/* What a reader of live exports gets and gives. */
struct cv_export_reading {
	struct cv_ctx *ctx;
	const char *bytes; /* NUL-terminated behind `size` */
	size_t size;
	const void *options;        /* the target's own */
	const struct cv_plan *plan; /* whose names and lists tell what is ours */
	/* Only whether anything comes the way to what is ours, and who else has a say:
	 * what is not on that way may be missing in the bytes, and from `entries`. */
	bool way_only;
	struct cv_table entries;  /* of struct cv_entry, in the plan's terms */
	struct cv_table unknown;  /* of struct cv_unknown */
	struct cv_table remarks;  /* of struct cv_export_remark */
	struct cv_table passages; /* of struct cv_passage; none: it is not judged */
	unsigned shows; /* enum cv_entry_kind that such an export holds at all; 0: every
			   kind.  What the plan has of the others is not missing. */
	bool no_effect; /* to something of ours that is there nothing comes: `unknown`
			   says to what */
	const char *error; /* why nothing can be said of the export, or NULL */
	size_t error_at;
};

struct cv_target {
	const char *name, *summary;
	bool preview; /* no real parser or console ever took its artefacts */
	struct cv_abilities can;
	const struct cv_fields *options; /* its keys in the site; NULL: none */
	/* Checks the options against each other once they are read; may be NULL. */
	bool (*check_options)(struct cv_ctx *ctx, const void *options, struct cv_span at);
	/* Whether what the artefacts do not let through is dropped by them; then a row
	 * that is not carried whole is an outage and so an error.  NULL: never. */
	bool (*enforces)(const void *options);
	/* Of hosts: why what they send needs no entry, where the options leave that to
	 * the product's own default ("outbound traffic is allowed by default"); NULL: it
	 * needs one.  The member may be NULL: never. */
	const char *(*sending_is_open)(const void *options);
	/* Why the target cannot carry a flow that its abilities allow, or NULL.  The
	 * member may be NULL. */
	const char *(*refuses)(const struct cv_flow *flow);
	/* How flows go into it with these options.  NULL: as `can` says. */
	enum cv_flow_form (*flows)(const void *options);
	/* After the generic lowering: names, settings, steps, objects.  It may add
	 * entries and set name, value, list and attributes of those that stand.  May be
	 * NULL.  Returns false when reported. */
	bool (*arrange)(struct cv_ctx *ctx, struct cv_plan *plan);
	const struct cv_form *forms; /* ends with a NULL name */
	/* Reads what the live product shows (`export_command` tells how to get it) into
	 * entries; what it does not know goes to `unknown`.  False with `error` set when
	 * the bytes are no such export.  NULL: the target cannot be audited. */
	bool (*read_export)(struct cv_export_reading *reading);
	const char *export_command; /* "nft -j list ruleset" */
	/* Reads what is there already, so that the plan can respect it; the site names
	 * the file with the key `base`.  False with `error` set when the bytes are no
	 * such export, or hold what no base may hold.  NULL: the target takes no base. */
	bool (*read_base)(struct cv_base_reading *reading);
	/* Names of the attributes that say what an entry grants, for the audit; the
	 * others are words for people.  Ends with NULL.  NULL: all of them. */
	const char *const *granting;
	/* The same product, running on this machine; NULL: only files. */
	const struct cv_live *live;
	const char *const
		*verified; /* what its artefacts were tested with, for the docs */
	/* Where the artefacts go, in words behind the target's name, when that is wider
	 * than it need be ("writes for every tenant"); else NULL.  NULL: it has no
	 * scope. */
	const char *(*scope)(const void *options);
	/* Folders of the product itself, which it should not be told to leave alone;
	 * as a path of a row.  Ends with NULL.  NULL: it has none. */
	const char *const *own_folders;
	/* No antivirus leaves anything alone for what it writes: whoever accepts that
	 * must name the target, no pattern does. */
	bool named_only;
};

/* How flows go into the target as the site uses it. */
enum cv_flow_form cv_flows_of(const struct cv_target_use *use);

extern const struct cv_target
	*const cv_targets[]; /* in the order of targets.def; NULL ends */
