/// What the DNS says of the site, asked by kdig(1), and what is published there.
enum DNSFamily {
  static let operations: [any CommandOperation] = [
    DNSLookup(), DNSCompare(), DNSWait(), DNSPublish(), PTRCheck(), DNSBLCheck(),
  ]
}
