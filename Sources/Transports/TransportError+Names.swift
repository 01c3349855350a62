internal import Failures

extension TransportError {
  /// The failure for a transport that there is not, with the one that may have been meant.
  static func failure(ofTransport text: String) -> Failure {
    let colon = text.firstIndex(of: ":") ?? text.endIndex
    let word = String(text[..<colon])
    let rest = text[colon...].dropFirst()
    return Failure(
      .usage, "'\(text)' begins with a transport that Firn does not have",
      cause: "it has \(TransportName.allCases.map(\.form).joined(separator: ", "))",
      nextStep: step(instead: word, rest))
  }

  private static func step(instead word: String, _ rest: Substring) -> String {
    switch word {
    case "http", "https":
      return "Write docker://\(rest.drop { $0 == "/" }) for an image of that registry"
    case "docker-daemon":
      return "Write the image to a file with 'docker save', then import docker-archive:FILE"
    default: break
    }
    let known = TransportName.allCases
    guard let meant = Spelling.closest(to: word, among: known.map(\.rawValue)),
      let transport = TransportName(rawValue: meant)
    else { return "Use one of these" }
    let place = transport == .docker ? rest.drop { $0 == "/" } : rest
    return "Write \(transport.form)\(place) if that is what was meant"
  }

  /// The failure for a path without a transport.
  static func failure(ofPath text: String, _ isDirectory: Bool?) -> Failure {
    let files = "oci-archive:\(text) or docker-archive:\(text)"
    let directories = "oci:\(text) or dir:\(text)"
    let step =
      switch isDirectory {
      case true?: "Write \(directories), by what is in it"
      case false?: "Write \(files), by what made it"
      case nil: "Check the spelling, and write \(files); for a directory \(directories)"
      }
    return Failure(
      .usage, "'\(text)' is a path and does not say of what kind the image is",
      cause: isDirectory == nil ? "there is nothing of that name" : nil, nextStep: step)
  }
}
