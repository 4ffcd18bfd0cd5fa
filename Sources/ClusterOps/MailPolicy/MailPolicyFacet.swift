internal import Foundation
internal import Runbooks

/// openssl-pkey(1) on DKIM keys and the map of those that sign, in the simulated container of Rspamd, and
/// spfquery of Mail::SPF.
struct MailPolicyFacet: Facet {
  let programs: Set = [SPFEvaluate.program, "cat", "openssl"]

  func answer(_ command: Command, in scene: inout Scene) -> Answer? {
    let program = Probe.inner(command.program)
    if program.first == SPFEvaluate.program { return scene.spf(program) }
    let dkim = scene.world.state["dkim"] ?? .record([:])
    guard case .pod = command.vantage else {
      return program == PublicKey.argv ? Self.key(command.input) : nil
    }
    let domain = DNSName.canonical(scene.site.domain)
    if program == ["cat", DKIMKeys.map] {
      return Answer(
        "# domain, then the selector that signs\n\(domain) \(dkim.text("signing", "s1"))\n"
      )
    }
    guard program.count == 5, program.starts(with: ["openssl", "pkey", "-in"]) else { return nil }
    // As ``DKIMKeys/path(_:_:)`` names it.
    let file = program[3].split(separator: "/").last ?? ""
    guard file.hasPrefix(domain + "."), file.hasSuffix(".key") else {
      return Self.missing(program[3])
    }
    let selector = String(file.dropFirst(domain.count + 1).dropLast(4))
    let key = dkim["keys"]?[selector]?.text ?? scene.publishedKey(selector, of: domain)
    return key.isEmpty ? Self.missing(program[3]) : Answer(Self.pem(key))
  }

  private static func missing(_ path: String) -> Answer {
    Answer(
      exit: 1,
      stderr: "Could not open file or uri for loading key from \(path)\n"
        + "40D7F1B26E7F0000:error:80000002:system library:file_open:No such file or directory:"
        + "../providers/implementations/storemgmt/file_store.c:266:calling stat(\(path))\n"
    )
  }

  /// A published key, as PEM and in words.
  private static func key(_ der: [UInt8]) -> Answer {
    // 0x30: a SEQUENCE, as every key is in DER.
    guard der.first == 0x30, der.count > 40 else {
      return Answer(exit: 1, stderr: "Could not read key of Public Key from <stdin>\n")
    }
    if der.count == 44 {
      return Answer(pem(Data(der).base64EncodedString()) + "ED25519 Public-Key:\npub:\n")
    }
    // What surrounds the modulus takes 38 octets, of a short one 34.
    let bits = (der.count - (der.count > 290 ? 38 : 34)) * 8
    return Answer(
      pem(Data(der).base64EncodedString()) + "Public-Key: (\(bits) bit)\nModulus:\n"
        + "Exponent: 65537 (0x10001)\n"
    )
  }

  private static func pem(_ base64: String) -> String {
    var rest = Substring(base64)
    var lines = ["-----BEGIN PUBLIC KEY-----"]
    while !rest.isEmpty {
      lines.append(String(rest.prefix(64)))
      rest = rest.dropFirst(64)
    }
    return (lines + ["-----END PUBLIC KEY-----", ""]).joined(separator: "\n")
  }
}

extension Scene {
  /// The key that the simulated DNS has for a selector, in base64; empty: none.
  fileprivate func publishedKey(_ selector: String, of domain: String) -> String {
    let question = DNSQuestion(name: "\(selector)._domainkey.\(domain)", type: .txt)
    return TagList(dns.data(question).first ?? "")["p"] ?? ""
  }

  /// What the scenario has of an address; no record is evaluated.
  fileprivate func spf(_ program: [String]) -> Answer {
    func option(_ name: String) -> String {
      zip(program, program.dropFirst()).first { $0.0 == name }?.1 ?? ""
    }
    let (domain, address) = (option("--identity"), option("--ip-address"))
    let records = dns.data(DNSQuestion(name: domain, type: .txt)).filter { $0.hasPrefix("v=spf1") }
    let standard =
      switch records.count {
      case 0: "none"
      case 1: site.addresses.contains { IPAddress($0)?.text == address } ? "pass" : "fail"
      default: "permerror"
      }
    let result = world.state["spf"]?[address]?.text ?? standard
    let words =
      switch result {
      case "pass":
        "\(address) is authorized to use '\(domain)' in 'mfrom' identity (mechanism 'mx' matched)"
      case "none": "No applicable sender policy available"
      case "permerror": "Redundant applicable 'v=spf1' sender policies found"
      default:
        "Sender is not authorized by default to use '\(domain)' in 'mfrom' identity (mechanism '-all' "
          + "matched)"
      }
    var answer = Answer(
      "\(result)\n\(domain): \(words)\n\(domain): \(words)\n"
        + "Received-SPF: \(result) (\(domain): \(words)) receiver=probe; identity=mailfrom; "
        + "envelope-from=\(domain); helo=\(option("--helo-identity")); client-ip=\(address)\n"
    )
    answer.exit = SPFEvaluate.verdicts.firstIndex(of: result) ?? 0
    return answer
  }
}
