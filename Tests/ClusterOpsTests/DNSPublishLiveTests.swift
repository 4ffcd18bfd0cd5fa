import Foundation
import Runbooks
import TestSupport
import Testing

@testable import ClusterOps

/// dns.publish and dns.wait with the real programs: knsupdate and kdig against knotd, curl against an
/// API, all on loopback.
@Suite struct DNSPublishLiveTests {
  private func perform(
    _ name: String,
    _ values: [String: Value],
    output: Collector = Collector()
  ) async throws -> OperationResult {
    try await OperationCatalogue.standard().operation(name).perform(values, output: output)
  }

  private static func lines(_ texts: String...) -> Value { .list(texts.map(Value.string)) }

  private static let zone = """
    $ORIGIN gaudy.test.
    $TTL 3600
    @ SOA ns1 hostmaster 7 3600 900 604800 300
    @ NS ns1
    ns1 A 127.0.0.1
    @ MX 10 mail
    mail A 198.51.100.25
    @ TXT "v=spf1 mx -all"

    """

  @Test(
    "a real server takes the difference alone, refuses a wrong key, and is back where it was at the end",
    .enabled(if: KnotServer.isThere, "knotd, knsupdate and kdig are needed (apt install knot)")
  )
  func knot() async throws {
    let server = try KnotServer(zone: "gaudy.test", Self.zone)
    let key = String(repeating: "k", count: 392)
    var values: [String: Value] = [
      "server": .string(server.address), "key": .string(server.key),
      "records": Self.lines(
        #"s3._domainkey 300 IN TXT "v=DKIM1; k=rsa; p=\#(key)""#,
        "@ 600 IN MX 10 mail",
        "@ 600 IN MX 20 mx2",
        "mail 3600 IN A 198.51.100.25",
        #"@ 300 IN CAA 0 issue "x.test; a=\"b\"""#,
        "_25._tcp.mail 300 IN TLSA 3 1 1 abcd"
      ), "remove": Self.lines("@ TXT", "nothing TXT"),
    ]
    var wrong = values
    wrong["key"] = .string(server.wrongKey)
    let refused = try await #require(throws: OperationFailure.self) {
      try await perform("dns.publish", wrong)
    }
    #expect(refused.message.contains("BADSIG"), "\(refused.message)")
    #expect(refused.effect == .none)
    let output = Collector()
    let first = try await perform("dns.publish", values, output: output)
    #expect(first.values["added"]?.elements?.count == 3, "\(first.values)")
    #expect(
      first.values["changed"]
        == Self.lines("gaudy.test MX: now 20 mx2.gaudy.test; TTL 600, was 3600")
    )
    #expect(first.values["removed"] == Self.lines("gaudy.test TXT: v=spf1 mx -all"))
    #expect(first.values["unchanged"] == Self.lines("mail.gaudy.test A", "nothing.gaudy.test TXT"))
    #expect(first.values["serial_before"] == .integer(7))
    #expect(first.values["serial_after"] == .integer(8))
    #expect(first.values["kept"] == .duration(.seconds(3_600)))
    // What was said before, then what was sent.
    let said = output.text.components(separatedBy: "Update query:")
    #expect(said.count == 2 && said[0].contains("- gaudy.test TXT: v=spf1 mx -all"))
    #expect(!output.text.contains("AAECAwQFBgcICQ"), "the key's secret is nowhere")
    let again = try await perform("dns.publish", values)
    #expect(again.values["unchanged"]?.elements?.count == 7)
    #expect(again.values["serial_after"] == .integer(8))
    let wait = try await perform(
      "dns.wait",
      [
        "name": .string("s3._domainkey.gaudy.test"), "type": .string("TXT"),
        "expect": Self.lines("v=DKIM1; k=rsa; p=\(key)"),
        "kept": first.values["kept"] ?? .integer(0),
        "authorities": Self.lines(server.address), "resolvers": .list([]),
      ]
    )
    #expect(wait.values["seen_everywhere"] == .boolean(true), "\(wait.summary)")
    #expect(wait.values["wait"] == .duration(.seconds(3_600)))
    #expect(wait.values["negative_ttl"] == .integer(300))
    values["records"] = first.values["restore"]
    values["remove"] = first.values["withdraw"]
    let back = try await perform("dns.publish", values)
    #expect(back.values["added"] == Self.lines("gaudy.test TXT: v=spf1 mx -all (TTL 3600)"))
    #expect(back.values["removed"]?.elements?.count == 3)
    #expect(back.values["changed"]?.elements?.count == 1)
    let alias = try await #require(throws: OperationFailure.self) {
      values["records"] = Self.lines("mail 300 IN CNAME ns1")
      values["remove"] = .list([])
      return try await perform("dns.publish", values)
    }
    #expect(
      alias.reason == .failed,
      "a server ignores an alias beside other records: \(alias.message)"
    )
  }

  @Test("curl gives the token from a file of headers, and the API's zone is read, changed and read")
  func curl() async throws {
    let folder = TemporaryDirectory()
    folder.write("api.py", Self.api)
    folder.write("token", "Authorization: Bearer s3cret-token\n")
    let server = try RunningProgram(
      "python3",
      [folder.path + "/api.py", folder.path + "/seen"],
      output: folder.path + "/port",
      errors: folder.path + "/log"
    )
    defer {
      server.send(SIGKILL)
      server.wait()
    }
    server.waitForLines(1, in: folder.path + "/port")
    let port = folder.read("port").split(whereSeparator: \.isNewline).first ?? "0"
    var values: [String: Value] = [
      "provider": .string("cloudflare"), "token_file": .string(folder.path + "/token"),
      "api": .string("http://127.0.0.1:\(port)/client/v4"),
      "records": Self.lines(#"s3._domainkey 300 IN TXT "v=DKIM1; \"q\" \\ p=AAAA""#),
    ]
    let first = try await perform("dns.publish", values)
    #expect(
      first.values["added"]
        == Self.lines(#"s3._domainkey.gaudy.test TXT: v=DKIM1; "q" \ p=AAAA (TTL 300)"#)
    )
    let again = try await perform("dns.publish", values)
    #expect(again.values["unchanged"] == Self.lines("s3._domainkey.gaudy.test TXT"))
    #expect(
      folder.read("seen").split(separator: "\n").map(String.init) == [
        "GET /client/v4/user/tokens/verify", "GET /client/v4/zones?name=gaudy.test",
        "GET /client/v4/zones/\(String(repeating: "b", count: 32))/dns_records?per_page=500&page=1",
        "POST /client/v4/zones/\(String(repeating: "b", count: 32))/dns_records/batch",
        "GET /client/v4/zones/\(String(repeating: "b", count: 32))/dns_records?per_page=500&page=1",
        "GET /client/v4/user/tokens/verify", "GET /client/v4/zones?name=gaudy.test",
        "GET /client/v4/zones/\(String(repeating: "b", count: 32))/dns_records?per_page=500&page=1",
      ]
    )
    folder.write("token", "Authorization: Bearer other\n")
    let refused = try await #require(throws: OperationFailure.self) {
      try await perform("dns.publish", values)
    }
    #expect(refused.message.contains("does not know the token"))
    values["token_file"] = .string(folder.path + "/none")
    let unreadable = try await #require(throws: OperationFailure.self) {
      try await perform("dns.publish", values)
    }
    #expect(unreadable.advice.contains("See that \(folder.path)/none can be read"))
  }

  /// An API that keeps what is posted, for one token.
  private static let api = #"""
    import http.server, json, sys
    records = []
    class Handler(http.server.BaseHTTPRequestHandler):
        def log_message(self, *arguments): pass
        def answer(self, status, result, errors=(), **more):
            body = json.dumps({"success": not errors, "errors": list(errors), "result": result, **more}).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        def allowed(self):
            if self.headers.get("Authorization") == "Bearer s3cret-token":
                with open(sys.argv[1], "a") as seen: seen.write(self.command + " " + self.path + "\n")
                return True
            self.answer(401, None, [{"code": 1000, "message": "Invalid API Token"}])
        def do_GET(self):
            if not self.allowed(): return
            if self.path.endswith("/verify"): self.answer(200, {"id": "1", "status": "active"})
            elif "dns_records" in self.path:
                self.answer(200, records, result_info={"page": 1, "total_count": len(records), "total_pages": 1})
            else: self.answer(200, [{"id": "b" * 32, "name": "gaudy.test"}])
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if not self.allowed() or self.headers["Content-Type"] != "application/json": return
            for post in body["posts"]: records.append({"id": "%032x" % len(records), **post})
            self.answer(200, {})
    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()
    """#
}
