internal import Foundation
internal import Runbooks

/// Messages that a filter must know; each is another one each time, as verdicts are kept.
enum SampleMessage: String, ArgumentChoice {
  /// Refused as spam by every filter (spamassassin.apache.org/gtube).
  case gtube
  /// Refused as a virus by every scanner, and harmless (eicar.org).
  case eicar
  /// Let through.
  case plain

  // In halves, so that neither this file nor the program is taken for what it tests.
  private static let gtubeText =
    "XJS*C4JDBQADN1.NSBN3*2IDNEN" + "*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"
  private static let eicarText =
    #"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR"# + "-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"

  /// Its Message-ID without brackets, by which it is known again.
  func messageID(at now: Int) -> String { "\(now).\(rawValue)@mailconsole.invalid" }

  /// The message (RFC 5322), from nobody.
  ///
  /// - Parameter now: seconds since 1970.
  func message(to domain: String, at now: Int) -> String {
    let lines =
      [
        "From: \(Self.author)", "To: postmaster@\(domain)", "Subject: mailconsole probe \(now)",
        "Date: \(MailDate.text(now))", "Message-ID: <\(messageID(at: now))>",
      ] + content("A test of the filter by mailconsole, number \(now).")
    return lines.map { $0 + "\r\n" }.joined()
  }

  /// The message as swaks(1) takes it with `--data`: lines end with `\n` spelled out, and swaks
  /// fills in what stands between percent signs.
  func swaksData(subject: String) -> String {
    let lines =
      [
        "From: \(Self.author)", "To: %TO_ADDRESS%", "Subject: \(subject)", "Date: %DATE%",
        "Message-ID: <%MESSAGEID%>",
      ] + content("A test of the filter by mailconsole.")
    return lines.map { $0 + #"\n"# }.joined()
  }

  private static let author = "mailconsole probe <probe@mailconsole.invalid>"

  /// The headers of its content and the content itself (RFC 2046), a line each.
  private func content(_ words: String) -> [String] {
    let boundary = "mailconsole-sample"
    if self == .eicar {
      return [
        "MIME-Version: 1.0", "Content-Type: multipart/mixed; boundary=\"\(boundary)\"", "",
        "--\(boundary)", "Content-Type: text/plain; charset=us-ascii", "", words, "",
        "--\(boundary)", "Content-Type: application/octet-stream; name=\"eicar.com\"",
        "Content-Transfer-Encoding: base64",
        "Content-Disposition: attachment; filename=\"eicar.com\"", "",
        Data(Self.eicarText.utf8).base64EncodedString(), "", "--\(boundary)--",
      ]
    }
    return ["MIME-Version: 1.0", "Content-Type: text/plain; charset=us-ascii", "", words]
      + (self == .gtube ? ["", Self.gtubeText] : [])
  }

  /// Which of them a message is; nil: none.
  init?(message text: String) {
    if text.contains(Self.gtubeText) {
      self = .gtube
    } else if text.contains(Data(Self.eicarText.utf8).base64EncodedString()) {
      self = .eicar
    } else {
      return nil
    }
  }
}
