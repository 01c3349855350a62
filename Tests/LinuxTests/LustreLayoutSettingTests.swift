import Linux
import SystemPackage
import Testing

/// Off Lustre, with an attribute of another name, which these file systems keep as it is.
@Suite("Setting a layout")
struct LustreLayoutSettingTests {
  private static let attribute = "user.lov"
  private let scratch: ScratchDirectory
  private let layout = LustreLayout(stripeSize: 4 << 20, stripeCount: 32)

  init() throws { scratch = try ScratchDirectory() }

  private func value() throws -> [UInt8]? {
    try OwnedDescriptor(opening: scratch.path, .directory).attribute(Self.attribute)
  }

  @Test("writes exactly the published structure and reads it back")
  func set() throws {
    #expect(layout.set(on: scratch.path, attribute: Self.attribute) == .set)
    #expect(try value() == LustreLayoutTests.packs)
    #expect(try LustreAttribute(of: scratch.path, Self.attribute) == .plain(layout))
    #expect(layout.set(on: scratch.path, attribute: Self.attribute) == .set)
  }

  @Test("replaces the layout there was")
  func replace() throws {
    let other = LustreLayout(stripeSize: 65_536, stripeCount: 1)
    #expect(other.set(on: scratch.path, attribute: Self.attribute) == .set)
    #expect(layout.set(on: scratch.path, attribute: Self.attribute) == .set)
    #expect(try value() == LustreLayoutTests.packs)
  }

  @Test("keeps the pool that the directory had")
  func pool() throws {
    let pooled = LustreLayout(stripeSize: 65_536, stripeCount: 1, pool: "flash")
    #expect(pooled.set(on: scratch.path, attribute: Self.attribute) == .set)
    #expect(layout.set(on: scratch.path, attribute: Self.attribute) == .set)
    var wanted = layout
    wanted.pool = "flash"
    #expect(try LustreAttribute(of: scratch.path, Self.attribute) == .plain(wanted))
  }

  @Test("is not tried where the file system is not Lustre")
  func skipped() throws {
    #expect(layout.set(on: scratch.path) == .notLustre)
    #expect(layout.set(on: "/proc") == .notLustre)
    #expect(try value() == nil)
    #expect(try LustreAttribute(of: scratch.path, Self.attribute) == nil)
  }

  @Test("that is refused says why, and is no error")
  func refused() throws {
    let file = try scratch.write("file", [])
    #expect(
      layout.set(on: file, attribute: Self.attribute)
        == .refused(SystemError("open", file, .notDirectory)))
    let gone = scratch.path.appending("gone")
    #expect(layout.set(on: gone) == .refused(SystemError("statfs", gone, .noSuchFileOrDirectory)))
    // There is no file system on which this prefix means something.
    guard case .refused(let error) = layout.set(on: scratch.path, attribute: "nonsense.lov") else {
      Issue.record("not refused")
      return
    }
    #expect(error.errno.rawValue == 95)
    let odd = LustreLayout(stripeSize: 1, stripeCount: 1)
    #expect(
      odd.set(on: scratch.path, attribute: Self.attribute)
        == .refused(SystemError("fsetxattr", scratch.path, .invalidArgument)))
  }

  @Test("leaves attributes of any size readable")
  func sizes() throws {
    let descriptor = try OwnedDescriptor(opening: scratch.path, .directory)
    for count in [0, 1, 31, 1000] {
      let bytes = [UInt8](repeating: 7, count: count)
      try descriptor.setAttribute(Self.attribute, bytes)
      #expect(try descriptor.attribute(Self.attribute) == bytes)
    }
    #expect(try LustreAttribute(of: scratch.path, Self.attribute) == .unknown(magic: 0x0707_0707))
  }
}
