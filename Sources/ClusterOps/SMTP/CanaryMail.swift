internal import Foundation
internal import Runbooks

/// A message in a mailbox as doveadm-fetch(1) tells of it, without its body.
struct CanaryMail: Sendable, Hashable {
  let header: String
  let folder: String
  /// When it came to lie there, in seconds since 1970.
  let stored: Int

  /// What is read of a message; the body is nobody's business.
  static let fields = "hdr mailbox date.received.unixtime"

  /// Looks for a Message-ID, fed to it, in every folder of a login.
  static func look(_ login: String) -> [String] {
    xargs + ["doveadm", "-f", "json", "fetch", "-u", login, fields] + query
  }

  /// Deletes the message with a Message-ID, fed to it, from every folder of a login.
  static func removal(_ login: String) -> [String] {
    xargs + ["doveadm", "expunge", "-u", login] + query
  }

  /// -n 1: one argument, the last.
  private static let xargs = ["xargs", "-r", "-d", #"\n"#, "-n", "1"]
  private static let query = ["mailbox", "*", "header", "message-id"]

  /// The messages that a look found.
  ///
  /// A doveadm that fails prints an empty list all the same: only with status 0 is it one.
  static func read(
    _ outcome: CommandOutcome,
    of command: Command
  ) throws(OperationFailure) -> [CanaryMail] {
    let service = DovecotFamily.service
    let text = try service.text(of: outcome, command)
    guard let items = try? JSONDecoder().decode([Item].self, from: Data(text.utf8)) else {
      throw service.notUnderstood("it is no list of messages in JSON")
    }
    var mails: [CanaryMail] = []
    for item in items {
      guard let stored = Int(item.stored.text), stored > 0 else {
        throw service.notUnderstood("a message has no time")
      }
      mails.append(CanaryMail(header: item.header, folder: item.folder, stored: stored))
    }
    return mails
  }

  private struct Item: Decodable {
    let header: String
    let folder: String
    let stored: Number

    enum CodingKeys: String, CodingKey {
      case header = "hdr"
      case folder = "mailbox"
      case stored = "date.received.unixtime"
    }
  }

  /// A number as Dovecot 2.3 writes it, in quotes, or as 2.4 does.
  private struct Number: Decodable {
    let text: String

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      text = try (try? value.decode(String.self)) ?? String(value.decode(Int.self))
    }
  }
}
