import Failures
import FileTree
import Flattening
import Testing

@Suite("Limits")
struct LimitTests {
  private func repeated(_ count: Int) -> ByteString {
    ByteString([UInt8](repeating: 0x6e, count: count))
  }

  @Test("names of 255 bytes are the longest, also for missing parents and through links")
  func names() throws {
    let long = repeated(256)
    #expect(refusal([file(repeated(255))]) == nil)
    #expect(refusal([file(long)]) == .nameTooLong(path: long))
    #expect(refusal([file(long.appending("f"))]) == .nameTooLong(path: long.appending("f")))
    #expect(refusal([symlink("l", long), file("l/f")]) == .nameTooLong(path: "l/f"))
  }

  @Test("names that a cleaned path cannot have are refused")
  func impossibleNames() {
    for path: ByteString in ["..", "a/..", "a/.", ByteString([0x61, 0])] {
      #expect(refusal([dir("a"), file(path)]) == .invalidName(path: path))
    }
  }

  @Test("targets of 65,535 bytes are the longest; empty ones and NUL bytes are refused")
  func targets() {
    #expect(refusal([symlink("l", repeated(65_535))]) == nil)
    for target in [repeated(65_536), ByteString([]), ByteString([0x61, 0])] {
      #expect(refusal([symlink("l", target)]) == .invalidTarget(path: "l"))
    }
  }

  @Test("directories nest 2,048 deep, also when links lead there")
  func depth() {
    let deep = ByteString([[UInt8]](repeating: [0x61], count: 2_048).joined(separator: [0x2f]))
    #expect(refusal([dir(deep)]) == nil)
    let deeper = deep.appending("b")
    #expect(refusal([dir(deeper)]) == .tooDeep(path: deeper))
    #expect(refusal([dir(deep)], [symlink("l", deep), file("l/b")]) == .tooDeep(path: "l/b"))
  }

  @Test("65,535 distinct owners and groups are the most that SquashFS can count")
  func owners() {
    let entries = (1...65_534).map { file(ByteString("f\($0)"), uid: UInt32($0) + 100_000) }
    #expect(refusal(entries) == nil)
    #expect(refusal(entries + [file("g", uid: 5)]) == .tooManyOwners(count: 65_536))
    #expect(refusal(entries + [file("g", uid: 5)], [file(".wh.g")]) == nil)
  }

  @Test("device numbers beyond 12 and 20 bits are refused")
  func devices() {
    func node(_ major: UInt32, _ minor: UInt32) -> LayerEntry {
      LayerEntry(
        path: "n", attributes: Attributes(mode: 0o600),
        kind: .blockDevice(DeviceNumber(major: major, minor: minor)))
    }
    #expect(refusal([node(0xfff, 0xfffff)]) == nil)
    #expect(refusal([node(0x1000, 0)]) == .deviceOutOfRange(path: "n"))
    #expect(refusal([node(0, 0x100000)]) == .deviceOutOfRange(path: "n"))
  }

  @Test("no more inodes are made than allowed, missing parents and replaced files included")
  func inodes() throws {
    var flattener = Flattener(maximumInodes: 4)
    try flattener.apply([file("a/b/f")])
    #expect(throws: FlatteningError.tooManyInodes(limit: 4)) { try flattener.apply([file("c")]) }
    var other = Flattener(maximumInodes: 2)
    try other.apply([file("a")])
    #expect(throws: FlatteningError.tooManyInodes(limit: 2)) { try other.apply([file("a")]) }
  }

  @Test("every refusal is an invalid image, shows names escaped and says what to do")
  func failures() {
    let path = ByteString([0x61, 0x0a, 0xff])
    let errors: [FlatteningError] = [
      .invalidName(path: path), .nameTooLong(path: path), .tooDeep(path: path),
      .invalidTarget(path: path), .invalidWhiteout(path: path), .rootNotDirectory,
      .parentNotDirectory(path: path), .symbolicLinkLoop(path: path),
      .linkTargetMissing(path: path, target: path),
      .linkTargetIsDirectory(path: path, target: path), .ownerOutOfRange(path: path),
      .deviceOutOfRange(path: path), .xattrTooLarge(path: path, name: path),
      .tooManyOwners(count: 70_000), .tooManyInodes(limit: 1), .tooManyBlocks,
    ]
    for error in errors {
      let failure = error.failure
      #expect(failure.code == .imageInvalid)
      #expect(failure.nextStep != nil)
      #expect(failure.description.utf8.allSatisfy { (0x20...0x7e).contains($0) })
    }
    #expect(
      FlatteningError.nameTooLong(path: path).failure.sentence
        == "a name in /a\\x0a\\xff is longer than 255 bytes")
  }

  @Test("a path too long to be read is shown in part")
  func longPath() {
    let path = ByteString([UInt8](repeating: 0x0a, count: 60_000))
    let text = FlatteningError.nameTooLong(path: path).failure.description
    #expect(text.contains("\\x0a...") && text.utf8.count < 2_000)
  }
}
