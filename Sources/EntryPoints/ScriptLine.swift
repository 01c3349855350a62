/// The first line of a script, which names its interpreter (execve(2), "Interpreter scripts").
struct ScriptLine {
  /// How much of a script the kernel looks at.
  static let byteCount: UInt64 = 256

  /// The program that reads the script.
  let interpreter: [UInt8]
  /// The one argument that may follow.
  let argument: [UInt8]?

  /// Reads the line; nil for a file that has none.
  init?(_ bytes: [UInt8]) {
    guard bytes.starts(with: "#!".utf8) else { return nil }
    let line = bytes.dropFirst(2).prefix { $0 != UInt8(ascii: "\n") && $0 != 0 }
    let isSpace: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    let text = line.drop(while: isSpace)
    let name = text.prefix { !isSpace($0) }
    guard !name.isEmpty else { return nil }
    interpreter = Array(name)
    var rest = Array(text[name.endIndex...].drop(while: isSpace))
    while let last = rest.last, isSpace(last) || last == UInt8(ascii: "\r") { rest.removeLast() }
    argument = rest.isEmpty ? nil : rest
  }

  /// The words that the kernel puts before the script's path.
  var words: [[UInt8]] { [interpreter] + (argument.map { [$0] } ?? []) }
}
