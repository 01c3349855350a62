import FUSE
import Glibc
import Linux
import MemoryFileSystem
import SystemPackage

/// Serves a mount of which another process keeps the device and the record.
///
/// Descriptor 3 is a socket on which it sends `D` with the device and `R` when it answers, and takes
/// `L` (leave) and `S` (have requests sent again); 4 is the record, 5 the line of life, and 6 the
/// device of a mount that is resumed. The file `slow` is read only while `MOUNTPOINT.gate` is not
/// there.
struct KeptServer {
  private let socket: MessageSocket
  private let session: Session

  init(isResumed: Bool) throws {
    let place = FilePath(CommandLine.arguments[1])
    socket = MessageSocket(owning: try OwnedDescriptor(inherited: 3))
    let record = try SessionRecord(try OwnedDescriptor(inherited: 4))
    try LifeLine.hold(try OwnedDescriptor(inherited: 5))
    let fileSystem = KeptFiles.make(gate: FilePath(place.string + ".gate"))
    if isResumed {
      let device = try OwnedDescriptor(inherited: 6)
      session = try Session(resuming: device, record, fileSystem)
      try? session.resendRequests()
    } else {
      session = try Session(
        fileSystem, mountPoint: place, mount: MountOptions(fileSystemName: "kept"), record: record)
      let device = try session.duplicateDevice()
      try socket.send(Array("D".utf8), passing: device.rawValue)
    }
  }

  func serve() throws {
    let listener = try JoinableThread { [socket, session] in
      while let message = try? socket.receive() {
        switch message.bytes {
        case Array("L".utf8): session.leave()
        case Array("S".utf8): try? session.resendRequests()
        case Array("E".utf8): session.stop()
        default: continue
        }
      }
    }
    try session.run { [socket, session] _ in
      session.keepMount()
      try? socket.send(Array("R".utf8))
    }
    withExtendedLifetime(listener) {}
    exit(0)
  }
}
