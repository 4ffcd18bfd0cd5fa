# What an administrator makes once and nobody commits: users with their passwords, and DKIM keys. Made anew with
# each lab, by the scripts production uses.
# shellcheck shell=bash

SECRETS=$LAB_RUN/secrets

secrets_ensure() {
    local addresses
    mapfile -t addresses < <(sed -n "/^[^#]/s/^\([^ ]*\)@@domain@ .*/\1@$MAIL_DOMAIN/p" "$DEPLOY/overlays/lab/mailboxes")
    [[ ${#addresses[@]} -gt 0 ]] || die "deploy/overlays/lab/mailboxes names nobody"
    # One mailbox that is soon full.
    addresses=("${addresses[@]/#dave@$MAIL_DOMAIN/dave@$MAIL_DOMAIN=2M}")
    /usr/bin/python3 -B "$DEPLOY/secrets/users" "$SECRETS" "${addresses[@]}"
    # The test account of the console's check `login`, as curl reads it.
    (
        umask 077
        sed -n "s/^\(alice@$MAIL_DOMAIN\) \(.*\)/user = \"\1:\2\"/p" "$SECRETS/passwords" >"$SECRETS/imap-login"
    )
    # Both selectors: the second is published from the first day, for the rotation.
    "$DEPLOY/secrets/dkim" "$SECRETS/dkim" "$MAIL_DOMAIN" s1 s2
}

# backup_secrets : the lab's store asks nobody for a key, but restic has to have one. One repository, and for the job
# that may delete a Secret of its own, as in production.
backup_secrets() {
    local file=$SECRETS/backup.env
    [[ -s $file ]] || (
        umask 077
        printf '%s=%s\n' RESTIC_REPOSITORY s3:https://s3.test/backup RESTIC_PASSWORD "$(openssl rand -hex 24)" \
            AWS_ACCESS_KEY_ID "$(openssl rand -hex 10)" AWS_SECRET_ACCESS_KEY "$(openssl rand -hex 20)" >"$file.new"
        mv "$file.new" "$file"
    )
    secret backup --from-env-file="$file"
    secret backup-prune --from-env-file="$file"
}

# secrets_apply : into the cluster, with an administrator's rights.
secrets_apply() {
    backup_secrets
    secret mail-users --from-file="$SECRETS/users"
    secret mail-dkim --from-file="$SECRETS/dkim/$MAIL_DOMAIN.s1.key" --from-file="$SECRETS/dkim/$MAIL_DOMAIN.s2.key"
}

# oauth2_apply : the secret the lab's provider made for Dovecot.
oauth2_apply() {
    (
        umask 077
        /usr/bin/python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["dovecot"], end="")' "$SSO/clients.json" >"$SECRETS/client_secret"
    )
    secret mail-oauth2 --from-file="$SECRETS/client_secret"
}

# secret NAME SOURCE...
secret() {
    admin create secret generic "$1" --namespace mail "${@:2}" --dry-run=client --output=yaml |
        admin apply --server-side --force-conflicts --field-manager=lab -f - >/dev/null
}
