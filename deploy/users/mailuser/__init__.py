"""The people of a mail site: their logins (Dovecot's passwd-file) and their addresses (Postfix's maps)."""
