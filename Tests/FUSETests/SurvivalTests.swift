import FUSE
import Glibc
import Linux
import MemoryFileSystem
import SystemPackage
import Testing

@Suite("A mount outlives its servers", .serialized, .enabled(if: canMount, "needs /dev/fuse"))
struct SurvivalTests {
  private func withKeeper(_ body: (Keeper) throws -> Void) throws {
    try withDirectory { (directory) throws in
      let path = directory.appending("mount")
      try Paths.makeDirectory(path)
      let keeper = try Keeper(at: path)
      defer { keeper.end() }
      try body(keeper)
    }
  }

  @Test("killed ten times while many read, list and look: no error and no wrong byte")
  func kills() throws {
    try withKeeper { (keeper) throws in
      let load = try MountLoad(on: keeper.path, threads: 6)
      for _ in 0..<10 {
        let before = load.count
        usleep(200_000)
        try keeper.kill()
        usleep(20_000)
        try keeper.startNext()
        let isGoingOn = try waitUntil { load.count > before + 50 }
        #expect(isGoingOn, "nobody reads after a kill")
      }
      #expect(load.end() == [])
      #expect(load.count > 500)
    }
  }

  @Test("what a killed server was asked is answered by the next")
  func requestInFlight() throws {
    try withKeeper { (keeper) throws in
      let gate = FilePath(keeper.path.string + ".gate")
      _ = try OwnedDescriptor(opening: gate, [.create, .writeOnly])
      let answer = Shared<[UInt8]>()
      let path = keeper.path.appending("slow")
      let reader = try JoinableThread { answer.set((try? contents(path)) ?? []) }
      usleep(200_000)
      try keeper.kill()
      try keeper.startNext()
      usleep(100_000)
      #expect(answer.value == nil, "it was answered although it waits")
      try Paths.unlink(gate)
      reader.join()
      #expect(answer.value == KeptFiles.text(7))
    }
  }

  @Test("handed on while many read, and while a request is being answered: no error")
  func takeover() throws {
    try withKeeper { (keeper) throws in
      let gate = FilePath(keeper.path.string + ".gate")
      let load = try MountLoad(on: keeper.path, threads: 6)
      for _ in 0..<5 {
        _ = try OwnedDescriptor(opening: gate, [.create, .writeOnly])
        let answer = Shared<[UInt8]>()
        let path = keeper.path.appending("slow")
        let reader = try JoinableThread { answer.set((try? contents(path)) ?? []) }
        usleep(100_000)
        let old = keeper.server
        try keeper.startNext()
        try old.socket.send(Array("L".utf8))
        usleep(50_000)
        try Paths.unlink(gate)
        #expect(old.exitStatus() == 0)
        try keeper.server.socket.send(Array("S".utf8))
        reader.join()
        #expect(answer.value == KeptFiles.text(7))
        let before = load.count
        #expect(try waitUntil { load.count > before + 50 })
      }
      #expect(load.end() == [])
    }
  }

  @Test("whom nobody keeps is dead when its server is killed")
  func nobodyKeeps() throws {
    try withKeeper { (keeper) throws in
      keeper.letGo()
      try keeper.kill()
      #expect(try waitUntil { keeper.server.exitStatus() != nil })
      let error = #expect(throws: SystemError.self) {
        _ = try FileStatus(of: keeper.path.appending("data"))
      }
      #expect(error?.errno == .socketNotConnected)
    }
  }

  @Test("is gone when its server is asked to end, also the second one")
  func ending() throws {
    try withKeeper { (keeper) throws in
      try keeper.kill()
      try keeper.startNext()
      try keeper.server.socket.send(Array("E".utf8))
      #expect(keeper.server.exitStatus() == 0)
      #expect(try MountTable.current().top(at: keeper.path) == nil)
    }
  }

  @Test("ends its server when somebody unmounts it, also the second one")
  func unmounting() throws {
    try withKeeper { (keeper) throws in
      try keeper.kill()
      try keeper.startNext()
      try Mounts.detach(keeper.path)
      #expect(keeper.server.exitStatus() == 0)
    }
  }

  private func waitUntil(_ condition: () throws -> Bool) throws -> Bool {
    for _ in 0..<800 {
      if try condition() { return true }
      usleep(5_000)
    }
    return try condition()
  }
}
