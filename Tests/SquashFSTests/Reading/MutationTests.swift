import SquashFS
import Testing

/// Random numbers from a seed (SplitMix64), the same on every machine.
struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}

@Suite("Mutated images")
struct MutationTests {
  private static let images =
    TinyImage.compressors.map { "-comp \($0) -b 4K" }
    + ["-comp gzip -b 4K -noI -noX", "-comp zstd -b 4K -noI -noD -noF -noX"]

  @Test("never trap, hang or read out of bounds", arguments: images)
  func mutations(_ options: String) throws {
    let original = try TinyImage.make(options)
    let tables = Int(try Volume(ArrayBlob(bytes: original)).superblock.inodeTable)
    var whole = VolumeExercise()
    try whole.run(ArrayBlob(bytes: original))
    #expect(whole.inodes > 50)

    var numbers = SeededNumbers(seed: 0xF1A2)
    var (opened, refused) = (0, 0)
    for _ in 0..<4000 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...2, using: &numbers) {
        Self.mutate(&bytes, tables: tables, &numbers)
      }
      var exercise = VolumeExercise(bytesPerFile: 1 << 16, bytesInAll: 1 << 18)
      do throws(SquashFSError) {
        try exercise.run(ArrayBlob(bytes: bytes))
        opened += 1
      } catch {
        refused += 1
      }
    }
    // Both happen, or the mutations are no test.
    #expect(opened > 50)
    #expect(refused > 200)
  }

  /// Damages bytes in one of many ways: in the superblock, in the tables or anywhere.
  private static func mutate(
    _ bytes: inout [UInt8], tables: Int, _ numbers: inout SeededNumbers
  ) {
    guard bytes.count > 200 else { return }
    let isInData = Bool.random(using: &numbers)
    let isInSuperblock = Int.random(in: 0..<8, using: &numbers) == 0
    let metadata = min(tables, bytes.count - 8)..<bytes.count
    let range = isInSuperblock ? 0..<96 : isInData ? 96..<bytes.count : metadata
    let offset = Int.random(in: range, using: &numbers)
    switch Int.random(in: 0..<6, using: &numbers) {
    case 0: bytes[offset] ^= 1 << UInt8.random(in: 0..<8, using: &numbers)
    case 1: bytes[offset] = .random(in: 0...255, using: &numbers)
    case 2:
      let word = [0, 1, 0x7F, 0xFF, 0xFFFF, 0x7FFF_FFFF, 0xFFFF_FFFF].randomElement(using: &numbers)
      for index in 0..<4 where offset + index < bytes.count {
        bytes[offset + index] = UInt8(truncatingIfNeeded: (word ?? 0) >> (index * 8))
      }
    case 3: bytes.removeLast(Int.random(in: 1..<bytes.count - 100, using: &numbers))
    case 4:
      let source = Int.random(in: 0..<bytes.count, using: &numbers)
      let count = min(Int.random(in: 1...64, using: &numbers), bytes.count - max(offset, source))
      let piece = Array(bytes[source..<source + count])
      bytes.replaceSubrange(offset..<offset + count, with: piece)
    default: bytes.insert(.random(in: 0...255, using: &numbers), at: offset)
    }
  }
}
