# What the zones of the lab's internet say.
# shellcheck shell=bash

ZONES_SIGNED=". test $MAIL_DOMAIN in-addr.arpa ip6.arpa"
# Blocklists under their real names, so that a production configuration runs as it is. They are not signed out there either.
# bogus.test is not signed with the key its parent vouches for: who validates does not see it.
ZONES_PLAIN="zen.spamhaus.org bl.mailspike.net list.dnswl.org bogus.test"

zone_file() { if [[ $1 == . ]]; then echo root.zone; else echo "$1.zone"; fi; }

# zone NAME : writes the zone from records on standard input; tells when it differs from what was there.
zone() {
    local name=$1 file
    file=$NET_CONF/zones/$(zone_file "$name")
    [[ $name != . ]] || name=
    {
        # shellcheck disable=SC2016
        printf '$ORIGIN %s.\n$TTL 300\n' "$name"
        printf '@ SOA ns.test. hostmaster.test. @SERIAL@ 3600 600 604800 60\n@ NS ns.test.\n'
        cat
    } >"$file.new"
    if cmp -s "$file.new" "$file.source"; then rm -f "$file.new"; return; fi
    sed "s/@SERIAL@/$(date +%s)/" "$file.new" >"$file"
    mv "$file.new" "$file.source"
    : >"$NET_CONF/zones/changed"
}

zones_write() {
    zone_root | zone .
    zone_test | zone test
    zone_site | zone "$MAIL_DOMAIN"
    zone_reverse in-addr.arpa | zone in-addr.arpa
    zone_reverse ip6.arpa | zone ip6.arpa
    zone_blocklist | zone zen.spamhaus.org
    zone_blocklist | zone bl.mailspike.net
    zone list.dnswl.org </dev/null
    printf '@ A 198.51.100.91\n@ MX 10 @\n' | zone bogus.test
}

# delegation NAME : with its DS, when it is signed.
delegation() {
    echo "$1. NS ns.test."
    [[ " $ZONES_SIGNED " != *" $1 "* ]] || zone_ds "$1"
}

zone_root() {
    local zone
    echo "ns.test. A $DNS_AUTHORITY"
    echo "ns.test. AAAA $DNS_AUTHORITY6"
    for zone in test in-addr.arpa ip6.arpa zen.spamhaus.org bl.mailspike.net list.dnswl.org; do delegation "$zone"; done
}

zone_test() {
    local domain address
    delegation "$MAIL_DOMAIN"
    delegation bogus.test
    echo "bogus DS 4711 13 2 $(printf '%064d' 0)"
    echo "ns A $DNS_AUTHORITY"
    echo "ns AAAA $DNS_AUTHORITY6"
    echo "vantage A $VANTAGE"
    echo "vantage AAAA $VANTAGE6"
    echo "acme A $ACME_ADDRESS"
    echo "s3 A $S3_ADDRESS"
    echo "sso A $SSO_ADDRESS"
    sinks_table | while read -r domain address _; do
        echo "${domain%.test} MX 10 mx.$domain."
        echo "mx.${domain%.test} A $address"
    done
    receivers_records
    senders_records
}

# zone_reverse TREE : the site's own is what deploy/dns asks of the owner of the addresses.
zone_reverse() {
    {
        zone_render --format ptr
        {
            printf '%s PTR vantage.test.\n' "$VANTAGE" "$VANTAGE6"
            { sinks_table | awk '!seen[$2]++'; receivers_table; senders_table; } | awk '{ print $2, "PTR mx." $1 "." }'
        } | reversed
    } | awk -v tree=".$1." 'index($1, tree)'
}

# reversed : lines that begin with an address, which becomes its name in the reverse tree.
reversed() {
    /usr/bin/python3 -c '
import ipaddress, sys
for line in sys.stdin:
    address, _, rest = line.rstrip().partition(" ")
    print(ipaddress.ip_address(address).reverse_pointer + ".", rest)'
}

# RFC 5782: 127.0.0.2 is listed so that a resolver can be tried, 127.0.0.1 never is.
zone_blocklist() {
    local name address
    echo '2.0.0.127 A 127.0.0.2'
    echo '2.0.0.127 TXT "the test point of RFC 5782"'
    senders_table | awk '/^spammer/ { print $2, $2 }' | reversed | while read -r name address; do
        name=${name%.in-addr.arpa.}
        echo "${name%.ip6.arpa.} A 127.0.0.4"
        echo "${name%.ip6.arpa.} TXT \"listed in the lab: $address\""
    done
}
