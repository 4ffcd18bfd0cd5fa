/// The texts of our own that go into a bundle.
enum BundleText {
  /// How to check the bundle by hand, and what our own check said.
  static func readme(
    of run: RunID,
    count: Int64,
    verdict: Verification,
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
      The first event names the SHA-256 of runbook.yaml ("text") and of site.json
      ("siteRecord"). "at" counts milliseconds since 1970-01-01T00:00:00Z.

      Signatures: this version has none. Sign-offs in it were typed, not signed.

      What the console that wrote the bundle found when it checked the run itself:

      """
    if !verdict.isSound {
      text +=
        "THIS RUN IS NOT SOUND. It was exported all the same, because somebody asked for that.\n"
    }
    for line in verdict.lines(of: run) { text += plain(line) + "\n" }
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
    # Checks an unpacked bundle of a run with sha256sum, sed and awk alone: the chain, every kept file, the pinned texts.
    # usage: verify-bundle [DIRECTORY]   Exit: 0 sound, 1 NOT SOUND, 66 no such directory, 69 no sha256sum. Runs nothing of the bundle.
    set -u
    export LC_ALL=C
    cd -- "${1:-.}" || exit 66
    command -v sha256sum >/dev/null && command -v awk >/dev/null || exit 69
    n=0 run='?' previous='' chain='' known=' README.txt verify.sh chain.txt runbook.yaml site.json events outputs '
    digest() { sum=$(sha256sum) && printf %s "${sum%% *}"; }
    plain() { [ -f "$1" ] && [ ! -h "$1" ] && [ ! -h "${1%/*}" ]; }
    has() { plain "$1" && [ "$(digest <"$1")" = "$2" ]; }
    say() { printf '%s: NOT SOUND, %s\n  %s\n' "$run" "$1" "$2"; exit 1; }
    bad() { say "first bad event $n" "event $n: $1"; }
    pins() { # what the first event holds down: the run's name, runbook.yaml, site.json, allowed_signers
      run=$(sed -n 's/.*,"run":"\([A-Za-z0-9_-]*\)","seq":1,"v":1}$/\1/p' "$1")
      [ -n "$run" ] || { run='?'; bad 'It does not name the run.'; }
      pair=$(sed -n 's/.*"siteRecord":"\([0-9a-f]*\)","text":"\([0-9a-f]*\)","title":".*/\1 \2/p' "$1")
      has site.json "${pair% *}" || bad 'site.json is not the text the run began with.'
      has runbook.yaml "${pair#* }" || bad 'runbook.yaml is not the text the run is pinned to.'
      signers=$(sed -n 's/.*"event":{"allowedSigners":"\([0-9a-f]*\)",.*/\1/p' "$1")
      [ -z "$signers" ] || { has allowed_signers "$signers" || bad 'allowed_signers is not the pinned one.'; }
      previous=$(printf %s "$run" | digest) known="$known${signers:+allowed_signers }"
    }
    plain chain.txt || { n=1; bad 'chain.txt is missing.'; }
    while n=$((n + 1)) file=events/$(printf %06d "$n").json line=''; IFS= read -r line || [ -n "$line" ] || [ -e "$file" ]; do
      plain "$file" || bad 'It is missing.'
      [ "$n" -gt 1 ] || pins "$file"
      hash=$({ printf %s "$previous" && cat "$file"; } | digest)
      [ "$line" = "$n $previous $hash" ] || bad 'It was changed, or it does not follow the event before it.'
      text=$(cat "$file")
      case $text in *",\"run\":\"$run\",\"seq\":$n,\"v\":1}") ;; *) bad 'It is of another run or place.' ;; esac
      case $text in *'":{"digest":"'*) names=$(awk '{ parts = split($0, part, /"(blob|output|world)":[{]"digest":"/)
          for (i = 2; i <= parts; i++) { name = substr(part[i], 1, index(part[i], "\"") - 1)
            print (name ~ /^[0-9a-f]+$/ && length(name) == 64 ? name : "odd") } }' "$file") ;; *) names='' ;; esac
      for name in $names; do
        case $known in *" outputs/$name "*) continue ;; esac
        has "outputs/$name" "$name" || bad "The file outputs/$name that it names is missing or was changed."
        known="${known}outputs/$name "
      done
      known="$known$file " chain="$chain$line
    " previous=$hash
    done <chain.txt
    [ "$n" -gt 1 ] || { n=1; bad 'The bundle holds no events.'; }
    [ "$(printf %s "$chain" | digest)" = "$(digest <chain.txt)" ] || say 'no single event' 'chain.txt holds more than the chain.'
    for f in * .[!.]* ..?* events/* events/.[!.]* events/..?* outputs/* outputs/.[!.]* outputs/..?*; do
      [ -e "$f" ] || [ -h "$f" ] || continue
      case $f in *[!A-Za-z0-9._/-]*) say 'no single event' 'A file with an odd name does not belong here.' ;; esac
      case $known in *" $f "*) ;; *) say 'no single event' "$f does not belong here." ;; esac
    done
    printf '%s: sound, %s events, head %s\n' "$run" "$((n - 1))" "$previous"
    printf '  not ruled out: %s\n' 'Events cut off at the end, and all files rewritten together: compare the head with one kept elsewhere.'

    """#
}
