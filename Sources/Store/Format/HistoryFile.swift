/// An operation and the generation it made.
public struct HistoryEntry: Hashable, Sendable, Codable {
  /// The generation that the operation published.
  public var generation: UInt64
  /// Who did what, when.
  public var operation: Operation

  /// Makes an entry.
  public init(generation: UInt64, operation: Operation) {
    self.generation = generation
    self.operation = operation
  }
}

/// The operations of a range of generations that were collected (firn-store(5), "History").
struct HistoryFile: Equatable, Codable {
  /// The range, which names the file.
  struct Name: Hashable {
    var first: UInt64
    var last: UInt64

    /// Files of so many generations are not written again.
    static let full: UInt64 = 4096

    init(first: UInt64, last: UInt64) {
      self.first = first
      self.last = last
    }

    init?(name: String) {
      let parts = name.split(separator: "-", omittingEmptySubsequences: false)
      guard parts.count == 2, let first = UInt64(parts[0]), let last = UInt64(parts[1]),
        first > 0, first <= last
      else { return nil }
      self.init(first: first, last: last)
      guard path.name == name else { return nil }
    }

    var path: StorePath { StorePath(.history, "\(first)-\(last)") }

    func isFull(at size: UInt64) -> Bool { last - first >= size - 1 }
  }

  var first: UInt64
  var last: UInt64
  /// Ascending by generation; a generation that could not be read is left out.
  var operations: [HistoryEntry]

  init(_ name: Name, _ operations: [HistoryEntry]) {
    first = name.first
    last = name.last
    self.operations = operations
  }

  var name: Name { Name(first: first, last: last) }

  /// Throws unless the file may have a name.
  func validate(as name: Name) throws(FormatError) {
    guard self.name == name else { throw .invalid("it is another range's") }
    var next = first
    for entry in operations {
      guard entry.generation >= next, entry.generation <= last, entry.generation < .max else {
        throw .invalid("its generations are not in order")
      }
      next = entry.generation + 1
    }
  }
}
