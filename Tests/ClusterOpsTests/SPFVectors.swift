/// What a receiver asks of SPF and what it has to find, in the form of the openspf suite for RFC 7208:
/// a name, the section that says so, HELO, the domain of MAIL FROM, the client, the result.
struct SPFVector: Sendable {
  let name: String
  let spec: String
  var helo = "mail.test"
  let mailfrom: String
  var host = "192.0.2.25"
  let result: String
  /// What Mail::SPF says instead, and why; nil: the same.
  let difference: Difference?

  struct Difference: Sendable {
    let result: String
    let why: String
  }

  init(
    _ name: String,
    _ spec: String,
    helo: String = "mail.test",
    _ mailfrom: String,
    host: String = "192.0.2.25",
    _ result: String,
    difference: Difference? = nil
  ) {
    self.name = name
    self.spec = spec
    self.helo = helo
    self.mailfrom = mailfrom
    self.host = host
    self.result = result
    self.difference = difference
  }
}

extension SPFVector {
  static let all: [SPFVector] = [
    SPFVector("no such name", "4.3/1", "nothing.test", "none"),
    SPFVector("a name without a policy", "4.5/7", "mail.test", "none"),
    SPFVector("another version", "4.5/4", "v10.test", "none"),
    SPFVector("the version in other letters", "4.5/6", "letters.test", "softfail"),
    SPFVector("two policies", "4.5/5", "two.test", "permerror"),
    SPFVector("strings are joined without a blank", "3.3", "strings.test", "pass"),
    SPFVector("other TXT records beside it", "4.5/1", "beside.test", "pass"),
    SPFVector("no mechanism", "4.7/1", "empty.test", "neutral"),
    SPFVector("none that matches", "4.7/1", "nomatch.test", "neutral"),

    SPFVector("+all", "5.1", "plus.test", "pass"),
    SPFVector("-all", "5.1", "minus.test", "fail"),
    SPFVector("~all", "5.1", "tilde.test", "softfail"),
    SPFVector("?all", "5.1", "mark.test", "neutral"),
    SPFVector("what stands after all counts for nothing", "5.1", "after.test", "fail"),
    SPFVector("all with an argument", "5.1/1", "allarg.test", "permerror"),

    SPFVector("ip4: the address", "5.6", "ip4.test", "pass"),
    SPFVector("ip4: its neighbour", "5.6", "ip4.test", host: "192.0.2.26", "fail"),
    SPFVector("ip4: first of a prefix", "5.6", "net.test", host: "192.0.2.128", "pass"),
    SPFVector("ip4: before it", "5.6", "net.test", host: "192.0.2.127", "fail"),
    SPFVector("ip4 is none of an IPv6 client", "5.6/4", "net.test", host: "2001:db8::25", "fail"),
    SPFVector("ip4: a prefix too long", "5.6/5", "ip4long.test", "permerror"),
    SPFVector("ip4: no address", "5.6/2", "ip4bad.test", "permerror"),
    SPFVector("ip6: within a prefix", "5.6", "ip6.test", host: "2001:db8:1::25", "pass"),
    SPFVector("ip6: without", "5.6", "ip6.test", host: "2001:db8:2::25", "fail"),
    SPFVector(
      "ip6: everything is no IPv4 client",
      "5.6/4",
      "ip6all.test",
      "fail",
      difference: Difference(
        result: "pass",
        why: "Mail::SPF compares an IPv4 client as a mapped address (::ffff:0:0/96)"
      )
    ),
    SPFVector("ip6: a prefix too long", "5.6/5", "ip6long.test", host: "2001:db8::1", "permerror"),

    SPFVector("a: the domain's own address", "5.3", "a.test", "pass"),
    SPFVector("a: another", "5.3", "a.test", host: "192.0.2.26", "fail"),
    SPFVector("a: of another name, by IPv6", "5.3", "ahost.test", host: "2001:db8::25", "pass"),
    SPFVector("a: both prefixes, IPv4", "5.3", "acidr.test", host: "192.0.2.77", "pass"),
    SPFVector("a: both prefixes, IPv6", "5.3", "acidr.test", host: "2001:db8::77", "pass"),
    SPFVector("a: through a CNAME", "5.3", "aalias.test", "pass"),

    SPFVector("mx: one of the hosts", "5.4", "mx.test", host: "192.0.2.26", "pass"),
    SPFVector("mx: none of them", "5.4", "mx.test", host: "192.0.2.27", "fail"),
    SPFVector(
      "mx: of another domain, with a prefix",
      "5.4",
      "mxof.test",
      host: "192.0.2.9",
      "pass"
    ),
    SPFVector(
      "mx: eleven hosts",
      "4.6.4/2",
      "mxmany.test",
      "permerror",
      difference: Difference(
        result: "fail",
        why: "Mail::SPF leaves out what comes after the tenth host, as RFC 4408 had it"
      )
    ),

    SPFVector("include: what passes there passes here", "5.2", "include.test", "pass"),
    SPFVector("include: what fails there goes on here", "5.2", "includefail.test", "softfail"),
    SPFVector("include: softfail there is no match", "5.2", "includesoft.test", "pass"),
    SPFVector("include: no policy there", "5.2", "includenone.test", "permerror"),
    SPFVector("include: a broken one there", "5.2", "includebroken.test", "permerror"),
    SPFVector("include: no answer there", "5.2", "includesilent.test", "temperror"),
    SPFVector("include: of itself", "4.6.4/1", "includeloop.test", "permerror"),

    SPFVector("redirect", "6.1", "redirect.test", "pass"),
    SPFVector("redirect: what fails there fails here", "6.1", "redirectfail.test", "fail"),
    SPFVector("redirect: not looked at beside all", "6.1", "redirectall.test", "softfail"),
    SPFVector("redirect: no policy there", "6.1", "redirectnone.test", "permerror"),
    SPFVector("redirect twice", "6/2", "redirecttwice.test", "permerror"),
    SPFVector("redirect is no mechanism", "4.6.1/4", "redirectcolon.test", "permerror"),
    SPFVector("redirect: no answer there", "6.1", "redirectsilent.test", "temperror"),

    SPFVector("exists", "5.7", "exists.test", "pass"),
    SPFVector("exists: no such name", "5.7", "existsnot.test", "fail"),
    SPFVector("exists: an AAAA record is none", "5.7", "existsv6.test", "fail"),
    SPFVector("exists: nothing to look for", "5.7", "existsbare.test", "permerror"),

    SPFVector("macro: i, in reverse", "7.3", "macroi.test", "pass"),
    SPFVector("macro: i of IPv6 is nibbles", "7.3", "macroi.test", host: "2001:db8::25", "pass"),
    SPFVector("macro: i of another address", "7.3", "macroi.test", host: "192.0.2.99", "fail"),
    SPFVector("macro: d, and its last label", "7.3", "macro.d.test", "pass"),
    SPFVector("macro: the local part", "4.3/2", "macrol.test", "pass"),
    SPFVector("macro: HELO", "7.2", helo: "helo.test", "macroh.test", "pass"),
    SPFVector("macro: another HELO", "7.2", helo: "other.test", "macroh.test", "fail"),
    SPFVector("macro: one that nobody knows", "7.1", "macrox.test", "permerror"),
    SPFVector("macro: a percent sign alone", "7.1", "macropercent.test", "permerror"),

    SPFVector("two names without records", "4.6.4/7", "void2.test", "pass"),
    SPFVector("three names without records", "4.6.4/7", "void3.test", "permerror"),
    SPFVector("ten questions", "4.6.4/1", "ten.test", "pass"),
    SPFVector("eleven questions", "4.6.4/1", "eleven.test", "permerror"),
    SPFVector("those of an include count too", "4.6.4/1", "nested.test", "permerror"),

    SPFVector("an unknown mechanism", "4.6.1/2", "unknown.test", "permerror"),
    SPFVector("it is found after what matches too", "4.6", "unknownlate.test", "permerror"),
    SPFVector("an unknown modifier", "6/3", "modifier.test", "pass"),
    SPFVector("blanks", "4.6.1", "blanks.test", "fail"),
    SPFVector("a mechanism without a colon's value", "5.3", "acolon.test", "permerror"),
    SPFVector("an explanation changes nothing", "6.2", "exp.test", "fail"),
  ]

