/// A host with a certificate for each of two kinds of key, both of one authority, and one that comes
/// next, as OpenSSL 3.0 was seen to tell of them; and what `sha256sum` and `sha512sum` say of their bytes.
enum TLSARecorded {
  static let rsa = """
    -----BEGIN CERTIFICATE-----
    MIICWDCCAf6gAwIBAgIUaCWz72cdUYVMcPU7j2PosS3QKJkwCgYIKoZIzj0EAwIw
    EzERMA8GA1UEAwwIUHJvYmUgQ0EwHhcNMjYxMTMwMTc1MTU3WhcNMzYxMTI3MTc1
    MTU3WjAaMRgwFgYDVQQDDA9tYWlsLmdhdWR5LnRlc3QwggEiMA0GCSqGSIb3DQEB
    AQUAA4IBDwAwggEKAoIBAQC/lY9YqhZJqCdyM5395CAX0cRQjnCJKc96eF3OSPsf
    5Ph3/CUzeHU/y/7IpZ2qWxrOBEctOTHNqYMk66eQVyyryuw86wwm2cS1vPUt1K1H
    YuORgh+JxVvJacPXQlNSclnNNxdJVXuIMZI5PpJOAOog0R9JUcGqnycieUovAO76
    T+LleZHZYF+HhgZhVIQKnwwLzhOW/GyQLVFgbQz/WGnefOKf2rJgruK2zJABnM7x
    3UQqAwvc02zM1wQz31V/hiIDmi1NcHy41KybFefgeBo6RZRCnFy2ChBJ05MObW9Y
    8aX/Bh6WDbYW5NtOH0oq1DMAqmGoJwg4MRXX/C6pAqCxAgMBAAGjXjBcMBoGA1Ud
    EQQTMBGCD21haWwuZ2F1ZHkudGVzdDAdBgNVHQ4EFgQUHGtInTBULw9EFshvxSwC
    dMTqJ74wHwYDVR0jBBgwFoAUl8pqwUu5YZdSGF0ckLLGuvKexCIwCgYIKoZIzj0E
    AwIDSAAwRQIgXVx12Td3kScHg20W1bpEvzlNtALVfl0nmSM44f50wmMCIQD3Gfqm
    EDVLEGr6kBYfpJSRirRLTa7wuLWu4H890MzgMw==
    -----END CERTIFICATE-----

    """
  static let ec = """
    -----BEGIN CERTIFICATE-----
    MIIBjDCCATOgAwIBAgIUaCWz72cdUYVMcPU7j2PosS3QKJowCgYIKoZIzj0EAwIw
    EzERMA8GA1UEAwwIUHJvYmUgQ0EwHhcNMjYxMTMwMTc1MTU3WhcNMzYxMTI3MTc1
    MTU3WjAaMRgwFgYDVQQDDA9tYWlsLmdhdWR5LnRlc3QwWTATBgcqhkjOPQIBBggq
    hkjOPQMBBwNCAARaa3Ji2kzTf56mRaq10wS4FqF0ACZ7J7A8eb9nQAMYEHuLqhuW
    oLetNcd+g71KgnmGnNcBF6U9Edcis+eZHP9ro14wXDAaBgNVHREEEzARgg9tYWls
    LmdhdWR5LnRlc3QwHQYDVR0OBBYEFBhm6u0TLuNQWduwi1zK0Web0i76MB8GA1Ud
    IwQYMBaAFJfKasFLuWGXUhhdHJCyxrrynsQiMAoGCCqGSM49BAMCA0cAMEQCIDAK
    4y84rkuf/wEjcAXTWQ9NRKfxOICs+a6AHhg0cOuAAiBJf8N6xb36xEMzL08gIb3B
    FTnWKXuIgAs4uWqhbZo1gA==
    -----END CERTIFICATE-----

    """
  static let authority = """
    -----BEGIN CERTIFICATE-----
    MIIBezCCASGgAwIBAgIUQNW2ygNjqvU0fCvwrIzJ8JMI8XEwCgYIKoZIzj0EAwIw
    EzERMA8GA1UEAwwIUHJvYmUgQ0EwHhcNMjYxMTMwMTc1MTU3WhcNMzYxMTI3MTc1
    MTU3WjATMREwDwYDVQQDDAhQcm9iZSBDQTBZMBMGByqGSM49AgEGCCqGSM49AwEH
    A0IABKx4VnMgd+0/BxvP/4pDBF2LydOLccvD6zMWawlBrgWQO5F0MFg8p7+Xw89R
    l4+Ly1zko/E5Ou08YA1v5ejymVujUzBRMB0GA1UdDgQWBBSXymrBS7lhl1IYXRyQ
    ssa68p7EIjAfBgNVHSMEGDAWgBSXymrBS7lhl1IYXRyQssa68p7EIjAPBgNVHRMB
    Af8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIGfbY+xkltL85xRUmKIfz1wywenZ
    NEK6MGa0x4c7oaK2AiEAnIdc4u51swYYilyql2XqpR99ClHd1ZlvjONoUdbq4hI=
    -----END CERTIFICATE-----

    """
  static let next = """
    -----BEGIN CERTIFICATE-----
    MIIBjjCCATOgAwIBAgIUaCWz72cdUYVMcPU7j2PosS3QKJswCgYIKoZIzj0EAwIw
    EzERMA8GA1UEAwwIUHJvYmUgQ0EwHhcNMjYxMTMwMTc1MTU3WhcNMzYxMTI3MTc1
    MTU3WjAaMRgwFgYDVQQDDA9tYWlsLmdhdWR5LnRlc3QwWTATBgcqhkjOPQIBBggq
    hkjOPQMBBwNCAARbr8Ur/xP60bl2nrAyEVBOSsPiHKm0+fY65K39bnTY11k/rHOa
    b0djP9XTmy2ZguvlIwLs1BY23lMf5LAtYHG8o14wXDAaBgNVHREEEzARgg9tYWls
    LmdhdWR5LnRlc3QwHQYDVR0OBBYEFB8t+99UCqajU2WuHJ5KCj4QhWlEMB8GA1Ud
    IwQYMBaAFJfKasFLuWGXUhhdHJCyxrrynsQiMAoGCCqGSM49BAMCA0kAMEYCIQCU
    lAUI51blapDpyZlkrKlDZ1PrehN8tTQVUBYXeJoanAIhAKxJ1S/y0PBwFbrr30+W
    7iyba9HbimXS37GVJI2w0K/Y
    -----END CERTIFICATE-----

    """
  private static let rsaFacts = """
    subject=CN=mail.gaudy.test
    issuer=CN=Probe CA
    notAfter=2036-11-27 17:51:57Z
    X509v3 Subject Alternative Name: 
        DNS:mail.gaudy.test
    sha256 Fingerprint=64:A5:B2:66:91:2F:51:94:BF:64:D9:DB:B0:4E:66:33:BA:BB:55:FB:98:A4:97:A6:96:1E:7B:6C:05:DF:A8:6A
    -----BEGIN PUBLIC KEY-----
    MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAv5WPWKoWSagncjOd/eQg
    F9HEUI5wiSnPenhdzkj7H+T4d/wlM3h1P8v+yKWdqlsazgRHLTkxzamDJOunkFcs
    q8rsPOsMJtnEtbz1LdStR2LjkYIficVbyWnD10JTUnJZzTcXSVV7iDGSOT6STgDq
    INEfSVHBqp8nInlKLwDu+k/i5XmR2WBfh4YGYVSECp8MC84TlvxskC1RYG0M/1hp
    3nzin9qyYK7itsyQAZzO8d1EKgML3NNszNcEM99Vf4YiA5otTXB8uNSsmxXn4Hga
    OkWUQpxctgoQSdOTDm1vWPGl/wYelg22FuTbTh9KKtQzAKphqCcIODEV1/wuqQKg
    sQIDAQAB
    -----END PUBLIC KEY-----

    """
  private static let ecFacts = """
    subject=CN=mail.gaudy.test
    issuer=CN=Probe CA
    notAfter=2036-11-27 17:51:57Z
    X509v3 Subject Alternative Name: 
        DNS:mail.gaudy.test
    sha256 Fingerprint=84:02:14:B2:5F:2B:32:03:C0:8E:41:FE:28:DC:06:2C:C5:80:19:1F:71:F2:23:32:07:2C:1D:57:C3:A2:59:06
    -----BEGIN PUBLIC KEY-----
    MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEWmtyYtpM03+epkWqtdMEuBahdAAm
    eyewPHm/Z0ADGBB7i6oblqC3rTXHfoO9SoJ5hpzXARelPRHXIrPnmRz/aw==
    -----END PUBLIC KEY-----

    """
  private static let authorityFacts = """
    subject=CN=Probe CA
    issuer=CN=Probe CA
    notAfter=2036-11-27 17:51:57Z
    sha256 Fingerprint=03:42:51:EC:38:C1:CD:55:3E:52:83:25:E3:D8:F4:A0:58:D0:8B:5C:D5:F5:05:2B:46:07:4F:8F:90:35:32:91
    -----BEGIN PUBLIC KEY-----
    MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAErHhWcyB37T8HG8//ikMEXYvJ04tx
    y8PrMxZrCUGuBZA7kXQwWDynv5fDz1GXj4vLXOSj8Tk67TxgDW/l6PKZWw==
    -----END PUBLIC KEY-----

    """
  private static let nextFacts = """
    subject=CN=mail.gaudy.test
    issuer=CN=Probe CA
    notAfter=2036-11-27 17:51:57Z
    X509v3 Subject Alternative Name: 
        DNS:mail.gaudy.test
    sha256 Fingerprint=AF:FB:63:D3:CF:EE:D5:35:40:DE:96:87:CD:1B:DD:8F:10:ED:76:D0:49:78:07:42:8C:86:44:1A:CB:92:4A:AA
    -----BEGIN PUBLIC KEY-----
    MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEW6/FK/8T+tG5dp6wMhFQTkrD4hyp
    tPn2OuSt/W502NdZP6xzmm9HYz/V05stmYLr5SMC7NQWNt5TH+SwLWBxvA==
    -----END PUBLIC KEY-----

    """

