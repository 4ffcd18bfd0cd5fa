/// The texts of our own that go into a bundle.
enum BundleText {
  /// How to check the bundle by hand, and what our own check said.
  static func readme(
    of run: RunID,
    count: Int64,
    verdict: Verification,
    parts: [String],
    absent: [String]
  ) -> String {
    var text = """
      The record of the run \(run), \(count) events.

      To check it:        sh verify.sh
      It prints "sound" and exits 0, or "NOT SOUND" with the first bad event and exits 1.
      No hash covers verify.sh and this file. Take verify.sh from a source you trust
      (scripts/verify-bundle of mailconsole); it runs nothing that is in the bundle.

      By hand, for event N (N = 1, 2, 3 ... without a gap):
        printf %s PREVIOUS | cat - events/00000N.json | sha256sum
      gives HASH, where line N of chain.txt is "N PREVIOUS HASH". PREVIOUS is the HASH of
      the line before; of the first event it is the SHA-256 of the name of the run:
        printf %s \(run) | sha256sum
      Every file in outputs/ is named by its SHA-256, and events name it as "digest".
      The first event names the SHA-256 of runbook.yaml ("text"), of each file in checks/
      ("checks") and of site.json ("siteRecord"). "at" counts milliseconds since 1970-01-01T00:00:00Z.

      Signatures: for a signed event N, signatures/00000N.txt is what was signed, and .sig the
      signature that the event carries; verify.sh checks that both are of this event. By hand:
        ssh-keygen -Y verify -f allowed_signers -I APPROVER -n mailconsole \\
          -s signatures/00000N.sig -O verify-time=TIME < signatures/00000N.txt
      with the approver of the .txt and the "at" of the event as YYYYMMDDHHMMSSZ. An event of a
      sign-off without a signature proves that somebody typed a name. Not checked by verify.sh:
      whether the events could have happened in this order; `mailconsole verify` of the run does.
      A head kept elsewhere is held against the bundle by: sh verify.sh . HASH

      What the console that wrote the bundle found when it checked the run itself:

      """
    if !verdict.isSound {
      text +=
        "THIS RUN IS NOT SOUND. It was exported all the same, because somebody asked for that.\n"
    }
    for line in verdict.lines(of: run) { text += plain(line) + "\n" }
    if !parts.isEmpty {
      text +=
        "  runs within it, which have to be checked as well, each beside this directory: "
        + "\(plain(parts.joined(separator: ", ")))\n"
    }
    for line in absent { text += "  not in the bundle: \(plain(line))\n" }
    return text
  }

