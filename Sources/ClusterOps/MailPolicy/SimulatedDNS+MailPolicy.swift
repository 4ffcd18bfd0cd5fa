internal import Runbooks

extension SimulatedDNS {
  /// What a healthy site publishes of itself for others to treat its mail by, as `deploy/dns` has it.
  static func policies(_ site: Site) -> [DNSQuestion: [String]] {
    let domain = DNSName.canonical(site.domain)
    let texts = [
      "_dmarc":
        "v=DMARC1; p=reject; sp=reject; np=reject; rua=mailto:dmarc@\(domain); adkim=s; aspf=s",
      "_mta-sts": "v=STSv1; id=20261122031000",
      "_smtp._tls": "v=TLSRPTv1; rua=mailto:tlsrpt@\(domain)",
      "s1._domainkey": "v=DKIM1; k=rsa; p=\(keys[0])",
      "s2._domainkey": "v=DKIM1; k=rsa; p=\(keys[1])",
    ]
    var records: [DNSQuestion: [String]] = [
      DNSQuestion(name: domain, type: .caa): [
        #"0 issue "letsencrypt.org""#, #"0 issuewild ";""#,
        #"0 iodef "mailto:hostmaster@\#(domain)""#,
      ],
      DNSQuestion(name: "_25._tcp.\(DNSName.canonical(site.mailHost))", type: .tlsa): [
        "3 1 1 \(Digest(of: SimulatedKey.bytes(SimulatedKey.standard)))"
      ],
    ]
    for (name, text) in texts {
      records[DNSQuestion(name: "\(name).\(domain)", type: .txt)] = [text]
    }
    return records
  }

  /// Two RSA keys of 2,048 bits whose private halves nobody has.
  private static let keys = [
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAmODZnnb47aeq01A2qlxGR4bUmNQBdBoAZW8HgazBFp9c"
      + "EJPOravmVTQuMYilBcvHyTvpb9ZlOo8JzmXDyrZ7w7kXIgiEL64jEHTxYt7u59NGVqgslsbg44g4tkulk2t9+1mi"
      + "NT8WuoLB38jk8Dj22wvGDhtP20NMkwH92Df+OnDvxma+NaCrjSp5wXf2AIwkLAHG1Zy+TXk0dcWxYNHVLXlWrmix"
      + "z+AzNNmJiuLKpiNyhhjGbx9KCUzVTFb6vDS6GW2JHUdQO5eTvF1kXrqenKthAOAlwrRS2Xfgt/3MKGLv7BqVY0t2"
      + "UNjFyaqZG2lSyNyCg5NEjlIRoRd4Xk7bSQIDAQAB",
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAwvyViXQ45rVLGXLGAuQ69M8xGqg/7wuMN53fwECSYFME"
      + "olTpjwAC6dOu2jv97/yGeQqm/AGru2lU7u1Ad0iUj/MtkfLRzRKRVV61raahoLSRvIR4m+1jQCNOG0El/SUPkv05"
      + "d2ylCx5zJL5Q0JyhSbV4zI4qB32247LGD0/Fit/5244VF8CWSgb/MnglD6EwaAUwksWAa4SuMW+ul6hMRdkrIjXI"
      + "2ozJ19ldqd/USv6GZ4+3KEeT9cOKfVE54desDdUY1bjxoNCdrl1ASt9+4tQxkMebg9mqlwkaIeglrd+OUXFYs1vJ"
      + "O6Qc+MDtLPu15PB8eSwVtRWRvidZvDRTqQIDAQAB",
  ]
}
