# lego in the place of cert-manager: certificates by DNS-01 (RFC 2136) from the lab's ACME authority, into
# the Secrets that the mail pod mounts. The keys stay, as cert-manager is told to keep them (TLSA 3 1 1).
# shellcheck shell=bash

# lab_certificate : both certificates of the mail host anew.
lab_certificate() {
    kubectl_find || die "no kubectl" "deploy/lab/lab up"
    daemon_running acme || die "the ACME authority is not up" "deploy/lab/lab up"
    local type
    for type in rsa ecdsa; do
        acme_certificate "mail-$type" "$MAIL_HOST"
        admin create secret tls "mail-tls-$type" --namespace mail --cert="$LAB_VAR/acme/mail-$type.crt" --key="$PKI/mail-$type.key" --dry-run=client --output=yaml |
            admin apply --server-side --force-conflicts --field-manager=lab -f - >/dev/null
        say "mail-tls-$type: serial $(openssl x509 -in "$LAB_VAR/acme/mail-$type.crt" -noout -serial | cut -d= -f2)"
    done
}

# acme_certificate NAME HOST : for the key of that name, into LAB_VAR/acme/NAME.crt.
acme_certificate() {
    local place=$LAB_VAR/acme/$1 request secret
    # Fresh each time: the authority forgets its accounts when it ends.
    rm -rf "$place"
    mkdir -p "$place"
    request=$place/request.pem
    openssl req -new -key "$PKI/$1.key" -subj "/CN=$2" -addext "subjectAltName=DNS:$2" -out "$request"
    secret=$(sed 's/.*secret "\([^"]*\)".*/\1/' "$NET_CONF/tsig/acme.key")
    RFC2136_TSIG_SECRET=$secret in_ns "$NET_NS" unshare --mount --propagation private -- "$LAB_HOME/lib/net-view" "$NET_CONF/resolv.conf" \
        env LEGO_CA_CERTIFICATES="$PKI/mail-ca.crt" RFC2136_NAMESERVER="$DNS_AUTHORITY:53" RFC2136_TSIG_ALGORITHM=hmac-sha256. RFC2136_TSIG_KEY=acme \
        RFC2136_POLLING_INTERVAL=1 RFC2136_PROPAGATION_TIMEOUT=30 RFC2136_TTL=1 \
        lego --accept-tos --server https://acme.test:14000/dir --email "hostmaster@$MAIL_DOMAIN" --path "$place/lego" \
        --dns rfc2136 --dns.resolvers "$DNS_AUTHORITY:53" --csr "$request" run >"$LAB_VAR/log/lego-$1.log" 2>&1 ||
        { log_tail "$LAB_VAR/log/lego-$1.log"; die "no certificate for $2" "is the authority well? its log: $(daemon_log acme)"; }
    cp "$place/lego/certificates/$2.crt" "$place.crt"
}
