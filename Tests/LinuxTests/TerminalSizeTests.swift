import Glibc
import Testing

@testable import Linux

@Suite("The size of a terminal")
struct TerminalSizeTests {
  @Test("is what the terminal says, and unknown until it says something")
  func terminal() throws {
    let descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    #expect(TerminalSize(descriptor: descriptor) == nil)
    var size = winsize(ws_row: 40, ws_col: 132, ws_xpixel: 0, ws_ypixel: 0)
    #expect(withUnsafeMutablePointer(to: &size) { ioctl(descriptor, UInt(TIOCSWINSZ), $0) } == 0)
    #expect(TerminalSize(descriptor: descriptor) == TerminalSize(columns: 132, rows: 40))
  }

  @Test("is unknown of what is no terminal")
  func others() throws {
    let descriptor = open("/dev/null", O_RDWR)
    defer { close(descriptor) }
    #expect(TerminalSize(descriptor: descriptor) == nil)
    #expect(TerminalSize(descriptor: -1) == nil)
  }
}
