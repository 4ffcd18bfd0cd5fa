internal import Runbooks

/// A setting as somebody expects it, written `name=value`.
struct ExpectedSetting: ArgumentContent {
  let name: String
  /// In its plain form.
  let value: String

  static var type: ValueType { .string }
  var words: String { "\(name)=\(value)" }

  init(argument: Value?, of parameter: String, on site: Site) throws(OperationFailure) {
    let text = try String(argument: argument, of: parameter, on: site)
    guard let equals = text.firstIndex(of: "=") else { throw Self.refusal(text, parameter) }
    name = String(text[..<equals].trimmingSpaces)
    value = Self.plain(text[text.index(after: equals)...])
    // Letters of main.cf's parameters, and those of the sections that Dovecot's stand in.
    let isName = name.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0)
        || "_/-.".utf8.contains($0)
    }
    guard !name.isEmpty, isName, !name.hasPrefix("-") else { throw Self.refusal(text, parameter) }
  }

  static func refusal(_ text: String, _ parameter: String) -> OperationFailure {
    OperationFailure(
      .refused,
      "‘\(capped(text, 60))’ in `\(parameter)` is not a setting",
      advice: "Write `name=value`, e.g. `smtpd_tls_auth_only=yes`.",
      effect: .none
    )
  }

  /// A value with commas and white space between its words as one space; Postfix
  /// reads both as separators (postconf(5)), and Dovecot's lists have the latter.
  static func plain(_ text: some StringProtocol) -> String {
    text.split { $0.isWhitespace || $0 == "," }.joined(separator: " ")
  }
}

/// Settings in effect beside those expected.
struct SettingComparison: Sendable {
  /// How many are as expected.
  let matched: Int
  /// The others, e.g. `name: is …, expected …`.
  let mismatched: [String]
  /// Every setting asked for that there is, as `name=value`.
  let actual: [String]

  /// - Parameter program: whose settings they are, as in a sentence.
  init(_ expected: [ExpectedSetting], _ settings: [String: String], of program: String) {
    mismatched = expected.compactMap { setting in
      let (name, value) = (setting.name, setting.value)
      guard let found = settings[name] else { return "\(name): \(program) does not have it" }
      guard found != value else { return nil }
      return "\(name): is ‘\(capped(found, 120))’, expected ‘\(capped(value, 120))’"
    }
    matched = expected.count - mismatched.count
    actual = expected.compactMap { setting in
      settings[setting.name].map { capped("\(setting.name)=\($0)", 400) }
    }
  }

  /// The lines `name = value` of postconf(1) and doveconf(1), values in their plain form.
  static func settings(_ text: String) -> [String: String] {
    var settings: [String: String] = [:]
    for line in text.split(separator: "\n") {
      guard let equals = line.firstIndex(of: "=") else { continue }
      settings[String(line[..<equals].trimmingSpaces)] = ExpectedSetting.plain(
        line[line.index(after: equals)...]
      )
    }
    return settings
  }

  var summary: String {
    guard let first = mismatched.first else {
      return matched == 1
        ? "The setting is as expected." : "All \(matched) settings are as expected."
    }
    return "\(counted(mismatched.count, "setting")) not as expected: \(capped(first, 140))."
  }
}
