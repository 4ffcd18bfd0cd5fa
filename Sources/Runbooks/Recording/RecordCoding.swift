internal import Foundation

/// JSON as the record holds it: sorted keys, no white space, the same bytes for the same value.
enum RecordCoding {
  static func encode(_ value: some Encodable) throws(JournalError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      return Array(try encoder.encode(value))
    } catch {
      throw .unencodable("\(error)")
    }
  }

  static func decode<T: Decodable>(
    _ type: T.Type,
    from bytes: [UInt8]
  ) throws(JournalError) -> T {
    do {
      return try JSONDecoder().decode(type, from: Data(bytes))
    } catch {
      throw .unencodable("\(error)")
    }
  }

  /// Decodes the payload of an entry; the error says what is wrong with it.
  static func payload(_ bytes: [UInt8], sequence: Int64) throws(JournalError) -> JournalPayload {
    do {
      return try JSONDecoder().decode(JournalPayload.self, from: Data(bytes))
    } catch let error as UnknownEventType {
      throw .badEntry(sequence: sequence, detail: error.description)
    } catch {
      throw .badEntry(sequence: sequence, detail: "its payload cannot be read")
    }
  }
}

/// The bytes that an entry's hash covers: the event, and all that is said about it.
struct JournalPayload: Codable {
  /// The form of the payload.
  var v = 1
  let seq: Int64
  let run: RunID
  let at: Moment
  let mono: Int64
  let boot: String
  let actor: String
  let event: RunEvent
}
