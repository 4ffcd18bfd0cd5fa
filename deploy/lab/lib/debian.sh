# Packages of other suites and source packages, fetched beside the machine's own lists, never into them.
# shellcheck shell=bash

KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

# mirrors_find : sets where this machine gets Debian from; apt takes its time to say.
mirrors_find() {
    [[ -z ${DEBIAN_MIRROR-} ]] || return 0
    mirrors_read && return
    # A new machine has sources and no lists yet.
    say "apt has no lists yet: apt-get update"
    mkdir -p "$CACHE"
    apt-get update </dev/null >>"$CACHE/apt.log" 2>&1 || log_tail "$CACHE/apt.log"
    mirrors_read ||
        die "apt has no lists of bookworm and bookworm-security on this machine" \
            "mend its sources, or set DEBIAN_MIRROR and SECURITY_MIRROR to the addresses of mirrors"
}

# mirrors_read : takes both addresses out of apt's lists; false when one is missing there.
mirrors_read() {
    local targets
    # shellcheck disable=SC2016
    targets=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 2>/dev/null || true)
    DEBIAN_MIRROR=$(mirror_of bookworm <<<"$targets")
    SECURITY_MIRROR=$(mirror_of bookworm-security <<<"$targets")
    [[ -n $DEBIAN_MIRROR && -n $SECURITY_MIRROR ]]
}

mirror_of() {
    awk -v release="$1" '$2 == release && $3 == "main" && $1 !~ /^cdrom/ { sub("/$", "", $1); print $1; exit }'
}

# apt_aside DIRECTORY COMMAND... : apt with its lists, cache and sources in the directory alone.
apt_aside() {
    local there=$1
    shift
    mkdir -p "$there/lists/partial" "$there/cache/archives/partial"
    "${@:1:1}" -o "Dir::Etc::sourcelist=$there/sources.list" -o Dir::Etc::sourceparts=- \
        -o "Dir::State::lists=$there/lists" -o "Dir::Cache=$there/cache" \
        -o APT::Sandbox::User=root "${@:2}" </dev/null
}

# package_unpack PACKAGE DIRECTORY : its files there, for what must not be installed on this machine.
package_unpack() {
    local package=$1 target=$2 work=$CACHE/tools/new
    rm -rf "$work"
    mkdir -p "$work/root"
    bookworm_lines deb >"$work/sources.list"
    (
        cd "$work"
        apt_aside "$PWD" apt-get -qq update && apt_aside "$PWD" apt-get -qq download "$package" && dpkg-deb -x ./"$package"_*.deb root
    ) >"$CACHE/tools/fetch.log" 2>&1 || { log_tail "$CACHE/tools/fetch.log"; die "the package $package could not be fetched"; }
    rm -rf "$target"
    mv "$work/root" "$target"
    rm -rf "$work"
}

bookworm_lines() {
    local type=$1
    mirrors_find
    printf '%s [signed-by=%s] %s bookworm main\n' "$type" "$KEYRING" "$DEBIAN_MIRROR"
    printf '%s [signed-by=%s] %s bookworm-updates main\n' "$type" "$KEYRING" "$DEBIAN_MIRROR"
    printf '%s [signed-by=%s] %s bookworm-security main\n' "$type" "$KEYRING" "$SECURITY_MIRROR"
}
