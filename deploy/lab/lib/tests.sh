# The tests from outside: pytest on the internet's side of the cable, with the internet's resolver.
# shellcheck shell=bash

# lab_smoke : the pod takes a message and sends one; nothing of the web is needed.
lab_smoke() {
    tests_ready
    lab_dns
    outside_pytest -m smoke "$DEPLOY/tests/test_inbound.py" "$DEPLOY/tests/test_outbound.py"
}

# lab_test [PYTEST ARGUMENT...] : everything in deploy/tests but what is marked "soak", unless a file is named.
lab_test() {
    local argument files=("$DEPLOY/tests")
    for argument; do
        [[ ! -e ${argument%%::*} ]] || files=()
    done
    packages_ensure yes "${PROOF_PACKAGES[@]}"
    tests_ready
    lab_dns
    outside_pytest "$@" "${files[@]}"
}

outside_pytest() { outside_run /usr/bin/python3 -B -m pytest --rootdir "$DEPLOY/tests" -c "$DEPLOY/tests/pytest.ini" "$@"; }

tests_ready() {
    kubectl_find || die "no kubectl" "deploy/lab/lab up"
    ns_there "$NET_NS" || die "the lab is not up" "deploy/lab/lab up"
    # One that an earlier command replaced may be on its way.
    within 120 pod_ready || die "the mail pod is not ready: $(pod_state)" "deploy/lab/lab deploy"
}

pod_ready() { [[ $(pod_state) == 1/1 ]]; }

# outside_run COMMAND... : on the internet, told where the lab is.
outside_run() {
    local name
    # Where "nsenter" finds the machine's own network again.
    LAB_SHELL=$$
    for name in LAB_SHELL KUBECTL LAB_HOME LAB_RUN LAB_VAR DEPLOY NODE NODE_NS NET_NS NODE_ADDRESS NODE_ADDRESS6 NODE_GATEWAY6 INTERNET6 \
        SECOND_NODE SECOND_NS SECOND_ADDRESS VANTAGE VANTAGE6 DNS_RESOLVER DNS_AUTHORITY DNS_AUTHORITY6 MAIL_DOMAIN MAIL_HOST; do
        export "${name?}"
    done
    in_ns "$NET_NS" unshare --mount --propagation private -- "$LAB_HOME/lib/net-view" "$NET_CONF/resolv.conf" "$@"
}

# lab_report PROVIDER aggregate|tls : a provider's reports about the site, sent as it sends them every day.
lab_report() {
    case ${1-}/${2-} in northmail.test/aggregate | northmail.test/tls | southmail.test/aggregate | southmail.test/tls) ;;
        *) die_usage "lab report northmail.test|southmail.test aggregate|tls" ;;
    esac
    tests_ready
    outside_run /usr/bin/python3 -B "$LAB_HOME/outside/report.py" "$PEOPLE" "$OUTSIDE_MAIL" "$NET_CONF/public-authorities.crt" "$1" "$MAIL_DOMAIN" "$2"
}
