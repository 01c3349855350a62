import Glibc
import SquashFS
import Testing

@Suite("Images that are large in one way")
struct LargeImageTests {
  @Test("a directory of 100,000 entries: every name is found, listing goes on anywhere")
  func directory() throws {
    let scratch = try ScratchDirectory()
    // Lengths differ, so that order by bytes is not order by number.
    try ReaderShell.run(
      "mkdir -p tree/d; cd tree/d; seq 1 100000 | sed 's/7/seven-and-more/' | xargs touch -d @1;"
        + " cd ../..; mksquashfs tree image -comp lz4 -quiet -no-progress", in: scratch.path)
    let volume = try Volume(OpenFileBlob(scratch.path + "/image"))
    let directory = try volume.find("d")
    let entries = try entries(of: directory, volume)
    #expect(entries.count == 100_000)

    // With a scan of the listing, this would take hours.
    for entry in entries {
      #expect(try volume.lookup(bytes: volume.name(of: entry), in: directory) == entry)
    }
    for absent in ["", "0", "1000000", "7", "zzz", "99999x", "seven-and-more\0"] {
      #expect(try volume.lookup(bytes: Array(absent.utf8), in: directory) == nil)
    }
    var previous: UInt64 = 0
    for (index, entry) in entries.enumerated() {
      #expect(entry.cookie > previous)
      previous = entry.cookie
      guard index % 37 == 0 || index > 99_900 else { continue }
      let next = try first(3, of: directory, from: entry.cookie, volume)
      #expect(next == Array(entries[(index + 1)...].prefix(3)))
    }
    if ReaderShell.isRoot { try compareWithKernel(scratch.path + "/image") }
  }

  private func compareWithKernel(_ path: String) throws {
    let blob = try OpenFileBlob(path)
    let mount = try KernelMount(path)
    var comparison = TreeComparison(try Volume(blob), blob, .kernel)
    try comparison.compare(with: mount.path)
    #expect(comparison.differences == [])
    #expect(comparison.count == 100_002)
  }

  @Test("a sparse file over 4 GiB is read at every place that matters", arguments: ["64K", "1M"])
  func sparseFile(blockSize: String) throws {
    let scratch = try ScratchDirectory()
    let size: UInt64 = (4 << 30) + (64 << 20)
    let marks: [UInt64] = [0, 4095, 1 << 20, 1_234_567_890, (4 << 30) - 3, (4 << 30) + 5, size - 5]
    let writes = marks.map { "printf mark | dd of=big bs=1 seek=\($0) conv=notrunc status=none" }
    try ReaderShell.run(
      "mkdir tree; cd tree; truncate -s \(size) big; \(writes.joined(separator: "; ")); cd ..;"
        + " mksquashfs tree image -comp zstd -Xcompression-level 1 -b \(blockSize) -quiet"
        + " -no-progress", in: scratch.path)
    let blob = try OpenFileBlob(scratch.path + "/image")
    let volume = try Volume(blob)
    let file = try volume.find("big")
    #expect(file.size == size)
    let reader = BlockReader(volume, blob)
    for mark in marks {
      var buffer = [UInt8](repeating: 1, count: 12)
      let start = mark < 4 ? 0 : mark - 4
      let count = try reader.read(file, at: start, into: &buffer)
      #expect(count == min(12, Int(size - start)))
      let shift = Int(mark - start)
      #expect(Array(buffer[shift..<shift + 4]) == Array("mark".utf8))
      #expect(buffer[..<shift].allSatisfy { $0 == 0 })
    }
    try checkBlocks(of: file, volume, marks: marks.count)
  }

  /// The sums that are kept and the sizes of all blocks say the same.
  private func checkBlocks(of file: Inode, _ volume: Volume, marks: Int) throws {
    var stored = 0
    var wrong = 0
    var next: UInt64?
    try volume.forEachBlock(of: file) { number, block in
      if case .stored(let place) = block {
        stored += 1
        if let next, place.offset != next { wrong += 1 }
        next = place.offset + UInt64(place.storedSize)
        if (try? volume.block(number, of: file)) != block { wrong += 1 }
      } else if number % 1009 == 0, (try? volume.block(number, of: file)) != block {
        wrong += 1
      }
      return true
    }
    #expect(wrong == 0)
    #expect(stored <= marks * 2)
    #expect(stored > 3)
    let count = try volume.blockCount(of: file)
    #expect(UInt64(count) == file.size / UInt64(volume.superblock.blockSize))
  }

  private func entries(of directory: Inode, _ volume: Volume) throws -> [DirectoryEntry] {
    try first(.max, of: directory, from: 0, volume)
  }

  private func first(
    _ count: Int, of directory: Inode, from cookie: UInt64, _ volume: Volume
  ) throws -> [DirectoryEntry] {
    var entries: [DirectoryEntry] = []
    try volume.forEachEntry(in: directory, from: cookie) { entry, _ in
      entries.append(entry)
      return entries.count < count
    }
    return entries
  }
}
