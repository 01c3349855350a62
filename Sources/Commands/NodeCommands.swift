public import ArgumentParser

/// The commands that need no HTTP client.
public enum NodeCommands {
  /// The commands in the order of the help text.
  public static let all: [any ParsableCommand.Type] = [
    ListCommand.self, InspectCommand.self, DuCommand.self, TagCommand.self, AccessCommand.self,
    RemoveCommand.self, UndeleteCommand.self, GCCommand.self, LogCommand.self, LeasesCommand.self,
    ExportCommand.self, DumpCommand.self, MountCommand.self, UnmountCommand.self,
    ServeCommand.self, StatusCommand.self, TraceCommand.self, BundleCommand.self,
    PodmanConfigCommand.self, FsckCommand.self, DoctorCommand.self,
    VersionCommand.self,
  ]
}
