import Failures
import Testing

@testable import Commands

@Suite("The stores of a command")
struct StoreChoiceTests {
  private func choice(
    given: [String] = [], environment: String? = nil, own: String? = nil,
    store: String? = nil, stores: [String]? = nil
  ) throws -> [String] {
    var configuration = Configuration()
    (configuration.store, configuration.stores) = (store, stores)
    return try StoreChoice(given: given, environment: environment, own: own) { configuration }.paths
  }

  @Test("are those that it is given, or the environment's, or the user's and the configuration's")
  func order() throws {
    #expect(
      try choice(given: ["/g", "/h"], environment: "/e", own: "/o", store: "/c") == ["/g", "/h"])
    #expect(try choice(environment: "/e:/f", own: "/o", store: "/c") == ["/e", "/f"])
    #expect(try choice(own: "/o", store: "/c", stores: ["/d"]) == ["/o", "/c", "/d"])
    #expect(try choice(store: "/c") == ["/c"])
    #expect(try choice(own: "/o") == ["/o"])
  }

  @Test("are each once, and empty parts of the variable are none")
  func unique() throws {
    #expect(try choice(given: ["/a", "/b", "/a", "/b/"]) == ["/a", "/b"])
    #expect(try choice(environment: ":/e::/f:") == ["/e", "/f"])
    #expect(try choice(environment: ":", store: "/c") == ["/c"])
    #expect(try choice(own: "/c", store: "/c") == ["/c"])
  }

  @Test("that are none are an error that says how to name one")
  func none() {
    let failure = #expect(throws: Failure.self) { try choice() }
    #expect(failure?.code == .storeNotFound)
    #expect(failure?.nextStep?.contains("FIRN_STORE") == true)
  }

  @Test("are not asked of a configuration that is not needed")
  func lazy() throws {
    let paths = try StoreChoice(given: ["/a"], environment: nil, own: nil) {
      () throws(Failure) in throw Failure(.configuration, "broken")
    }.paths
    #expect(paths == ["/a"])
  }
}
