import Commands
import Digests
import ImageImport
import Testing

@testable import firn

@Suite("Events as JSON")
struct EventObjectTests {
  private func lines(_ events: [ImportEvent]) throws -> [String] {
    var image = ImageProgress("docker://h/a:1")
    return try events.enumerated().flatMap { time, event in
      image.add(event, at: Double(time))
      return try EventObject.objects(event, image).map { try Output.jsonLine($0) }
    }
  }

  @Test("are a line each, with what firn-import(1) promises")
  func all() throws {
    let digest = SampleProgress.digest
    let image = "\"image\":\"docker://h/a:1\""
    let lines = try lines([
      SampleProgress.resolved([1000, 0]), .layerStarted(position: 1),
      .received(position: 1, bytes: 400), .received(position: 1, bytes: 600),
      .layerDone(position: 1), .linking, .beganAgain,
      .published(id: "abc", names: ["a", "b"]),
    ])
    #expect(
      lines == [
        "{\"digest\":\"\(digest)\",\"event\":\"resolved\",\(image),\"layers\":2,\"reused\":1,"
          + "\"size\":1000}\n",
        "{\"digest\":\"\(digest)\",\"event\":\"layer-reused\",\(image),\"layer\":2,\"size\":0}\n",
        "{\"digest\":\"\(digest)\",\"event\":\"layer-started\",\(image),\"layer\":1,"
          + "\"received\":0,\"size\":1000}\n",
        "{\"digest\":\"\(digest)\",\"event\":\"layer-done\",\(image),\"layer\":1,"
          + "\"received\":1000,\"size\":1000}\n",
        "{\"event\":\"linking\",\(image)}\n", "{\"event\":\"began-again\",\(image)}\n",
        "{\"event\":\"published\",\"id\":\"abc\",\(image),\"names\":[\"a\",\"b\"]}\n",
      ])
  }

  @Test("on layers that another import fetches, or that are fetched again, are a line each")
  func shared() throws {
    let layer = "\"image\":\"docker://h/a:1\",\"layer\":1"
    let digest = "\"digest\":\"\(SampleProgress.digest)\""
    let lines = try lines([
      SampleProgress.resolved([1000]), .layerWaiting(position: 1), .layerReused(position: 1),
      .layerStarted(position: 1), .received(position: 1, bytes: 400),
      .layerRestarted(position: 1),
    ])
    #expect(
      lines.dropFirst() == [
        "{\(digest),\"event\":\"layer-waiting\",\(layer),\"size\":1000}\n",
        "{\(digest),\"event\":\"layer-reused\",\(layer),\"size\":1000}\n",
        "{\(digest),\"event\":\"layer-started\",\(layer),\"received\":0,\"size\":1000}\n",
        "{\(digest),\"event\":\"layer-restarted\",\(layer),\"received\":0,\"size\":1000}\n",
      ])
  }

  @Test("on what is arriving come for the layers that have begun to")
  func standing() {
    let image = SampleProgress.image([
      SampleProgress.resolved([1000, 1000, 1000]), .layerStarted(position: 1),
      .layerStarted(position: 2), .received(position: 2, bytes: 7),
    ])
    let objects = EventObject.standing(image)
    #expect(objects.map(\.layer) == [2])
    var failed = image
    failed.end()
    #expect(EventObject.standing(failed) == [])
    #expect(objects.map(\.received) == [7] && objects.map(\.event) == ["layer-progress"])
  }
}
