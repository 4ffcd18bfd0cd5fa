/// Answers of knot 3.2.6 and unbound 1.17.1 as kdig 3.2.6 prints them, white space between tokens
/// left out, and what ldns-read-zone 1.8.3 prints of the zone they came from.
///
/// 127.0.0.2 is the zone's server, 127.0.0.3 a resolver, 127.0.0.4 one that reaches no server;
/// nothing is at 127.0.0.77, no way leads to 192.0.2.1.
enum DNSRecorded {
  struct Answer {
    let stdout: String
    var stderr = ""
    var exit = 0
  }

  /// By `SERVER NAME TYPE`; a plus before it: asked with +norecurse.
  static let answers: [String: Answer] = [
    "127.0.0.3 mail.gaudy.test. A": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:48+0000","dateSeconds":1796025588,"msgLength":60,"ID":11763,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":0,"QDCOUNT":1,"ANCOUNT":1,"NSCOUNT":0,"ARCOUNT":1,"QNAME":"mail.gaudy.test.","QTYPE":1,"QTYPEname":"A","QCLASS":1,"QCLASSname":"IN","answerRRs":[{"NAME":"mail.gaudy.test.","TYPE":1,"TYPEname":"A","CLASS":1,"CLASSname":"IN","TTL":3600,"rdataA":"198.51.100.25","RDLENGTH":4,"RDATAHEX":"C6336419"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 mail.gaudy.test. MX": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:48+0000","dateSeconds":1796025588,"msgLength":95,"ID":62131,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":0,"QDCOUNT":1,"ANCOUNT":0,"NSCOUNT":1,"ARCOUNT":1,"QNAME":"mail.gaudy.test.","QTYPE":15,"QTYPEname":"MX","QCLASS":1,"QCLASSname":"IN","authorityRRs":[{"NAME":"gaudy.test.","TYPE":6,"TYPEname":"SOA","CLASS":1,"CLASSname":"IN","TTL":300,"rdataSOA":"ns1.gaudy.test. hostmaster.gaudy.test. 2026112201 3600 900 604800 300","RDLENGTH":59,"RDATAHEX":"036E73310567617564790474657374000A686F73746D617374657205676175647904746573740078C404C900000E100000038400093A800000012C"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 nope.gaudy.test. A": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:48+0000","dateSeconds":1796025588,"msgLength":95,"ID":31913,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":3,"QDCOUNT":1,"ANCOUNT":0,"NSCOUNT":1,"ARCOUNT":1,"QNAME":"nope.gaudy.test.","QTYPE":1,"QTYPEname":"A","QCLASS":1,"QCLASSname":"IN","authorityRRs":[{"NAME":"gaudy.test.","TYPE":6,"TYPEname":"SOA","CLASS":1,"CLASSname":"IN","TTL":300,"rdataSOA":"ns1.gaudy.test. hostmaster.gaudy.test. 2026112201 3600 900 604800 300","RDLENGTH":59,"RDATAHEX":"036E73310567617564790474657374000A686F73746D617374657205676175647904746573740078C404C900000E100000038400093A800000012C"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 www.gaudy.test. A": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:48+0000","dateSeconds":1796025588,"msgLength":78,"ID":49687,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":0,"QDCOUNT":1,"ANCOUNT":2,"NSCOUNT":0,"ARCOUNT":1,"QNAME":"www.gaudy.test.","QTYPE":1,"QTYPEname":"A","QCLASS":1,"QCLASSname":"IN","answerRRs":[{"NAME":"www.gaudy.test.","TYPE":5,"TYPEname":"CNAME","CLASS":1,"CLASSname":"IN","TTL":3600,"rdataCNAME":"mail.gaudy.test.","RDLENGTH":17,"RDATAHEX":"046D61696C056761756479047465737400"},{"NAME":"mail.gaudy.test.","TYPE":1,"TYPEname":"A","CLASS":1,"CLASSname":"IN","TTL":3600,"rdataA":"198.51.100.25","RDLENGTH":4,"RDATAHEX":"C6336419"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 gaudy.test. TXT": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:48+0000","dateSeconds":1796025588,"msgLength":123,"ID":53175,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":0,"QDCOUNT":1,"ANCOUNT":2,"NSCOUNT":0,"ARCOUNT":1,"QNAME":"gaudy.test.","QTYPE":16,"QTYPEname":"TXT","QCLASS":1,"QCLASSname":"IN","answerRRs":[{"NAME":"gaudy.test.","TYPE":16,"TYPEname":"TXT","CLASS":1,"CLASSname":"IN","TTL":3600,"rdataTXT":"\"v=spf1 mx -all\"","RDLENGTH":15,"RDATAHEX":"0E763D73706631206D78202D616C6C"},{"NAME":"gaudy.test.","TYPE":16,"TYPEname":"TXT","CLASS":1,"CLASSname":"IN","TTL":3600,"rdataTXT":"\"first part \" \"second part; \\\"quoted\\\" back\\\\slash\"","RDLENGTH":45,"RDATAHEX":"0B6669727374207061727420207365636F6E6420706172743B202271756F74656422206261636B5C736C617368"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 gaudy.test. MX": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:48+0000","dateSeconds":1796025588,"msgLength":60,"ID":5018,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":0,"QDCOUNT":1,"ANCOUNT":1,"NSCOUNT":0,"ARCOUNT":1,"QNAME":"gaudy.test.","QTYPE":15,"QTYPEname":"MX","QCLASS":1,"QCLASSname":"IN","answerRRs":[{"NAME":"gaudy.test.","TYPE":15,"TYPEname":"MX","CLASS":1,"CLASSname":"IN","TTL":3600,"rdataMX":"10 mail.gaudy.test.","RDLENGTH":19,"RDATAHEX":"000A046D61696C056761756479047465737400"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 gaudy.test. CAA": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:48+0000","dateSeconds":1796025588,"msgLength":73,"ID":26039,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":0,"QDCOUNT":1,"ANCOUNT":1,"NSCOUNT":0,"ARCOUNT":1,"QNAME":"gaudy.test.","QTYPE":257,"QTYPEname":"CAA","QCLASS":1,"QCLASSname":"IN","answerRRs":[{"NAME":"gaudy.test.","TYPE":257,"TYPEname":"CAA","CLASS":1,"CLASSname":"IN","TTL":3600,"rdataCAA":"0 issue \"letsencrypt.org\" ","RDLENGTH":22,"RDATAHEX":"000569737375656C657473656E63727970742E6F7267"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 gaudy.test. NS": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:48+0000","dateSeconds":1796025588,"msgLength":73,"ID":59801,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":0,"QDCOUNT":1,"ANCOUNT":1,"NSCOUNT":0,"ARCOUNT":2,"QNAME":"gaudy.test.","QTYPE":2,"QTYPEname":"NS","QCLASS":1,"QCLASSname":"IN","answerRRs":[{"NAME":"gaudy.test.","TYPE":2,"TYPEname":"NS","CLASS":1,"CLASSname":"IN","TTL":3600,"rdataNS":"ns1.gaudy.test.","RDLENGTH":16,"RDATAHEX":"036E7331056761756479047465737400"}],"additionalRRs":[{"NAME":"ns1.gaudy.test.","TYPE":1,"TYPEname":"A","CLASS":1,"CLASSname":"IN","TTL":3600,"rdataA":"127.0.0.2","RDLENGTH":4,"RDATAHEX":"7F000002"},{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 gaudy.test. SOA": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:48+0000","dateSeconds":1796025588,"msgLength":90,"ID":63558,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":0,"QDCOUNT":1,"ANCOUNT":1,"NSCOUNT":0,"ARCOUNT":1,"QNAME":"gaudy.test.","QTYPE":6,"QTYPEname":"SOA","QCLASS":1,"QCLASSname":"IN","answerRRs":[{"NAME":"gaudy.test.","TYPE":6,"TYPEname":"SOA","CLASS":1,"CLASSname":"IN","TTL":3600,"rdataSOA":"ns1.gaudy.test. hostmaster.gaudy.test. 2026112201 3600 900 604800 300","RDLENGTH":59,"RDATAHEX":"036E73310567617564790474657374000A686F73746D617374657205676175647904746573740078C404C900000E100000038400093A800000012C"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 mail.gaudy.test. AAAA": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:48+0000","dateSeconds":1796025588,"msgLength":72,"ID":4037,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":0,"QDCOUNT":1,"ANCOUNT":1,"NSCOUNT":0,"ARCOUNT":1,"QNAME":"mail.gaudy.test.","QTYPE":28,"QTYPEname":"AAAA","QCLASS":1,"QCLASSname":"IN","answerRRs":[{"NAME":"mail.gaudy.test.","TYPE":28,"TYPEname":"AAAA","CLASS":1,"CLASSname":"IN","TTL":3600,"rdataAAAA":"2001:db8::25","RDLENGTH":16,"RDATAHEX":"20010DB8000000000000000000000025"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 _25._tcp.mail.gaudy.test. TLSA": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:48+0000","dateSeconds":1796025588,"msgLength":100,"ID":39452,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":0,"QDCOUNT":1,"ANCOUNT":1,"NSCOUNT":0,"ARCOUNT":1,"QNAME":"_25._tcp.mail.gaudy.test.","QTYPE":52,"QTYPEname":"TLSA","QCLASS":1,"QCLASSname":"IN","answerRRs":[{"NAME":"_25._tcp.mail.gaudy.test.","TYPE":52,"TYPEname":"TLSA","CLASS":1,"CLASSname":"IN","TTL":3600,"rdataTLSA":"3 1 1 0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF","RDLENGTH":35,"RDATAHEX":"0301010123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 _imaps._tcp.gaudy.test. SRV": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:48+0000","dateSeconds":1796025588,"msgLength":86,"ID":56685,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":0,"QDCOUNT":1,"ANCOUNT":1,"NSCOUNT":0,"ARCOUNT":1,"QNAME":"_imaps._tcp.gaudy.test.","QTYPE":33,"QTYPEname":"SRV","QCLASS":1,"QCLASSname":"IN","answerRRs":[{"NAME":"_imaps._tcp.gaudy.test.","TYPE":33,"TYPEname":"SRV","CLASS":1,"CLASSname":"IN","TTL":3600,"rdataSRV":"0 1 993 mail.gaudy.test.","RDLENGTH":23,"RDATAHEX":"0000000103E1046D61696C056761756479047465737400"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 utf.gaudy.test. TXT": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:48+0000","dateSeconds":1796025588,"msgLength":67,"ID":65081,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":0,"QDCOUNT":1,"ANCOUNT":1,"NSCOUNT":0,"ARCOUNT":1,"QNAME":"utf.gaudy.test.","QTYPE":16,"QTYPEname":"TXT","QCLASS":1,"QCLASSname":"IN","answerRRs":[{"NAME":"utf.gaudy.test.","TYPE":16,"TYPEname":"TXT","CLASS":1,"CLASSname":"IN","TTL":3600,"rdataTXT":"\"caf\\195\\169 \\007bell\"","RDLENGTH":12,"RDATAHEX":"0B636166C3A9200762656C6C"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "+127.0.0.2 mail.gaudy.test. A": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:48+0000","dateSeconds":1796025588,"msgLength":60,"ID":11902,"QR":1,"Opcode":0,"AA":1,"TC":0,"RD":0,"RA":0,"AD":0,"CD":0,"RCODE":0,"QDCOUNT":1,"ANCOUNT":1,"NSCOUNT":0,"ARCOUNT":1,"QNAME":"mail.gaudy.test.","QTYPE":1,"QTYPEname":"A","QCLASS":1,"QCLASSname":"IN","answerRRs":[{"NAME":"mail.gaudy.test.","TYPE":1,"TYPEname":"A","CLASS":1,"CLASSname":"IN","TTL":3600,"rdataA":"198.51.100.25","RDLENGTH":4,"RDATAHEX":"C6336419"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "+127.0.0.2 gaudy.test. MX": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:48+0000","dateSeconds":1796025588,"msgLength":104,"ID":28954,"QR":1,"Opcode":0,"AA":1,"TC":0,"RD":0,"RA":0,"AD":0,"CD":0,"RCODE":0,"QDCOUNT":1,"ANCOUNT":1,"NSCOUNT":0,"ARCOUNT":3,"QNAME":"gaudy.test.","QTYPE":15,"QTYPEname":"MX","QCLASS":1,"QCLASSname":"IN","answerRRs":[{"NAME":"gaudy.test.","TYPE":15,"TYPEname":"MX","CLASS":1,"CLASSname":"IN","TTL":3600,"rdataMX":"10 mail.gaudy.test.","RDLENGTH":19,"RDATAHEX":"000A046D61696C056761756479047465737400"}],"additionalRRs":[{"NAME":"mail.gaudy.test.","TYPE":1,"TYPEname":"A","CLASS":1,"CLASSname":"IN","TTL":3600,"rdataA":"198.51.100.25","RDLENGTH":4,"RDATAHEX":"C6336419"},{"NAME":"mail.gaudy.test.","TYPE":28,"TYPEname":"AAAA","CLASS":1,"CLASSname":"IN","TTL":3600,"rdataAAAA":"2001:db8::25","RDLENGTH":16,"RDATAHEX":"20010DB8000000000000000000000025"},{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "+127.0.0.2 mail.gaudy.test. AAAA": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:48+0000","dateSeconds":1796025588,"msgLength":72,"ID":64803,"QR":1,"Opcode":0,"AA":1,"TC":0,"RD":0,"RA":0,"AD":0,"CD":0,"RCODE":0,"QDCOUNT":1,"ANCOUNT":1,"NSCOUNT":0,"ARCOUNT":1,"QNAME":"mail.gaudy.test.","QTYPE":28,"QTYPEname":"AAAA","QCLASS":1,"QCLASSname":"IN","answerRRs":[{"NAME":"mail.gaudy.test.","TYPE":28,"TYPEname":"AAAA","CLASS":1,"CLASSname":"IN","TTL":3600,"rdataAAAA":"2001:db8::25","RDLENGTH":16,"RDATAHEX":"20010DB8000000000000000000000025"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "+127.0.0.2 other.example. A": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:48+0000","dateSeconds":1796025588,"msgLength":48,"ID":50253,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":0,"RA":0,"AD":0,"CD":0,"RCODE":5,"QDCOUNT":1,"ANCOUNT":0,"NSCOUNT":0,"ARCOUNT":1,"QNAME":"other.example.","QTYPE":1,"QTYPEname":"A","QCLASS":1,"QCLASSname":"IN","additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":6,"RDATAHEX":"000F00020014"}]}
        """#
    ),
    "+127.0.0.3 mail.gaudy.test. A": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:48+0000","dateSeconds":1796025588,"msgLength":44,"ID":60939,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":0,"RA":1,"AD":0,"CD":0,"RCODE":5,"QDCOUNT":1,"ANCOUNT":0,"NSCOUNT":0,"ARCOUNT":1,"QNAME":"mail.gaudy.test.","QTYPE":1,"QTYPEname":"A","QCLASS":1,"QCLASSname":"IN","additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.4 mail.gaudy.test. A": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:48+0000","dateSeconds":1796025588,"msgLength":44,"ID":35761,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":2,"QDCOUNT":1,"ANCOUNT":0,"NSCOUNT":0,"ARCOUNT":1,"QNAME":"mail.gaudy.test.","QTYPE":1,"QTYPEname":"A","QCLASS":1,"QCLASSname":"IN","additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.2 other.example. A": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:48+0000","dateSeconds":1796025588,"msgLength":48,"ID":43772,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":0,"AD":0,"CD":0,"RCODE":5,"QDCOUNT":1,"ANCOUNT":0,"NSCOUNT":0,"ARCOUNT":1,"QNAME":"other.example.","QTYPE":1,"QTYPEname":"A","QCLASS":1,"QCLASSname":"IN","additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":6,"RDATAHEX":"000F00020014"}]}
        """#
    ),
    "127.0.0.77 mail.gaudy.test. A": Answer(
      stdout: #"""
        {
        }
        {
        }
        """#,
      stderr:
        ";; WARNING: response timeout for 127.0.0.77@53(UDP)\n;; WARNING: response timeout for 127.0.0.77@53(UDP)\n;; ERROR: failed to query server 127.0.0.77@53(UDP)\n",
      exit: 1
    ),
    "192.0.2.1 mail.gaudy.test. A": Answer(
      stdout: #"""

        """#,
      stderr:
        ";; WARNING: can't send query to 192.0.2.1@53(UDP)\n;; WARNING: can't send query to 192.0.2.1@53(UDP)\n;; ERROR: failed to query server 192.0.2.1@53(UDP)\n",
      exit: 1
    ),
    "nosuch.gaudy.test mail.gaudy.test. A": Answer(
      stdout: #"""

        """#,
      stderr:
        ";; ERROR: Name or service not known for nosuch.gaudy.test@53\n;; WARNING: no servers to query\n",
      exit: 1
    ),
    "127.0.0.3 25.100.51.198.in-addr.arpa. PTR": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:52+0000","dateSeconds":1796025592,"msgLength":84,"ID":59013,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":0,"QDCOUNT":1,"ANCOUNT":1,"NSCOUNT":0,"ARCOUNT":1,"QNAME":"25.100.51.198.in-addr.arpa.","QTYPE":12,"QTYPEname":"PTR","QCLASS":1,"QCLASSname":"IN","answerRRs":[{"NAME":"25.100.51.198.in-addr.arpa.","TYPE":12,"TYPEname":"PTR","CLASS":1,"CLASSname":"IN","TTL":3600,"rdataPTR":"mail.gaudy.test.","RDLENGTH":17,"RDATAHEX":"046D61696C056761756479047465737400"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 26.100.51.198.in-addr.arpa. PTR": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:52+0000","dateSeconds":1796025592,"msgLength":97,"ID":20771,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":0,"QDCOUNT":1,"ANCOUNT":2,"NSCOUNT":0,"ARCOUNT":1,"QNAME":"26.100.51.198.in-addr.arpa.","QTYPE":12,"QTYPEname":"PTR","QCLASS":1,"QCLASSname":"IN","answerRRs":[{"NAME":"26.100.51.198.in-addr.arpa.","TYPE":12,"TYPEname":"PTR","CLASS":1,"CLASSname":"IN","TTL":3600,"rdataPTR":"b.gaudy.test.","RDLENGTH":14,"RDATAHEX":"0162056761756479047465737400"},{"NAME":"26.100.51.198.in-addr.arpa.","TYPE":12,"TYPEname":"PTR","CLASS":1,"CLASSname":"IN","TTL":3600,"rdataPTR":"a.gaudy.test.","RDLENGTH":14,"RDATAHEX":"0161056761756479047465737400"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 5.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa. PTR":
      Answer(
        stdout: #"""
          {"dateString":"2026-11-30T07:59:52+0000","dateSeconds":1796025592,"msgLength":162,"ID":58123,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":3,"QDCOUNT":1,"ANCOUNT":0,"NSCOUNT":1,"ARCOUNT":1,"QNAME":"5.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.","QTYPE":12,"QTYPEname":"PTR","QCLASS":1,"QCLASSname":"IN","authorityRRs":[{"NAME":"8.b.d.0.1.0.0.2.ip6.arpa.","TYPE":6,"TYPEname":"SOA","CLASS":1,"CLASSname":"IN","TTL":300,"rdataSOA":"ns1.gaudy.test. hostmaster.gaudy.test. 1 3600 900 604800 300","RDLENGTH":59,"RDATAHEX":"036E73310567617564790474657374000A686F73746D61737465720567617564790474657374000000000100000E100000038400093A800000012C"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
          """#
      ),
    "127.0.0.3 a.gaudy.test. A": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:52+0000","dateSeconds":1796025592,"msgLength":92,"ID":43349,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":3,"QDCOUNT":1,"ANCOUNT":0,"NSCOUNT":1,"ARCOUNT":1,"QNAME":"a.gaudy.test.","QTYPE":1,"QTYPEname":"A","QCLASS":1,"QCLASSname":"IN","authorityRRs":[{"NAME":"gaudy.test.","TYPE":6,"TYPEname":"SOA","CLASS":1,"CLASSname":"IN","TTL":296,"rdataSOA":"ns1.gaudy.test. hostmaster.gaudy.test. 2026112201 3600 900 604800 300","RDLENGTH":59,"RDATAHEX":"036E73310567617564790474657374000A686F73746D617374657205676175647904746573740078C404C900000E100000038400093A800000012C"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 a.gaudy.test. AAAA": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:52+0000","dateSeconds":1796025592,"msgLength":92,"ID":19680,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":3,"QDCOUNT":1,"ANCOUNT":0,"NSCOUNT":1,"ARCOUNT":1,"QNAME":"a.gaudy.test.","QTYPE":28,"QTYPEname":"AAAA","QCLASS":1,"QCLASSname":"IN","authorityRRs":[{"NAME":"gaudy.test.","TYPE":6,"TYPEname":"SOA","CLASS":1,"CLASSname":"IN","TTL":296,"rdataSOA":"ns1.gaudy.test. hostmaster.gaudy.test. 2026112201 3600 900 604800 300","RDLENGTH":59,"RDATAHEX":"036E73310567617564790474657374000A686F73746D617374657205676175647904746573740078C404C900000E100000038400093A800000012C"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 b.gaudy.test. A": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:52+0000","dateSeconds":1796025592,"msgLength":92,"ID":4317,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":3,"QDCOUNT":1,"ANCOUNT":0,"NSCOUNT":1,"ARCOUNT":1,"QNAME":"b.gaudy.test.","QTYPE":1,"QTYPEname":"A","QCLASS":1,"QCLASSname":"IN","authorityRRs":[{"NAME":"gaudy.test.","TYPE":6,"TYPEname":"SOA","CLASS":1,"CLASSname":"IN","TTL":296,"rdataSOA":"ns1.gaudy.test. hostmaster.gaudy.test. 2026112201 3600 900 604800 300","RDLENGTH":59,"RDATAHEX":"036E73310567617564790474657374000A686F73746D617374657205676175647904746573740078C404C900000E100000038400093A800000012C"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 b.gaudy.test. AAAA": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:52+0000","dateSeconds":1796025592,"msgLength":92,"ID":51054,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":3,"QDCOUNT":1,"ANCOUNT":0,"NSCOUNT":1,"ARCOUNT":1,"QNAME":"b.gaudy.test.","QTYPE":28,"QTYPEname":"AAAA","QCLASS":1,"QCLASSname":"IN","authorityRRs":[{"NAME":"gaudy.test.","TYPE":6,"TYPEname":"SOA","CLASS":1,"CLASSname":"IN","TTL":296,"rdataSOA":"ns1.gaudy.test. hostmaster.gaudy.test. 2026112201 3600 900 604800 300","RDLENGTH":59,"RDATAHEX":"036E73310567617564790474657374000A686F73746D617374657205676175647904746573740078C404C900000E100000038400093A800000012C"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 2.0.0.127.bl.test. A": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:52+0000","dateSeconds":1796025592,"msgLength":62,"ID":32269,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":0,"QDCOUNT":1,"ANCOUNT":1,"NSCOUNT":0,"ARCOUNT":1,"QNAME":"2.0.0.127.bl.test.","QTYPE":1,"QTYPEname":"A","QCLASS":1,"QCLASSname":"IN","answerRRs":[{"NAME":"2.0.0.127.bl.test.","TYPE":1,"TYPEname":"A","CLASS":1,"CLASSname":"IN","TTL":300,"rdataA":"127.0.0.2","RDLENGTH":4,"RDATAHEX":"7F000002"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 2.0.0.127.bl.test. TXT": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:52+0000","dateSeconds":1796025592,"msgLength":88,"ID":28139,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":0,"QDCOUNT":1,"ANCOUNT":1,"NSCOUNT":0,"ARCOUNT":1,"QNAME":"2.0.0.127.bl.test.","QTYPE":16,"QTYPEname":"TXT","QCLASS":1,"QCLASSname":"IN","answerRRs":[{"NAME":"2.0.0.127.bl.test.","TYPE":16,"TYPEname":"TXT","CLASS":1,"CLASSname":"IN","TTL":300,"rdataTXT":"\"https://bl.test/?ip=127.0.0.2\"","RDLENGTH":30,"RDATAHEX":"1D68747470733A2F2F626C2E746573742F3F69703D3132372E302E302E32"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 1.0.0.127.bl.test. A": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:52+0000","dateSeconds":1796025592,"msgLength":103,"ID":53841,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":3,"QDCOUNT":1,"ANCOUNT":0,"NSCOUNT":1,"ARCOUNT":1,"QNAME":"1.0.0.127.bl.test.","QTYPE":1,"QTYPEname":"A","QCLASS":1,"QCLASSname":"IN","authorityRRs":[{"NAME":"bl.test.","TYPE":6,"TYPEname":"SOA","CLASS":1,"CLASSname":"IN","TTL":300,"rdataSOA":"ns1.gaudy.test. hostmaster.gaudy.test. 1 3600 900 604800 300","RDLENGTH":59,"RDATAHEX":"036E73310567617564790474657374000A686F73746D61737465720567617564790474657374000000000100000E100000038400093A800000012C"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 1.0.0.127.bl.test. TXT": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:52+0000","dateSeconds":1796025592,"msgLength":103,"ID":53966,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":3,"QDCOUNT":1,"ANCOUNT":0,"NSCOUNT":1,"ARCOUNT":1,"QNAME":"1.0.0.127.bl.test.","QTYPE":16,"QTYPEname":"TXT","QCLASS":1,"QCLASSname":"IN","authorityRRs":[{"NAME":"bl.test.","TYPE":6,"TYPEname":"SOA","CLASS":1,"CLASSname":"IN","TTL":300,"rdataSOA":"ns1.gaudy.test. hostmaster.gaudy.test. 1 3600 900 604800 300","RDLENGTH":59,"RDATAHEX":"036E73310567617564790474657374000A686F73746D61737465720567617564790474657374000000000100000E100000038400093A800000012C"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 25.100.51.198.bl.test. A": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:52+0000","dateSeconds":1796025592,"msgLength":66,"ID":17714,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":0,"QDCOUNT":1,"ANCOUNT":1,"NSCOUNT":0,"ARCOUNT":1,"QNAME":"25.100.51.198.bl.test.","QTYPE":1,"QTYPEname":"A","QCLASS":1,"QCLASSname":"IN","answerRRs":[{"NAME":"25.100.51.198.bl.test.","TYPE":1,"TYPEname":"A","CLASS":1,"CLASSname":"IN","TTL":300,"rdataA":"127.0.0.2","RDLENGTH":4,"RDATAHEX":"7F000002"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 25.100.51.198.bl.test. TXT": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:52+0000","dateSeconds":1796025592,"msgLength":104,"ID":8340,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":0,"QDCOUNT":1,"ANCOUNT":1,"NSCOUNT":0,"ARCOUNT":1,"QNAME":"25.100.51.198.bl.test.","QTYPE":16,"QTYPEname":"TXT","QCLASS":1,"QCLASSname":"IN","answerRRs":[{"NAME":"25.100.51.198.bl.test.","TYPE":16,"TYPEname":"TXT","CLASS":1,"CLASSname":"IN","TTL":300,"rdataTXT":"\"listed: https://bl.test/?ip=198.51.100.25\"","RDLENGTH":42,"RDATAHEX":"296C69737465643A2068747470733A2F2F626C2E746573742F3F69703D3139382E35312E3130302E3235"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 26.100.51.198.bl.test. A": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:52+0000","dateSeconds":1796025592,"msgLength":107,"ID":20986,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":3,"QDCOUNT":1,"ANCOUNT":0,"NSCOUNT":1,"ARCOUNT":1,"QNAME":"26.100.51.198.bl.test.","QTYPE":1,"QTYPEname":"A","QCLASS":1,"QCLASSname":"IN","authorityRRs":[{"NAME":"bl.test.","TYPE":6,"TYPEname":"SOA","CLASS":1,"CLASSname":"IN","TTL":300,"rdataSOA":"ns1.gaudy.test. hostmaster.gaudy.test. 1 3600 900 604800 300","RDLENGTH":59,"RDATAHEX":"036E73310567617564790474657374000A686F73746D61737465720567617564790474657374000000000100000E100000038400093A800000012C"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 26.100.51.198.bl.test. TXT": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:52+0000","dateSeconds":1796025592,"msgLength":107,"ID":55692,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":3,"QDCOUNT":1,"ANCOUNT":0,"NSCOUNT":1,"ARCOUNT":1,"QNAME":"26.100.51.198.bl.test.","QTYPE":16,"QTYPEname":"TXT","QCLASS":1,"QCLASSname":"IN","authorityRRs":[{"NAME":"bl.test.","TYPE":6,"TYPEname":"SOA","CLASS":1,"CLASSname":"IN","TTL":300,"rdataSOA":"ns1.gaudy.test. hostmaster.gaudy.test. 1 3600 900 604800 300","RDLENGTH":59,"RDATAHEX":"036E73310567617564790474657374000A686F73746D61737465720567617564790474657374000000000100000E100000038400093A800000012C"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 2.0.0.127.gone.test. A": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:52+0000","dateSeconds":1796025592,"msgLength":105,"ID":10942,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":3,"QDCOUNT":1,"ANCOUNT":0,"NSCOUNT":1,"ARCOUNT":1,"QNAME":"2.0.0.127.gone.test.","QTYPE":1,"QTYPEname":"A","QCLASS":1,"QCLASSname":"IN","authorityRRs":[{"NAME":"gone.test.","TYPE":6,"TYPEname":"SOA","CLASS":1,"CLASSname":"IN","TTL":300,"rdataSOA":"ns1.gaudy.test. hostmaster.gaudy.test. 1 3600 900 604800 300","RDLENGTH":59,"RDATAHEX":"036E73310567617564790474657374000A686F73746D61737465720567617564790474657374000000000100000E100000038400093A800000012C"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 2.0.0.127.gone.test. TXT": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:52+0000","dateSeconds":1796025592,"msgLength":105,"ID":8448,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":3,"QDCOUNT":1,"ANCOUNT":0,"NSCOUNT":1,"ARCOUNT":1,"QNAME":"2.0.0.127.gone.test.","QTYPE":16,"QTYPEname":"TXT","QCLASS":1,"QCLASSname":"IN","authorityRRs":[{"NAME":"gone.test.","TYPE":6,"TYPEname":"SOA","CLASS":1,"CLASSname":"IN","TTL":300,"rdataSOA":"ns1.gaudy.test. hostmaster.gaudy.test. 1 3600 900 604800 300","RDLENGTH":59,"RDATAHEX":"036E73310567617564790474657374000A686F73746D61737465720567617564790474657374000000000100000E100000038400093A800000012C"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 1.0.0.127.gone.test. A": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:52+0000","dateSeconds":1796025592,"msgLength":105,"ID":21886,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":3,"QDCOUNT":1,"ANCOUNT":0,"NSCOUNT":1,"ARCOUNT":1,"QNAME":"1.0.0.127.gone.test.","QTYPE":1,"QTYPEname":"A","QCLASS":1,"QCLASSname":"IN","authorityRRs":[{"NAME":"gone.test.","TYPE":6,"TYPEname":"SOA","CLASS":1,"CLASSname":"IN","TTL":300,"rdataSOA":"ns1.gaudy.test. hostmaster.gaudy.test. 1 3600 900 604800 300","RDLENGTH":59,"RDATAHEX":"036E73310567617564790474657374000A686F73746D61737465720567617564790474657374000000000100000E100000038400093A800000012C"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 1.0.0.127.gone.test. TXT": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:52+0000","dateSeconds":1796025592,"msgLength":105,"ID":57201,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":3,"QDCOUNT":1,"ANCOUNT":0,"NSCOUNT":1,"ARCOUNT":1,"QNAME":"1.0.0.127.gone.test.","QTYPE":16,"QTYPEname":"TXT","QCLASS":1,"QCLASSname":"IN","authorityRRs":[{"NAME":"gone.test.","TYPE":6,"TYPEname":"SOA","CLASS":1,"CLASSname":"IN","TTL":300,"rdataSOA":"ns1.gaudy.test. hostmaster.gaudy.test. 1 3600 900 604800 300","RDLENGTH":59,"RDATAHEX":"036E73310567617564790474657374000A686F73746D61737465720567617564790474657374000000000100000E100000038400093A800000012C"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 25.100.51.198.gone.test. A": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:52+0000","dateSeconds":1796025592,"msgLength":109,"ID":3068,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":3,"QDCOUNT":1,"ANCOUNT":0,"NSCOUNT":1,"ARCOUNT":1,"QNAME":"25.100.51.198.gone.test.","QTYPE":1,"QTYPEname":"A","QCLASS":1,"QCLASSname":"IN","authorityRRs":[{"NAME":"gone.test.","TYPE":6,"TYPEname":"SOA","CLASS":1,"CLASSname":"IN","TTL":300,"rdataSOA":"ns1.gaudy.test. hostmaster.gaudy.test. 1 3600 900 604800 300","RDLENGTH":59,"RDATAHEX":"036E73310567617564790474657374000A686F73746D61737465720567617564790474657374000000000100000E100000038400093A800000012C"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 25.100.51.198.gone.test. TXT": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:52+0000","dateSeconds":1796025592,"msgLength":109,"ID":30679,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":3,"QDCOUNT":1,"ANCOUNT":0,"NSCOUNT":1,"ARCOUNT":1,"QNAME":"25.100.51.198.gone.test.","QTYPE":16,"QTYPEname":"TXT","QCLASS":1,"QCLASSname":"IN","authorityRRs":[{"NAME":"gone.test.","TYPE":6,"TYPEname":"SOA","CLASS":1,"CLASSname":"IN","TTL":300,"rdataSOA":"ns1.gaudy.test. hostmaster.gaudy.test. 1 3600 900 604800 300","RDLENGTH":59,"RDATAHEX":"036E73310567617564790474657374000A686F73746D61737465720567617564790474657374000000000100000E100000038400093A800000012C"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 26.100.51.198.gone.test. A": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:52+0000","dateSeconds":1796025592,"msgLength":109,"ID":4911,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":3,"QDCOUNT":1,"ANCOUNT":0,"NSCOUNT":1,"ARCOUNT":1,"QNAME":"26.100.51.198.gone.test.","QTYPE":1,"QTYPEname":"A","QCLASS":1,"QCLASSname":"IN","authorityRRs":[{"NAME":"gone.test.","TYPE":6,"TYPEname":"SOA","CLASS":1,"CLASSname":"IN","TTL":300,"rdataSOA":"ns1.gaudy.test. hostmaster.gaudy.test. 1 3600 900 604800 300","RDLENGTH":59,"RDATAHEX":"036E73310567617564790474657374000A686F73746D61737465720567617564790474657374000000000100000E100000038400093A800000012C"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 26.100.51.198.gone.test. TXT": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:52+0000","dateSeconds":1796025592,"msgLength":109,"ID":29161,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":3,"QDCOUNT":1,"ANCOUNT":0,"NSCOUNT":1,"ARCOUNT":1,"QNAME":"26.100.51.198.gone.test.","QTYPE":16,"QTYPEname":"TXT","QCLASS":1,"QCLASSname":"IN","authorityRRs":[{"NAME":"gone.test.","TYPE":6,"TYPEname":"SOA","CLASS":1,"CLASSname":"IN","TTL":300,"rdataSOA":"ns1.gaudy.test. hostmaster.gaudy.test. 1 3600 900 604800 300","RDLENGTH":59,"RDATAHEX":"036E73310567617564790474657374000A686F73746D61737465720567617564790474657374000000000100000E100000038400093A800000012C"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 2.0.0.127.all.test. A": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:52+0000","dateSeconds":1796025592,"msgLength":63,"ID":53393,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":0,"QDCOUNT":1,"ANCOUNT":1,"NSCOUNT":0,"ARCOUNT":1,"QNAME":"2.0.0.127.all.test.","QTYPE":1,"QTYPEname":"A","QCLASS":1,"QCLASSname":"IN","answerRRs":[{"NAME":"2.0.0.127.all.test.","TYPE":1,"TYPEname":"A","CLASS":1,"CLASSname":"IN","TTL":300,"rdataA":"127.0.0.2","RDLENGTH":4,"RDATAHEX":"7F000002"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 2.0.0.127.all.test. TXT": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:52+0000","dateSeconds":1796025592,"msgLength":104,"ID":8230,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":0,"QDCOUNT":1,"ANCOUNT":0,"NSCOUNT":1,"ARCOUNT":1,"QNAME":"2.0.0.127.all.test.","QTYPE":16,"QTYPEname":"TXT","QCLASS":1,"QCLASSname":"IN","authorityRRs":[{"NAME":"all.test.","TYPE":6,"TYPEname":"SOA","CLASS":1,"CLASSname":"IN","TTL":300,"rdataSOA":"ns1.gaudy.test. hostmaster.gaudy.test. 1 3600 900 604800 300","RDLENGTH":59,"RDATAHEX":"036E73310567617564790474657374000A686F73746D61737465720567617564790474657374000000000100000E100000038400093A800000012C"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 1.0.0.127.all.test. A": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:52+0000","dateSeconds":1796025592,"msgLength":63,"ID":23434,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":0,"QDCOUNT":1,"ANCOUNT":1,"NSCOUNT":0,"ARCOUNT":1,"QNAME":"1.0.0.127.all.test.","QTYPE":1,"QTYPEname":"A","QCLASS":1,"QCLASSname":"IN","answerRRs":[{"NAME":"1.0.0.127.all.test.","TYPE":1,"TYPEname":"A","CLASS":1,"CLASSname":"IN","TTL":300,"rdataA":"127.0.0.2","RDLENGTH":4,"RDATAHEX":"7F000002"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 1.0.0.127.all.test. TXT": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:52+0000","dateSeconds":1796025592,"msgLength":104,"ID":56314,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":0,"QDCOUNT":1,"ANCOUNT":0,"NSCOUNT":1,"ARCOUNT":1,"QNAME":"1.0.0.127.all.test.","QTYPE":16,"QTYPEname":"TXT","QCLASS":1,"QCLASSname":"IN","authorityRRs":[{"NAME":"all.test.","TYPE":6,"TYPEname":"SOA","CLASS":1,"CLASSname":"IN","TTL":300,"rdataSOA":"ns1.gaudy.test. hostmaster.gaudy.test. 1 3600 900 604800 300","RDLENGTH":59,"RDATAHEX":"036E73310567617564790474657374000A686F73746D61737465720567617564790474657374000000000100000E100000038400093A800000012C"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 25.100.51.198.all.test. A": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:52+0000","dateSeconds":1796025592,"msgLength":67,"ID":47371,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":0,"QDCOUNT":1,"ANCOUNT":1,"NSCOUNT":0,"ARCOUNT":1,"QNAME":"25.100.51.198.all.test.","QTYPE":1,"QTYPEname":"A","QCLASS":1,"QCLASSname":"IN","answerRRs":[{"NAME":"25.100.51.198.all.test.","TYPE":1,"TYPEname":"A","CLASS":1,"CLASSname":"IN","TTL":300,"rdataA":"127.0.0.2","RDLENGTH":4,"RDATAHEX":"7F000002"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 25.100.51.198.all.test. TXT": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:52+0000","dateSeconds":1796025592,"msgLength":108,"ID":19233,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":0,"QDCOUNT":1,"ANCOUNT":0,"NSCOUNT":1,"ARCOUNT":1,"QNAME":"25.100.51.198.all.test.","QTYPE":16,"QTYPEname":"TXT","QCLASS":1,"QCLASSname":"IN","authorityRRs":[{"NAME":"all.test.","TYPE":6,"TYPEname":"SOA","CLASS":1,"CLASSname":"IN","TTL":300,"rdataSOA":"ns1.gaudy.test. hostmaster.gaudy.test. 1 3600 900 604800 300","RDLENGTH":59,"RDATAHEX":"036E73310567617564790474657374000A686F73746D61737465720567617564790474657374000000000100000E100000038400093A800000012C"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 26.100.51.198.all.test. A": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:52+0000","dateSeconds":1796025592,"msgLength":67,"ID":39024,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":0,"QDCOUNT":1,"ANCOUNT":1,"NSCOUNT":0,"ARCOUNT":1,"QNAME":"26.100.51.198.all.test.","QTYPE":1,"QTYPEname":"A","QCLASS":1,"QCLASSname":"IN","answerRRs":[{"NAME":"26.100.51.198.all.test.","TYPE":1,"TYPEname":"A","CLASS":1,"CLASSname":"IN","TTL":300,"rdataA":"127.0.0.2","RDLENGTH":4,"RDATAHEX":"7F000002"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 26.100.51.198.all.test. TXT": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:52+0000","dateSeconds":1796025592,"msgLength":108,"ID":16808,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":0,"QDCOUNT":1,"ANCOUNT":0,"NSCOUNT":1,"ARCOUNT":1,"QNAME":"26.100.51.198.all.test.","QTYPE":16,"QTYPEname":"TXT","QCLASS":1,"QCLASSname":"IN","authorityRRs":[{"NAME":"all.test.","TYPE":6,"TYPEname":"SOA","CLASS":1,"CLASSname":"IN","TTL":300,"rdataSOA":"ns1.gaudy.test. hostmaster.gaudy.test. 1 3600 900 604800 300","RDLENGTH":59,"RDATAHEX":"036E73310567617564790474657374000A686F73746D61737465720567617564790474657374000000000100000E100000038400093A800000012C"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 2.0.0.127.ref.test. A": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:52+0000","dateSeconds":1796025592,"msgLength":63,"ID":4845,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":0,"QDCOUNT":1,"ANCOUNT":1,"NSCOUNT":0,"ARCOUNT":1,"QNAME":"2.0.0.127.ref.test.","QTYPE":1,"QTYPEname":"A","QCLASS":1,"QCLASSname":"IN","answerRRs":[{"NAME":"2.0.0.127.ref.test.","TYPE":1,"TYPEname":"A","CLASS":1,"CLASSname":"IN","TTL":300,"rdataA":"127.255.255.254","RDLENGTH":4,"RDATAHEX":"7FFFFFFE"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 2.0.0.127.ref.test. TXT": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:52+0000","dateSeconds":1796025592,"msgLength":80,"ID":45144,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":0,"QDCOUNT":1,"ANCOUNT":1,"NSCOUNT":0,"ARCOUNT":1,"QNAME":"2.0.0.127.ref.test.","QTYPE":16,"QTYPEname":"TXT","QCLASS":1,"QCLASSname":"IN","answerRRs":[{"NAME":"2.0.0.127.ref.test.","TYPE":16,"TYPEname":"TXT","CLASS":1,"CLASSname":"IN","TTL":300,"rdataTXT":"\"Error: open resolver\"","RDLENGTH":21,"RDATAHEX":"144572726F723A206F70656E207265736F6C766572"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 1.0.0.127.ref.test. A": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:52+0000","dateSeconds":1796025592,"msgLength":63,"ID":39289,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":0,"QDCOUNT":1,"ANCOUNT":1,"NSCOUNT":0,"ARCOUNT":1,"QNAME":"1.0.0.127.ref.test.","QTYPE":1,"QTYPEname":"A","QCLASS":1,"QCLASSname":"IN","answerRRs":[{"NAME":"1.0.0.127.ref.test.","TYPE":1,"TYPEname":"A","CLASS":1,"CLASSname":"IN","TTL":300,"rdataA":"127.255.255.254","RDLENGTH":4,"RDATAHEX":"7FFFFFFE"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 1.0.0.127.ref.test. TXT": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:52+0000","dateSeconds":1796025592,"msgLength":80,"ID":10535,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":0,"QDCOUNT":1,"ANCOUNT":1,"NSCOUNT":0,"ARCOUNT":1,"QNAME":"1.0.0.127.ref.test.","QTYPE":16,"QTYPEname":"TXT","QCLASS":1,"QCLASSname":"IN","answerRRs":[{"NAME":"1.0.0.127.ref.test.","TYPE":16,"TYPEname":"TXT","CLASS":1,"CLASSname":"IN","TTL":300,"rdataTXT":"\"Error: open resolver\"","RDLENGTH":21,"RDATAHEX":"144572726F723A206F70656E207265736F6C766572"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 25.100.51.198.ref.test. A": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:52+0000","dateSeconds":1796025592,"msgLength":67,"ID":9937,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":0,"QDCOUNT":1,"ANCOUNT":1,"NSCOUNT":0,"ARCOUNT":1,"QNAME":"25.100.51.198.ref.test.","QTYPE":1,"QTYPEname":"A","QCLASS":1,"QCLASSname":"IN","answerRRs":[{"NAME":"25.100.51.198.ref.test.","TYPE":1,"TYPEname":"A","CLASS":1,"CLASSname":"IN","TTL":300,"rdataA":"127.255.255.254","RDLENGTH":4,"RDATAHEX":"7FFFFFFE"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 25.100.51.198.ref.test. TXT": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:52+0000","dateSeconds":1796025592,"msgLength":84,"ID":41582,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":0,"QDCOUNT":1,"ANCOUNT":1,"NSCOUNT":0,"ARCOUNT":1,"QNAME":"25.100.51.198.ref.test.","QTYPE":16,"QTYPEname":"TXT","QCLASS":1,"QCLASSname":"IN","answerRRs":[{"NAME":"25.100.51.198.ref.test.","TYPE":16,"TYPEname":"TXT","CLASS":1,"CLASSname":"IN","TTL":300,"rdataTXT":"\"Error: open resolver\"","RDLENGTH":21,"RDATAHEX":"144572726F723A206F70656E207265736F6C766572"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 26.100.51.198.ref.test. A": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:52+0000","dateSeconds":1796025592,"msgLength":67,"ID":13178,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":0,"QDCOUNT":1,"ANCOUNT":1,"NSCOUNT":0,"ARCOUNT":1,"QNAME":"26.100.51.198.ref.test.","QTYPE":1,"QTYPEname":"A","QCLASS":1,"QCLASSname":"IN","answerRRs":[{"NAME":"26.100.51.198.ref.test.","TYPE":1,"TYPEname":"A","CLASS":1,"CLASSname":"IN","TTL":300,"rdataA":"127.255.255.254","RDLENGTH":4,"RDATAHEX":"7FFFFFFE"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
    "127.0.0.3 26.100.51.198.ref.test. TXT": Answer(
      stdout: #"""
        {"dateString":"2026-11-30T07:59:52+0000","dateSeconds":1796025592,"msgLength":84,"ID":31180,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":0,"QDCOUNT":1,"ANCOUNT":1,"NSCOUNT":0,"ARCOUNT":1,"QNAME":"26.100.51.198.ref.test.","QTYPE":16,"QTYPEname":"TXT","QCLASS":1,"QCLASSname":"IN","answerRRs":[{"NAME":"26.100.51.198.ref.test.","TYPE":16,"TYPEname":"TXT","CLASS":1,"CLASSname":"IN","TTL":300,"rdataTXT":"\"Error: open resolver\"","RDLENGTH":21,"RDATAHEX":"144572726F723A206F70656E207265736F6C766572"}],"additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
        """#
    ),
  ]

  /// A reply cut to 512 octets, by +ignore +bufsize=512.
  static let truncated = #"""
    {"dateString":"2026-11-30T07:59:52+0000","dateSeconds":1796025592,"msgLength":43,"ID":53373,"QR":1,"Opcode":0,"AA":1,"TC":1,"RD":1,"RA":0,"AD":0,"CD":0,"RCODE":0,"QDCOUNT":1,"ANCOUNT":0,"NSCOUNT":0,"ARCOUNT":1,"QNAME":"big.gaudy.test.","QTYPE":16,"QTYPEname":"TXT","QCLASS":1,"QCLASSname":"IN","additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0,"RDLENGTH":0}]}
    """#

  /// What ldns-read-zone prints of the zone.
  static let zone = #"""
    gaudy.test.	3600	IN	SOA	ns1.gaudy.test. hostmaster.gaudy.test. 2026112201 3600 900 604800 300
    *.wild.gaudy.test.	3600	IN	A	192.0.2.4
    utf.gaudy.test.	3600	IN	TXT	"caf\195\169 \007bell"
    empty.non.terminal.gaudy.test.	3600	IN	A	192.0.2.1
    _imaps._tcp.gaudy.test.	3600	IN	SRV	0 1 993 mail.gaudy.test.
    gaudy.test.	3600	IN	CAA	0 issue "letsencrypt.org"
    www.gaudy.test.	3600	IN	CNAME	mail.gaudy.test.
    _25._tcp.mail.gaudy.test.	3600	IN	TLSA	3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
    mail.gaudy.test.	3600	IN	AAAA	2001:db8::25
    mail.gaudy.test.	3600	IN	A	198.51.100.25
    ns1.gaudy.test.	3600	IN	A	127.0.0.2
    gaudy.test.	3600	IN	TXT	"first part " "second part; \"quoted\" back\\slash"
    gaudy.test.	3600	IN	TXT	"v=spf1 mx -all"
    gaudy.test.	3600	IN	MX	10 mail.gaudy.test.
    gaudy.test.	3600	IN	NS	ns1.gaudy.test.

    """#
}