  /// The zone `test`: names, and of each its records as `TYPE data`; a text in strings parted by `|`.
  ///
  /// What is outside of it its server refuses: nobody answers.
  static let zonedata: [String: [String]] = {
    func asked(_ count: Int) -> String {
      (1...count).map { "a:l\($0).test" }.joined(separator: " ")
    }
    var zone = written
    zone["mxmany.test"] = ["TXT v=spf1 mx -all"]
    for number in 1...11 {
      zone["l\(number).test"] = ["A 198.51.100.\(number)"]
      zone["mxmany.test"]?.append("MX 10 l\(number).test.")
    }
    zone["ten.test"] = ["TXT v=spf1 \(asked(9)) a:mail.test -all"]
    zone["eleven.test"] = ["TXT v=spf1 \(asked(10)) a:mail.test -all"]
    zone["nested.test"] = ["TXT v=spf1 include:six.test \(asked(4)) a:mail.test -all"]
    zone["six.test"] = ["TXT v=spf1 \(asked(6)) -all"]
    return zone
  }()

  private static let written: [String: [String]] = [
    "mail.test": ["A 192.0.2.25", "AAAA 2001:db8::25"], "mx2.test": ["A 192.0.2.26"],
    "alias.test": ["CNAME mail.test."], "v6.test": ["AAAA 2001:db8::25"],
    "pass.test": ["TXT v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 -all"],
    "fail.test": ["TXT v=spf1 -all"], "soft.test": ["TXT v=spf1 ~all"],

    "v10.test": ["TXT v=spf10 +all"], "letters.test": ["TXT V=sPf1 ~all"],
    "two.test": ["TXT v=spf1 +all", "TXT v=spf1 -all"],
    "strings.test": ["TXT v=spf1 ip4:192.0.|2.25 -all"],
    "beside.test": ["TXT v=spf1 ip4:192.0.2.25 -all", "TXT google-site-verification=x"],
    "empty.test": ["TXT v=spf1"], "nomatch.test": ["TXT v=spf1 ip4:198.51.100.1"],

    "plus.test": ["TXT v=spf1 +all"], "minus.test": ["TXT v=spf1 -all"],
    "tilde.test": ["TXT v=spf1 ~all"], "mark.test": ["TXT v=spf1 ?all"],
    "after.test": ["TXT v=spf1 -all ip4:192.0.2.25"], "allarg.test": ["TXT v=spf1 -all:x.test"],

    "ip4.test": ["TXT v=spf1 ip4:192.0.2.25 -all"],
    "net.test": ["TXT v=spf1 ip4:192.0.2.128/25 -all"],
    "ip4long.test": ["TXT v=spf1 ip4:192.0.2.0/33 -all"],
    "ip4bad.test": ["TXT v=spf1 ip4:192.0.2 -all"],
    "ip6.test": ["TXT v=spf1 ip6:2001:db8:1::/48 -all"],
    "ip6all.test": ["TXT v=spf1 ip6:::/0 -all"],
    "ip6long.test": ["TXT v=spf1 ip6:2001:db8::1/129 -all"],

    "a.test": ["TXT v=spf1 a -all", "A 192.0.2.25"], "ahost.test": ["TXT v=spf1 a:mail.test -all"],
    "acidr.test": ["TXT v=spf1 a:mail.test/24//64 -all"],
    "aalias.test": ["TXT v=spf1 a:alias.test -all"],

    "mx.test": ["TXT v=spf1 mx -all", "MX 10 mail.test.", "MX 20 mx2.test."],
    "mxof.test": ["TXT v=spf1 mx:mx.test/24 -all"],

    "include.test": ["TXT v=spf1 include:pass.test -all"],
    "includefail.test": ["TXT v=spf1 include:fail.test ~all"],
    "includesoft.test": ["TXT v=spf1 include:soft.test +all"],
    "includenone.test": ["TXT v=spf1 include:mail.test -all"],
    "includebroken.test": ["TXT v=spf1 include:unknown.test -all"],
    "includesilent.test": ["TXT v=spf1 include:elsewhere.invalid -all"],
    "includeloop.test": ["TXT v=spf1 include:includeloop.test -all"],

    "redirect.test": ["TXT v=spf1 redirect=pass.test"],
    "redirectfail.test": ["TXT v=spf1 redirect=fail.test"],
    "redirectall.test": ["TXT v=spf1 redirect=pass.test ~all"],
    "redirectnone.test": ["TXT v=spf1 redirect=mail.test"],
    "redirecttwice.test": ["TXT v=spf1 redirect=pass.test redirect=pass.test"],
    "redirectcolon.test": ["TXT v=spf1 redirect:pass.test"],
    "redirectsilent.test": ["TXT v=spf1 redirect=elsewhere.invalid"],

    "exists.test": ["TXT v=spf1 exists:mail.test -all"],
    "existsnot.test": ["TXT v=spf1 exists:nothing.test -all"],
    "existsv6.test": ["TXT v=spf1 exists:v6.test -all"],
    "existsbare.test": ["TXT v=spf1 exists -all"],

    "macroi.test": ["TXT v=spf1 exists:%{ir}.%{v}.list.test -all"],
    "25.2.0.192.in-addr.list.test": ["A 127.0.0.2"],
    "5.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.list.test": [
      "A 127.0.0.2"
    ],
    "macro.d.test": ["TXT v=spf1 exists:%{d1}.%{d}.of.test -all"],
    "test.macro.d.test.of.test": ["A 127.0.0.2"],
    "macrol.test": ["TXT v=spf1 exists:%{l}.of.test -all"], "postmaster.of.test": ["A 127.0.0.2"],
    "macroh.test": ["TXT v=spf1 exists:%{h}.of.test -all"], "helo.test.of.test": ["A 127.0.0.2"],
    "macrox.test": ["TXT v=spf1 exists:%{x}.of.test -all"],
    "macropercent.test": ["TXT v=spf1 exists:%.of.test -all"],

    "void2.test": ["TXT v=spf1 a:n1.test a:n2.test ip4:192.0.2.25 -all"],
    "void3.test": ["TXT v=spf1 a:n1.test a:n2.test a:n3.test ip4:192.0.2.25 -all"],

    "unknown.test": ["TXT v=spf1 ipv4:192.0.2.25 -all"],
    "unknownlate.test": ["TXT v=spf1 ip4:192.0.2.25 -all moo"],
    "modifier.test": ["TXT v=spf1 x-note=a ip4:192.0.2.25 -all"],
    "blanks.test": ["TXT v=spf1  ip4:198.51.100.1   -all "],
    "acolon.test": ["TXT v=spf1 a: -all"],
    "exp.test": ["TXT v=spf1 -all exp=why.test"], "why.test": ["TXT pass"],
  ]

  /// The zone as a file (RFC 1035 §5).
  static var zone: String {
    let head = [
      "$TTL 3600", "test. SOA ns1.test. hostmaster.test. 7 3600 900 604800 300",
      "test. NS ns1.test.",
      "ns1.test. A 127.0.0.1",
    ]
    let lines = zonedata.flatMap { name, records in
      records.map { record in
        guard record.hasPrefix("TXT ") else { return "\(name). \(record)" }
        let strings = record.dropFirst(4).split(separator: "|").map { "\"\($0)\"" }
        return "\(name). TXT \(strings.joined(separator: " "))"
      }
    }
    return (head + lines).map { $0 + "\n" }.joined()
  }
}
