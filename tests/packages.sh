# Debian packages, sourced by examples/run and tests/run: what building needs and
# what testing needs besides.  Nothing is installed that is there already, so a
# prepared machine needs no network.

build_packages="gcc libc6-dev make cmake ninja-build pkg-config
  libyaml-dev libjansson-dev libcsv-dev libxml2-dev uthash-dev libidn2-dev nettle-dev
  libmnl-dev libnftnl-dev"

test_packages="git ca-certificates clang libclang-rt-dev clang-format valgrind libcmocka-dev nftables iproute2 util-linux
  locales libxml2-utils python3 python3-yaml python3-jsonschema nodejs curl jq dash bash
  libwin-hivex-perl libhivex-bin"

# For `tests/run coverage` only.
coverage_packages="gcovr"

install_packages() {
	missing=
	for package in "$@"; do
		if ! dpkg-query -W -f '${Status}' "$package" 2>/dev/null |
			grep -q 'install ok installed'; then
			missing="$missing $package"
		fi
	done
	[ -n "$missing" ] || return 0
	sudo=
	[ "$(id -u)" -eq 0 ] || sudo=sudo
	echo "installing:$missing"
	$sudo apt-get update -qq
	# shellcheck disable=SC2086 # the list is words
	$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
		--no-install-recommends $missing >/dev/null
}
