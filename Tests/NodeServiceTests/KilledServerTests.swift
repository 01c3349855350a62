import Digests
import ImageSamples
import Linux
import Store
import SystemPackage
import Testing

@testable import NodeService

extension MountedTests {
  @Suite(
    "The disk cache of a server that is killed",
    .enabled(if: canMount, "needs root and /dev/fuse"))
  struct KilledServerTests {
    private let directory: TemporaryDirectory
    private let store: Store
    private let object: ImageObject

    init() throws {
      directory = try TemporaryDirectory()
      try Paths.setMode(directory.path, 0o755)
      let sample = try SampleStore()
      store = try Store.create(
        at: PosixDirectory(directory.path.appending("store")), parameters: sample.parameters)
      let members = (0..<20).map { number in
        SampleMember("file\(number)", .file(SampleBytes.noise(100_000, seed: UInt64(number))))
      }
      try sample.publish(["a"], members, in: store)
      object = try store.imageObject(store.newest().image("a").object)
    }

    /// Starts the program, reads the image, and kills the program after a while: SIGKILL.
    private static let script = """
      "$1/firn-node" serve --foreground --lease 0 --memory 1 --store "$2/store" \
        --cache "$2/cache" "$2/mount" 2> "$2/log" & pid=$!
      for i in $(seq 200); do test -d "$2/mount/images/a/root" && break; sleep 0.05; done
      cat "$2"/mount/images/a/root/* > "$2/read" 2> /dev/null & reader=$!
      # A supervisor that runs would start another server.
      sleep "$3"; kill -STOP $pid; kill -9 $(pgrep -P $pid) $pid; wait $pid; umount -l "$2/mount"; wait $reader; true
      """

    private func killAfter(_ seconds: String) throws {
      let programs = DetachedProcess.ownExecutable.removingLastComponent()
      let run = try ChildProcess(
        running: "bash",
        ["-c", Self.script, "killed", programs.string, directory.path.string, seconds])
      #expect(run.exitStatus == 0, "\(run.output)")
    }

    @Test("has whole records only, more each time, and in the end all that was read")
    func killed() throws {
      try Paths.makeDirectory(directory.path.appending("mount"))
      var last = 0
      for seconds in ["0.005", "0.01", "0.02", "0.04", "0.08", "3"] {
        try killAfter(seconds)
        // The next start goes on in what this leaves, and so does the next round.
        let cache = try DiskCache(
          DiskCache.Options(directory.path.appending("cache")), logger: RecordingLog().logger)
        defer { cache.close() }
        let cached = CachedContent(cache, of: store)
        var found = 0
        for block in object.blocks {
          guard let bytes = cached.storedBytes(of: block.record) else { continue }
          found += 1
          let pack = try store.pack(object.packs[Int(block.pack)])
          if bytes.array != (try pack.storedBytes(of: block.record, at: block.offset)) {
            Issue.record("a block is wrong after \(seconds) s")
          }
        }
        #expect(cache.counts.bad == 0)
        #expect(found >= last, "after \(seconds) s")
        last = found
      }
      #expect(last == object.blocks.count)
      let log = try readText(directory.path.appending("log"))
      #expect(!log.contains("warning"), "\(log)")
    }
  }
}
