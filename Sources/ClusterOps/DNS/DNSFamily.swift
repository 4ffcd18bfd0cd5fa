/// What the DNS says of the site, asked by kdig(1).
enum DNSFamily {
  static let operations: [any CommandOperation] = [
    DNSLookup(), DNSCompare(), PTRCheck(), DNSBLCheck(),
  ]
}
