import CNcurses

/// What is said of a crash of this process.
public enum CrashReports {
  /// Lets no crash handler print registers and memory; the terminal is still given back.
  public static func silence() { tui_silence_crashes() }
}