  /// What `openssl x509` prints of one of them.
  static func facts(_ pem: String) -> String? {
    [rsa: rsaFacts, ec: ecFacts, authority: authorityFacts, next: nextFacts][pem]
  }

  /// `openssl s_client -starttls smtp -showcerts` of a chain.
  static func session(_ certificates: [String]) -> String {
    var text = "CONNECTED(00000003)\n---\nCertificate chain\n"
    for (place, pem) in certificates.enumerated() {
      text +=
        """
         \(place) s:CN = mail.gaudy.test
           i:CN = Probe CA
           a:PKEY: id-ecPublicKey, 256 (bit); sigalg: ecdsa-with-SHA256
           v:NotBefore: Nov 30 17:47:55 2026 GMT; NotAfter: Nov 27 17:47:55 2036 GMT

        """ + pem
    }
    return text + rest
  }

  private static let rest = """
    ---
    Server certificate
    subject=CN = mail.gaudy.test
    issuer=CN = Probe CA
    ---
    No client certificate CA names sent
    Peer signing digest: SHA256
    Peer signature type: RSA-PSS
    Server Temp Key: X25519, 253 bits
    ---
    SSL handshake has read 1662 bytes and written 392 bytes
    Verification error: self-signed certificate in certificate chain
    ---
    New, TLSv1.3, Cipher is TLS_AES_256_GCM_SHA384
    Server public key is 2048 bit
    Secure Renegotiation IS NOT supported
    Compression: NONE
    Expansion: NONE
    No ALPN negotiated
    Early data was not sent
    Verify return code: 19 (self-signed certificate in certificate chain)
    ---

    """

