# Bans for guessing passwords: the node's fail2ban with the node's jail (deploy/node/bans), on the node's network and with its
# view of the pods' logs. The package is unpacked in the cache: installed, it would begin to watch this machine.
# shellcheck shell=bash

BANS_TOOLS=$CACHE/tools/fail2ban
BANS=$CONF/fail2ban
# What fail2ban's Python finds its parts by.
BANS_PYTHON=(env "PYTHONPATH=$BANS_TOOLS/usr/lib/python3/dist-packages" /usr/bin/python3 -B)
BANS_CLIENT=("${BANS_PYTHON[@]}" "$BANS_TOOLS/usr/bin/fail2ban-client" --conf "$BANS")

bans_up() {
    [[ -x $BANS_TOOLS/usr/bin/fail2ban-server ]] || package_unpack fail2ban "$BANS_TOOLS"
    if ! daemon_running bans; then
        bans_config
        # A node that starts has no rules of before; who is banned still stands in the database.
        in_ns "$NODE_NS" nft delete table inet mailconsole-bans 2>/dev/null || true
    fi
    in_node_mounts bans "${BANS_PYTHON[@]}" "$BANS_TOOLS/usr/bin/fail2ban-server" --conf "$BANS" -xf start
    daemon_expect bans 20 bans_client status mailconsole
    in_node_mounts bans-logs "$DEPLOY/node/bans/follow" "${BANS_CLIENT[@]}"
}

# bans_config : Debian's own, ours over it, and the lab's places.
bans_config() {
    rm -rf "$BANS"
    mkdir -p "$CONF" "$LAB_VAR/bans"
    cp -r "$BANS_TOOLS/etc/fail2ban" "$BANS"
    "$DEPLOY/node/bans/render" "$BANS" "$ADMIN_HERE/30"
    cat >"$BANS/fail2ban.local" <<CONF
[DEFAULT]
logtarget = STDOUT
socket = $LAB_RUN/bans.sock
pidfile = $LAB_RUN/bans.pid
dbfile = $LAB_VAR/bans/fail2ban.sqlite3
CONF
}

bans_client() { "${BANS_CLIENT[@]}" "$@"; }

lab_ban() {
    case ${1-}/$# in
        list/1) bans_client get mailconsole banip --with-time ;;
        lift/2) bans_client set mailconsole unbanip "$2" ;;
        *) die_usage "lab ban list|lift ADDRESS" ;;
    esac
}
