internal import Linux
internal import Store

/// A file of a store, open for reading, whose reads are counted.
final class CountingFile: StoreFile {
  private let base: any StoreFile
  private let meter: StoreMeter

  init(_ base: any StoreFile, _ meter: StoreMeter) {
    self.base = base
    self.meter = meter
  }

  var size: UInt64 { base.size }

  func read(at offset: UInt64, into buffer: inout MutableRawSpan) throws(SystemError) -> Int {
    let count = try meter.count(.read) { () throws(SystemError) in
      try base.read(at: offset, into: &buffer)
    }
    meter.noteBytes(count)
    return count
  }
}

/// A file of a store that is being written, whose writes are counted.
final class CountingWriter: StoreFileWriter {
  private let base: any StoreFileWriter
  private let meter: StoreMeter

  init(_ base: any StoreFileWriter, _ meter: StoreMeter) {
    self.base = base
    self.meter = meter
  }

  func append(_ bytes: RawSpan) throws(SystemError) {
    try meter.count(.write) { () throws(SystemError) in try base.append(bytes) }
  }

  func synchronize() throws(SystemError) {
    try meter.count(.sync) { () throws(SystemError) in try base.synchronize() }
  }
}
