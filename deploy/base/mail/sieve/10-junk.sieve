# What Rspamd marked goes to Junk, before any script of the user's own has a say.
require ["fileinto", "mailbox"];

if header :is "X-Spam" "Yes" {
    fileinto :create "Junk";
    stop;
}