  /// What a terminal would obey is shown by its number instead.
  private static func plain(_ line: String) -> String {
    var text = ""
    for scalar in line.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
        .paragraphSeparator:
        text += "<U+" + String(scalar.value, radix: 16, uppercase: true) + ">"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  /// `scripts/verify-bundle`, so that the one binary is enough; a test keeps the two the same.
  static let script = #"""
    #!/bin/sh
    # shellcheck disable=SC2013,SC2015 # names without blanks; `bad` ends the script
    # Checks an unpacked bundle of a run with sha256sum, ssh-keygen, grep and sed: chain, files, pinned texts, signatures. Runs nothing of it.
    # usage: verify-bundle [DIRECTORY [HASH]]  HASH: a head kept elsewhere.  Exit: 0 sound, 1 NOT SOUND, 66 no directory, 69 a program is missing
    set -u; export LC_ALL=C TZ=UTC; [ ! -f "${1:-.}" ] || { echo "unpack it first: mkdir bundle && tar -xf $1 -C bundle" >&2; exit 66; }; cd -- "${1:-.}" || exit 66; for p in sha256sum ssh-keygen grep sed; do command -v $p >/dev/null || exit 69; done
    n=0 run='?' previous='' chain='' asked=none proposed=none signed=0 known=' README.txt verify.sh chain.txt runbook.yaml site.json events outputs signatures '
    digest() { sum=$(sha256sum) && printf %s "${sum%% *}"; }; plain() { [ -f "$1" ] && [ ! -h "$1" ] && [ ! -h "${1%/*}" ]; }
    has() { plain "$1" && [ "$(digest <"$1")" = "$2" ]; }
    say() { printf '%s: NOT SOUND, %s\n  %s\n' "$run" "$1" "$2"; exit 1; }; bad() { say "first bad event $n" "event $n: $1"; }
    field() { sed -n "s/.*[{,]\"$1\":\"\([0-9a-z-]*\)\",$2.*/\1/p" events/000001.json; }; pin() { has "$1" "$2" || bad "$1 is not the text the run began with."; known="$known$1 "; }
    pins() { run=$(sed -n 's/.*,"run":"\([A-Za-z0-9_-]*\)","seq":1,"v":1}$/\1/p' "$1"); [ -n "$run" ] || { run='?'; bad 'It does not name the run.'; }
      pin site.json "$(field siteRecord '"text"')"; pin runbook.yaml "$(field text '"title"')"; policy=$(field signOffs '"site"')
      signers=$(field allowedSigners '"at"'); [ -z "$signers" ] || pin allowed_signers "$signers"; previous=$(printf %s "$run" | digest)
      for check in $(sed -n 's/^{"actor":"[^"]*","at":[0-9-]*,"boot":"[^"]*","event":{\("allowedSigners":"[^"]*",\)\{0,1\}"at":[0-9-]*,"by":"[^"]*","checks":{\([a-z0-9":,-]*\)}.*/\2/p' "$1" | tr -d '"' | tr , ' '); do known="${known}checks "; pin "checks/${check%%:*}.yaml" "${check#*:}"; done; }
    nested() { sed -n 's/.*"event":{[^{]*"head":{"hash":"\([0-9a-f]*\)","sequence":\([0-9]*\)},\("outcome":"[a-z]*",\)\{0,1\}"run":"\([A-Za-z0-9_-]*\)","[rs].*/\2 \1 \4/p' "$file" |
      { read -r number head part || [ -n "$number" ] || exit 0; plain "../$part/chain.txt" && grep -q "^$number [0-9a-f]* $head\$" "../$part/chain.txt"; } || bad 'The run that it binds is not beside this one, or is another.'; }
    signs() { ssh-keygen -Y verify -f allowed_signers -I "$1" -n mailconsole -s "$base.sig" -O verify-time="$at" <"$base.txt" >/dev/null 2>&1; }
    signature() { base=signatures/$(printf %06d "$n") known="$known$base.txt $base.sig " signed=$((signed + 1)); plain "$base.txt" && plain "$base.sig" &&
      case $text in *"\"armored\":\"$(sed 's/$/\\n/' "$base.sig" | tr -d '\n')\""*) ;; *) false ;; esac || bad 'Its signature or its document is missing.'
      sed -n "$1"'s/^approver: /"by":/p; s/^seen: \(.*\)/"seen":"\1"/p; s/^\(run\|step\|statement\|comment\|reason\|typed\): "/"\1":"/p
        s/^decision: approve$/"type":"approval.given"/p; s/^decision: reject$/"type":"approval.rejected"/p; s/^decision: confirm \(.*\)/"decision":"\1"/p' "$base.txt" | sed 's/\\u{.*//' |
        { i=0; while IFS= read -r want; do i=$((i + 1)); case $text in *"$want"*) ;; *) exit 1 ;; esac; done; [ $i -gt 5 ]; } || bad 'The document signed is not of this event.'
      case "${chain#*"$2"} $2" in *" $(sed -n 's/^seen: //p' "$base.txt")"*) ;; *) bad 'What was seen is not in the chain since the request.' ;; esac
      at=$(date -ud "@$(sed -n 's/.*,"at":\([0-9]*\)[0-9]\{3\},"boot":".*,"event":{.*/\1/p' "$file")" +%Y%m%d%H%M%SZ) by=$(sed -n 's/^approver: "\(.*\)"$/\1/p' "$base.txt")
      signs "$by" || bad 'The signature does not hold.'; for name in $(grep -o '{"name":"[^"]*' events/000001.json | cut -c10-); do
        [ "$name" = "$by" ] || ! signs "$name" || bad 'Its key stands for two people.'; done; }; plain chain.txt || { n=1; bad 'chain.txt is missing.'; }
    while n=$((n + 1)) file=events/$(printf %06d "$n").json line=''; IFS= read -r line || [ -n "$line" ] || [ -e "$file" ]; do
      plain "$file" || bad 'It is missing.'; [ "$n" -gt 1 ] || pins "$file"
      hash=$({ printf %s "$previous" && cat "$file"; } | digest); text=$(cat "$file")
      [ "$line" = "$n $previous $hash" ] || bad 'It was changed, or it does not follow the event before it.'
      case $text in *",\"run\":\"$run\",\"seq\":$n,\"v\":1}") ;; *) bad 'It is of another run or place.' ;; esac
      for name in $(grep -aoE '"(blob|output|world)":[{]"digest":"[^"]*' "$file" | sed 's/.*"//'); do
        has "outputs/$name" "$name" || bad "A file in outputs that it names is missing or was changed."; known="${known}outputs/$name "; done
      case $text in *'"type":"approval.requested"}'*) asked=$hash ;; *'"signature":{"armored":"'*'"type":"approval.rejected"}'*) signature '/^statement/d; s/^comment/reason/; ' "$asked" ;;
        *'"type":"settlement.proposed"}'* | *'"type":"compensation.proposed"}'*) proposed=$hash ;; *'"proposer":"'*'"type":"decision.made"}'* | *'"proposer":"'*'"type":"compensation.decided"}'*) case $text in *'"signature":{"armored":"'*) signature '/^statement/d; s/^comment/reason/; s/^excluded: /"proposer":/p; ' "$proposed" ;; *) ! grep -q '"confirmations":"ssh-' events/000001.json || bad 'It is not signed.' ;; esac ;;
        *'"type":"nested.'*) nested ;; *'"signature":{"armored":"'*'"type":"approval.given"'*) signature '' "$asked" ;; *'"type":"approval.given"'*) [ "$policy" != ssh-signatures ] || bad 'It is not signed.' ;; esac
      known="$known$file " chain="$chain$line
    " previous=$hash; done <chain.txt
    [ "$n" -gt 1 ] || { n=1; bad 'The bundle holds no events.'; }; [ "$(printf %s "$chain" | digest)" = "$(digest <chain.txt)" ] || say 'no single event' 'chain.txt holds more than the chain.'; case "$chain" in *"${2-}"*) ;; *) say 'no single event' 'The chain does not hold the hash kept elsewhere: cut off or rewritten.' ;; esac
    for f in * .[!.]* ..?* */* */.[!.]* */..?*; do [ -e "$f" ] || [ -h "$f" ] || continue
      case $f in *[!A-Za-z0-9._/-]*) say 'no single event' 'A file with an odd name does not belong here.' ;; esac
      case $known in *" $f "*) ;; *) say 'no single event' "$f does not belong here." ;; esac; done
    printf '%s: sound, %s events, head %s, signatures that hold: %s\n' "$run" "$((n - 1))" "$previous" "$signed"; [ -n "${2-}" ] || printf '  not ruled out: %s\n' 'Events cut off at the end, and all files rewritten together: give a hash kept elsewhere.'

    """#
}
