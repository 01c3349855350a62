import Linux
import Store
import StoreSimulation
import Testing

@Suite("A machine that crashes")
struct CrashingDirectoryTests {
  private let one = StorePath(.packs, "one")
  private let two = StorePath(.packs, "two")

  private func machine() throws -> CrashingDirectory {
    let start = MemoryDirectory()
    for area in [StoreArea.root, .packs, .images] { try start.makeDirectory(area) }
    return CrashingDirectory(start)
  }

  @discardableResult
  private func write(
    _ text: String, to path: StorePath, on machine: CrashingDirectory, synchronized: Bool = true
  ) throws -> any StoreFileWriter {
    let file = try machine.create(path)
    try file.append(Array(text.utf8).span.bytes)
    if synchronized { try file.synchronize() }
    return file
  }

  private func text(_ path: StorePath, _ directory: MemoryDirectory) -> String? {
    directory.bytes(path).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Every state that regular and many random crashes leave, as the texts of both files.
  private func outcomes(_ machine: CrashingDirectory) -> Set<[String?]> {
    Set(
      machine.survivals(seeds: 0..<200).map { survival in
        let left = machine.crash(survival)
        return [text(one, left), text(two, left)]
      })
  }

  @Test("loses a name whose directory was not synchronized, although the file was")
  func names() throws {
    let machine = try machine()
    try write("x", to: one, on: machine)
    #expect(outcomes(machine) == [[nil, nil], ["x", nil]])
    try machine.synchronize(.images)
    #expect(outcomes(machine) == [[nil, nil], ["x", nil]])
    try machine.synchronize(.packs)
    #expect(outcomes(machine) == [["x", nil]])
    #expect(machine.unsynchronized == 0)
  }

  @Test("loses data that was not synchronized, from any byte on, although the name was")
  func data() throws {
    let machine = try machine()
    let file = try write("ab", to: one, on: machine, synchronized: false)
    try machine.synchronize(.packs)
    try file.append(Array("c".utf8).span.bytes)
    let left = outcomes(machine).map { $0[0] }
    #expect(Set(left).isSuperset(of: ["", "a", "ab", "abc", "a\0", "\0\0"]))
    #expect(left.allSatisfy { $0.map { "abc".hasPrefix($0) || $0.contains("\0") } ?? false })
    try file.synchronize()
    #expect(outcomes(machine) == [["abc", nil]])
  }

  @Test("keeps or loses each of two names by itself, and a second name as the first")
  func independence() throws {
    let machine = try machine()
    try write("x", to: one, on: machine)
    try machine.link(one, to: two)
    #expect(outcomes(machine) == [[nil, nil], ["x", nil], [nil, "x"], ["x", "x"]])
    try machine.unlink(one)
    #expect(outcomes(machine) == [[nil, nil], ["x", nil], [nil, "x"], ["x", "x"]])
    try machine.synchronize(.packs)
    #expect(outcomes(machine) == [[nil, "x"]])
  }

  @Test("does a rename wholly or not at all")
  func rename() throws {
    let machine = try machine()
    try write("new", to: one, on: machine)
    try write("old", to: two, on: machine)
    try machine.synchronize(.packs)
    try machine.rename(one, to: two)
    #expect(outcomes(machine) == [["new", "old"], [nil, "new"]])
  }

  @Test("loses all of an area that was made and not synchronized")
  func areas() throws {
    let machine = CrashingDirectory()
    try machine.makeDirectory(.root)
    try machine.makeDirectory(.packs)
    try write("x", to: one, on: machine)
    try machine.synchronize(.packs)
    #expect(outcomes(machine) == [[nil, nil], ["x", nil]])
    #expect(machine.crash(.nothing).areas == [.root])
    try machine.synchronize(.root)
    #expect(outcomes(machine) == [["x", nil]])
  }

  @Test("gives every prefix of what was not synchronized, and the same state for the same seed")
  func prefixes() throws {
    let machine = try machine()
    try write("ab", to: one, on: machine, synchronized: false)
    try machine.link(one, to: two)
    let states = machine.survivals().filter { survival in
      if case .prefix = survival { true } else { false }
    }
    #expect(states == [.prefix(1), .prefix(2)])
    #expect(text(one, machine.crash(.prefix(1))) == "")
    #expect(text(one, machine.crash(.torn(1))) == "a")
    #expect(text(two, machine.crash(.prefix(2))) == nil)
    #expect(text(two, machine.crash(.everything)) == "ab")
    for seed in 0..<50 as Range<UInt64> {
      #expect(machine.crash(seed: seed).contents == machine.crash(seed: seed).contents)
    }
    #expect(text(two, machine.live) == "ab", "the program goes on")
  }

  @Test("is swept at every operation, and once more when the command has returned")
  func sweep() throws {
    let machine = try machine()
    let states = try CrashSweep.states(from: machine.live) { directory in
      let file = try directory.create(one)
      try file.append(([1, 2] as [UInt8]).span.bytes)
      try file.synchronize()
      try directory.synchronize(.packs)
    }
    #expect(states.map(\.operations).max() == 4)
    #expect(states.filter(\.hasReturned).map { $0.directory.bytes(one) } == [[1, 2]])
    #expect(states.contains { $0.directory.bytes(one) == nil })
    #expect(states.contains { $0.directory.bytes(one) == [1] })
  }
}
