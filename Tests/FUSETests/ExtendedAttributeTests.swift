import FUSE
import MemoryFileSystem
import SystemPackage
import Testing

@Suite("Extended attributes", .serialized, .enabled(if: canMount, "needs root and /dev/fuse"))
struct ExtendedAttributeTests {
  /// Asks the kernel directly, with buffers of any size.
  private let program = """
    import ctypes, os, sys
    libc = ctypes.CDLL(None, use_errno=True)
    path = sys.argv[1].encode()
    def get(name, room):
        buffer = ctypes.create_string_buffer(room or 1)
        n = libc.lgetxattr(path, name, buffer, ctypes.c_size_t(room))
        return (n, buffer.raw[:n] if room else b"") if n >= 0 else os.strerror(ctypes.get_errno())
    print(get(b"user.a", 0), get(b"user.a", 3), get(b"user.a", 100))
    print(get(b"user.a", 2))
    print(get(b"user.none", 10))
    print(len(get(b"user.big", 65536)[1]))
    print(sorted(os.listxattr(path)))
    buffer = ctypes.create_string_buffer(3)
    print(libc.llistxattr(path, buffer, 3), os.strerror(ctypes.get_errno()))
    """

  @Test("are listed and read with room enough, too little and none")
  func values() throws {
    let fileSystem = MemoryFileSystem()
    fileSystem.add(
      "file", .zeros(1),
      attributes: ["user.a": Array("xyz".utf8), "user.big": [UInt8](repeating: 7, count: 60_000)])
    try withMounted(fileSystem) { (mounted) throws in
      let text = try output(of: "python3", "-c", program, mounted.path.appending("file").string)
      #expect(
        text == """
          (3, b'') (3, b'xyz') (3, b'xyz')
          Numerical result out of range
          No data available
          60000
          ['user.a', 'user.big']
          -1 Numerical result out of range

          """)
    }
  }

  @Test("of a file system that has none are asked for once")
  func none() throws {
    let fileSystem = StoppingFileSystem()
    try withMounted(fileSystem) { (mounted) throws in
      let child = try output(
        of: "python3", "-c",
        """
        import os, sys
        for _ in range(2):
            try: os.getxattr(sys.argv[1], "user.x")
            except OSError as e: print(e.strerror)
        """, mounted.path.string)
      #expect(child == "Operation not supported\nOperation not supported\n")
    }
  }
}
