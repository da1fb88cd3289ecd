/* The fixed text of the scripts, as data.  POSIX sh with curl and jq.
 *
 * What the text holds to: without --send nothing leaves the machine; the headers, which
 * hold the token, go to curl through a pipe from a builtin, so that no list of processes
 * shows them; they go over TLS, or to this machine alone; what stands on the console
 * already is not sent again; and undo deletes an object only when its value is one of
 * ours and its comment, or where the API shows none the record of what was sent, says
 * that we made it. */
#include "api/api.h"

#include <stddef.h>

const char *const cv_api_send_lists[] = {CV_API_TAG, CV_API_SCOPE, CV_API_CALL, NULL};
const char *const cv_api_undo_lists[] = {CV_API_TAG, CV_API_SCOPE, CV_API_UNDO, NULL};

/* clang-format off */
#define L(text) {CV_API_LINE, text},
#define END {CV_API_LINE, NULL}

const struct cv_api_line cv_api_template_send_head[] = {
	L("#!/bin/sh")
	{CV_API_HEADER, "# "},
	L("#")
	L("# Sends the exclusions that lie beside this file to the console, one call each,")
	L("# and leaves out what the console has already. Without --send it only says what")
	L("# it would send, and nothing leaves this machine.")
	L("#")
	L("#   sh FILE")
	L("#   sh FILE --send --url https://CONSOLE --record RECORD <HEADERS")
	L("#")
	L("# HEADERS: lines of HTTP headers, the one that authorises the calls among them.")
	L("# They come by standard input, so that no token shows in the list of processes.")
	L("# RECORD: a file to which the id of each object that was made is added; keep it,")
	L("# the undo script asks for it. Needs curl and jq. Exit code 0: done; 1: not done,")
	L("# the last line says why, and sending again goes on; 2: wrong words.")
	L("set -eu")
	L("verb=--send")
	END
};

const struct cv_api_line cv_api_template_undo_head[] = {
	L("#!/bin/sh")
	{CV_API_HEADER, "# "},
	L("#")
	L("# Undo: deletes from the console what the script beside this file has sent there.")
	L("# An object goes when its value is one of those in the list beside this file and")
	L("# its comment begins with our tag; where the API shows no comments, when its id is")
	L("# in the record. All else stays. Without --remove it only says what it would look")
	L("# for, and nothing leaves this machine.")
	L("#")
	L("#   sh FILE")
	L("#   sh FILE --remove --url https://CONSOLE --record RECORD <HEADERS")
	L("#")
	L("# HEADERS: lines of HTTP headers, the one that authorises the calls among them.")
	L("# They come by standard input, so that no token shows in the list of processes.")
	L("# RECORD: the file that the script that sent them has written. Needs curl and jq.")
	L("# Exit code 0: done; 1: not done, the last line says why; 2: wrong words.")
	L("set -eu")
	L("verb=--remove")
	END
};

const struct cv_api_line cv_api_template_calls[] = {
	L("LC_ALL=C")
	L("export LC_ALL")
	{CV_API_WORD, CV_API_TAG},
	{CV_API_WORD, CV_API_SCOPE},
	L("")
	L("fail() {")
	L("\tprintf '%s\\n' \"$1\" >&2")
	L("\texit \"${2-1}\"")
	L("}")
	L("")
	L("live=no")
	L("url=")
	L("record=")
	L("while [ $# -gt 0 ]; do")
	L("\tcase $1 in")
	L("\t\"$verb\") live=yes ;;")
	L("\t--url | --record)")
	L("\t\t[ $# -gt 1 ] || fail \"$1 needs a value\" 2")
	L("\t\tif [ \"$1\" = --url ]; then url=${2%/}; else record=$2; fi")
	L("\t\tshift")
	L("\t\t;;")
	L("\t*) fail \"usage: sh FILE [$verb --url URL --record FILE <HEADERS]\" 2 ;;")
	L("\tesac")
	L("\tshift")
	L("done")
	L("here=$(dirname -- \"$0\")")
	L("work=$(mktemp -d)")
	L("trap 'rm -rf -- \"$work\"' EXIT")
	L("trap 'exit 1' HUP INT TERM")
	L("headers=")
	L("extra=")
	L("if [ \"$live\" = yes ]; then")
	L("\tcase $url in")
	L("\thttps://* | http://127.0.0.1:*) ;;")
	L("\t*) fail 'the token goes over TLS only: --url https://CONSOLE' 2 ;;")
	L("\tesac")
	L("\t[ -n \"$record\" ] || fail 'where is the record kept? --record FILE' 2")
	L("\tcommand -v curl >/dev/null || fail 'curl is missing'")
	L("\tcommand -v jq >/dev/null || fail 'jq is missing'")
	L("\t: >>\"$record\" || fail \"$record cannot be written\"")
	L("\theaders=$(cat)")
	L("\t[ -n \"$headers\" ] || fail 'no headers came by standard input' 2")
	L("fi")
	L("")
	L("# call METHOD PATH [FILE]: one call, with the file as its body.")
	L("call() {")
	L("\tif [ $# -gt 2 ]; then")
	L("\t\tcode=$(printf '%s\\n' \"$headers\" ${extra:+\"$extra\"} | curl -q -sS -g -X \"$1\" -H @- \\")
	L("\t\t\t-H 'Content-Type: application/json' --data-binary \"@$3\" \\")
	L("\t\t\t-o \"$work/answer\" -w '%{http_code}' \"$url$2\") || fail \"no answer: $1 $2\"")
	L("\telse")
	L("\t\tcode=$(printf '%s\\n' \"$headers\" ${extra:+\"$extra\"} | curl -q -sS -g -X \"$1\" -H @- \\")
	L("\t\t\t-o \"$work/answer\" -w '%{http_code}' \"$url$2\") || fail \"no answer: $1 $2\"")
	L("\tfi")
	L("\tcase $code in")
	L("\t2[0-9][0-9]) ;;")
	L("\t*)")
	L("\t\tcat \"$work/answer\" >&2 2>/dev/null || :")
	L("\t\tfail \"the console answered $code: $1 $2\"")
	L("\t\t;;")
	L("\tesac")
	L("}")
	L("")
	END
};

