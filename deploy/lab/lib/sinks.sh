# The receivers: one smtp-sink of Postfix an address, each behaving in one way, to be changed while it runs.
# shellcheck shell=bash

SINK_TOOLS=$CACHE/tools/postfix

# domain, address, behaviour at the start, what it is there for
sinks_table() {
    cat <<'TABLE'
accept.test        198.51.100.10  accept  takes everything
defer.test         198.51.100.20  defer   the storm: one receiver, five domains
defer-west.test    198.51.100.20  defer
defer-east.test    198.51.100.20  defer
defer-mail.test    198.51.100.20  defer
defer-office.test  198.51.100.20  defer
refuse.test        198.51.100.30  refuse  says no for good
hang.test          198.51.100.40  hang    never says anything
dead.test          198.51.100.50  dead    nothing listens
bigmail.test       198.51.100.60  limit   the large ones, limiting a sender they distrust
outlook-like.test  198.51.100.61  limit
yippee.test        198.51.100.62  limit
cloudmail.test     198.51.100.63  limit
postbox.test       198.51.100.64  limit
freemail.test      198.51.100.65  limit
TABLE
}

sink_addresses() { sinks_table | awk '{ print $2 }' | sort -u; }

sinks_up() {
    local at
    # smtp-sink comes with the postfix package, which must not be installed on this machine.
    [[ -x $SINK_TOOLS/usr/sbin/smtp-sink ]] || package_unpack postfix "$SINK_TOOLS"
    mkdir -p "$LAB_RUN/sinks"
    while read -r at; do
        address "$NET_NS" lo "$at/32"
        [[ -s $LAB_RUN/sinks/$at ]] || sinks_table | awk -v at="$at" '$2 == at { print $3; exit }' >"$LAB_RUN/sinks/$at"
        sink_start "$at"
    done < <(sink_addresses)
    while read -r at; do
        [[ $(<"$LAB_RUN/sinks/$at") == dead ]] || daemon_expect "sink-$at" 10 sink_listens "$at"
    done < <(sink_addresses)
}

sink_listens() { in_ns "$NET_NS" ss -Hltn "src $1 and sport = :25" | grep -q .; }

# sink_start ADDRESS : in the mode that its file names.
sink_start() {
    local at=$1 mode behaviour=()
    mode=$(<"$LAB_RUN/sinks/$at")
    case $mode in
        dead) return 0 ;;
        accept) ;;
        defer) behaviour=(-r rcpt -b '451 4.7.1 Too many messages from your network, try again later') ;;
        limit) behaviour=(-r rcpt -b '450 4.7.28 Unusual rate of unsolicited mail from this sender, rate limited') ;;
        refuse) behaviour=(-f rcpt -B '550 5.7.1 Message refused by policy') ;;
        hang) behaviour=(-W connect:86400) ;;
        *) die_usage "a receiver can accept, defer, limit, refuse, hang or be dead, not '$mode'" ;;
    esac
    in_net "sink-$at" env LD_LIBRARY_PATH="$SINK_TOOLS/usr/lib/postfix" "$SINK_TOOLS/usr/sbin/smtp-sink" \
        -u nobody -c -h "$(sinks_table | awk -v at="$at" '$2 == at { print "mx." $1; exit }')" "${behaviour[@]}" "inet:$at:25" 256
}

# lab_sink [DOMAIN MODE] : all domains of a receiver change together, as they are one receiver.
lab_sink() {
    local domain=${1-} mode=${2-} at
    [[ -d $LAB_RUN/sinks ]] || die "the receivers are not up" "deploy/lab/lab up"
    if [[ -z $domain ]]; then sinks_show; return; fi
    at=$(sinks_table | awk -v domain="$domain" '$1 == domain { print $2 }')
    [[ -n $at ]] || die_usage "no receiver has the domain $domain; there are: $(sinks_table | awk '{ printf "%s ", $1 }')"
    case $mode in accept | defer | limit | refuse | hang | dead) ;; *) die_usage "lab sink $domain accept|defer|limit|refuse|hang|dead" ;; esac
    sink_switch "$at" "$mode"
    sinks_show
}

sink_switch() {
    local at=$1 mode=$2
    daemon_stop "sink-$at"
    echo "$mode" >"$LAB_RUN/sinks/$at"
    : >"$(daemon_log "sink-$at")"
    sink_start "$at"
    [[ $mode == dead ]] || daemon_expect "sink-$at" 10 sink_listens "$at"
}

# sinks_reset : every receiver behaves as the table says.
sinks_reset() {
    local at mode
    [[ -d $LAB_RUN/sinks ]] || die "the receivers are not up" "deploy/lab/lab up"
    while read -r at mode; do
        [[ $(<"$LAB_RUN/sinks/$at") == "$mode" ]] || sink_switch "$at" "$mode"
    done < <(sinks_table | awk '!seen[$2]++ { print $2, $3 }')
}

# sink_received ADDRESS : messages taken since it was started in this mode.
sink_received() { { tr "\r" "\n" <"$(daemon_log "sink-$1")"; } 2>/dev/null | sed -n 's/.*mesg=\([0-9]*\).*/\1/p' | tail -n1; }

sinks_show() {
    local domain at mode
    printf '%-20s %-16s %-8s %s\n' DOMAIN ADDRESS MODE RECEIVED
    sinks_table | while read -r domain at _; do
        mode=$(<"$LAB_RUN/sinks/$at")
        printf '%-20s %-16s %-8s %s\n' "$domain" "$at" "$mode" "$(sink_received "$at" || true)"
    done
}
