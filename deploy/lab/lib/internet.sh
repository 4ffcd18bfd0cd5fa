# The internet: an authority for the root and every zone the lab knows, and a resolver that asks it.
# shellcheck shell=bash

NET_CONF=$LAB_RUN/internet

internet_up() {
    mkdir -p "$NET_CONF/zones"
    zones_write
    authority_up
    resolver_up
}

in_net() {
    local name=$1
    shift
    daemon_start "$name" nsenter --net="/run/netns/$NET_NS" -- "$@"
}

authority_up() {
    sed -e "s|@CONF@|$NET_CONF|g; s|@VAR@|$LAB_VAR|g; s|@ADDRESS@|$DNS_AUTHORITY|g" "$LAB_HOME/config/knot.conf" >"$NET_CONF/knot.conf"
    local zone
    for zone in "$NET_CONF"/zones/*.zone; do
        zone=${zone##*/}
        zone=${zone%.zone}
        [[ $zone != root ]] || zone=.
        printf '  - domain: "%s"\n' "$zone"
        [[ $zone != . ]] || printf '    file: root.zone\n'
    done >>"$NET_CONF/knot.conf"
    mkdir -p "$LAB_VAR/knot" "$NET_CONF/knot"
    # A killed knotd leaves its pid behind, and the next one would believe it.
    daemon_running authority || rm -f "$NET_CONF/knot/knot.pid"
    in_net authority knotd --config "$NET_CONF/knot.conf"
    daemon_expect authority 20 answers "$DNS_AUTHORITY" "$MAIL_DOMAIN" MX
}

resolver_up() {
    sed -e "s|@CONF@|$NET_CONF|g; s|@ADDRESS@|$DNS_RESOLVER|g; s|@AUTHORITY@|$DNS_AUTHORITY|g" "$LAB_HOME/config/unbound.conf" >"$NET_CONF/unbound.conf"
    trust_anchors >"$NET_CONF/trust-anchors.new"
    # Other keys than the ones it started with: it has to start again.
    cmp -s "$NET_CONF/trust-anchors.new" "$NET_CONF/trust-anchors" || daemon_stop resolver
    mv "$NET_CONF/trust-anchors.new" "$NET_CONF/trust-anchors"
    printf '. 3600 IN NS ns.test.\nns.test. 3600 IN A %s\n' "$DNS_AUTHORITY" >"$NET_CONF/root.hints"
    in_net resolver unbound -d -p -c "$NET_CONF/unbound.conf"
    daemon_expect resolver 20 answers_validated "$DNS_RESOLVER" . NS
    daemon_expect resolver 20 answers_validated "$DNS_RESOLVER" "$MAIL_DOMAIN" MX
}

trust_anchors() {
    local zone
    for zone in . test "$MAIL_DOMAIN" in-addr.arpa; do
        in_ns "$NET_NS" dig "@$DNS_AUTHORITY" +noall +answer +time=1 +tries=2 "$zone" DNSKEY
    done
}

answers() { in_ns "$NET_NS" dig "@$1" +short +time=1 +tries=1 "$2" "$3" | grep -q .; }

answers_validated() { in_ns "$NET_NS" dig "@$1" +time=1 +tries=1 +dnssec "$2" "$3" | grep -q '^;; flags:.* ad[ ;]'; }

# zone FILE ORIGIN : the head of a zone; records follow on standard input.
zone() {
    {
        # shellcheck disable=SC2016
        printf '$ORIGIN %s\n$TTL 300\n' "$2"
        # The serial only has to be there: nobody transfers these zones.
        printf '@ SOA ns.test. hostmaster.test. 1 3600 600 604800 60\n@ NS ns.test.\n'
        cat
    } >"$NET_CONF/zones/.$1" && mv "$NET_CONF/zones/.$1" "$NET_CONF/zones/$1.zone"
}

zones_write() {
    local domain address label=${MAIL_HOST%%.*}
    zone root . <<TEXT
test. NS ns.test.
ns.test. A $DNS_AUTHORITY
in-addr.arpa. NS ns.test.
TEXT
    {
        echo "ns A $DNS_AUTHORITY"
        echo "vantage A $VANTAGE"
        sinks_table | while read -r domain address _; do
            echo "${domain%.test} MX 10 mx.$domain."
            echo "mx.${domain%.test} A $address"
        done
    } | zone test test.
    zone "$MAIL_DOMAIN" "$MAIL_DOMAIN." <<TEXT
@ MX 10 $label
@ TXT "v=spf1 mx -all"
_dmarc TXT "v=DMARC1; p=none; rua=mailto:dmarc@$MAIL_DOMAIN"
$label A $NODE_ADDRESS
$label TXT "v=spf1 a -all"
TEXT
    {
        echo "10.113.0.203 PTR $MAIL_HOST."
        echo "200.100.51.198 PTR vantage.test."
        sinks_table | while read -r domain address _; do
            echo "${address##*.}.100.51.198 PTR mx.$domain."
        done
    } | zone in-addr.arpa in-addr.arpa.
}
