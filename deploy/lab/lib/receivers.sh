# The daemons of the receivers. northmail.test is Postfix with OpenDKIM and OpenDMARC; all others are the
# listeners of one Python program, which verifies with libraries of Debian.
# shellcheck shell=bash

OUTSIDE_MAIL=$LAB_VAR/outside-mail      # mailboxes: DOMAIN/USER, Maildir
NORTH=$NET_CONF/north

receivers_up() {
    mkdir -p "$OUTSIDE_MAIL"
    chown nobody:nogroup "$OUTSIDE_MAIL"
    north_up
    south_up
}

north_up() {
    local queue=$LAB_VAR/north name
    mkdir -p "$NORTH" "$queue"/{active,bounce,corrupt,defer,deferred,flush,hold,incoming,maildrop,private,public,saved,trace,data}
    mkdir -p "$queue/pid"
    chown -R uucp "$queue"/{active,bounce,corrupt,defer,deferred,flush,hold,incoming,maildrop,private,public,saved,trace,data}
    for name in main.cf master.cf mailboxes opendkim.conf libunbound.conf opendmarc.conf; do
        sed -e "s|@CONF@|$NORTH|g; s|@QUEUE@|$queue|g; s|@POSTFIX@|$SINK_TOOLS|g; s|@MAIL@|$OUTSIDE_MAIL|g" \
            -e "s|@PKI@|$PKI|g; s|@RESOLVER@|$DNS_RESOLVER|g" "$LAB_HOME/config/north/$name" >"$NORTH/$name"
    done
    # The authenticated name that each writes into its header, and the domains nobody has to be told of.
    in_net opendkim opendkim -f -x "$NORTH/opendkim.conf"
    in_net opendmarc opendmarc -f -c "$NORTH/opendmarc.conf"
    in_net north env LD_LIBRARY_PATH="$SINK_TOOLS/usr/lib/postfix" MAIL_CONFIG="$NORTH" "$SINK_TOOLS/usr/lib/postfix/sbin/master" -d -c "$NORTH"
    daemon_expect opendkim 20 net_listens 127.0.0.1 8891
    daemon_expect opendmarc 20 net_listens 127.0.0.1 8893
    daemon_expect north 20 net_listens "$(receiver_address northmail.test)" 25
}

south_up() {
    local domain address kind table
    receivers_table | while read -r domain address kind _; do
        [[ $domain == northmail.test ]] || echo "$domain $address $kind"
    done >"$NET_CONF/south.table.new"
    senders_table | awk '{ print $1 }' >"$NET_CONF/south.others.new"
    for table in table others; do
        ! renewed "$NET_CONF/south.$table" || daemon_stop south
    done
    in_net south /usr/bin/python3 -B "$LAB_HOME/outside/south.py" "$NET_CONF" "$PKI" "$OUTSIDE_MAIL" "$POLICY_ADDRESS" "$DNS_RESOLVER"
    daemon_expect south 20 net_listens "$POLICY_ADDRESS" 443
    receivers_table | while read -r domain address _; do
        daemon_expect south 20 net_listens "$address" 25
    done
}

receiver_address() { receivers_table | awk -v domain="$1" '$1 == domain { print $2 }'; }

net_listens() {
    local at=$1
    [[ $at != *:* ]] || at="[$at]"
    in_ns "$NET_NS" ss -Hltn "src $at and sport = :$2" | grep -q .
}
