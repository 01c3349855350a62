import ImageSamples
import Store
import Testing

@testable import ImageImport

@Suite("Who sees an imported image")
struct VisibilityTests {
  private func request(
    _ name: String, _ visibility: ImageAccess.Visibility? = nil, group: UInt32? = nil,
    owner: UInt32 = 1000
  ) -> ImportRequest {
    ImportRequest(
      names: [name], text: "import stub", owner: owner, primaryGroup: 100,
      visibility: visibility, group: group)
  }

  private func source() throws -> StubSource {
    try StubSource([try ArchivedLayer(["file": [1, 2, 3]])])
  }

  @Test("is what the store says, with the importer as owner")
  func defaults() async throws {
    for (access, expected) in [
      (StoreAccess(), ImageAccess(owner: 1000, group: 100, visibility: .world)),
      (
        StoreAccess(group: 500, images: .group),
        ImageAccess(owner: 1000, group: 500, visibility: .group)
      ),
    ] {
      let fixture = try ImportFixture(access: access)
      try await fixture.run(try source(), request("a"))
      #expect(try fixture.store.newest().image("a").access == expected)
    }
  }

  @Test("is what the importer says")
  func given() async throws {
    let fixture = try ImportFixture(access: StoreAccess(group: 500, images: .group))
    try await fixture.run(try source(), request("a", .owner, group: 7))
    #expect(
      try fixture.store.newest().image("a").access
        == ImageAccess(owner: 1000, group: 7, visibility: .owner))
  }

  @Test("stays as it is when the image is imported again, unless that says otherwise")
  func again() async throws {
    let fixture = try ImportFixture()
    try await fixture.run(try source(), request("a", .owner))
    let other = try await fixture.run(try source(), request("b", owner: 2000))
    #expect(!other.wasUnchanged && other.newAccess == nil)
    let image = try fixture.store.newest().image("b")
    #expect(image.names == ["a", "b"])
    #expect(image.access == ImageAccess(owner: 1000, group: 100, visibility: .owner))
    let same = try await fixture.run(try source(), request("a", .owner, owner: 2000))
    #expect(same.wasUnchanged)
    let generation = try fixture.store.newest().generation
    let wider = try await fixture.run(try source(), request("a", .world, group: 9, owner: 2000))
    #expect(!wider.wasUnchanged)
    #expect(wider.newAccess == ImageAccess(owner: 1000, group: 9, visibility: .world))
    #expect(try fixture.store.newest().generation == generation + 1)
    #expect(
      try fixture.store.newest().image("a").access
        == ImageAccess(owner: 1000, group: 9, visibility: .world))
  }
}
