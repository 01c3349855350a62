/// Any JSON value (RFC 8259), kept so that reading and writing loses nothing but white space and
/// the order of members.
///
/// Unknown fields of OCI documents survive because documents are views over a value of this type.
/// Numbers keep their text. Writing sorts members by the bytes of their names, so equal values
/// always give equal bytes.
public indirect enum JSONValue: Hashable, Sendable {
  /// `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A number, as its text.
  case number(JSONNumber)
  /// A string.
  case string(String)
  /// An array.
  case array([JSONValue])
  /// An object; names are unique.
  case object([String: JSONValue])
}

/// The text of a JSON number, kept as it was written.
public struct JSONNumber: Hashable, Sendable {
  /// The text; it follows the grammar of RFC 8259, section 6.
  public let text: String

  /// Takes text that the parser has checked.
  init(checked text: String) { self.text = text }

  /// The decimal text of an integer.
  public init(_ value: some BinaryInteger) { text = String(value) }
}

extension JSONValue {
  /// An integer as a JSON number.
  public static func int(_ value: some BinaryInteger) -> JSONValue { .number(JSONNumber(value)) }

  /// The members of an object; nil for anything else.
  public var object: [String: JSONValue]? {
    if case .object(let members) = self { members } else { nil }
  }

  /// The elements of an array; nil for anything else.
  public var array: [JSONValue]? {
    if case .array(let elements) = self { elements } else { nil }
  }

  /// The text of a string; nil for anything else.
  public var string: String? {
    if case .string(let text) = self { text } else { nil }
  }

  /// The value of `true` or `false`; nil for anything else.
  public var bool: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  /// The value of a number without fraction or exponent that fits; nil for anything else.
  public var int: Int64? {
    if case .number(let number) = self { Int64(number.text) } else { nil }
  }

  /// Whether this is `null`, which OCI's Go programs read as an absent field.
  public var isNull: Bool { self == .null }

  /// A member of an object.
  ///
  /// Reading gives nil where there is none, where it is `null`, and in values that are not
  /// objects. Writing nil removes the member; writing to a value that is not an object makes it
  /// one.
  public subscript(name: String) -> JSONValue? {
    get {
      guard let value = object?[name], !value.isNull else { return nil }
      return value
    }
    set {
      var members = object ?? [:]
      members[name] = newValue
      self = .object(members)
    }
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  /// Makes a string.
  public init(stringLiteral value: String) { self = .string(value) }

  /// Makes a number.
  public init(integerLiteral value: Int64) { self = .int(value) }

  /// Makes `true` or `false`.
  public init(booleanLiteral value: Bool) { self = .bool(value) }

  /// Makes an array.
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

  /// Makes an object; of members with one name the last counts.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(Dictionary(elements) { _, last in last })
  }
}
