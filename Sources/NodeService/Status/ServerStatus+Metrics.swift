internal import FUSE

extension ServerStatus {
  /// The status as metrics of Prometheus (firn-serve(1), "Metrics").
  public var metrics: String {
    var text = MetricsText([("mount", mount)])
    addServer(to: &text)
    addStores(to: &text)
    addStoreLatencies(to: &text)
    addMemory(to: &text)
    addRequests(to: &text)
    addStarts(to: &text)
    addBundles(to: &text)
    addDiskCache(to: &text)
    return text.text
  }

  private func addServer(to text: inout MetricsText) {
    text.begin("firn_build_info", .gauge, "The server's program.")
    text.add("firn_build_info", [("version", version), ("command", command)], "1")
    text.single("firn_uptime_seconds", .gauge, "How long the server has run.", uptime)
    text.single(
      "firn_problems", .gauge, "What is not as it should be: see firn status.", problems.count)
  }

  private func addStores(to text: inout MetricsText) {
    func add(
      _ name: String, _ kind: MetricsText.Kind, _ help: String, _ value: (StoreStatus) -> String?
    ) {
      text.begin(name, kind, help)
      for store in stores {
        if let value = value(store) { text.add(name, [("store", store.directory)], value) }
      }
    }
    add("firn_store_up", .gauge, "Whether the store could be read when it was last looked at.") {
      $0.state == .shown ? "1" : "0"
    }
    add("firn_store_generation", .gauge, "The generation that is shown.") {
      $0.generation.map { "\($0)" }
    }
    add("firn_store_images", .gauge, "The images of that generation.") { "\($0.images)" }
    add(
      "firn_store_lease_expiry_timestamp_seconds", .gauge,
      "When the lease ends if it is not renewed; missing without one."
    ) { $0.lease?.expiresAt.map { "\($0)" } }
    add(
      "firn_store_hung_operations", .gauge,
      "What has been waited for, from the store's file system, for more than 10 seconds."
    ) { "\($0.hung.count)" }
    text.begin(
      "firn_store_operations_total", .counter, "What was asked of the store's file system.")
    for store in stores {
      for (use, count) in store.uses.sorted(by: { $0.key < $1.key }) {
        text.add(
          "firn_store_operations_total", [("store", store.directory), ("operation", use)],
          "\(count)")
      }
    }
    add("firn_store_round_trips_total", .counter, "How often that was waited for.") {
      "\($0.roundTrips)"
    }
    add("firn_store_read_bytes_total", .counter, "Bytes read from the store.") { "\($0.readBytes)" }
    add(
      "firn_store_failures_total", .counter, "Operations on the store that failed."
    ) { "\($0.failures)" }
    add("firn_store_retries_total", .counter, "Blocks that were read once more.") {
      "\($0.retries)"
    }
    add(
      "firn_store_checksum_mismatches_total", .counter,
      "Stored bytes that did not have their checksum."
    ) { "\($0.mismatches)" }
    add(
      "firn_store_losses_total", .counter, "Blocks and images that could not be had: EIO."
    ) { "\($0.losses)" }
  }

  private func addStoreLatencies(to text: inout MetricsText) {
    text.begin("firn_store_read_seconds", .histogram, "How long reads of packs took.")
    for store in stores {
      text.add("firn_store_read_seconds", [("store", store.directory)], store.readLatency)
    }
    text.begin(
      "firn_store_path_operation_seconds", .histogram,
      "How long all else on the store's file system took.")
    for store in stores {
      text.add(
        "firn_store_path_operation_seconds", [("store", store.directory)], store.otherLatency)
    }
  }

  private func addMemory(to text: inout MetricsText) {
    if let cache {
      text.single("firn_cache_bytes", .gauge, "Decompressed blocks in memory.", cache.bytes)
      text.single("firn_cache_limit_bytes", .gauge, "How many there may be.", cache.limit)
      text.single(
        "firn_cache_hits_total", .counter, "Blocks that were in memory, or on their way.",
        cache.hits)
      text.single("firn_cache_misses_total", .counter, "Blocks that were fetched.", cache.misses)
    }
    text.begin("firn_pushes_total", .counter, "Pieces offered to the kernel's page cache.")
    let outcomes = [
      ("pushed", pushes.pushed), ("dropped", pushes.dropped), ("refused", pushes.refused),
    ]
    for (outcome, count) in outcomes {
      text.add("firn_pushes_total", [("outcome", outcome)], "\(count)")
    }
    text.single(
      "firn_pushed_bytes_total", .counter, "Bytes given to the kernel's page cache.", pushes.bytes)
  }

  private func addRequests(to text: inout MetricsText) {
    text.begin(
      "firn_fuse_request_seconds", .histogram, "How long requests of the kernel took, by kind.")
    for kind in RequestKind.allCases {
      text.add(
        "firn_fuse_request_seconds", [("kind", kind.name)], requests.kinds[kind.name])
    }
    text.single(
      "firn_fuse_read_bytes_total", .counter, "Bytes that the kernel was answered with.",
      requests.readBytes)
    text.single(
      "firn_fuse_failures_total", .counter, "Requests that were answered with EIO.",
      requests.failures)
  }

  private func addStarts(to text: inout MetricsText) {
    text.single(
      "firn_image_starts_total", .counter, "Images that were started on this node.",
      startTotals.count)
    text.single(
      "firn_image_start_opens_total", .counter,
      "Files opened for images in their first minute.", startTotals.opens)
    text.single(
      "firn_image_start_reads_total", .counter, "Reads for images in their first minute.",
      startTotals.reads)
    text.single(
      "firn_image_start_read_bytes_total", .counter,
      "Bytes read for images in their first minute.", startTotals.readBytes)
  }

  private func addBundles(to text: inout MetricsText) {
    func add(_ name: String, _ help: String, _ value: UInt64) {
      text.single("firn_bundle_\(name)_total", .counter, help, value)
    }
    add("reads", "Start bundles that were read.", bundles.count)
    add("read_bytes", "The bytes of their files.", bundles.bytes)
    add("left_out", "Start bundles for which there was no memory.", bundles.leftOut)
    add("failures", "Start bundles that were damaged or could not be read.", bundles.failed)
    add(
      "pushed_bytes", "Bytes of start bundles given to the kernel's page cache.",
      bundles.pushedBytes)
    add("late", "Reads answered from a bundle, whose pages were not pushed yet.", bundles.late)
    add("misses", "Reads of what a bundle in use does not have.", bundles.missed)
    add("traces", "Access traces that were written.", bundles.traces)
  }

  private func addDiskCache(to text: inout MetricsText) {
    guard let disk = diskCache else { return }
    func add(_ name: String, _ kind: MetricsText.Kind, _ help: String, _ value: UInt64) {
      text.single("firn_disk_cache_\(name)", kind, help, value)
    }
    add("bytes", .gauge, "What the files of the disk cache take.", disk.bytes)
    add("limit_bytes", .gauge, "What they may take.", disk.limit)
    add("hits_total", .counter, "Blocks and objects that were in the disk cache.", disk.hits)
    add("misses_total", .counter, "Blocks and objects that were not.", disk.misses)
    add("failures_total", .counter, "Those that were damaged or could not be read.", disk.bad)
    add("read_bytes_total", .counter, "Bytes that were there.", disk.readBytes)
    add("written_bytes_total", .counter, "Bytes that were kept.", disk.writtenBytes)
    add("dropped_total", .counter, "What was not kept.", disk.dropped)
    add("evictions_total", .counter, "Files thrown out to make room.", disk.evicted)
  }
}
