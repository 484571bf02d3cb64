/// Options that several commands have.
enum CommonOptions {
  static let quietOption = Option(
    flag: "quiet", "no progress or notes", otherNames: quietNames)
  /// Of commands whose result is a file.
  static let quietFilesOption = Option(
    flag: quietOption.name, "no progress, and no lines about the files written", otherNames: quietNames)
  /// Names in other programs.
  static let quietNames = OtherNames(short: "q", ["silent"])
  static let jsonOption = Option(flag: "json", "print one JSON object instead of text", otherNames: ["format"])
}
