/// What a program asked of a store's directory, as strace(1) has seen it.
struct StoreCost: CustomStringConvertible {
  /// The files that were opened.
  var opened: Set<String> = []
  /// How often a path was looked up, or a directory listed.
  var pathOperations = 0
  /// How often something was written, removed, renamed, locked or made durable.
  var changes = 0
  var reads = 0
  var bytes = 0
  /// The bytes of reads of 1 MiB and more.
  var largeBytes = 0
  /// The bytes that were read of packs.
  var packBytes = 0
  /// How many reads were of bytes that were read before.
  var readTwice = 0

  private static let mebibyte = 1 << 20
  private static let lookups = [
    "open", "openat", "newfstatat", "stat", "statx", "access", "faccessat", "faccessat2",
    "readlink", "readlinkat", "getdents64",
  ]
  private var seen: [String: [Range<Int>]] = [:]

  /// Reads a log of `strace -f -y -ttt`.
  ///
  /// - Parameter begin: Seconds since the epoch; what was before does not count.
  init(ofLog log: String, store: String, since begin: String) throws {
    let begin = Double(begin) ?? 0
    var unfinished: [Substring: String] = [:]
    for line in log.split(separator: "\n") {
      let parts = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: true)
      guard parts.count == 3, Double(parts[1]) ?? 0 >= begin else { continue }
      var text = String(parts[2])
      if text.hasSuffix(" <unfinished ...>") {
        unfinished[parts[0]] = String(text.dropLast(" <unfinished ...>".count))
        continue
      }
      if text.hasPrefix("<... "), let rest = text.split(separator: ">", maxSplits: 1).last {
        text = (unfinished.removeValue(forKey: parts[0]) ?? "") + rest
      }
      if text.contains(store + "/") || text.contains(store + ">") { add(text, store) }
    }
  }

  private mutating func add(_ text: String, _ store: String) {
    let name = String(text.prefix { $0 != "(" })
    let result = (text.split(separator: "=").last ?? "").drop { $0 == " " }
    if Self.lookups.contains(name) {
      // The status of an open file takes no path.
      guard !text.contains("AT_EMPTY_PATH") else { return }
      pathOperations += 1
      guard name.hasPrefix("open"), let path = Self.path(in: result) else { return }
      if path.hasPrefix(store) { opened.insert(path) }
    } else if name == "pread64" {
      // pread64(7</store/packs/name>, "content"..., 4096, 512) = 4096
      let arguments = (text.split(separator: ")").dropLast().last ?? "").split(separator: ",")
      let offset = arguments.last.flatMap { Int($0.drop { $0 == " " }) }
      guard let offset, let path = Self.path(in: Substring(text)),
        let count = Int(result.prefix { $0.isNumber })
      else { return }
      note(path, offset, count)
    } else if name != "fcntl" || text.contains("SETLK") {
      changes += 1
    }
  }

  private mutating func note(_ path: String, _ offset: Int, _ count: Int) {
    reads += 1
    bytes += count
    if count >= Self.mebibyte { largeBytes += count }
    if path.contains("/packs/") { packBytes += count }
    let range = offset..<offset + count
    if seen[path]?.contains(where: { $0.overlaps(range) }) == true { readTwice += 1 }
    seen[path, default: []].append(range)
  }

  /// The first path in angle brackets.
  private static func path(in text: Substring) -> String? {
    guard let start = text.firstIndex(of: "<") else { return nil }
    return String(text[text.index(after: start)...].prefix { $0 != ">" })
  }

  var description: String {
    "\(opened.count) files opened, \(pathOperations) path operations, \(changes) changes, "
      + "\(reads) reads of \(bytes) bytes, \(largeBytes) of them in large reads, "
      + "\(packBytes) of packs, \(readTwice) read twice; \(opened.sorted())"
  }
}
