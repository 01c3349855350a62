internal import Linux
internal import SystemPackage

/// The files by which two processes try out a directory, and what each of them does.
struct RaceNames {
  /// How many names two processes race for, and how many of them from one start.
  static let count = 100
  static let batchSize = 10
  static var batches: Range<Int> { 0..<count / batchSize }
  /// How many files replace each other.
  static let versions: UInt32 = 200
  /// What one of them contains: its number and as many times its last byte.
  static let versionSize = 4096

  let directory: FilePath

  /// The name that the two want.
  func wanted(_ kind: RaceCheck.Kind, _ number: Int) -> FilePath {
    directory.appending("\(kind.rawValue)-\(number)")
  }

  /// The file of one process that it links.
  func own(_ mark: UInt8) -> FilePath { directory.appending("own-\(mark)") }

  /// The file that is replaced.
  var replaced: FilePath { directory.appending("replaced") }

  /// Writes a file that must not exist.
  static func write(_ bytes: [UInt8], to path: FilePath) throws(SystemError) {
    let file = try OwnedDescriptor(opening: path, [.create, .exclusive, .writeOnly, .noFollow])
    try file.writeAll(bytes.span.bytes)
    try file.close()
  }

  /// Tries to get every name of a batch, one after the other.
  func take(_ kind: RaceCheck.Kind, batch: Int, as mark: UInt8) -> [Race.Turn] {
    if kind == .link && batch == 0 {
      do throws(SystemError) {
        try Self.write([mark], to: own(mark))
      } catch {
        return [Race.Turn](repeating: .failed(error.errno), count: Self.batchSize)
      }
    }
    return (0..<Self.batchSize).map { place in
      let number = batch * Self.batchSize + place
      do throws(SystemError) {
        switch kind {
        case .create: try Self.write([mark], to: wanted(kind, number))
        case .link: try Paths.link(own(mark), to: wanted(kind, number))
        }
        return .won
      } catch {
        return error.errno == .fileExists ? .lost : .failed(error.errno)
      }
    }
  }

  /// Puts one version in the place of the one before.
  func replace(with version: UInt32) throws(SystemError) {
    let new = directory.appending("version-\(version)")
    try Self.write(Self.content(of: version), to: new)
    try Paths.rename(new, to: replaced)
  }

  static func content(of version: UInt32) -> [UInt8] {
    let number = (0..<4).map { UInt8(truncatingIfNeeded: version >> ($0 * 8)) }
    return number + [UInt8](repeating: number[0], count: versionSize - 4)
  }

  /// The version that a whole file is; nil for any other bytes.
  static func version(of content: [UInt8]) -> UInt32? {
    guard content.count == versionSize else { return nil }
    let number = content.prefix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    return content == Self.content(of: number) ? number : nil
  }

  /// Reads the file that another process replaces, until it is the last or the time is over.
  func watch(seconds: Double, ready: () -> Void) -> RenameReport {
    var report = RenameReport()
    var newest: UInt32 = 0
    let end = MonotonicClock.seconds() + seconds
    repeat {
      report.reads += 1
      do throws(SystemError) {
        let version = Self.version(of: try readBytes(replaced))
        if let version {
          if version < newest { report.older += 1 }
          newest = max(newest, version)
        } else {
          report.torn += 1
        }
      } catch {
        if error.errno == .noSuchFileOrDirectory {
          report.missing += 1
        } else {
          report.failed += 1
        }
      }
      if report.reads == 1 { ready() }
    } while newest < Self.versions && MonotonicClock.seconds() < end
    report.sawLast = newest >= Self.versions
    return report
  }
}
