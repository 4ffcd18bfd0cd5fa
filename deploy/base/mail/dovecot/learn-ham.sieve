# Its owner took a message out of Junk: no spam, unless it went into the bin.
require ["vnd.dovecot.pipe", "copy", "imapsieve", "environment"];
if not environment :is "imap.mailbox" "Trash" {
    pipe :copy "learn" ["ham"];
}
