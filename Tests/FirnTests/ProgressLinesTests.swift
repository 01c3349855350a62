import ImageImport
import Testing

@testable import firn

@Suite("Lines on an import where nothing can be rewritten")
struct ProgressLinesTests {
  @Test("say that somebody else fetches a layer, has fetched it, or that it is fetched again")
  func shared() {
    let image = SampleProgress.image([SampleProgress.resolved([1000])])
    let events: [ImportEvent] = [
      .layerWaiting(position: 1), .layerReused(position: 1), .layerRestarted(position: 1),
    ]
    #expect(
      events.map { ProgressLines.line($0, image) } == [
        "image: layer 1 is being fetched already; waiting for it",
        "image: layer 1 was fetched meanwhile for another import or image",
        "image: wrong bytes arrived of layer 1; fetching it again",
      ])
  }

  @Test("tell how many layers are done from which one is, and one from several")
  func counts() {
    let events: [ImportEvent] = [
      SampleProgress.resolved([1000]), .layerStarted(position: 1), .layerDone(position: 1),
    ]
    let image = SampleProgress.image(events)
    #expect(
      events.compactMap { ProgressLines.line($0, image) } == [
        "image: 1 layer, 0 known, 1.00 kB to fetch",
        "image: 1 of 1 layer done, layer 1: \(SampleProgress.digest)",
      ])
    let later = SampleProgress.image([
      SampleProgress.resolved([1000, 1000, 1000]), .layerStarted(position: 3),
      .layerDone(position: 3),
    ])
    #expect(
      ProgressLines.line(.layerDone(position: 3), later)
        == "image: 1 of 3 layers done, layer 3: \(SampleProgress.digest)")
  }

  @Test("say that a layer that was waited for is fetched here after all")
  func impatient() {
    let start = ImportEvent.layerStarted(position: 1)
    let first = SampleProgress.image([SampleProgress.resolved([1000]), start])
    #expect(ProgressLines.line(start, first) == nil)
    let waited = SampleProgress.image([
      SampleProgress.resolved([1000]), .layerWaiting(position: 1), start,
    ])
    #expect(
      ProgressLines.line(start, waited)
        == "image: layer 1 is not waited for any longer; fetching it here now")
  }

  @Test("say what happened")
  func events() {
    var image = ImageProgress("docker://h/a:1")
    var lines: [String] = []
    let events: [ImportEvent] = [
      SampleProgress.resolved([1000, 0, 2000]), .layerStarted(position: 1),
      .received(position: 1, bytes: 1000), .layerDone(position: 1), .linking, .beganAgain,
      .published(id: "1", names: ["a"]),
    ]
    for event in events {
      image.add(event, at: 0)
      if let line = ProgressLines.line(event, image) { lines.append(line) }
    }
    #expect(
      lines == [
        "docker://h/a:1: 3 layers, 1 known, 3.00 kB to fetch",
        "docker://h/a:1: 1 of 2 layers done, layer 1: \(SampleProgress.digest)",
        "docker://h/a:1: linking",
        "docker://h/a:1: what it counts on was collected meanwhile; beginning again",
      ])
  }

  @Test("say how far it is while something is being fetched, and only then")
  func standing() {
    var image = SampleProgress.image(
      "x",
      [
        SampleProgress.resolved([40_000]), .layerStarted(position: 1),
        .received(position: 1, bytes: 20_000),
      ])
    #expect(ProgressLines.standing(image, at: 4) == "x: 20.0 kB of 40.0 kB, 5.00 kB/s, 0:04 left")
    #expect(ProgressLines.standing(image, at: 60) == "x: 20.0 kB of 40.0 kB, 0 B/s")
    image.add(.layerDone(position: 1), at: 4)
    #expect(ProgressLines.standing(image, at: 4) == nil)
    #expect(ProgressLines.standing(SampleProgress.image([]), at: 4) == nil)
  }
}
