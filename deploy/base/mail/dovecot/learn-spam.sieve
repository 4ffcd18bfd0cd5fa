# Its owner moved a message into Junk: spam it is.
require ["vnd.dovecot.pipe", "copy", "imapsieve"];
pipe :copy "learn" ["spam"];
