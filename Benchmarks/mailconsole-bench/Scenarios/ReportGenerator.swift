internal import Foundation

/// Writes what `doveadm -f json fetch … "uid text"` prints of a mailbox with DMARC aggregate reports.
///
/// By Python, as the console can unpack gzip and zip and has no use for packing them. The same number
/// gives the same bytes on the same machine: nothing in it is of chance or of today.
enum ReportGenerator {
  static let domain = "example.test"

  /// What the reports of a mailbox add up to.
  struct Sums: Decodable {
    let reports: Int
    let rows: Int
    let messages: Int
    let aligned: Int
  }

  /// Writes that many reports, each of its own sender, day and id.
  static func write(_ count: Int, to path: String) throws -> Sums {
    let output = try Script.python(generator, [path, String(count), domain])
    return try JSONDecoder().decode(Sums.self, from: output)
  }

  /// Most reports have a few rows, one in twenty has hundreds; six of ten come in gzip, three in zip
  /// (some of them with no part around it, as the largest receiver sends them), one as it is.
  private static let generator = #"""
    import base64, gzip, io, json, random, sys, zipfile

    path, count, domain = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    dice = random.Random(20261130)
    day = 86400
    sums = {"reports": count, "rows": 0, "messages": 0, "aligned": 0}

    def rows_of(number):
        share = number % 20
        return 300 if share == 7 else 10 + dice.randrange(30) if share in (2, 9, 15) else 1 + dice.randrange(10)

    def row(number):
        source = dice.randrange(3000)
        address = ("2001:db8::%x" % source if source % 10 == 0
                   else "198.51.%d.%d" % (source // 200, 1 + source % 200))
        messages = 1 + dice.randrange(200)
        passes = source % 16 != 0
        sums["rows"] += 1
        sums["messages"] += messages
        sums["aligned"] += messages if passes else 0
        word = "pass" if passes else "fail"
        return f"""  <record>
        <row>
          <source_ip>{address}</source_ip>
          <count>{messages}</count>
          <policy_evaluated>
            <disposition>none</disposition>
            <dkim>{word}</dkim>
            <spf>fail</spf>
          </policy_evaluated>
        </row>
        <identifiers>
          <header_from>{domain}</header_from>
          <envelope_from>bounce{source}.{domain}</envelope_from>
        </identifiers>
        <auth_results>
          <dkim>
            <domain>{domain}</domain>
            <selector>s2026q4</selector>
            <result>{word}</result>
          </dkim>
          <spf>
            <domain>bounce{source}.{domain}</domain>
            <result>softfail</result>
          </spf>
        </auth_results>
      </record>
    """

    def report(number, begin):
        records = "".join(row(number) for _ in range(rows_of(number)))
        return f"""<?xml version="1.0" encoding="UTF-8" ?>
    <feedback>
      <version>1.0</version>
      <report_metadata>
        <org_name>receiver{number % 900}.test</org_name>
        <email>noreply-dmarc@receiver{number % 900}.test</email>
        <report_id>{number:08d}.{dice.getrandbits(60)}</report_id>
        <date_range><begin>{begin}</begin><end>{begin + day - 1}</end></date_range>
      </report_metadata>
      <policy_published>
        <domain>{domain}</domain><adkim>r</adkim><aspf>r</aspf><p>none</p><sp>none</sp><pct>100</pct>
      </policy_published>
    {records}</feedback>
    """.encode()

    def packed(way, content, name):
        if way == "gz":
            return gzip.compress(content, mtime=0)
        if way == "zip":
            out = io.BytesIO()
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr(zipfile.ZipInfo(name + ".xml", (2026, 11, 1, 0, 0, 0)), content,
                                 zipfile.ZIP_DEFLATED)
            return out.getvalue()
        return content

    types = {"gz": "application/gzip", "zip": "application/zip", "xml": "text/xml"}
    names = {"gz": ".xml.gz", "zip": ".zip", "xml": ".xml"}

    def mail(number):
        begin = 1795824000 - day * (number % 14)
        way = ("gz", "gz", "zip", "gz", "xml", "gz", "zip", "gz", "gz", "zip")[number // 20 % 10]
        name = f"receiver{number % 900}.test!{domain}!{begin}!{begin + day - 1}"
        content = base64.encodebytes(packed(way, report(number, begin), name)).decode()
        attached = (f'Content-Type: {types[way]}; name="{name}{names[way]}"\n'
                    f'Content-Disposition: attachment; filename="{name}{names[way]}"\n'
                    f"Content-Transfer-Encoding: base64\n\n{content}")
        signature = "\n\t".join("%060x" % dice.getrandbits(240) for _ in range(6))
        head = (f"Return-Path: <noreply-dmarc@receiver{number % 900}.test>\n"
                f"Received: from mx{number % 7}.receiver{number % 900}.test (mx.receiver.test [203.0.113.7])\n"
                f"\tby mail.{domain} (Postfix) with ESMTPS id {number:010X}\n"
                f"\tfor <dmarc@{domain}>; Mon, 30 Nov 2026 04:12:07 +0000 (UTC)\n"
                f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=receiver{number % 900}.test; s=s1;\n"
                f"\tb={signature}\n"
                f"From: noreply-dmarc@receiver{number % 900}.test\nTo: dmarc@{domain}\n"
                f"Subject: Report domain: {domain} Submitter: receiver{number % 900}.test Report-ID: {number:08d}\n"
                "MIME-Version: 1.0\n")
        if way == "zip" and number % 2 == 0:
            return head + attached
        return (head + 'Content-Type: multipart/mixed;\n\tboundary="==report"\n\n--==report\n'
                "Content-Type: text/plain; charset=utf-8\n\nThis is an aggregate report.\n\n"
                f"--==report\n{attached}\n--==report--\n")

    with open(path, "w") as file:
        file.write("[")
        for number in range(count):
            item = json.dumps({"uid": str(number + 1), "text": mail(number)}, separators=(",", ":"))
            file.write(item if number == 0 else "," + item)
        file.write("]")
    print(json.dumps(sums))
    """#
}
