import Linux
import SystemPackage
import Testing

@Suite("The kind of a file system")
struct FileSystemKindTests {
  @Test(
    "is known by its number",
    arguments: [
      (0x0BD0_0BD0, .lustre, "Lustre"), (0x4750_4653, .gpfs, "GPFS"),
      (0x1983_0326, .beegfs, "BeeGFS"), (0x6969, .nfs, "NFS"), (0xEF53, .ext4, "ext4"),
      (0x5846_5342, .xfs, "XFS"), (0x9123_683E, .btrfs, "Btrfs"), (0x2FC1_2FC1, .zfs, "ZFS"),
      (0x0102_1994, .tmpfs, "tmpfs"), (0x794C_7630, .overlay, "overlayfs"),
      (0x6573_5546, .fuse, "FUSE"),
    ] as [(UInt64, FileSystemKind, String)])
  func known(magic: UInt64, kind: FileSystemKind, name: String) {
    #expect(FileSystemKind(magic: magic) == kind)
    #expect("\(kind)" == name)
  }

  @Test("that is not known keeps its number")
  func other() {
    #expect(FileSystemKind(magic: 0x9FA0) == .other(0x9FA0))
    #expect("\(FileSystemKind(magic: 0x9FA0))" == "a file system of type 0x9fa0")
  }

  @Test("is the same where the kernel's number was signed")
  func signed() {
    #expect(FileSystemKind(magic: 0xFFFF_FFFF_9123_683E) == .btrfs)
  }

  @Test("is asked of the kernel")
  func asked() throws {
    #expect(try FileSystemKind(holding: "/proc") == .other(0x9FA0))
    #expect(try FileSystemKind(holding: "/dev/shm") == .tmpfs)
    #expect(throws: SystemError.self) { try FileSystemKind(holding: "/not/there") }
  }
}
