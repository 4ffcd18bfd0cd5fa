# The site's zone as deploy/dns says it, with what the deployed platform makes known about itself: the
# public half of its DKIM keys, and the certificates its port 25 serves.
# shellcheck shell=bash

SITE_STAGE=reject                   # the lab stands at the end of the ramp unless somebody says otherwise

# lab_dns [STAGE] : asks the cluster, writes the zone, lets the authority take it.
lab_dns() {
    local stage=${1-$SITE_STAGE}
    kubectl_find || die "no kubectl" "deploy/lab/lab up"
    daemon_running authority || die "the internet is not up" "deploy/lab/lab up"
    echo "$stage" >"$NET_CONF/site.stage"
    site_facts_read
    authority_renew
    dns_expected
}

# dns_expected : the same records for the probe, which looks whether the world sees them.
dns_expected() {
    zone_render --format json >"$NET_CONF/facts/zone.json"
    admin create configmap dns-expected --namespace mail --from-file="$NET_CONF/facts/zone.json" --dry-run=client --output=yaml |
        admin apply --server-side --force-conflicts --field-manager=lab -f - >/dev/null
}

# site_facts_read : keys and certificates out of the Secrets, public halves alone, into files for "render".
site_facts_read() {
    local facts=$NET_CONF/facts selector type
    mkdir -p "$facts"
    for selector in s1 s2; do
        rm -f "$facts/.$selector"
        # No key yet: the zone stays at its first stage.
        dkim_private "$selector" | openssl pkey -pubout -out "$facts/.$selector" 2>/dev/null || continue
        mv "$facts/.$selector" "$facts/$selector.pem"
    done
    for type in rsa ecdsa; do
        admin get secret "mail-tls-$type" --namespace mail --output 'jsonpath={.data.tls\.crt}' | base64 -d >"$facts/.$type" || die "no Secret mail-tls-$type" "deploy/lab/lab up"
        mv "$facts/.$type" "$facts/$type.crt"
    done
}

# dkim_private SELECTOR : nothing when there is no such key yet.
dkim_private() {
    admin get secret mail-dkim --namespace mail --ignore-not-found --output "jsonpath={.data.${MAIL_DOMAIN//./\\.}\.$1\.key}" | base64 -d
}

# zone_site : the body of the zone; origin and default TTL are written by zone().
zone_site() { zone_render --format zone | grep -v '^\$'; }

# zone_render ARGUMENT... : before the cluster has any keys the zone is that of the first stage.
zone_render() {
    local facts=$NET_CONF/facts selector arguments=(--stage prepare --tlsa none)
    if [[ -s $facts/s1.pem && -s $facts/s2.pem ]]; then
        arguments=(--stage "$(<"$NET_CONF/site.stage")" --tlsa "$facts/rsa.crt" --tlsa "$facts/ecdsa.crt")
        for selector in s1 s2; do arguments+=(--dkim "$selector=$facts/$selector.pem"); done
    fi
    "$DEPLOY/dns/render" --site "$SITE_ENV" "${arguments[@]}" --set acme_issuer=acme.test "$@"
}
