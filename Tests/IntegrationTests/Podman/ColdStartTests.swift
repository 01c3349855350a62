import FoundationEssentials
import Glibc
import Testing

extension PodmanTests {
  /// An image whose start reads some 1,300 files, as that of a large Python program does, and pages
  /// all over a large one.
  private func largeImage(_ scratch: Scratch) throws -> String {
    let layout = scratch("layout")
    try output("cp", "-a", fixture.layout.path, layout)
    try output("python3", "-c", Self.makeFiles, scratch.directory("start"))
    try output("umoci", "insert", "--image", "\(layout):latest", scratch("start"), "/opt/start")
    return layout
  }

  /// Modules of Perl, which every Debian has, of 44 kB each that hardly get smaller than half, and a
  /// program that loads them.
  private static let makeFiles = """
    import os, random, sys
    random.seed(5)
    os.chdir(sys.argv[1])
    for number in range(1300):
        noise = random.randbytes(22000).hex()
        open(f'm{number}.pm', 'w').write(f'package m{number}; our $d = "{noise}"; 1;')
    open('big', 'wb').write(random.randbytes(32 << 20))
    open('start.pl', 'w').write('''
    for my $n (0..1299) { require "/opt/start/m$n.pm"; }
    open(my $big, '<:raw', '/opt/start/big') or die;
    my $sum = 0;
    for my $n (0..199) {
      sysseek($big, ($n * 7919 % 8192) * 4096, 0);
      sysread($big, my $page, 4096) == 4096 or die;
      $sum += unpack('%32C*', $page);
    }
    print $sum;
    ''')
    """

  private static let program = ["sh", "-c", "exec /usr/bin/perl5* /opt/start/start.pl"]

  /// A server under strace, which sees what it asks of the store's directory.
  private final class Traced {
    let log: String
    /// When it was mounted, in seconds since the epoch: the images' starts come after that.
    let mounted: String
    private let firn: Firn
    private let point: String
    private let running: RunningProgram
    private let podman: PodmanSession

    init(_ firn: Firn, _ scratch: Scratch, _ options: [String] = []) throws {
      self.firn = firn
      point = try scratch.directory("mount")
      log = scratch("strace")
      try output("sh", "-c", "sync; echo 3 > /proc/sys/vm/drop_caches")
      var command = try firn.command(
        "serve", "--foreground", "--lease", "0", "--interval", "3600", point)
      command.arguments =
        ["strace", "-f", "--seccomp-bpf", "-y", "-ttt", "-o", log]
        + ["-e", "trace=%file,getdents64,pread64,pwrite64,flock,fcntl,fsync,ftruncate"] + options
        + command.arguments
      running = try command.start()
      podman = try PodmanSession(.rootful, user: nil, imageStore: "\(point)/self")
      let path = point
      try #require(eventually(within: 30) { try !MountTable.below(path).isEmpty })
      mounted = try output("date", "+%s.%N")
      // What Podman itself is made of is read.
      try podman("images").succeed()
    }

    /// Runs a container and says what it printed, and how long it took.
    func start(_ image: String) throws -> (text: String, seconds: Double) {
      let outcome = try podman.command(
        ["run", "--rm", "--pull=never", image] + PodmanTests.program
      ).succeed()
      return (outcome.line, outcome.seconds)
    }

    /// What the server says of start bundles.
    func bundles() throws -> BundleCounts {
      let json = try Command(Firn.binary.value, "status", "--json", point).succeed().output
      let all = try JSONDecoder().decode([ServerCounts].self, from: Data(json))
      return try #require(all.first).bundles
    }

    func end() throws {
      try output(Firn.binary.value, "unmount", point)
      _ = try running.wait(timeout: 180)
    }
  }

  /// A part of what `firn status --json` prints.
  private struct ServerCounts: Decodable {
    var bundles: BundleCounts
  }

  private struct BundleCounts: Decodable {
    var count: Int
    var failed: Int
    var missed: Int
    var late: Int
    var pushedBytes: Int
  }

  /// A part of what `firn trace --json` prints.
  private struct TraceReport: Decodable {
    struct Before: Decodable {
      var usedPages: Int
      var unusedPages: Int
      var missingPages: Int
    }

    var before: Before
  }

  /// A store of its own with that image and its start bundle.
  private func tracedStore(_ scratch: Scratch) throws -> Firn {
    var firn = try Firn(creating: scratch("store"))
    firn.environment = try fixture.session(.rootful).environment
    try firn.importImage("oci:\(try largeImage(scratch)):latest", as: "large")
    try firn.command(["trace", "large", "--"] + Self.program).succeed()
    return firn
  }

  @Test("a cold start reads its bundle, and asks for next to nothing else")
  func coldStart() throws {
    let scratch = try Scratch("cold", below: "/tmp")
    let firn = try tracedStore(scratch)
    // Another run of the same reads what the bundle has.
    let text = try firn.command(["trace", "--json", "large", "--"] + Self.program).succeed().line
    let json = try #require(text.firstIndex(of: "{"))
    let before = try JSONDecoder().decode(TraceReport.self, from: Data(text[json...].utf8)).before
    #expect(before.missingPages * 100 <= before.usedPages, "\(before)")
    #expect(before.unusedPages * 4 <= before.usedPages, "\(before)")

    let traced = try Traced(firn, scratch)
    let first = try traced.start("localhost/large:latest")
    let counts = try traced.bundles()
    try traced.end()
    #expect(Int(first.text) ?? 0 > 10_000, "\(first.text)")
    let cost = try StoreCost(
      ofLog: readText(traced.log), store: firn.store, since: traced.mounted)
    print("a cold start in \(first.seconds) s: \(cost); \(counts)")
    #expect(cost.opened.count <= 3 && cost.pathOperations <= 8, "\(cost)")
    #expect(cost.changes == 0 && cost.readTwice == 0, "\(cost)")
    #expect(cost.reads <= 150 && cost.bytes <= 130_000_000, "\(cost)")
    #expect(cost.largeBytes * 10 >= cost.bytes * 9, "\(cost)")
    // After the bundle less than one byte in a hundred is asked of packs.
    #expect(cost.packBytes * 100 < counts.pushedBytes, "\(cost)")
    #expect(counts.count == 1 && counts.failed == 0, "\(counts)")
  }

  @Test("a cold start hardly suffers from a store that takes two milliseconds for each read")
  func slowStore() throws {
    let scratch = try Scratch("slow", below: "/tmp")
    let firn = try tracedStore(scratch)
    var times: [[Double]] = [[], []]
    for _ in 0..<3 {
      for (place, delay) in ["0", "2000"].enumerated() {
        let traced = try Traced(firn, scratch, ["-e", "inject=pread64:delay_enter=\(delay)"])
        times[place].append(try traced.start("localhost/large:latest").seconds)
        try traced.end()
      }
    }
    print("cold starts, and with a delay of 2 ms for each read: \(times)")
    let best = times.map { $0.min() ?? 0 }
    #expect(best[1] - best[0] <= 0.06, "\(times)")
  }
}
