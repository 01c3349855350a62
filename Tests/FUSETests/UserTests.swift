import FUSE
import Glibc
import Linux
import SystemPackage
import Testing

@Suite(
  "An ordinary user", .serialized,
  .enabled(if: canMount && Server.user != nil, "needs root, /dev/fuse and useradd"))
struct UserTests {
  /// Starts the server, waits until it is ready, does something, ends it, and shows what it said.
  private func serving(_ body: String, then end: String = "kill $server") -> String {
    """
    $1 $2 > $2.out 2>&1 & server=$!
    for i in 1 2 3 4 5 6 7 8 9 10; do grep -qs . $2.out && break; sleep 0.2; done
    \(body)
    \(end); wait $server; cat $2.out
    """
  }

  @Test("mounts through fusermount3, reads and ends by a signal")
  func mounting() throws {
    try withDirectory { (path) throws in
      let text = try Server.withDevice(mode: 0o666) {
        try Server.asUser(
          in: path, serving("readlink $2/link; wc -c < $2/zeros; grep -c \"$2 \" /proc/mounts"))
      }
      #expect(text == "target\n10000\n1\nready\nended\n")
    }
  }

  @Test("may unmount with fusermount3 -u")
  func unmounting() throws {
    try withDirectory { (path) throws in
      let text = try Server.withDevice(mode: 0o666) {
        try Server.asUser(in: path, serving("", then: "fusermount3 -u $2"))
      }
      #expect(text == "ready\nended\n")
    }
  }

  @Test("who may not open /dev/fuse is told so")
  func deviceNotPermitted() throws {
    try withDirectory { (path) throws in
      let text = try Server.withDevice(mode: 0o600) {
        try Server.asUser(in: path, "timeout 5 $1 $2 2>&1")
      }
      #expect(text.contains("/dev/fuse may not be used by this user"))
      #expect(text.contains("chmod 0666 /dev/fuse"))
    }
  }

  @Test("who may not mount for others is told so")
  func allowOther() throws {
    let configuration = String(decoding: try contents("/etc/fuse.conf"), as: UTF8.self)
    let isAllowed = configuration.split(separator: "\n").contains("user_allow_other")
    try withDirectory { (path) throws in
      let text = try Server.withDevice(mode: 0o666) {
        try Server.asUser(in: path, "timeout 3 $1 $2 allow-other 2>&1")
      }
      #expect(text.contains("user_allow_other") != isAllowed)
    }
  }

  @Test("who does not own the mount point is told so")
  func mountPointNotPermitted() throws {
    try withDirectory { (path) throws in
      let text = try Server.withDevice(mode: 0o666) {
        try Server.asUser(in: path, "timeout 5 $1 /srv 2>&1")
      }
      #expect(text.contains("this user may not mount at"))
    }
  }

  @Test("without fusermount3 is told so")
  func programMissing() throws {
    try withDirectory { (path) throws in
      let text = try Server.withDevice(mode: 0o666) {
        try Server.asUser(in: path, hiding: "fusermount3", "timeout 5 $1 $2 2>&1")
      }
      #expect(text.contains("fusermount3, by which users mount, is not installed"))
    }
  }
}
