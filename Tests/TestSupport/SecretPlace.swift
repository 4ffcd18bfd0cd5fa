internal import Foundation

/// A site, and a runbook whose programs do all they can to give secrets away.
public struct SecretPlace {
  public let folder: TemporaryFolder
  /// Given, never in the record.
  public let password: String
  /// What a step makes.
  public let token: String

  public init() throws {
    folder = try TemporaryFolder()
    // Made anew each time, with characters that every encoding treats in its own way.
    func random() -> String {
      String(
        (0..<16).map { _ in
          "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ".randomElement() ?? "x"
        }
      )
    }
    password = "é\"\\/%+ \(random())="
    token = "tok-\(random())"
    try SmallSite.write(to: folder)
    try script(
      """
      s=$(cat)
      cat /proc/self/cmdline /proc/$$/cmdline > "$1/cmdline.$$"
      cat /proc/self/environ /proc/$$/environ > "$1/environ.$$"
      printf %s "$s" >> "$1/received"
      i=0
      while [ -n "${3-}" ] && [ ! -e "$3" ] && [ $i -lt 600 ]; do sleep 0.1; i=$((i+1)); done
      printf '%s\\n' "$s" "the secret is >$s<" "$s$s"
      i=1
      while [ "$i" -le "$(printf %s "$s" | wc -c)" ]; do
        printf %s "$s" | cut -b"$i" | tr -d '\\n'
        i=$((i+1))
        [ $((i % 5)) = 0 ] && sleep 0.02
      done
      for before in '' x xy; do printf %s%s "$before" "$s" | base64; done
      for before in '' x xy; do printf %s%s "$before" "$s" | base64 -w 7; done
      printf %s "$s" | base64 | tr '+/' '-_' | tr -d =
      printf %s "$s" | od -An -v -tx1 | tr -d ' \\n'; echo
      printf %s "$s" | od -An -v -tx1 | tr -d ' \\n' | tr a-f A-F; echo
      printf %s "$s" | od -An -v -tx1 | tr -d '\\n' | sed 's/ /%/g'; echo
      printf '{"password":"%s"}\\n' "$(printf %s "$s" | sed 's/[\\\\"]/\\\\&/g')"
      printf 'cannot log in as tomas with %s\\n' "$s" >&2
      printf 'cannot log in as tomas with %s\\n' "$(printf %s "$s" | base64)" >&2
      printf %s "$s" | cut -c1-12 | tr -d '\\n'
      exit "$2"
      """,
      named: "leak"
    )
    try folder.write(token, to: "token")
    try script(
      """
      t=$(cat "$1/token")
      printf 'made %s\\n' "$t" >&2
      printf '{"name":"x","token":"%s"}' "$t"
      exit "$2"
      """,
      named: "make"
    )
    try script(
      """
      s=$(cat)
      echo $$ > "$1/child"
      printf 'waiting with %s\\n' "$s"
      i=0
      while [ ! -e "$1/go" ] && [ $i -lt 600 ]; do sleep 0.1; i=$((i+1)); done
      printf %s "$s" >> "$1/received"
      """,
      named: "hold"
    )
  }

  private func script(_ text: String, named name: String) throws {
    let path = try folder.write("#!/bin/sh\n" + text + "\n", to: name)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
  }

  /// Puts a runbook of these inputs and steps on the shelf.
  public func writeRunbook(_ rest: String) throws {
    try SmallSite.add(runbook: "secret", "Secrets", to: folder, rest)
  }

  /// Writes a file that its owner alone can read.
  public func writePrivate(_ text: String, to name: String) throws {
    let path = try folder.write(text, to: name)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
  }

  public var options: [String] {
    SmallSite.options(in: folder)
  }

  public func text(_ name: String) -> String {
    FileManager.default.contents(atPath: folder.path + "/" + name)
      .map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// Everything the children saw of themselves in /proc.
  public func seenByChildren() throws -> String {
    try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasPrefix("cmdline.") || $0.hasPrefix("environ.") }.map(text).joined()
  }
}
