import Foundation

@testable import ClusterOps

/// Public keys, and what openssl 3.0 was seen to print of them, shortened.
enum DKIMRecorded {
  /// RSA of 1,024 bits.
  static let small =
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC0qocwSpbGKZpMf/oOxuc3fb32NviU9i9P/MYZq6P+fab7ydyU"
    + "fAbeMAw7V/WjOZ62W4kS2BJ5ZFBAIF9QCgyuUyYcJV4KHAWBZgfehHslMpatzNGdMHbmExv/kgWG4yNMQjOhg6XE"
    + "VQtv/64u6aeWpGKm09/QZVrs/QYnHW+ZtQIDAQAB"

  /// RSA of 2,048 bits, as `openssl pkey -pubout` has it.
  static let good =
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAq8lNib6iNgmuwdzzg955nf+/hXJ/WtHglkU3cueUyEeH"
    + "rUAOrYyar69fAJ2jzX3UEUFinUbQVHVN6zeaYLkszb4K9+BXOamuSr3/Spe/WRPL75H/Em4tL1xB/KvMK2Z+Ck8C"
    + "7wphGJUnDTQN90A+BlFsMd55n9p52oh8ZwwWhm5kBLiQJLOAh1c+d1t/+vckTXggpOhJy8Kzp3Mz6pp1WkNLn+o0"
    + "rtNcFcvr9G/jyyElrVBZ9A5yiBolGhvI7mK04elZLUT6iYTQjKC+3vbLtViNmtslFI/buZQ3px5ea1UnZJtkqdjK"
    + "hmmKdqhlMO9V3YK4OrYhyMzyTbw9TMxg5wIDAQAB"

  /// The same key as an RSAPublicKey (RFC 8017 §A.1.1), which some publish.
  static let bare =
    "MIIBCgKCAQEAq8lNib6iNgmuwdzzg955nf+/hXJ/WtHglkU3cueUyEeHrUAOrYyar69fAJ2jzX3UEUFinUbQVHVN"
    + "6zeaYLkszb4K9+BXOamuSr3/Spe/WRPL75H/Em4tL1xB/KvMK2Z+Ck8C7wphGJUnDTQN90A+BlFsMd55n9p52oh8"
    + "ZwwWhm5kBLiQJLOAh1c+d1t/+vckTXggpOhJy8Kzp3Mz6pp1WkNLn+o0rtNcFcvr9G/jyyElrVBZ9A5yiBolGhvI"
    + "7mK04elZLUT6iYTQjKC+3vbLtViNmtslFI/buZQ3px5ea1UnZJtkqdjKhmmKdqhlMO9V3YK4OrYhyMzyTbw9TMxg"
    + "5wIDAQAB"

  /// An Ed25519 key as it is published (RFC 8463 §4).
  static let edwards =
    "ROGEN+ciTOURw/UF/G/+8BV/GbT9PymZyXGLgMLDL8w="

  /// The same as openssl has it.
  static let edwardsInfo =
    "MCowBQYDK2VwAyEAROGEN+ciTOURw/UF/G/+8BV/GbT9PymZyXGLgMLDL8w="

  /// `openssl pkey -in FILE -pubout`, in the pod.
  static func mounted(_ key: String) -> Answer { .inPod(pem(key)) }

  /// Of a file that is not there.
  static let missing = Answer.inPod(
    "",
    stderr: """
      Could not open file or uri for loading key from /etc/mail-dkim/gaudy.test.s2.key
      405756C86E7F0000:error:16000069:STORE routines:ossl_store_get0_loader_int:unregistered scheme:\
      ../crypto/store/store_register.c:237:scheme=file
      405756C86E7F0000:error:80000002:system library:file_open:No such file or directory:\
      ../providers/implementations/storemgmt/file_store.c:266:calling stat(/etc/mail-dkim/gaudy.test.s2.key)

      """,
    exit: 1
  )

  /// Of one that the container may not read.
  static let forbidden = Answer.inPod(
    "",
    stderr: """
      Could not open file or uri for loading key from /etc/mail-dkim/gaudy.test.s1.key
      40E7E0A0C47F0000:error:8000000D:system library:BIO_new_file:Permission denied:\
      ../crypto/bio/bss_file.c:67:calling fopen(/etc/mail-dkim/gaudy.test.s1.key, rb)

      """,
    exit: 1
  )

  /// `openssl pkey -pubin -inform DER -pubout -text`, for what it is fed.
  static func read(_ der: [UInt8]) -> Answer {
    switch Data(der).base64EncodedString() {
    case small: .said(pem(small) + rsa(1_024))
    case good, bare: .said(pem(good) + rsa(2_048))
    case edwardsInfo:
      .said(
        pem(edwardsInfo)
          + "ED25519 Public-Key:\npub:\n    44:e1:84:37:e7:22:4c:e5:11:c3:f5:05:fc:6f:fe:\n"
          + "    f0:15:7f:19:b4:fd:3f:29:99:c9:71:8b:80:c2:c3:\n    2f:cc\n"
      )
    default: .said("", stderr: "Could not read key of Public Key from <stdin>\n", exit: 1)
    }
  }

  private static func rsa(_ bits: Int) -> String {
    "Public-Key: (\(bits) bit)\nModulus:\n    00:ab:c9:4d:89:be:a2:36:09:ae:c1:dc:f3:83:de:\n"
      + "Exponent: 65537 (0x10001)\n"
  }

  private static func pem(_ base64: String) -> String {
    let text = Array(base64)
    let lines = stride(from: 0, to: text.count, by: 64).map {
      String(text[$0..<min($0 + 64, text.count)])
    }
    return (["-----BEGIN PUBLIC KEY-----"] + lines + ["-----END PUBLIC KEY-----", ""])
      .joined(separator: "\n")
  }
}
