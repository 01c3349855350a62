import Digests
import Testing

@testable import StartBundles
@testable import Store

@Suite("What is read when an image starts")
struct TraceTests {
  private let identity = SHA256Digest.of(Array("an image".utf8).span.bytes)

  private func run(_ inode: UInt32, _ pages: Range<UInt32>) -> PageRun {
    PageRun(inode: inode, first: pages.lowerBound, count: UInt32(pages.count))
  }

  @Test("is noted in whole pages, and what goes on is one run")
  func pages() {
    let recorder = TraceRecorder(limit: 10)
    recorder.note(1, 0..<1)
    recorder.note(1, 4096..<12_288)
    recorder.note(1, 20_000..<20_001)
    recorder.note(2, 4095..<4097)
    recorder.note(2, 5..<5)
    #expect(recorder.runs == [run(1, 0..<3), run(1, 4..<5), run(2, 0..<2)])
  }

  @Test("is bounded, and nothing is noted after the end")
  func bounds() {
    let recorder = TraceRecorder(limit: 3)
    for page in 0..<100 { recorder.note(9, UInt64(page) * 8192..<UInt64(page) * 8192 + 1) }
    #expect(recorder.runs.count == 3)
    recorder.note(9, .max - 1..<(.max))
    #expect(recorder.end().count == 3)
    recorder.note(1, 0..<1)
    #expect(recorder.runs.isEmpty && recorder.end().isEmpty)
  }

  @Test("counts each page once, where it was read first")
  func once() {
    let trace = AccessTrace(
      of: identity, recorded: [run(1, 2..<4), run(2, 0..<1), run(1, 0..<6), run(2, 0..<1)],
      isExact: true)
    #expect(trace.runs == [run(1, 2..<4), run(2, 0..<1), run(1, 0..<2), run(1, 4..<6)])
    #expect(trace.pageCount == 7)
  }

  @Test("adds up over traces; exact ones alone count where there are any")
  func merging() throws {
    func trace(_ runs: [PageRun], exact: Bool) -> AccessTrace {
      AccessTrace(rootIdentity: identity, isExact: exact, runs: runs)
    }
    #expect(AccessTrace.merged([]) == nil)
    let loose = [trace([run(1, 0..<9)], exact: false), trace([run(1, 5..<20)], exact: false)]
    let merged = try #require(AccessTrace.merged(loose))
    #expect(merged.runs == [run(1, 0..<9), run(1, 9..<20)] && !merged.isExact)
    let mixed = try #require(AccessTrace.merged(loose + [trace([run(3, 1..<2)], exact: true)]))
    #expect(mixed.runs == [run(3, 1..<2)] && mixed.isExact)
  }

  @Test("counts the pages that other traces, or a bundle, do not have")
  func missing() {
    func trace(_ runs: [PageRun]) -> AccessTrace {
      AccessTrace(rootIdentity: identity, isExact: false, runs: runs)
    }
    let new = trace([run(1, 0..<10), run(2, 5..<6)])
    #expect(new.pageCount(missingIn: []) == 11)
    #expect(new.pageCount(missingIn: [trace([run(1, 2..<4)]), trace([run(1, 3..<6)])]) == 7)
    #expect(new.pageCount(missingIn: [new, trace([run(3, 0..<100)])]) == 0)
    let entries = [run(1, 8..<20), run(2, 5..<6)].map {
      BundleTable.Entry(run: $0, byteCount: 1, frame: 0, offset: 0)
    }
    for isExact in [true, false] {
      let bundle = AccessTrace(
        of: BundleTable(
          rootIdentity: identity, isExact: isExact, frames: [], entries: entries, paths: [:]))
      #expect(bundle.runs == entries.map(\.run) && bundle.isExact == isExact)
      #expect(bundle.rootIdentity == identity && new.pageCount(missingIn: [bundle]) == 8)
    }
  }

  @Test("a set of pages says what is new, in order")
  func sets() {
    var set = PageSet()
    #expect(set.add(run(1, 60..<70)) == [run(1, 60..<70)])
    #expect(set.add(run(1, 58..<72)) == [run(1, 58..<60), run(1, 70..<72)])
    #expect(set.add(run(1, 60..<70)).isEmpty && set.count == 14)
    #expect(set.contains(run(1, 58..<72)) && !set.contains(run(1, 58..<73)))
    #expect(!set.contains(run(2, 0..<1)) && !set.contains(run(1, 1000..<1001)))
  }

  @Test("is divided into frames in order; within one, files lie together")
  func plan() {
    let size = UInt32(BundlePlan.frameSize / PageRun.pageSize)
    let trace = AccessTrace(
      of: identity,
      recorded: [
        run(2, 5..<6), run(1, 0..<1), run(2, 4..<5), run(7, 0..<2), run(1, 1..<2 * size),
        run(3, 0..<1),
      ], isExact: true)
    // The file 7 is no file; the file 3 ends before its second page.
    let plan = BundlePlan(trace) { $0 == 7 ? nil : $0 == 3 ? 100 : 1 << 40 }
    #expect(plan.frames.count == 3)
    #expect(plan.frames[0] == [run(2, 4..<6), run(1, 0..<size - 2)])
    #expect(plan.frames[1] == [run(1, size - 2..<2 * size - 2)])
    #expect(plan.frames[2] == [run(1, 2 * size - 2..<2 * size), run(3, 0..<1)])
  }

  @Test("pages behind a file's end are left out")
  func clipping() {
    let trace = AccessTrace(
      of: identity, recorded: [run(1, 0..<9), run(2, 5..<6), run(3, 0..<1)], isExact: true)
    let plan = BundlePlan(trace) { $0 == 1 ? 8193 : $0 == 2 ? 20_480 : 0 }
    #expect(plan.frames == [[run(1, 0..<3)]])
  }

  @Test("is compared with a bundle page by page")
  func fit() {
    func fit(_ runs: PageRun...) -> [Int] {
      let fit = BundleFit(
        AccessTrace(of: identity, recorded: [run(1, 0..<10), run(2, 5..<7)], isExact: true),
        AccessTrace(of: identity, recorded: runs, isExact: false))
      return [fit.used, fit.unused, fit.missing]
    }
    #expect(fit() == [0, 12, 0])
    #expect(fit(run(1, 0..<10), run(2, 5..<7)) == [12, 0, 0])
    #expect(fit(run(1, 8..<12), run(1, 9..<10), run(3, 0..<7)) == [2, 10, 9])
  }
}
