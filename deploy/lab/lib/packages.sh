# Debian packages on this machine.
# shellcheck shell=bash

# program it is needed for, then the package; a package is missing when its file is.
PACKAGES=(
    "/usr/bin/etcd etcd-server"
    "/usr/bin/containerd containerd"
    "/usr/sbin/runc runc"
    "/usr/lib/cni/bridge containernetworking-plugins"
    "/usr/sbin/iptables iptables"
    "/usr/sbin/conntrack conntrack"
    "/usr/sbin/ipset ipset"
    "/usr/bin/nsenter util-linux"
    "/usr/sbin/ip iproute2"
    "/usr/bin/mmdebstrap mmdebstrap"
    "/usr/bin/buildah buildah"
    "/usr/sbin/knotd knot"
    "/usr/sbin/unbound unbound"
    "/usr/bin/dig bind9-dnsutils"
    "/usr/bin/openssl openssl"
    "/usr/bin/python3 python3"
    "/usr/bin/socat socat"
    "/usr/bin/ps procps"
    # smtp-sink comes out of the postfix package unpacked in the cache; these are its libraries.
    "/usr/lib/x86_64-linux-gnu/libicuuc.so.72 libicu72"
    "/usr/lib/x86_64-linux-gnu/libdb-5.3.so libdb5.3"
)
# Only to build Kubernetes and the pause program, when the cache does not have them.
BUILD_PACKAGES=(
    "/usr/bin/go golang-go"
    "/usr/bin/rsync rsync"
    "/usr/bin/dpkg-source dpkg-dev"
    "/usr/bin/make make"
    "/usr/bin/gcc gcc"
    "/usr/lib/x86_64-linux-gnu/libc.a libc6-dev"
)
POLICY=/usr/sbin/policy-rc.d

packages_list() { printf '%s\n' "${PACKAGES[@]##* }" "${BUILD_PACKAGES[@]##* }" | sort -u; }

packages_ensure() {
    local install=$1 wanted=("${PACKAGES[@]}") line missing=()
    images_names
    { kubernetes_cached && [[ -s $PAUSE_ARCHIVE ]]; } || wanted+=("${BUILD_PACKAGES[@]}")
    for line in "${wanted[@]}"; do
        [[ -e ${line%% *} ]] || missing+=("${line##* }")
    done
    [[ ${#missing[@]} -gt 0 ]] || return 0
    [[ $install == yes ]] || die "missing packages: ${missing[*]}" "install them: apt-get install ${missing[*]}"
    say "installing: ${missing[*]}"
    mkdir -p "$CACHE"
    policy_forbid
    if ! packages_install "${missing[@]}" && ! { apt-get update && packages_install "${missing[@]}"; } >>"$CACHE/apt.log" 2>&1; then
        log_tail "$CACHE/apt.log"
        policy_restore
        die "apt-get could not install: ${missing[*]}" "its words are in $CACHE/apt.log"
    fi
    policy_restore
}

packages_install() {
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" </dev/null >>"$CACHE/apt.log" 2>&1
}

# No daemon of these packages may start on the machine itself: the lab starts its own, elsewhere.
policy_forbid() {
    policy_restore
    [[ ! -e $POLICY ]] || mv "$POLICY" "$POLICY.mailconsole-lab"
    printf '#!/bin/sh\n# made by mailconsole-lab\nexit 101\n' >"$POLICY"
    chmod 755 "$POLICY"
}

policy_restore() {
    if grep -qs 'made by mailconsole-lab' "$POLICY"; then rm -f "$POLICY"; fi
    [[ ! -e $POLICY.mailconsole-lab ]] || mv "$POLICY.mailconsole-lab" "$POLICY"
}
