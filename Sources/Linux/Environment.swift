internal import Glibc

/// The environment of this process (environ(7)).
public enum Environment {
  /// The value of a variable, which is then taken out, so that children do not get it.
  ///
  /// Not safe while other threads look at the environment: for the beginning of a program.
  public static func take(_ name: String) -> String? {
    guard let value = getenv(name) else { return nil }
    let text = String(cString: value)
    unsetenv(name)
    return text
  }
}
