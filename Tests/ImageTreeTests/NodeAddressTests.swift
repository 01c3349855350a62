import Testing

@testable import FUSE
@testable import ImageTree

@Suite("Node addresses")
struct NodeAddressTests {
  /// The borders of each part, and some between.
  static let views: [UInt16] = [0, 1, 2, 3, 255, 256, 511, 512, 4095, 8190, 8191]
  static let images: [UInt32] = [0, 1, 2, 3, 1000, 65_535, 1 << 19, (1 << 20) - 1]
  static let items: [UInt32] = [
    0, 1, 2, 16, 25, 96, 1 << 16, (1 << 30) - 1, 1 << 30, (1 << 31) - 513, (1 << 31) - 512,
    (1 << 31) - 256, (1 << 31) - 1,
  ]

  static var all: [NodeAddress] {
    views.flatMap { view in
      images.flatMap { image in items.map { NodeAddress(view: view, image: image, item: $0) } }
    }
  }

  @Test("come back from their node ids as they were")
  func roundTrip() {
    for address in Self.all { #expect(NodeAddress(address.node) == address) }
  }

  @Test("have different node ids when they are different")
  func distinct() {
    #expect(Set(Self.all.map(\.node)).count == Self.all.count)
  }

  @Test("name the mount's root with FUSE's number, and nothing with 0")
  func root() {
    #expect(NodeAddress(.mountRoot).node == .root)
    #expect(NodeAddress(NodeID.root) == NodeAddress(.mountRoot))
    #expect(NodeAddress(NodeID.none).item == 0)
    #expect(FixedItem(rawValue: 0) == nil)
  }

  @Test("of any node id can be taken apart and put together again")
  func anyNumber() {
    var number: UInt64 = 1
    for _ in 0..<10_000 {
      number = number &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      #expect(NodeAddress(NodeID(rawValue: number)).node.rawValue == number)
    }
  }

  @Test("that are no inodes show numbers of their own, in every view")
  func syntheticNumbers() {
    let fixed: [FixedItem] = [.selfLink, .viewRoot, .overlay, .layersDocument, .imagesLock]
    let own: [ImageItem] = [.layer, .layerLink, .shortLink, .dataDirectory, .rootBlob, .data(255)]
    let slots = stride(from: UInt16(0), to: UInt16(NodeAddress.viewLimit), by: 2)
    let numbers = slots.flatMap { slot in
      fixed.map { NodeAddress($0, view: slot).syntheticInodeNumber }
        + Self.images.dropFirst().flatMap { image in
          own.flatMap {
            [
              NodeAddress($0, of: image, view: slot).syntheticInodeNumber,
              NodeAddress($0, of: image, view: slot | 1).syntheticInodeNumber,
            ]
          }
        }
    }
    #expect(Set(numbers).count == numbers.count)
  }

  @Test("that are no inodes never show the number of an inode of an image")
  func syntheticAndReal() {
    let inodes: [UInt32] = [1, 2, 3, 16, 25, 1000, 1 << 20, 1 << 26]
    let real = Set(
      Self.images.dropFirst().flatMap { image in
        inodes.map { NodeAddress(view: 0, image: image, item: 0).inodeNumber($0) }
      })
    let items: [ImageItem] = [.layer, .layerLink, .shortLink, .rootBlob, .config, .data(0)]
    for view in Self.views {
      for image in Self.images {
        for item in items {
          #expect(!real.contains(NodeAddress(item, of: image, view: view).syntheticInodeNumber))
        }
      }
      // Slot 1 belongs to nobody: the public part has no keep-id layers.
      for item in UInt32(1)...27 where view != 1 {
        let address = NodeAddress(view: view, image: 0, item: item)
        #expect(!real.contains(address.syntheticInodeNumber))
      }
    }
  }

  @Test("give an inode the same number in every view, with the upper bits left to overlayfs")
  func inodeNumbers() {
    let numbers = Self.views.map { NodeAddress(view: $0, image: 77, item: 5).inodeNumber(9) }
    #expect(numbers.allSatisfy { $0 == 77 << 32 | 9 })
    let largest = NodeAddress(view: 8191, image: (1 << 20) - 1, item: 0).inodeNumber(.max)
    #expect(largest < 1 << 52)
  }
}

@Suite("Items of an image")
struct ImageItemTests {
  static let items: [ImageItem] =
    [.layer, .layerLink, .shortLink, .dataDirectory, .rootBlob, .config, .manifest]
    + (0..<ImageItem.dataLimit).map { .data($0) }

  @Test("come back from their numbers, which are all different")
  func roundTrip() {
    for item in Self.items { #expect(ImageItem(number: item.number) == item) }
    #expect(Set(Self.items.map(\.number)).count == Self.items.count)
  }

  @Test("have numbers that fit and lie above every offset of an inode")
  func numbers() throws {
    let lowest = try #require(Self.items.map(\.number).min())
    #expect(ImageItem.fits(inodeTableSize: Int(lowest)))
    #expect(!ImageItem.fits(inodeTableSize: Int(lowest) + 1))
    #expect(Self.items.allSatisfy { $0.number < NodeAddress.itemLimit })
    #expect(ImageItem(number: lowest - 1) == nil)
    #expect(ImageItem(number: 0) == nil)
  }
}
