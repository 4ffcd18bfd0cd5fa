/// What ports prove and speak.
enum TLSFamily {
  static let operations: [any CommandOperation] = [
    TLSCertificate(), TLSPolicy(), TLSACompare(),
  ]
}
