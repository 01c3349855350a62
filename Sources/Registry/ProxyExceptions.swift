/// What `NO_PROXY` says: which targets are asked without a proxy.
///
/// Entries are separated by commas or white space, and are: `*` for everything; a domain, which
/// stands for its subdomains, too; `.DOMAIN` or `*.DOMAIN` for subdomains only; an IP address; a
/// network such as `10.0.0.0/8`. All but networks may end in `:PORT`, which then must be the
/// target's. As in Go and curl, names are not looked up to compare their addresses.
struct ProxyExceptions: Hashable, Sendable {
  private enum Entry: Hashable, Sendable {
    case everything
    case domain(String, includingItself: Bool, port: UInt16?)
    case address(InternetAddress, port: UInt16?)
    case network(InternetNetwork)
  }

  private let entries: [Entry]

  /// Reads the variable's value; what makes no sense says nothing.
  init(parsing text: String) {
    entries = text.split { $0 == "," || $0.isWhitespace }.compactMap { word in
      Self.entry(word.lowercased())
    }
  }

  private static func entry(_ word: String) -> Entry? {
    if word == "*" { return .everything }
    if let network = InternetNetwork(parsing: word) { return .network(network) }
    if let address = InternetAddress(parsing: word) { return .address(address, port: nil) }
    var name = word
    var port: UInt16?
    if let colon = word.lastIndex(of: ":") {
      guard let number = UInt16(word[word.index(after: colon)...]) else { return nil }
      (name, port) = (String(word[..<colon]), number)
    }
    if let address = InternetAddress(parsing: name) { return .address(address, port: port) }
    if name.hasPrefix("*.") { name.removeFirst() }
    let isOpen = name.hasPrefix(".")
    let domain = isOpen ? String(name.dropFirst()) : name
    guard !domain.isEmpty else { return nil }
    return .domain(domain, includingItself: !isOpen, port: port)
  }

  /// Whether a target is asked without a proxy.
  func contains(_ origin: WebAddress.Origin) -> Bool {
    let address = InternetAddress(parsing: origin.host)
    let host = origin.host.hasSuffix(".") ? String(origin.host.dropLast()) : origin.host
    return entries.contains { entry in
      switch entry {
      case .everything: return true
      case .network(let network): return address.map(network.contains) ?? false
      case .address(let own, let port):
        return own == address && (port ?? origin.port) == origin.port
      case .domain(let domain, let includingItself, let port):
        guard (port ?? origin.port) == origin.port else { return false }
        return host.hasSuffix(".\(domain)") || (includingItself && host == domain)
      }
    }
  }
}
