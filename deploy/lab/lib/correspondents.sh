# Who the site writes with: providers that receive and verify with software that is not ours, receivers
# with one thing right or wrong about their TLS, and senders good and bad. Names, keys and records of each.
# shellcheck shell=bash

PEOPLE=$NET_CONF/people            # keys and certificates of the outside world

# domain, address, what it is there for
receivers_table() {
    cat <<'TABLE'
northmail.test     198.51.100.80  provider   Postfix, OpenDKIM, OpenDMARC
southmail.test     198.51.100.81  provider   aiosmtpd, dkimpy, pyspf, authheaders
dane.test          198.51.100.82  dane       TLSA record of its certificate
dane-broken.test   198.51.100.83  dane       TLSA record of another certificate
sts.test           198.51.100.84  sts        MTA-STS enforce, a certificate of the public authority
sts-broken.test    198.51.100.85  sts        MTA-STS enforce, a certificate nobody vouches for
sts-foreign.test   198.51.100.87  sts        MTA-STS enforce, for another MX than the one it has
mail6.test         2001:db8:100::88 provider southmail.test's software, with an address of IPv6 alone
TABLE
}

# domain, address its mail comes from, DMARC policy
senders_table() {
    cat <<'TABLE'
partner.test       198.51.100.90  reject      does everything right
stranger.test      198.51.100.91  -           has no SPF, DKIM or DMARC
spammer.test       198.51.100.92  none        does everything right as well, and is on a blocklist
quarantine.test    198.51.100.93  quarantine
newcomer.test      198.51.100.94  reject      nobody has heard of it
strict.test        198.51.100.95  reject      forgers use its name
partner6.test      2001:db8:100::90 reject    does everything right, by IPv6 alone
spammer6.test      2001:db8:100::92 none      is on a blocklist, with an address of IPv6
TABLE
}

correspondents_ensure() {
    local domain address kind
    mkdir -p "$PEOPLE"
    authority stranger "an authority nobody knows"
    receivers_table | while read -r domain address kind _; do
        case $domain in
            sts-broken.test | dane-broken.test) certificate stranger "mx.$domain" EC "/CN=mx.$domain" "DNS:mx.$domain" ;;
            *) certificate mail "mx.$domain" EC "/CN=mx.$domain" "DNS:mx.$domain" ;;
        esac
        [[ $kind != sts ]] || certificate mail "mta-sts.$domain" EC "/CN=mta-sts.$domain" "DNS:mta-sts.$domain"
        dkim_ensure "$domain"
        address "$NET_NS" lo "$address"
    done
    senders_table | while read -r domain address _; do
        dkim_ensure "$domain"
        address "$NET_NS" lo "$address"
    done
    address "$NET_NS" lo "$POLICY_ADDRESS"
}

# dkim_ensure DOMAIN : 2048 bits, as everybody still verifies them.
dkim_ensure() {
    [[ -s $PEOPLE/$1.dkim ]] && return
    (
        umask 077
        openssl genrsa -traditional -out "$PEOPLE/.$1" 2048 2>/dev/null && mv "$PEOPLE/.$1" "$PEOPLE/$1.dkim"
    )
}

# host_record NAME ADDRESS, spf_record NAME ADDRESS : of the address's family.
host_record() { if [[ $2 == *:* ]]; then echo "$1 AAAA $2"; else echo "$1 A $2"; fi; }
spf_record() { if [[ $2 == *:* ]]; then txt "$1" "v=spf1 ip6:$2 -all"; else txt "$1" "v=spf1 ip4:$2 -all"; fi; }

# txt NAME VALUE : a record longer than 255 octets is several strings.
txt() { printf '%s TXT %s\n' "$1" "$(fold -w 250 <<<"$2" | sed 's/.*/"&"/' | tr '\n' ' ')"; }

dkim_record() {
    txt "lab._domainkey.${1%.test}" "v=DKIM1; k=rsa; p=$(openssl pkey -in "$PEOPLE/$1.dkim" -pubout -outform DER 2>/dev/null | base64 -w0)"
}

tlsa_record() {
    local digest
    digest=$(openssl x509 -in "$PKI/mx.$1.crt" -noout -pubkey | openssl pkey -pubin -outform DER | sha256sum | cut -d' ' -f1)
    # What a receiver forgets who renews with a new key.
    [[ $1 != dane-broken.test ]] || digest=$(sha256sum <<<"$digest" | cut -d' ' -f1)
    echo "_25._tcp.mx.${1%.test} TLSA 3 1 1 $digest"
}

receivers_records() {
    local domain address kind
    receivers_table | while read -r domain address kind _; do
        echo "${domain%.test} MX 10 mx.$domain."
        host_record "mx.${domain%.test}" "$address"
        spf_record "${domain%.test}" "$address"
        txt "_dmarc.${domain%.test}" "v=DMARC1; p=reject"
        dkim_record "$domain"
        case $kind in
            dane) tlsa_record "$domain" ;;
            sts)
                txt "_mta-sts.${domain%.test}" "v=STSv1; id=1"
                echo "mta-sts.${domain%.test} A $POLICY_ADDRESS"
                ;;
        esac
    done
}

# A sender's own mail, vacation notices and DMARC reports for example, is taken in by southmail.test.
senders_records() {
    local domain address policy
    senders_table | while read -r domain address policy _; do
        echo "${domain%.test} MX 10 mx.southmail.test."
        host_record "mx.${domain%.test}" "$address"
        [[ $policy != - ]] || continue
        spf_record "${domain%.test}" "$address"
        txt "_dmarc.${domain%.test}" "v=DMARC1; p=$policy; rua=mailto:reports@$domain"
        dkim_record "$domain"
    done
}
