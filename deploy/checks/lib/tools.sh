# The programs of the checks, in the cache: two Python environments (the scanner pins half the world) and a few Debian
# packages, unpacked and not installed, as some would start a daemon.
# shellcheck shell=bash

PACKAGES=(restic prometheus prometheus-alertmanager nginx fail2ban)
# What the tests call by name and would else pass over.
CALLED=(bind9-dnsutils iproute2 nftables openssl perl)

# tools_ensure PART... : sets VENV, SCANNER and PROGRAMS to what these parts need.
tools_ensure() {
    mkdir -p "$CACHE"
    python3 -c 'import ensurepip, venv' 2>/dev/null || "$DEPLOY/../scripts/require-packages" python3-venv
    [[ " $* " != *" tests "* ]] || "$DEPLOY/../scripts/require-packages" "${CALLED[@]}"
    # Two runs at once must not build the same thing.
    exec 9>"$CACHE/lock"
    flock 9
    VENV=$CACHE/venv-$(key_of "$CHECKS/requirements.txt")
    SCANNER=$CACHE/scanner-$(key_of "$CHECKS/scanner.txt")
    PROGRAMS=$CACHE/programs-$(printf '%s\n' "${PACKAGES[@]}" | sha256sum | cut -c1-16)
    [[ -e $VENV/ready ]] || venv_make "$VENV" "$CHECKS/requirements.txt"
    [[ " $* " != *" policy "* || -e $SCANNER/ready ]] || venv_make "$SCANNER" "$CHECKS/scanner.txt"
    [[ " $* " != *" tests "* || -e $PROGRAMS/ready ]] || programs_fetch
    exec 9>&-
}

key_of() { { python3 --version; cat "$1"; } | sha256sum | cut -c1-16; }

venv_make() {
    echo "deploy/checks: making $1 (once)"
    rm -rf "$1"
    python3 -m venv "$1"
    "$1/bin/pip" install --quiet --disable-pip-version-check --requirement "$2"
    touch "$1/ready"
}

programs_fetch() {
    echo "deploy/checks: fetching ${PACKAGES[*]} (once)"
    rm -rf "$PROGRAMS"
    mkdir -p "$PROGRAMS/debs"
    (cd "$PROGRAMS/debs" && apt-get -qq download "${PACKAGES[@]}" 2>"$CACHE/apt.log") ||
        { sed 's/^/    /' "$CACHE/apt.log" >&2; echo "deploy/checks: apt-get download failed: apt-get update, then again" >&2; exit 1; }
    local package
    for package in "$PROGRAMS"/debs/*.deb; do dpkg-deb -x "$package" "$PROGRAMS"; done
    rm -rf "$PROGRAMS/debs"
    touch "$PROGRAMS/ready"
}
