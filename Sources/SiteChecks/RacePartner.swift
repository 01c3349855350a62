public import Linux
public import SystemPackage

/// The second of the two processes that try out a directory.
///
/// It obeys commands of one byte that come over a socket, and answers each with the same byte when it
/// begins: `c` and `l` take the next names by open(2) and link(2), and then send a byte for each, 0
/// or the error number; `r` reads a file that the first process replaces, and then sends a line. It
/// ends with the socket.
public struct RacePartner {
  private let names: RaceNames
  private let socket: OwnedDescriptorBox

  /// For how long it waits for the last of the files that replace each other.
  static let patience = 5.0

  /// Tries out a directory as the other end of the socket says.
  public static func run(in directory: FilePath, over socket: consuming OwnedDescriptor) {
    RacePartner(names: RaceNames(directory: directory), socket: OwnedDescriptorBox(socket)).run()
  }

  private func run() {
    var batches: [RaceCheck.Kind: Int] = [:]
    while let command = socket.readByte() {
      if let kind = RaceCheck.Kind.allCases.first(where: { $0.command == command }) {
        let batch = batches[kind, default: 0]
        batches[kind] = batch + 1
        socket.write([command])
        socket.write(Self.encode(names.take(kind, batch: batch, as: Race.secondMark)))
        continue
      }
      guard command == RenameReport.command else { return }
      let report = names.watch(seconds: Self.patience) { socket.write([command]) }
      socket.write(report.encoded)
    }
  }

  static func encode(_ turns: [Race.Turn]) -> [UInt8] {
    turns.map { turn in
      switch turn {
      case .won: 0
      case .lost: UInt8(truncatingIfNeeded: Errno.fileExists.rawValue)
      case .failed(let error): UInt8(clamping: error.rawValue)
      }
    }
  }

  static func decode(_ bytes: [UInt8]) -> [Race.Turn] {
    bytes.map { byte in
      let error = Errno(rawValue: Int32(byte))
      return byte == 0 ? .won : error == .fileExists ? .lost : .failed(error)
    }
  }
}

extension RaceCheck.Kind {
  /// The byte by which the partner is told to begin.
  var command: UInt8 { self == .create ? UInt8(ascii: "c") : UInt8(ascii: "l") }
}

extension RenameReport {
  /// The byte by which the partner is told to begin, and says that it has.
  static let command = UInt8(ascii: "r")

  /// The report as a line of numbers.
  var encoded: [UInt8] {
    Array("\(reads) \(missing) \(torn) \(older) \(failed) \(sawLast ? 1 : 0)\n".utf8)
  }

  /// Reads such a line without its end.
  init?(decoding line: [UInt8]) {
    let numbers = String(decoding: line, as: UTF8.self).split(separator: " ").map { Int($0) ?? -1 }
    guard numbers.count == 6, numbers.allSatisfy({ $0 >= 0 }) else { return nil }
    self.init(
      reads: numbers[0], missing: numbers[1], torn: numbers[2], older: numbers[3],
      failed: numbers[4], sawLast: numbers[5] == 1)
  }
}

/// A socket to one other process, read byte by byte; what cannot be written is dropped.
final class OwnedDescriptorBox: Sendable {
  private let descriptor: OwnedDescriptor

  init(_ descriptor: consuming OwnedDescriptor) { self.descriptor = descriptor }

  func write(_ bytes: [UInt8]) { try? descriptor.sendAll(bytes.span.bytes) }

  /// The next byte; nil at the end.
  func readByte() -> UInt8? {
    var byte: [UInt8] = [0]
    var span = byte.mutableSpan
    var raw = span.mutableBytes
    return (try? descriptor.readNext(into: &raw)) == 1 ? byte[0] : nil
  }
}
