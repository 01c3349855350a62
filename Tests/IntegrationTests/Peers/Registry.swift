import Glibc

/// Debian's docker-registry on a free port of the loopback interface, with an access log.
final class Registry: Sendable {
  /// What a registry is like that is not just there for everybody.
  enum Kind: Hashable, Sendable {
    /// TLS with a certificate of its own authority, which is in ``Registry/authority``.
    case tls
    /// The user `canary`, with this password.
    case password(String)
    /// Has what the registry at an address has, and keeps what it was asked for.
    case cache(of: String)
  }

  let address: String
  /// The PEM file of the authority of a registry with TLS.
  let authority: String
  private let log: String
  private let program: RunningProgram
  private let pushing = Lock()

  init(in directory: String, _ kinds: Set<Kind> = []) throws {
    address = "127.0.0.1:\(try Self.freePort())"
    log = "\(directory)/log"
    authority = "\(directory)/ca.crt"
    let configuration = """
      version: 0.1
      log: {level: error, accesslog: {disabled: false}}
      storage: {filesystem: {rootdirectory: \(directory)/data}, delete: {enabled: true}}
      http:
        addr: "\(address)"
      \(try kinds.map { try Self.configure($0, in: directory) }.sorted().joined(separator: "\n"))

      """
    try output("mkdir", "-p", directory)
    try writeFile("\(directory)/config.yml", Array(configuration.utf8))
    program = try Command("docker-registry", "serve", "\(directory)/config.yml").start(log: log)
    let answers = try eventually(within: 20) { try Self.answers(address) }
    guard answers else { throw SystemFailure("docker-registry does not answer", ETIMEDOUT) }
  }

  /// Makes what a kind needs; returns its part of the configuration, of which that of TLS belongs
  /// to `http` and sorts first.
  private static func configure(_ kind: Kind, in directory: String) throws -> String {
    switch kind {
    case .tls:
      try shell(
        """
        mkdir -p "$1"; cd "$1"; exec >tls.log 2>&1
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
          -subj '/CN=Test Authority' -keyout ca.key -out ca.crt
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj '/CN=registry' \
          -keyout tls.key -out tls.csr
        printf 'subjectAltName=IP:127.0.0.1' >ext
        openssl x509 -req -in tls.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 \
          -extfile ext -out tls.crt
        """, directory)
      return "  tls: {certificate: \(directory)/tls.crt, key: \(directory)/tls.key}"
    case .password(let password):
      try shell("mkdir -p $1; htpasswd -Bbn canary $2 >$1/htpasswd", directory, password)
      return "auth: {htpasswd: {realm: Test, path: \(directory)/htpasswd}}"
    case .cache(let origin):
      return "proxy: {remoteurl: \"http://\(origin)\"}"
    }
  }

  /// Ends the registry.
  func stop() throws {
    program.signal(SIGKILL)
    _ = try program.wait(timeout: 20)
  }

  /// Pushes an image, unless it is there.
  ///
  /// - Parameter repository: The name in the registry; requests are counted by it.
  /// - Returns: The reference that Firn imports.
  @discardableResult
  func push(
    layout: String, as repository: String, credentials: String = "nobody:nothing"
  ) throws -> String {
    try pushing.withLock {
      let reference = "docker://\(address)/\(repository):latest"
      try Command(
        "skopeo", "copy", "-q", "--dest-tls-verify=false", "--dest-creds", credentials,
        "oci:\(layout):latest", reference
      ).succeed()
      return reference
    }
  }

  func push(_ kind: Images.Kind, as repository: String? = nil) throws -> String {
    try push(layout: Images.layout(kind), as: repository ?? "\(kind)")
  }

  /// The digests of the blobs of a repository that were fetched, in order, repetitions included.
  func blobsFetched(from repository: String) throws -> [String] {
    let start = "\"GET /v2/\(repository)/blobs/"
    return try readText(log).split(separator: "\n").compactMap { line in
      guard let from = line.firstRange(of: start)?.upperBound else { return nil }
      return String(line[from...].prefix { $0 != " " && $0 != "?" })
    }
  }

  /// The paths of a repository that were asked for, in order, repetitions included.
  func requests(to repository: String) throws -> [String] {
    let start = "\"GET "
    return try readText(log).split(separator: "\n").compactMap { line in
      guard let from = line.firstRange(of: start)?.upperBound else { return nil }
      let path = String(line[from...].prefix { $0 != " " })
      return path.hasPrefix("/v2/\(repository)/") ? path : nil
    }
  }

  /// A TCP port that was free a moment ago.
  static func freePort() throws -> UInt16 {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(listener) }
    var address = loopback(0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let failed = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, length) != 0 || getsockname(listener, $0, &length) != 0
      }
    }
    if failed { throw SystemFailure("no free port") }
    return UInt16(bigEndian: address.sin_port)
  }

  private static func answers(_ address: String) throws -> Bool {
    let port = address.split(separator: ":").last.flatMap { UInt16($0) } ?? 0
    let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(client) }
    var address = loopback(port)
    return withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }

  private static func loopback(_ port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    return address
  }
}
