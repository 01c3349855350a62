import Compression
import Digests
import ImageSamples
import Linux
import Store
import SystemPackage

/// A real store in a temporary directory with one pack of made-up blocks.
struct DiskStore {
  let directory: TemporaryDirectory
  let store: Store
  let pack: PackID
  let records: [BlockRecord]
  let contents: [[UInt8]]
  let locations: [BlockLocation]

  init(blockSize: UInt32 = 4096, compressor: Compressor = .zstd) throws {
    directory = try TemporaryDirectory()
    let path = directory.path.appending("store")
    let level = Int32(compressor.defaultLevel ?? 1)
    store = try Store.create(
      at: PosixDirectory(path),
      parameters: StoreParameters(blockSize: blockSize, compressor: compressor, level: level))
    contents = (0..<10).map { index in
      index % 2 == 0
        ? SampleBytes.noise(4096, seed: UInt64(index)) : SampleBytes.text(4000, seed: UInt64(index))
    }
    let staging = try store.stage(purpose: "test")
    defer { staging.finish() }
    let writer = try PackWriter(staging)
    let encoder = try BlockEncoder(store.parameters)
    var records: [BlockRecord] = []
    var offsets: [UInt64] = []
    for content in contents {
      let form = encoder.encode(content)
      let record = BlockRecord(
        content: .of(content.span.bytes), size: UInt32(content.count),
        stored: form.bytes.span.bytes, isCompressed: form.isCompressed)
      offsets.append(try writer.append(record, stored: form.bytes.span.bytes))
      records.append(record)
    }
    guard let sealed = try writer.seal() else { throw StoreError.packsGone([]) }
    let pack = sealed.record.id
    try store.publish("test", staging: staging) { $0.adding(packs: [sealed.record]) }
    self.records = records
    self.pack = pack
    locations = offsets.enumerated().map {
      BlockLocation(pack: pack, offset: $1, ordinal: UInt32($0))
    }
  }

  /// The pack's file.
  var packFile: FilePath { directory.path.appending("store/packs/\(pack)") }

  /// Changes one stored byte of a block.
  func flip(_ block: Int) throws {
    let file = try OwnedDescriptor(opening: packFile, .readWrite)
    let offset = locations[block].offset + UInt64(records[block].storedSize.byteCount / 2)
    let byte = try file.readBytes(at: offset, count: 1)[0]
    try file.writeAll([byte ^ 0x10].span.bytes, at: offset)
  }
}

extension SharedBuffer {
  /// The bytes, copied.
  var array: [UInt8] { withBytes { $0.withUnsafeBytes { Array($0) } } }
}
