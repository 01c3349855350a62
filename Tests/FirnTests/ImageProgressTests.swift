import Digests
import ImageImport
import Testing

@testable import firn

@Suite("The progress of an image")
struct ImageProgressTests {
  @Test("goes through its phases")
  func phases() {
    var image = ImageProgress("x")
    #expect(image.phase == .waiting)
    image.begin()
    #expect(image.phase == .resolving)
    image.add(SampleProgress.resolved([5]), at: 1)
    #expect(image.phase == .fetching)
    image.add(.linking, at: 2)
    #expect(image.phase == .linking)
    image.add(.published(id: "1", names: []), at: 3)
    #expect(image.phase == .linking)
    image.end()
    #expect(image.phase == .ended)
  }

  @Test("counts what is to be fetched, not what is reused")
  func counts() {
    var image = SampleProgress.image([SampleProgress.resolved([100, 0, 50])])
    #expect(image.layers.map(\.state) == [.waiting, .reused, .waiting])
    #expect(image.wanted == 2 && image.done == 0 && image.expected == 150)
    image.add(.layerStarted(position: 3), at: 2)
    image.add(.received(position: 3, bytes: 20), at: 3)
    image.add(.received(position: 3, bytes: 30), at: 4)
    #expect(image.layers.map(\.state) == [.waiting, .reused, .arriving])
    #expect(image.layer(3)?.rate.total == 50 && image.rate.total == 50)
    #expect(image.layer(1)?.rate.total == 0)
    image.add(.layerDone(position: 3), at: 5)
    #expect(image.done == 1 && image.wanted == 2)
  }

  @Test("begins anew, with all counts at nothing, when the import begins again")
  func again() {
    let events: [ImportEvent] = [
      SampleProgress.resolved([100, 100]), .layerStarted(position: 1),
      .received(position: 1, bytes: 100), .layerDone(position: 1), .linking, .beganAgain,
    ]
    var image = SampleProgress.image(events)
    #expect(image.phase == .resolving && image.layers.isEmpty)
    #expect(image.rate.total == 0 && image.expected == 0 && image.done == 0)
    image.add(SampleProgress.resolved([0, 100]), at: 9)
    #expect(image.wanted == 1 && image.done == 0 && image.rate.total == 0)
  }

  @Test("is not confused by layers that do not exist and numbers that are impossible")
  func strange() {
    var image = SampleProgress.image([SampleProgress.resolved([.max, .max])])
    #expect(image.expected == .max)
    image.add(.received(position: 7, bytes: 5), at: 1)
    image.add(.layerDone(position: -1), at: 1)
    image.add(.received(position: 1, bytes: -5), at: 1)
    #expect(image.layer(7) == nil && image.done == 0)
  }
}
