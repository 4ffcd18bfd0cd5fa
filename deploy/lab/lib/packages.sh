# Debian packages on this machine.
# shellcheck shell=bash

# program it is needed for, then the package; a package is missing when its file is.
PACKAGES=(
    "/usr/bin/etcd etcd-server"
    "/usr/bin/containerd containerd"
    "/usr/sbin/runc runc"
    "/usr/lib/cni/bridge containernetworking-plugins"
    "/usr/sbin/iptables iptables"
    "/usr/sbin/nft nftables"
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
    "/usr/lib/python3/dist-packages/argon2/__init__.py python3-argon2"
    "/usr/bin/socat socat"
    "/usr/bin/ps procps"
    # The internet: receivers, services, and what the tests from outside are made with.
    "/usr/sbin/opendkim opendkim"
    "/usr/sbin/opendmarc opendmarc"
    "/usr/share/doc/dbconfig-no-thanks dbconfig-no-thanks"
    "/usr/share/publicsuffix/public_suffix_list.dat publicsuffix"
    "/usr/lib/python3/dist-packages/aiosmtpd python3-aiosmtpd"
    "/usr/lib/python3/dist-packages/authheaders python3-authheaders"
    "/usr/lib/python3/dist-packages/dkim python3-dkim"
    "/usr/lib/python3/dist-packages/spf.py python3-spf"
    "/usr/lib/python3/dist-packages/dns python3-dnspython"
    "/usr/lib/python3/dist-packages/yaml python3-yaml"
    "/usr/lib/python3/dist-packages/oauth2_provider python3-django-oauth-toolkit"
    "/usr/lib/python3/dist-packages/cryptography python3-cryptography"
    "/usr/lib/python3/dist-packages/pytest python3-pytest"
    "/usr/lib/python3/dist-packages/pytest_rerunfailures.py python3-pytest-rerunfailures"
    "/usr/bin/pebble pebble"
    "/usr/bin/lego lego"
    "/usr/share/doc/python3-venv python3-venv"
    "/usr/bin/curl curl"
    "/usr/bin/nmap nmap"
    # What the console probes with from a vantage.
    "/usr/bin/kdig knot-dnsutils"
    "/usr/bin/ldns-read-zone ldnsutils"
    "/usr/bin/swaks swaks"
    "/usr/bin/restic restic"
    "/usr/bin/spfquery.mail-spf-perl spf-tools-perl"
    "/usr/share/perl5/IO/Socket/SSL.pm libio-socket-ssl-perl"
    "/usr/lib/x86_64-linux-gnu/perl5/5.36/Net/SSLeay.pm libnet-ssleay-perl"
    # smtp-sink comes out of the postfix package unpacked in the cache; these are its libraries.
    "/usr/lib/x86_64-linux-gnu/libicuuc.so.72 libicu72"
    "/usr/lib/x86_64-linux-gnu/libdb-5.3.so libdb5.3"
)
# Only for the whole proof: "lab web" and "lab test".
PROOF_PACKAGES=(
    # The webmail as people and programs use it.
    "/usr/bin/chromium chromium"
    "/usr/bin/chromedriver chromium-driver"
    "/usr/bin/certutil libnss3-tools"
    "/usr/lib/python3/dist-packages/selenium python3-selenium"
    "/usr/lib/python3/dist-packages/caldav python3-caldav"
    "/usr/lib/python3/dist-packages/vobject python3-vobject"
    "/usr/lib/python3/dist-packages/requests python3-requests"
    # The shipped monitoring, as deploy/tests runs it.
    "/usr/bin/prometheus prometheus"
    "/usr/bin/prometheus-alertmanager prometheus-alertmanager"
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

packages_list() { printf '%s\n' "${PACKAGES[@]##* }" "${PROOF_PACKAGES[@]##* }" "${BUILD_PACKAGES[@]##* }" | sort -u; }

# packages_up INSTALL : what "lab up" needs.
packages_up() {
    local wanted=("${PACKAGES[@]}")
    images_names
    { kubernetes_cached && [[ -s $PAUSE_ARCHIVE ]]; } || wanted+=("${BUILD_PACKAGES[@]}")
    packages_ensure "$1" "${wanted[@]}"
}

# packages_ensure INSTALL LINE... : "yes" installs what is missing, anything else names it and ends.
packages_ensure() {
    local install=$1 line missing=()
    shift
    for line; do
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