const struct cv_api_line cv_api_template_send_tail[] = {
	L("sent=0")
	L("known=0")
	L("")
	L("# send LIST METHOD PATH VALUE ID FILE: each line of the file is the body of a call;")
	L("# VALUE says to jq where in it the value stands, ID where the answer has the id.")
	L("send() {")
	L("\tif [ \"$live\" = no ]; then")
	L("\t\twhile IFS= read -r body; do")
	L("\t\t\tprintf 'would send %s %s %s\\n' \"$2\" \"$3\" \"$body\"")
	L("\t\tdone <\"$here/$6\"")
	L("\t\treturn 0")
	L("\tfi")
	L("\t\"there_$1\" >\"$work/there\"")
	L("\tjq --slurpfile there \"$work/there\" \\")
	L("\t\t\"($4) as \\$value | any(\\$there[]; .value == \\$value)\" \"$here/$6\" >\"$work/known\"")
	L("\twhile IFS= read -r body && IFS= read -r stands <&3; do")
	L("\t\tif [ \"$stands\" = true ]; then")
	L("\t\t\tknown=$((known + 1))")
	L("\t\t\tcontinue")
	L("\t\tfi")
	L("\t\tprintf '%s\\n' \"$body\" >\"$work/body\"")
	L("\t\tcall \"$2\" \"$3\" \"$work/body\"")
	L("\t\tjq -c --arg list \"$1\" --slurpfile answer \"$work/answer\" \\")
	L("\t\t\t\"{list: \\$list, id: (\\$answer[0] | $5 | tostring), value: ($4)}\" \\")
	L("\t\t\t\"$work/body\" >>\"$record\"")
	L("\t\tsent=$((sent + 1))")
	L("\tdone <\"$here/$6\" 3<\"$work/known\"")
	L("}")
	L("")
	{CV_API_CALLS, "send"},
	L("[ \"$live\" = no ] || printf 'sent %s, the console had %s already\\n' \"$sent\" \"$known\"")
	END
};

const struct cv_api_line cv_api_template_undo_tail[] = {
	L("gone=0")
	L("")
	L("# undo LIST FILE: deletes what the file has of the list.")
	L("undo() {")
	L("\tif [ \"$live\" = no ]; then")
	L("\t\twhile IFS= read -r line; do")
	L("\t\t\tcase $line in")
	L("\t\t\t'{\"list\": \"'\"$1\"'\", '*) printf 'would look for %s\\n' \"$line\" ;;")
	L("\t\t\tesac")
	L("\t\tdone <\"$here/$2\"")
	L("\t\treturn 0")
	L("\tfi")
	L("\t\"there_$1\" >\"$work/there\"")
	L("\tjq -r --arg list \"$1\" --arg tag \"$tag\" --slurpfile there \"$work/there\" \\")
	L("\t\t--slurpfile record \"$record\" 'select(.list == $list) | .value as $value |")
	L("\t\t$there[] | select(.value == $value) | (.id | tostring) as $id |")
	L("\t\tselect(if .comment == null")
	L("\t\t\tthen any($record[]; .list == $list and .id == $id and .value == $value)")
	L("\t\t\telse .comment | startswith($tag) end) | $id | @uri' \"$here/$2\" >\"$work/ids\"")
	L("\twhile IFS= read -r id; do")
	L("\t\t\"remove_$1\" \"$id\"")
	L("\t\tgone=$((gone + 1))")
	L("\tdone <\"$work/ids\"")
	L("}")
	L("")
	{CV_API_UNDOS, "undo"},
	L("[ \"$live\" = no ] || printf 'deleted %s\\n' \"$gone\"")
	END
};
