# The internet: an authority for the root and every zone the lab knows, signed from the root down, and a
# resolver that starts at that root as any other does.
# shellcheck shell=bash

NET_CONF=$LAB_RUN/internet

internet_up() {
    mkdir -p "$NET_CONF/zones" "$NET_CONF/tsig"
    # What the C library of everything out there asks; see net-view.
    printf 'nameserver %s\noptions trust-ad edns0 timeout:2\n' "$DNS_RESOLVER" >"$NET_CONF/resolv.conf"
    correspondents_ensure
    authority_renew
    resolver_up
}

# authority_renew : zones, keys and configuration as they are wanted now.
authority_renew() {
    authority_config
    signing_keys
    zones_write
    authority_up
}

# in_net NAME COMMAND... : a daemon of the internet, with the internet's resolver.
in_net() {
    local name=$1
    shift
    daemon_start "$name" nsenter --net="/run/netns/$NET_NS" -- unshare --mount --propagation private -- "$LAB_HOME/lib/net-view" "$NET_CONF/resolv.conf" "$@"
}

authority_config() {
    local zone key
    for key in acme site; do
        [[ -s $NET_CONF/tsig/$key.conf ]] || tsig_make "$key"
    done
    {
        sed -e "s|@CONF@|$NET_CONF|g; s|@VAR@|$LAB_VAR|g; s|@ADDRESS@|$DNS_AUTHORITY|g; s|@ADDRESS6@|$DNS_AUTHORITY6|g; s|@DOMAIN@|$MAIL_DOMAIN|g" \
            "$LAB_HOME/config/knot.conf"
        for zone in $ZONES_SIGNED; do zone_config "$zone" lab-signed; done
        for zone in $ZONES_PLAIN; do zone_config "$zone" lab-plain; done
    } >"$NET_CONF/knot.conf.new"
    # Where it listens is read at the start alone.
    ! renewed "$NET_CONF/knot.conf" || daemon_stop authority
    mkdir -p "$LAB_VAR/knot" "$NET_CONF/knot"
}

zone_config() {
    printf '  - domain: "%s"\n    template: %s\n    file: "%s"\n' "$1" "$2" "$(zone_file "$1")"
    [[ $1 != "$MAIL_DOMAIN" ]] || printf '    acl: [acme, site]\n'
}

# tsig_make NAME : for knot, for "nsupdate -k" and, last, for "knsupdate -k".
tsig_make() {
    (
        umask 077
        keymgr -t "$1" hmac-sha256 >"$NET_CONF/tsig/.$1"
        # keymgr writes the form of "nsupdate -y" as a comment above its own.
        sed -n 's/^# hmac-sha256:\([^:]*\):\(.*\)$/key "\1" { algorithm hmac-sha256; secret "\2"; };/p' "$NET_CONF/tsig/.$1" >"$NET_CONF/tsig/$1.key"
        sed -n 's/^# \(hmac-sha256:.*\)$/\1/p' "$NET_CONF/tsig/.$1" >"$NET_CONF/tsig/$1.secret"
        [[ -s $NET_CONF/tsig/$1.key && -s $NET_CONF/tsig/$1.secret ]] || die "keymgr made no TSIG key for $1"
        mv "$NET_CONF/tsig/.$1" "$NET_CONF/tsig/$1.conf"
    )
}

# signing_keys : before the zones, as a parent holds its children's DS records.
signing_keys() {
    local zone
    for zone in $ZONES_SIGNED; do
        zone_keys "$zone" list 2>/dev/null | grep -q . ||
            zone_keys "$zone" generate algorithm=ecdsap256sha256 ksk=yes zsk=yes >/dev/null || die "no signing key for $zone"
    done
}

zone_keys() { keymgr --config "$NET_CONF/knot.conf" "$@"; }
zone_ds() { zone_keys "$1" ds | awk '$2 == "DS" && $5 == 2'; }

authority_up() {
    # A killed knotd leaves its pid behind, and the next one would believe it.
    daemon_running authority || rm -f "$NET_CONF/knot/knot.pid"
    if daemon_running authority && [[ -e $NET_CONF/zones/changed ]]; then
        knotc --config "$NET_CONF/knot.conf" --blocking reload >/dev/null || die "knot does not take the new zones" "its log is $(daemon_log authority)"
    fi
    in_net authority knotd --config "$NET_CONF/knot.conf"
    daemon_expect authority 20 answers "$DNS_AUTHORITY" "$MAIL_DOMAIN" SOA
    daemon_expect authority 20 answers "$DNS_AUTHORITY6" "$MAIL_DOMAIN" SOA
    rm -f "$NET_CONF/zones/changed"
}

resolver_up() {
    local file
    sed -e "s|@CONF@|$NET_CONF|g; s|@ADDRESS@|$DNS_RESOLVER|g; s|@ADDRESS6@|$DNS_RESOLVER6|g" "$LAB_HOME/config/unbound.conf" >"$NET_CONF/unbound.conf.new"
    zone_ds . >"$NET_CONF/root.key.new"
    printf '%s\n' '. 3600 IN NS ns.test.' "ns.test. 3600 IN A $DNS_AUTHORITY" "ns.test. 3600 IN AAAA $DNS_AUTHORITY6" >"$NET_CONF/root.hints.new"
    # Another key than the one it started with, for example: it has to start again.
    for file in unbound.conf root.key root.hints; do
        ! renewed "$NET_CONF/$file" || daemon_stop resolver
    done
    in_net resolver unbound -d -p -c "$NET_CONF/unbound.conf"
    daemon_expect resolver 20 answers_validated "$DNS_RESOLVER" . NS
    daemon_expect resolver 20 answers_validated "$DNS_RESOLVER" "$MAIL_DOMAIN" SOA
    daemon_expect resolver 20 answers_validated "$DNS_RESOLVER6" "$MAIL_DOMAIN" SOA
}

# renewed FILE : FILE.new takes its place; fails when both say the same.
renewed() {
    if cmp -s "$1.new" "$1"; then rm "$1.new"; return 1; fi
    mv "$1.new" "$1"
}

answers() { in_ns "$NET_NS" dig "@$1" +short +time=1 +tries=1 "$2" "$3" | grep -q .; }

answers_validated() { in_ns "$NET_NS" dig "@$1" +time=1 +tries=1 +dnssec "$2" "$3" | grep -q '^;; flags:.* ad[ ;]'; }

# internet_publish : what a pod must know of the world it is in: its root, and whom it believes.
internet_publish() {
    admin create configmap lab-internet --namespace mail --dry-run=client --output=yaml --from-file="$NET_CONF/root.hints" \
        --from-file=trust-anchors="$NET_CONF/root.key" --from-file=authority.crt="$NET_CONF/public-authorities.crt" |
        admin apply --server-side --force-conflicts --field-manager=lab -f - >/dev/null
}
