import AdditionalImageStore
import ImageSamples
import Testing

@testable import ImageTree

@Suite("Views")
struct ViewTableTests {
  private let range = SubordinateIDs.Range(first: 100_000, count: 65_536)

  @Test("of different users get different slots, four apart; the public part has 0")
  func slots() throws {
    let table = ViewTable(accounts: SampleAccounts())
    let views = try (1000..<1100).map { try #require(table.view(of: $0)) }
    #expect(Set(views.map(\.slot)).count == 100)
    #expect(views.allSatisfy { $0.slot > 0 && $0.slot % 4 == 0 })
    #expect(table.open.slot == View.publicSlot)
    #expect(table.users == Array(1000..<1100))
  }

  @Test("are the same each time they are asked for")
  func stable() throws {
    let table = ViewTable(accounts: SampleAccounts())
    let first = try #require(table.view(of: 1000))
    _ = table.view(of: 1001)
    #expect(table.view(of: 1000)?.slot == first.slot)
  }

  @Test("are found by all of their slots, and by no other")
  func bySlot() throws {
    let table = ViewTable(accounts: SampleAccounts())
    let view = try #require(table.view(of: 1000))
    #expect(table.view(slot: view.slot)?.identity.uid == 1000)
    #expect(table.view(slot: view.keepIDSlot)?.identity.uid == 1000)
    #expect(table.view(slot: 0)?.identity.uid == 0)
    #expect(table.view(slot: view.plainSlot)?.identity.uid == 1000)
    #expect(table.view(slot: view.slot + 4) == nil)
    #expect(table.view(slot: .max) == nil)
  }

  @Test("of a user whose subordinate ids change get a new slot, and the old one lives on")
  func changed() throws {
    let accounts = SampleAccounts()
    let table = ViewTable(accounts: accounts)
    let old = try #require(table.view(of: 1000))
    accounts.give(1000, range)
    let new = try #require(table.view(of: 1000))
    #expect(new.slot != old.slot)
    #expect(new.identity.keepID != nil)
    #expect(table.view(slot: old.slot)?.identity == old.identity)
    #expect(table.users == [1000])
  }

  @Test("run out one day, and then those there are still work")
  func exhausted() throws {
    let table = ViewTable(accounts: SampleAccounts())
    var made = 0
    for uid in UInt32(1)... {
      guard let view = table.view(of: uid) else { break }
      #expect(Int(view.plainSlot) < NodeAddress.viewLimit)
      made += 1
    }
    #expect(made == NodeAddress.viewLimit / 4 - 1)
    #expect(table.view(of: 1)?.slot == 4)
    #expect(table.view(of: 1_000_000) == nil)
  }

  @Test("show the image's root as their user and its users as subordinate ids")
  func shifted() throws {
    let accounts = SampleAccounts(subordinate: [1000: range])
    let view = try #require(ViewTable(accounts: accounts).view(of: 1000))
    #expect(view.owner(uid: 0, gid: 0, slot: view.slot) == (1000, 1000))
    #expect(view.owner(uid: 1, gid: 2, slot: view.slot) == (100_000, 100_001))
    #expect(view.owner(uid: 65_536, gid: 0, slot: view.slot).uid == 165_535)
    #expect(view.owner(uid: 65_537, gid: 0, slot: view.slot).uid == IDMapping.overflow)
    #expect(!view.showsDevices)
  }

  @Test("show in their keep-id slot the user as the user")
  func keepID() throws {
    let accounts = SampleAccounts(subordinate: [1000: range])
    let view = try #require(ViewTable(accounts: accounts).view(of: 1000))
    let slot = view.keepIDSlot
    #expect(view.owner(uid: 1000, gid: 1000, slot: slot) == (1000, 1000))
    #expect(view.owner(uid: 0, gid: 0, slot: slot) == (100_000, 100_000))
    #expect(view.owner(uid: 999, gid: 999, slot: slot) == (100_999, 100_999))
    #expect(view.owner(uid: 1001, gid: 1001, slot: slot) == (101_000, 101_000))
  }

  @Test("show ids as they are in the image by name")
  func plain() throws {
    let accounts = SampleAccounts(subordinate: [1000: range])
    let view = try #require(ViewTable(accounts: accounts).view(of: 1000))
    #expect(view.owner(uid: 7, gid: 8, slot: view.plainSlot) == (7, 8))
    #expect(View.isPlain(view.plainSlot) && View.isPlain(View.publicSlot))
    #expect(!View.isPlain(view.slot) && !View.isPlain(view.keepIDSlot))
    #expect(View.isKeepID(view.keepIDSlot) && !View.isKeepID(view.plainSlot))
  }

  @Test("of users without subordinate ids show everything as theirs; root's show it as it is")
  func others() throws {
    let table = ViewTable(accounts: SampleAccounts())
    let plain = try #require(table.view(of: 1000))
    #expect(plain.owner(uid: 0, gid: 77, slot: plain.slot) == (1000, 1000))
    #expect(plain.identity.keepID == nil)
    let root = try #require(table.view(of: 0))
    #expect(root.owner(uid: 12, gid: 34, slot: root.slot) == (12, 34))
    #expect(root.showsDevices)
  }
}
