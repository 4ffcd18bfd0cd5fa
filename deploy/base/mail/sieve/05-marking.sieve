# The second fence for protective markings: Rspamd refuses in the session, and this stands where mail came by another
# way. A level above the permitted one is not stored; the sender is told.
require ["reject", "regex", "variables"];

if string :is "@marking_limit@" "UNOFFICIAL" {
    set "above" "OFFICIAL|OFFICIAL:Sensitive|PROTECTED|SECRET|TOP-SECRET";
} elsif string :is "@marking_limit@" "OFFICIAL" {
    set "above" "OFFICIAL:Sensitive|PROTECTED|SECRET|TOP-SECRET";
} elsif string :is "@marking_limit@" "PROTECTED" {
    set "above" "SECRET|TOP-SECRET";
} else {
    set "above" "PROTECTED|SECRET|TOP-SECRET";
}

if anyof (
    header :regex "X-Protective-Marking" "SEC=(${above})[[:space:]]*(,|$)",
    header :regex "X-AUS-GOV-Marking" "^[[:space:]]*(SEC=)?(${above})[[:space:]]*$",
    header :regex "Subject" "\\[SEC=(${above})[[:space:]]*(,|\\])"
) {
    reject "The protective marking of this message is above what this system may carry";
    stop;
}