  /// What it prints where a server has no certificate of the kind that is asked for.
  static let noCertificate = """
    CONNECTED(00000003)
    ---
    no peer certificate available
    ---
    No client certificate CA names sent
    ---
    SSL handshake has read 7 bytes and written 247 bytes
    Verification: OK
    ---
    New, (NONE), Cipher is (NONE)
    Verify return code: 0 (ok)
    ---

    """
  static let noCertificateError =
    "40A7A8F64E7F0000:error:0A000410:SSL routines:ssl3_read_bytes:sslv3 alert handshake failure:"
    + "../ssl/record/rec_layer_s3.c:1601:SSL alert number 40\n"

  static let rsaKey = "57d4c4ceac19cbbd030d31b9540ab62cea22fe9d2423089567ab9e2fe16e3b21"
  static let ecKey = "5d6ab6d6a61bbeeb559cd783305ddeadb172e15843ba161c60cfc304cd449dc9"
  static let nextKey = "54d80753733ad01db9136fd811258f03183f240f2cb79ac4a5f1f829c00fa5e3"
  static let authorityKey = "132c2f7db18700fec782d3f88113c806d90f83e704f37c5f2bf27246a095078a"
  static let ecCertificate = "840214b25f2b3203c08e41fe28dc062cc580191f71f22332072c1d57c3a25906"
  static let authorityCertificate =
    "034251ec38c1cd553e528325e3d8f4a058d08b5cd5f5052b46074f8f90353291"
  static let rsaKey512 =
    "4a56c6b240eb7ba12b9723e71d39f2abc4701b48073e3f69606bdf2196955d01e9ca6f037abaebd6"
    + "dc608cbf02e62853759d9d5d7539df8887fc75cf17438291"
  static let ecKey512 =
    "2937aa30594744417b3520f5efd40dc96ef9884a4a724005447700df22ba79d815f59c9a7d5092a0"
    + "d58e4de84f3e979136f8822c9bb12d4b3eba391b7eaaed49"
  static let ecCertificate512 =
    "f5d7896cac35f13e8d5480209b778e2bb3245089f6a4e9fb321edf0cf7e5ab66b62dc61da1511787"
    + "a0ad60d2f419f9a7efb75f5998e51f67066c801b2d2969e1"
  static let ecKeyWhole =
    "3059301306072a8648ce3d020106082a8648ce3d030107034200045a6b7262da4cd37f9ea645aab5"
    + "d304b816a17400267b27b03c79bf67400318107b8baa1b96a0b7ad35c77e83bd4a8279869cd70117"
    + "a53d11d722b3e7991cff6b"
}
