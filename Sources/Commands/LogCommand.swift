public import ArgumentParser
internal import Logging
internal import Store

/// `firn log [NAME]`.
public struct LogCommand: ParsableCommand {
  /// How the command presents itself.
  public static let configuration = CommandConfiguration(
    commandName: "log", abstract: "Show who did what to a store, and when.",
    discussion: """
      One line per generation, newest first: its number, when it was published, by whom, and what \
      was done. Everything since the store was made is told, also of generations that gc removed.
      """)

  private struct Entry: Encodable {
    let generation: UInt64
    let time: String
    let writer: String
    let text: String

    init(_ entry: HistoryEntry) {
      generation = entry.generation
      time = Output.time(entry.operation.time)
      writer = entry.operation.writer
      text = entry.operation.text
    }
  }

  @OptionGroup var store: StoreOptions
  @OptionGroup var json: JSONOption

  @Option(
    name: [.customShort("n"), .customLong("lines")],
    help: ArgumentHelp("Stop after so many.", valueName: "number"))
  var lines: Int?

  @Argument(
    help: ArgumentHelp("Only what mentions this name, id or reference.", valueName: "name"))
  var name: String?

  /// Makes the command without values.
  public init() {}

  /// Refuses numbers that make no sense.
  public func validate() throws {
    guard lines.map({ $0 > 0 }) ?? true else { throw ValidationError("--lines must be positive.") }
  }

  /// Prints the log; without JSON each line as soon as it is known.
  public func run() throws {
    var log = try OperationLog(try store.openOnly())
    var found: [Entry] = []
    var count = 0
    while count < lines ?? .max, let entry = try log.next() {
      guard name.map({ Self.mentions(entry.operation.text, $0) }) ?? true else { continue }
      count += 1
      if json.isOn { found.append(Entry(entry)) } else { Output.lines([Self.line(Entry(entry))]) }
    }
    if json.isOn { try Output.json(found) }
    for path in log.damaged {
      Log.make().warning("a part of the log is damaged", metadata: ["file": "\(path)"])
    }
  }

  private static func line(_ entry: Entry) -> String {
    let texts = ["\(entry.generation)", entry.time, entry.writer, entry.text]
    return texts.joined(separator: "  ").replacing("\n", with: " ")
  }

  /// Whether a text has a name as a word, as the end of a reference, or as the beginning of an id.
  static func mentions(_ text: String, _ name: String) -> Bool {
    text.split(whereSeparator: { " ,;".contains($0) }).contains { word in
      word == name || word.hasSuffix("/\(name)")
        || (name.utf8.count >= Catalog.shortestPrefix && word.utf8.count >= 12
          && (word.hasPrefix(name) || name.hasPrefix(word))
          && name.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) })
    }
  }
}
