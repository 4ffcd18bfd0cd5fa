/// The forms of names, each as a test and as the pattern that editors get (ECMA-262).
enum Names {
  static let slugPattern = "^[a-z0-9][a-z0-9-]{0,62}$"
  static let fieldPattern = "^[a-z][a-z0-9_-]{0,62}$"
  static let rolePattern = "^[A-Za-z][A-Za-z0-9_-]{0,31}$"
  static let operationPattern = "^[a-z][a-z0-9_]*([.][a-z][a-z0-9_]*)+$"
  static let coverPattern = "^[A-Za-z0-9][A-Za-z0-9._/#-]{0,31}$"
  static let personPattern = "^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$"
  static let versionPattern = "^[0-9]+[.][0-9]+[.][0-9]+(-[0-9A-Za-z.-]+)?$"
  static let durationPattern =
    "^(?=.*[1-9])([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$"

  /// A runbook or a step.
  static func isSlug(_ name: String) -> Bool {
    isName(name, first: isLowerOrDigit, rest: { isLowerOrDigit($0) || $0 == hyphen }, limit: 63)
  }

  /// An input, an output or a field.
  static func isField(_ name: String) -> Bool {
    isName(
      name,
      first: isLower,
      rest: { isLowerOrDigit($0) || $0 == hyphen || $0 == underscore },
      limit: 63
    )
  }

  /// A role of the RACI.
  static func isRole(_ name: String) -> Bool {
    isName(
      name,
      first: isLetter,
      rest: { isLetter($0) || isDigit($0) || $0 == hyphen || $0 == underscore },
      limit: 32
    )
  }

  /// A ticket or an exit criterion.
  static func isCover(_ name: String) -> Bool {
    isName(
      name,
      first: { isLetter($0) || isDigit($0) },
      rest: { isLetter($0) || isDigit($0) || "._/#-".utf8.contains($0) },
      limit: 32
    )
  }

  /// An operator of a site.
  static func isPerson(_ name: String) -> Bool {
    isName(
      name,
      first: { isLetter($0) || isDigit($0) },
      rest: { isLetter($0) || isDigit($0) || "._@-".utf8.contains($0) },
      limit: 64
    )
  }

  /// An operation: two or more words joined by dots.
  static func isOperation(_ name: String) -> Bool {
    let words = name.split(separator: ".", omittingEmptySubsequences: false)
    return words.count > 1
      && words.allSatisfy {
        isName($0, first: isLower, rest: { isLowerOrDigit($0) || $0 == underscore }, limit: 63)
      }
  }

  /// A version (semver.org): three numbers, perhaps with a pre-release.
  static func isVersion(_ name: String) -> Bool {
    let parts = name.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    let numbers = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    let isRelease =
      numbers.count == 3 && numbers.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(isDigit) }
    guard parts.count == 2 else { return isRelease }
    return isRelease && !parts[1].isEmpty
      && parts[1].utf8.allSatisfy { isLetter($0) || isDigit($0) || $0 == hyphen || $0 == 0x2E }
  }

  /// A fully qualified domain name (RFC 1035 §2.3.1, RFC 1123 §2.1) of at least two labels.
  static func isDomain(_ name: String) -> Bool {
    let labels = name.split(separator: ".", omittingEmptySubsequences: false)
    return name.utf8.count <= 253 && labels.count > 1
      && labels.allSatisfy { label in
        isName(
          label,
          first: { isLetter($0) || isDigit($0) },
          rest: { isLetter($0) || isDigit($0) || $0 == hyphen },
          limit: 63
        )
          && label.utf8.last != hyphen
      }
      && !(labels.last?.utf8.allSatisfy(isDigit) ?? true)
  }

  /// A mailbox of a dot-atom and a domain (RFC 5321 §4.1.2); quoted local parts are not taken.
  static func isMailbox(_ name: String) -> Bool {
    let parts = name.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].utf8.count <= 64, isDomain(String(parts[1])) else {
      return false
    }
    return parts[0].split(separator: ".", omittingEmptySubsequences: false).allSatisfy { atom in
      !atom.isEmpty
        && atom.utf8.allSatisfy {
          isLetter($0) || isDigit($0) || "!#$%&'*+-/=?^_`{|}~".utf8.contains($0)
        }
    }
  }

  // MARK: Characters

  private static let hyphen = UInt8(ascii: "-")
  private static let underscore = UInt8(ascii: "_")

  private static func isLower(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) }
  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
  private static func isLowerOrDigit(_ byte: UInt8) -> Bool { isLower(byte) || isDigit(byte) }
  private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

  private static func isName(
    _ name: some StringProtocol,
    first: (UInt8) -> Bool,
    rest: (UInt8) -> Bool,
    limit: Int
  ) -> Bool {
    guard let head = name.utf8.first, name.utf8.count <= limit else { return false }
    return first(head) && name.utf8.dropFirst().allSatisfy(rest)
  }
}
