import Glibc
import Testing

/// What containers see of a server that is killed or replaced: nothing.
@Suite("Survival", .serialized, .tags(.root, .fuse), .needs(.firn, .root, .fuse))
struct SurvivalTests {
  // Released in this order.
  let served: ServedMount
  let scratch: Scratch

  /// How many bytes of noise the image has in one file.
  static let size = 3_000_000

  init() throws {
    scratch = try Scratch("survival")
    let firn = try Firn(creating: scratch("store"))
    var files = ["data": noise(Self.size, seed: 11)]
    for number in 0..<60 { files["many/\(number)"] = Array("file \(number)\n".utf8) }
    let layout = try LayoutBuilder(scratch: scratch).layout("layout", layers: [files])
    try firn.importImage("oci:\(layout):latest", as: "one")
    try writeFile(scratch("expected"), noise(Self.size, seed: 11))
    served = try ServedMount(firn, at: scratch("mount"))
  }

  /// Reads random parts, which the kernel is made to forget, names and attributes until it may end.
  ///
  /// Prints how often; fails with the first error or wrong byte.
  private static let load = """
    import os, random, sys
    root, expected, stop = sys.argv[1:4]
    bytes = open(expected, 'rb').read()
    count = 0
    while not os.path.exists(stop):
        file = os.open(root + '/data', os.O_RDONLY)
        start = random.randrange(len(bytes))
        assert os.pread(file, 60000, start) == bytes[start:start + 60000], start
        os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(file)
        number = random.randrange(60)
        assert open(f'{root}/many/{number}').read() == f'file {number}\\n', number
        assert len(os.listdir(root + '/many')) == 60
        assert os.stat(root + '/many').st_nlink == 2
        count += 1
    print(count)
    """

  private func startLoad() throws -> [RunningProgram] {
    try (0..<4).map { _ in
      try Command(
        "python3", "-c", Self.load, served.root("one"), scratch("expected"), scratch("stop")
      ).start()
    }
  }

  private func endLoad(_ programs: [RunningProgram]) throws {
    try writeFile(scratch("stop"), [])
    for program in programs {
      let outcome = try program.wait(timeout: 60)
      #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome)")
      #expect(Int(outcome.text.filter(\.isNumber)) ?? 0 > 20, "it has hardly read anything")
    }
  }

  private var server: pid_t? { served.server }

  @Test("of a server that is killed again and again under load: no error and no wrong byte")
  func kills() throws {
    let load = try startLoad()
    for _ in 0..<5 {
      usleep(1_100_000)
      let old = try #require(server)
      kill(old, SIGKILL)
      #expect(eventually(within: 10) { server != nil && server != old })
    }
    usleep(200_000)
    try endLoad(load)
  }

  @Test("of a program that is replaced under load: no error and no wrong byte")
  func takeovers() throws {
    let load = try startLoad()
    for number in 0..<3 {
      let copy = scratch("firn-\(number)")
      try output("cp", Firn.binary.value, copy)
      let old = try #require(server)
      let said = try output(copy, "serve", "--takeover", served.point)
      let new = try #require(said.split(separator: " ").last.flatMap { pid_t($0) })
      #expect(new != old)
      // The other may take a moment to end.
      #expect(eventually(within: 10) { served.servers == [new] })
      #expect(try output("readlink", "/proc/\(new)/exe") == copy)
      #expect(unlink(copy) == 0)
      usleep(300_000)
    }
    // A restart is of the program that served last, though its file is gone.
    usleep(900_000)
    let old = try #require(server)
    kill(old, SIGKILL)
    #expect(eventually(within: 10) { server != nil && server != old })
    usleep(200_000)
    try endLoad(load)
  }

  @Test("of a takeover by what is no server: it goes on, and whoever asked is told")
  func refused() throws {
    let load = try startLoad()
    let old = try #require(server)
    // A program that ends where it should serve.
    try writeFile(
      scratch("broken.py"),
      Array(
        """
        import os, socket, sys
        device = os.lstat(sys.argv[1]).st_dev
        link = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        link.connect(f'\\0firn/serve/{os.major(device)}:{os.minor(device)}')
        link.send(b'T/bin/false')
        print(link.recv(10000).decode())
        """.utf8))
    #expect(try output("python3", scratch("broken.py"), served.point).hasPrefix("F"))
    #expect(server == old)
    usleep(1_000_000)
    try endLoad(load)
  }
}
