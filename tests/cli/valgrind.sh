#!/bin/sh
# Valgrind on whole runs, good and bad: no error, no byte lost.
set -eu
program=$1
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# watch EXPECTED-CODE COMMAND...
watch() {
	expected=$1
	shift
	code=0
	valgrind --quiet --error-exitcode=99 --num-callers=40 \
		--suppressions="$root/tests/cli/valgrind.supp" \
		--leak-check=full --show-leak-kinds=all \
		--errors-for-leak-kinds=all "$program" "$@" --today=2026-11-23 \
		>"$work/stdout" 2>"$work/stderr" || code=$?
	if [ "$code" -ne "$expected" ]; then
		echo "exit $code instead of $expected: $*"
		cat "$work/stderr"
		exit 1
	fi
}

watch 0 compile "$root/examples/hq/site.yaml" -o "$work/hq"
watch 0 compile "$root/examples/cloud/site.yaml" -o "$work/cloud" --dry-run
watch 0 check "$root/profiles/tanium/core.yaml" "$root/profiles/tanium/threat-response.yaml"
watch 0 targets
watch 0 profiles
watch 0 profiles --format=json
watch 0 schema profile
watch 0 schema site
watch 1 check "$root/tests/golden/refused/check-paths/product.yaml"
watch 2 compile "$work/absent.yaml"
printf 'carveout: site/1\nname: [x\n' >"$work/bad.yaml"
watch 1 compile "$work/bad.yaml" -o "$work/none"
echo "11 tests"
