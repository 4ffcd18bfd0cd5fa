# What a mail platform rents elsewhere: an ACME authority, an S3 store, an identity provider.
# shellcheck shell=bash

MOTO=5.2.5                              # the S3 server, from PyPI
MOTO_PLACE=$CACHE/tools/moto-$MOTO
SSO=$LAB_VAR/sso

services_up() {
    mkdir -p "$NET_CONF/services"
    address "$NET_NS" lo "$ACME_ADDRESS/32" "$S3_ADDRESS/32" "$SSO_ADDRESS/32"
    certificate mail acme.test EC "/CN=acme.test" "DNS:acme.test"
    certificate mail s3.test EC "/CN=s3.test" "DNS:s3.test"
    certificate mail sso.test EC "/CN=sso.test" "DNS:sso.test"
    acme_up
    store_up
    sso_up
}

acme_up() {
    cat >"$NET_CONF/services/pebble.json" <<JSON
{"pebble": {"listenAddress": "$ACME_ADDRESS:14000", "managementListenAddress": "$ACME_ADDRESS:15000",
  "certificate": "$PKI/acme.test.crt", "privateKey": "$PKI/acme.test.key",
  "httpPort": 80, "tlsPort": 443, "ocspResponderURL": "", "externalAccountBindingRequired": false}}
JSON
    # It asks the authority itself: a resolver remembers for a while that a challenge was not there.
    in_net acme env PEBBLE_VA_NOSLEEP=1 pebble -strict -config "$NET_CONF/services/pebble.json" -dnsserver "$DNS_AUTHORITY:53"
    daemon_expect acme 20 net_listens "$ACME_ADDRESS" 14000
    # pebble makes its authority anew at each start.
    net_curl --output "$NET_CONF/services/acme-root.crt" https://acme.test:15000/roots/0 || die "pebble does not give its root" "its log is $(daemon_log acme)"
    cat "$PKI/mail-ca.crt" "$NET_CONF/services/acme-root.crt" >"$NET_CONF/public-authorities.crt"
}

net_curl() {
    in_ns "$NET_NS" curl --silent --show-error --fail --max-time 10 --cacert "$PKI/mail-ca.crt" \
        --resolve "acme.test:15000:$ACME_ADDRESS" "$@"
}

# The store forgets everything when it ends.
store_up() {
    [[ -d $MOTO_PLACE ]] || moto_fetch
    # Without the variable a part of the host name would be taken for a bucket.
    in_net store env S3_IGNORE_SUBDOMAIN_BUCKETNAME=1 "$MOTO_PLACE/bin/python3" -m moto.server --host "$S3_ADDRESS" --port 443 --ssl-cert "$PKI/s3.test.crt" --ssl-key "$PKI/s3.test.key"
    daemon_expect store 60 net_listens "$S3_ADDRESS" 443
}

moto_fetch() {
    say "fetching moto $MOTO, the S3 server, from PyPI"
    rm -rf "$MOTO_PLACE.new"
    mkdir -p "$CACHE/tools"
    { /usr/bin/python3 -m venv "$MOTO_PLACE.new" && "$MOTO_PLACE.new/bin/pip" install --quiet "moto[server,s3]==$MOTO"; } \
        </dev/null >"$CACHE/tools/moto.log" 2>&1 || { log_tail "$CACHE/tools/moto.log"; die "moto could not be fetched from PyPI"; }
    mv "$MOTO_PLACE.new" "$MOTO_PLACE"
}

# django-oauth-toolkit: a real OpenID Connect provider, with the people of the site as its users.
sso_up() {
    mkdir -p "$SSO"
    chmod 700 "$SSO"
    [[ -s $SSO/ready ]] || { sso_run prepare && date >"$SSO/ready"; } || die "the identity provider could not be prepared"
    in_net sso /usr/bin/python3 -B "$LAB_HOME/outside/sso.py" "$SSO" serve "$SSO_ADDRESS" "$PKI/sso.test.crt" "$PKI/sso.test.key"
    daemon_expect sso 30 net_listens "$SSO_ADDRESS" 443
}

sso_run() { /usr/bin/python3 -B "$LAB_HOME/outside/sso.py" "$SSO" "$@"; }
