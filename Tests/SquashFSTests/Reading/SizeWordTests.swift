import SquashFS
import Testing

@Suite("Size word")
struct SizeWordTests {
  @Test("size and form are kept apart", arguments: [0, 1, 4096, 1 << 20] as [UInt32])
  func parts(size: UInt32) {
    for isCompressed in [true, false] {
      let word = SizeWord(storedSize: size, isCompressed: isCompressed)
      #expect(word.storedSize == size)
      #expect(word.isCompressed == isCompressed)
      #expect(word.isValid)
      #expect(word.isHole == (size == 0 && isCompressed))
    }
  }

  @Test("bits that the format does not define are not valid")
  func invalid() {
    #expect(!SizeWord(rawValue: 1 << 25).isValid)
    #expect(!SizeWord(rawValue: .max).isValid)
    #expect(SizeWord.hole.isHole)
  }
}
