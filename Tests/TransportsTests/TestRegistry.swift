import Glibc
import Linux
import SystemPackage

/// Debian's docker-registry on a free port of the loopback address, for as long as this lives.
final class TestRegistry: Sendable {
  static let tools =
    SampleImage.tools && isInstalled("docker-registry", "curl", "openssl", "htpasswd")

  /// What the registry demands of those who ask.
  struct Demands: OptionSet {
    let rawValue: Int
    /// TLS with a certificate of an authority of its own, `ca.crt` in ``directory``'s `certs`.
    static let tls = Demands(rawValue: 1)
    /// A user name and password: `tester` and `s3cret`.
    static let password = Demands(rawValue: 2)
  }

  let directory: TemporaryDirectory
  let port: Int
  private let process: Int32

  var host: String { "127.0.0.1:\(port)" }
  var certificates: FilePath { directory.file("certs") }

  /// - Parameter names: Whom the certificate is for, as openssl writes it.
  init(
    _ demands: Demands = [], names: String = "IP:127.0.0.1,DNS:localhost"
  ) throws {
    directory = try TemporaryDirectory()
    var http = ""
    var more = ""
    if demands.contains(.tls) {
      try Self.makeCertificates(directory.path, names)
      http = "\n  tls: {certificate: \(directory.path)/tls.crt, key: \(directory.path)/tls.key}"
    }
    if demands.contains(.password) {
      try shell("htpasswd -Bbn tester s3cret >'\(directory.path)/htpasswd' 2>/dev/null")
      more = "\nauth:\n  htpasswd: {realm: Test Realm, path: \(directory.path)/htpasswd}"
    }
    let scheme = demands.contains(.tls) ? "https" : "http"
    for attempt in 0..<10 {
      let port = Int.random(in: 20000..<32000)
      let configuration = """
        version: 0.1
        log: {level: info}
        storage: {filesystem: {rootdirectory: \(directory.path)/data}, delete: {enabled: true}}
        http:
          addr: 127.0.0.1:\(port)\(http)\(more)
        """
      try Self.write(configuration, to: directory.file("config.yml"))
      // timeout(1) makes sure that a crash of the tests leaves no server behind for long.
      let pid = try shell(
        """
        cd '\(directory.path)'
        timeout 600 docker-registry serve config.yml >log 2>&1 </dev/null &
        echo $!
        """)
      guard let process = Int32(pid.filter(\.isNumber)) else { continue }
      if Self.isUp("\(scheme)://127.0.0.1:\(port)/v2/", process) {
        self.port = port
        self.process = process
        return
      }
      kill(process, SIGTERM)
      if attempt == 9 { break }
    }
    throw ShellFailure(
      command: "docker-registry", output: try readText(directory.file("log")))
  }

  deinit { kill(process, SIGTERM) }

  private static func isUp(_ address: String, _ process: Int32) -> Bool {
    for _ in 0..<100 {
      if (try? shell("curl -ksS -o /dev/null '\(address)' 2>/dev/null")) != nil {
        return kill(process, 0) == 0
      }
      if kill(process, 0) != 0 { return false }
      usleep(50_000)
    }
    return false
  }

  private static func write(_ text: String, to path: FilePath) throws {
    try OwnedDescriptor(opening: path, [.writeOnly, .create, .truncate])
      .writeAll(Array(text.utf8).span.bytes)
  }

  private static func makeCertificates(_ path: FilePath, _ names: String) throws {
    try shell(
      """
      cd '\(path)'; mkdir certs; exec >/dev/null 2>&1
      openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
        -subj '/CN=Test Authority' -keyout ca.key -out certs/ca.crt
      openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj '/CN=localhost' \
        -keyout tls.key -out tls.csr
      echo basicConstraints=CA:FALSE >ext
      \(names.isEmpty ? "" : "echo subjectAltName=\(names) >>ext")
      openssl x509 -req -in tls.csr -CA certs/ca.crt -CAkey ca.key -CAcreateserial -days 2 \
        -extfile ext -out tls.crt
      """)
  }

  /// Pushes with skopeo.
  func push(_ source: String, to name: String, options: String = "") throws {
    try shell(
      """
      skopeo copy -q --all --dest-tls-verify=false --dest-creds tester:s3cret \(options) \
        '\(source)' 'docker://\(host)/\(name)' >/dev/null 2>&1
      """)
  }

  /// What Firn asked so far, one `METHOD PATH STATUS` per request, from the access log.
  func requests() throws -> [String] {
    usleep(100_000)
    return try readText(directory.file("log")).split(separator: "\n").compactMap { line in
      guard line.hasSuffix("\"firn\""), let start = line.firstIndex(of: "\"") else { return nil }
      let words = line[line.index(after: start)...].split(separator: " ")
      return words.count > 3 ? "\(words[0]) \(words[1]) \(words[3])" : nil
    }
  }
}
