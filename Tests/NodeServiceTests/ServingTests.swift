import AdditionalImageStore
import ImageSamples
import Linux
import NodeService
import Store
import StoreSimulation
import SystemPackage
import Testing

extension MountedTests {
  @Suite(
    "A server of stores", .enabled(if: canMount, "needs root and /dev/fuse"))
  struct ServingTests {
    private let directory: TemporaryDirectory
    private let sample: SampleStore

    init() throws {
      directory = try TemporaryDirectory()
      sample = try SampleStore()
    }

    private func store(_ name: String, _ images: [String] = []) throws -> Store {
      let store = try Store.create(
        at: PosixDirectory(directory.path.appending(name)), parameters: sample.parameters)
      for image in images { try sample.publish([image], in: store) }
      return store
    }

    private func names(_ mount: ServedMount) throws -> [String] {
      try Paths.list(mount.path.appending("images"))
    }

    @Test("shows all of them, tries one that is not there again, and follows each by itself")
    func several() throws {
      let first = try store("first", ["a"])
      let second = PosixDirectory(directory.path.appending("second"))
      try ServedMount.run([ServedStore(first), ServedStore(second)], in: directory) { mount in
        #expect(try names(mount) == ["a"])
        #expect(mount.log.lines.count { $0.hasPrefix("warning: a store cannot be read") } == 1)
        let late = try store("second", ["b"])
        #expect(try mount.wait { try names(mount) == ["a", "b"] })
        #expect(mount.log.lines.contains { $0.hasPrefix("notice: a store can be read again") })
        try sample.publish(["c"], in: late)
        try sample.publish(["d"], in: first)
        #expect(try mount.wait { try names(mount) == ["a", "b", "c", "d"] })
        let generations = directory.path.appending("second/generations")
        try Paths.rename(generations, to: directory.path.appending("away"))
        try sample.publish(["e"], in: first)
        #expect(try mount.wait { try names(mount) == ["a", "b", "c", "d", "e"] })
      }
    }

    @Test("is ready although a store other than the first hangs, and ends although it still does")
    func hanging() throws {
      let first = try store("first", ["a"])
      let (_, memory) = try memoryStore()
      let hang = Hang()
      defer { hang.release() }
      let stuck = FaultyDirectory(memory, Fault(.every(.read), .hang(hang)))
      let start = MonotonicClock.seconds()
      try ServedMount.run([ServedStore(first), ServedStore(stuck)], in: directory) { mount in
        #expect(try names(mount) == ["a"])
        try sample.publish(["b"], in: first)
        #expect(try mount.wait { try names(mount) == ["a", "b"] })
      }
      #expect(MonotonicClock.seconds() - start < 60)
    }

    @Test("holds a lease on each while it runs, and none afterwards")
    func leases() throws {
      let stores = [try store("first", ["a"]), try store("second", ["b"])]
      try ServedMount.run(stores.map { ServedStore($0) }, in: directory) { mount in
        for store in stores {
          #expect(try mount.wait { try store.leases().count == 1 })
          let lease = try #require(try store.leases().first)
          #expect(lease.generation == 2)
          #expect(lease.expires > WallClock.seconds() + 86_000)
        }
      }
      for store in stores { #expect(try store.leases().isEmpty) }
    }

    @Test("knows of a container that reads nothing: its lease stays before what would be dropped")
    func inUse() throws {
      let store = try store("store", ["a", "b"])
      let image = try store.newest().image("a")
      try ServedMount.run(
        [ServedStore(store)], in: directory, options: { $0.leaseSeconds = 4 }
      ) { mount in
        let work = directory.path.appending("work")
        for name in ["", "upper", "work", "merged"] {
          try Paths.makeDirectory(name.isEmpty ? work : work.appending(name))
        }
        let text = try #require(image.attributes[ListedImage.attribute])
        let layer = try #require(ListedImage(attributeValue: text, names: [])?.layerID)
        let lower = "\(mount.path)/views/0/overlay/\(layer)/diff"
        let options = "lowerdir=\(lower),upperdir=\(work)/upper,workdir=\(work)/work"
        let merged = work.appending("merged")
        let mounted = try ChildProcess(
          running: "mount", ["-t", "overlay", "overlay", "-o", options, merged.string])
        #expect(mounted.exitStatus == 0, "\(mounted.output)")
        try store.publish("remove") { catalog throws(StoreError) in
          try catalog.removing(image: image.id)
        }
        let condemned = try store.publish("condemn") { catalog in
          catalog.condemning(objects: [image.object], packs: [])
        }
        try sample.publish(["later"], in: store)
        #expect(try mount.wait { try names(mount) == ["b", "later"] })
        // Three times the time in which an unused one would let the lease go on.
        WallClock.pause(milliseconds: 3500)
        let held = try #require(try store.leases().first)
        #expect(held.generation < condemned.generation)
        #expect(try Paths.list(merged) == ["empty"])
        let unmounted = try ChildProcess(running: "umount", [merged.string])
        #expect(unmounted.exitStatus == 0, "\(unmounted.output)")
        #expect(
          try mount.wait { try store.leases().first?.generation == store.newest().generation })
      }
    }
  }
}
