import Collection
import Store
import Testing

@testable import Commands

@Suite("What gc prints")
struct CollectionSummaryTests {
  private let file = StorePath(.layers, "abc")

  @Test("is a line for each step, with the reason and its time")
  func steps() {
    let lease = Lease(token: WriterToken(rawValue: 1), generation: 2, expires: 86_400)
    let steps: [(CollectionPlan.Step, String)] = [
      (
        .init(.remove, .file(file), .needlessRecipe, bytes: 2_000_000),
        "remove layers/abc, 2.00 MB: no image has the layer"
      ),
      (
        .init(.archive, .generations(1...5), .old),
        "archive generations 1 to 5: are older than generations are kept"
      ),
      (
        .init(.wait, .file(file), .leased(lease)),
        "wait layers/abc: is condemned, and lease 0000000000000001 may read it "
          + "(until 1970-01-02T00:00:00Z)"
      ),
      (
        .init(.remove, .file(file), .ended(60)),
        "remove layers/abc: the lease has ended (on 1970-01-01T00:01:00Z)"
      ),
    ]
    for (step, text) in steps { #expect(CollectionSummary.line(step) == text) }
  }

  @Test("is nothing when nothing was done")
  func nothing() {
    #expect(CollectionSummary.lines(CollectionReport()).isEmpty)
  }
}
