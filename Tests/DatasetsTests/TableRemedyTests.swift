import Files
import Testing

@testable import Datasets
@testable import Readers

/// Tables as people have them, that cannot be read or are probably not what they seem: the error or the note, and its remedy.
@Suite("Remedies for tables")
struct TableRemedyTests {
  /// A table, and parts of the error.
  struct Fault: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var text: String
    var change: @Sendable (inout DataOptions) -> Void
    var says: [String]

    init(
      _ name: String, _ text: String, _ says: [String],
      _ change: @escaping @Sendable (inout DataOptions) -> Void = { _ in }
    ) {
      (testDescription, self.text, self.says, self.change) = (name, text, says, change)
    }
  }

  /// `a,b,kind` and rows of two classes.
  private static func table(_ row: (Int) -> String, header: String = "a,b,kind", rows: Int = 30) -> String {
    header + "\n" + (0..<rows).map { row($0) + "\n" }.joined()
  }

  static let faults = [
    Fault("a line of units", "a,b,kind\ncm,kg,\n1,2,x\n3,4,y\n", [":2:1: found 'cm' in column a", "sed 2d "]),
    Fault("units in brackets", "a,b,kind\n[cm],[kg],[-]\n1,2,x\n3,4,y\n", [":2:1: found '[cm]'", "sed 2d "]),
    Fault(
      "row names without a name, as R writes them", "\"a\" \"b\" \"kind\"\n\"1\" 1 2 x\n\"2\" 3 4 y\n",
      [":2:4: found more cells", "as R's write.table writes it"]),
    Fault(
      "row names without a name beside decimal commas", "\"a\" \"b\"\n\"1\" 0,5 1,5\n\"2\" 1,5 2,5\n",
      [":2:3: found more cells", "as R's write.table writes it"], { $0.decimal = .comma }),
    Fault(
      "commas below numbers between semicolons", "1;2\n3;4\n5;6\n7,8\n9,1\n",
      [":4:1: found 1 cell", "The line seems to have its cells between commas, unlike the first lines."]),
    Fault(
      "a title above the table", "Measurements of 2024\n\na,b,kind\n1,2,x\n3,4,y\n",
      [":3:1: found 1 cell", "If the lines above line 3 are a title: skip 2 leaves them out."]),
    Fault(
      "a title of two lines above the table", "Title of data\nmade by me\na,b,c,col,class\n1,2,3,g,x\n3,4,5,h,y\n",
      [":3:1: found 1 cell", "first line. If the lines above line 3 are a title: skip 2 leaves them out."]),
    Fault(
      "a line of semicolons among others", "a,b,kind\n1,2,x\n3;4;y\n5,6,x\n",
      [
        ":3:1: found '3;4;y' in column a",
        "The line seems to have its cells between semicolons, unlike the first lines.",
      ]),
    Fault(
      "a title with empty cells, a blank line of them, and the header",
      "Report 2024,,\nSales,,\n,,\n" + table { "\($0),\($0 % 5),\($0 % 2 == 0 ? "x" : "y")" },
      [":2:1: found 'Sales'", "a finite number. If the lines above line 4 are a title: skip 3 leaves them out."]),
    Fault(
      "such a title with semicolons and an empty line",
      "Report 2024;;\nSales;;\n\n" + table({ "\($0);\($0 % 5);\($0 % 2 == 0 ? "x" : "y")" }, header: "a;b;kind"),
      [":2:1: found 'Sales'", "a finite number. If the lines above line 4 are a title: skip 3 leaves them out."]),
    Fault(
      "a title with an empty cell in each column of the second line", "Report,,\n,,\na,b,kind\n1,2,x\n3,4,y\n",
      [":2:1: found nothing", "If the lines above line 3 are a title: skip 2 leaves them out."], { $0.label = .last }),
    Fault(
      "a title and other skipped lines", "more\nReport,,\na,b,kind\n1,2,x\n3,4,y\n",
      [":3:1: found 'a'", "If the lines above line 3 are a title: skip 2 leaves them out."],
      {
        $0.skip = 1; $0.label = .last
      }),
    Fault(
      "a title whose date has a cell of its own", "Report,2024-05-03,,\na,b,c,kind\n1,2,5,x\n3,4,6,y\n",
      [":2:1: found 'a'", "If the first line is a title: skip 1 leaves it out. "], { $0.label = .last }),
    Fault(
      "an option's column below a title", "Report,,\na,b,kind\n1,2,x\n3,4,y\n",
      [
        "no column of",
        "called 'kind'; its first line has Report,,. If the first line is a title: skip 1 leaves it out.",
      ],
      { $0.label = .name("kind") }),
    Fault(
      "an option's column below skipped lines", "lead,x\nmore\na,b,kind\n1,2,x\n3,4,y\n",
      ["called 'kinds'; 'kind' is near; line 3 has a,b,kind"],
      {
        $0.label = .name("kinds"); $0.skip = 2
      }),
    Fault(
      "thousands separators", table { "\"\($0 + 1),500\",\($0),\($0 % 2 == 0 ? "x" : "y")" },
      ["found '1,500' in column a", "without thousands separators", "decimal , would read this as 1.500"]),
    Fault(
      "thousands or decimals between semicolons",
      table({ "-\($0 + 1),103;\($0);\($0 % 2 == 0 ? "x" : "y")" }, header: "a;b;kind"),
      [":2:1: found '-1,103'", "number. decimal , reads this as -1.103. If the comma separates thousands, remove it."]),
    Fault(
      "decimals of three digits above one of two", "a;b;kind\n-1,103;2;x\n1,25;3;y\n",
      [":2:1: found '-1,103'", "number. decimal , reads numbers with"]),
    Fault(
      "quoted decimals of three digits, of which one is below 1", "a,b,kind\n\"-1,103\",2,x\n\"-0,725\",3,y\n",
      [":2:1: found '-1,103'", "number. decimal , reads numbers with"]),
    Fault(
      "millions", table { "\"1,\($0 + 100),500\",\($0),\($0 % 2 == 0 ? "x" : "y")" },
      ["found '1,100,500' in column a", "without thousands separators: remove them."]),
    Fault(
      "thousands points and decimal commas",
      table({ "1.\($0 + 100),5;\($0);\($0 % 2 == 0 ? "x" : "y")" }, header: "a;b;kind"),
      ["found '1.100,5'", "without thousands separators: remove them."], { $0.decimal = .comma }),
    Fault(
      "thousands points alone, with decimal commas",
      table({ "\($0 == 3 ? "186.500" : "\($0)");\($0),5;\($0 % 2 == 0 ? "x" : "y")" }, header: "a;b;kind"),
      [":5:1: found '186.500' in column a", "remove them (186500), or write decimal points as commas (186,500)"],
      { $0.decimal = .comma }),
    Fault(
      "millions, also in a target", table({ "\($0),5;\($0);1.\($0 + 100)" }, header: "a;b;price"),
      [":2:3: found '1.100' in column price", "without thousands separators"],
      {
        $0.decimal = .comma; $0.targets = 1
      }),
    Fault(
      "millions with points", "a,b,kind\n1,2,x\n1.164.599,4,y\n",
      [":3:1: found '1.164.599' in column a", "Numbers with thousands separators are not read"]),
    Fault(
      "a text among numbers beside columns of texts", "a,n,t,kind\n1,2,u,x\nbad,3,v,y\n",
      [":3:1: found 'bad'", "categorical a,t takes the column as texts, ignore a leaves it out."], { $0.label = .last }),
    Fault(
      "a column of texts besides those that are given", "a,n,the type,kind\n1,2,u,x\nbad,3,v,y\n",
      [":2:3: found 'u'", "categorical a,'the type' takes the column as texts, ignore 'the type' leaves it out."],
      {
        $0.label = .last; $0.categorical = .columns(["a"])
      }),
    Fault(
      "a column of texts besides those that are left out", "a,n,t,kind\n1,2,u,x\nbad,3,v,y\n",
      ["categorical a,t takes the column as texts, ignore n,a leaves it out."],
      {
        $0.label = .last; $0.ignore = ["n"]
      }),
    Fault(
      "a number below more texts than the first lines",
      table({ "\($0),u,\($0 == 120 ? "7" : "p"),\($0 % 2 == 0 ? "x" : "y")" }, header: "a,t,s,kind", rows: 130),
      [":122:3: found the number '7'", "categorical t,s takes numbers as texts too, ignore s leaves the column out."],
      { $0.label = .last }),
    Fault(
      "a line above the samples, as UCI's Adult has it", "|1x3 Cross validator\n25, Private, 7, x\n38, Private, 8, y\n",
      [":1: found '|' between cells", "If the line is no sample: skip 1 leaves it out."]),
    Fault(
      "decimal commas", table({ "\($0),5;\($0);\($0 % 2 == 0 ? "x" : "y")" }, header: "a;b;kind"),
      [":2:1: found '0,5'", "decimal , reads"]),
    Fault(
      "a decimal comma in every number, as many as separators",
      table({ "\($0),5;\($0),25;\($0 % 2 == 0 ? "x" : "y")" }, header: "a;b;kind"),
      [":2:1: found '0,5' in column a", "a finite number. decimal , reads"]),
    Fault(
      "names that are not to be read", "a,b,kind\n1,2,x\n3,4,y\n",
      [":1:1: found 'a'", "header yes takes the first line as the names of the columns, skip 1 leaves it out"],
      { $0.header = .no }),
    Fault(
      "such names below a comment and an empty line", "# of 2024\n\na,b,kind\n1,2,x\n3,4,y\n",
      [":3:1: found 'a'", "skip 3 leaves it out"], { $0.header = .no }),
    Fault(
      "single quotes", "'a','b','kind'\n'1.5','2','x'\n'3','4','y'\n",
      ["found ''1.5''", "Only double quotes enclose a cell"]),
    Fault("a comment below", "a,b,kind\n1,2,x\n# part 2\n3,4,y\n", [":3:1: found '# part 2'", "grep -v '^#'"]),
    Fault(
      "an error of a spreadsheet", "a,b,kind\n1,2,x\n#DIV/0!,4,y\n",
      [":3:1: found '#DIV/0!'", "categorical a takes the column"]),
    Fault(
      "a dash", "a,b,kind\n1,2,x\n-,4,y\n",
      [":3:1: found '-'", "A missing feature is an empty cell, ?, NA, NaN, null or None"]),
    Fault("infinity", "a,b,kind\n1,2,x\ninf,4,y\n", [":3:1: found 'inf' in column a, expected a finite number."]),
    Fault(
      "another separator", "a,b,kind\n1,2,x\n3;4;y\n", [":3:1: found '3;4;y'", "cells between semicolons"]),
    Fault(
      "another separator and a label", "kind,a,b\nx,1,2\ny;3;4\n", [":3:1: found 1 cell", "cells between semicolons"]),
    Fault("vertical bars", "a|b|kind\n1|2|x\n3|4|y\n", ["found lines of one cell", "tr '|' ','"]),
    Fault("words", "one line\n", ["expected"]),
    Fault(
      "vertical bars with blanks", "a | b | kind\n--|--|--\n1 | 2 | x\n", [":1: found '|' between cells", "tr '|' ','"]),
    Fault("a table of LaTeX", "a & b & kind\n1 & 2 & x\n3 & 4 & y\n", [":1: found '&' between cells", "tr '&' ','"]),
    Fault(
      "a header again", "a,b,kind\n1,2,x\n3,4,y\na,b,kind\n5,6,x\n",
      [":4:1: found 'a'", "repeats the header", "sed 4d "]),
    Fault(
      "a header again, above its labels", "kind,a\nx,1\ny,2\nkind,a\nx,3\n",
      [":4:1: found the names of the columns in column kind", "repeats the header"]),
    Fault(
      "joined files with byte-order marks", "\u{FEFF}a,kind\n1,x\n2,y\n\u{FEFF}a,kind\n3,x\n",
      [":4:1: found '\u{FEFF}a'", "repeats the header"]),
    Fault(
      "separators alone", "a,b,kind\n1,2,x\n3,4,y\n,,\n",
      [":4:1: found nothing in column a", "no cell with a value: grep -v '^[,[:space:]]*$'"]),
    Fault(
      "columns without names and values", "a,kind,,,\n1,x,,,\n2,y,,,\n",
      [":2:3: found nothing", "ignore 2 leaves the column out"]),
    Fault(
      "a missing feature", "a,b c,kind\n1,2,x\n3,,y\n",
      [":3:2: found nothing in column b c", "missing mean, median or drop", "ignore 'b c' leaves the column out"]),
    Fault(
      "a second line of names, as pandas writes them", ",length,width\n,mean,std\n0,1,2\n1,3,4\n",
      [":2:1: found nothing", "further names", "sed 2d "]),
    Fault(
      "hexadecimal numbers", "a,b,kind\n1,2,x\n0x1F,4,y\n",
      [":3:1: found '0x1F' in column a", "Hexadecimal numbers are not read", "ignore a leaves it out"]),
    Fault("negative numbers in parentheses", "a,b,kind\n1,2,x\n(1.5),4,y\n", ["with a minus sign they are numbers"]),
    Fault("a bound", "a,b,kind\n1,2,x\n<0.1,4,y\n", [":3:1: found '<0.1'", "Numbers with a comparison are not read"]),
    Fault("an exponent of Fortran", "a,b,kind\n1,2,x\n1.5D+01,4,y\n", ["with E for D they are numbers"]),
    Fault("a minus sign of a typesetter", "a,b,kind\n1,2,x\n−3,4,y\n", ["a hyphen for minus"]),
    Fault("digits of another script", "a,b,kind\n1,2,x\n٣,4,y\n", ["with the digits 0 to 9"]),
    Fault(
      "blanks between digits", "a;b;kind\n1;2;x\n3\u{A0}000;4;y\n", ["Numbers with thousands separators are not read"]),
    Fault(
      "a unit", "a,b,kind\n1,2,x\n3 kg,4,y\n",
      [
        ":3:1: found '3 kg' in column a", "without the units they are numbers",
        "categorical a takes the column as texts",
      ]),
    Fault(
      "a percentage after a blank", "a,b,kind\n1,2,x\n3 %,4,y\n", [":3:1: found '3 %'", "without the signs they are"]),
    Fault(
      "a blank between digits", "a,b,kind\n1,2,x\n1 000,4,y\n",
      [":3:1: found '1 000'", "without the separators they are numbers"]),
    Fault(
      "a unit of a target", "a,b\n1,2\n3,4 kg\n5,6\n", [":3:2: found '4 kg'", "without the units"], { $0.targets = 1 }),
    Fault(
      "thousands separators and blanks in quotes", "a,b,kind\n1,2,x\n\"23,288  \",4,y\n",
      ["Numbers are read without thousands separators"]),
    Fault(
      "a column of texts as target", table { "\($0),\($0 % 3),\($0 % 2 == 0 ? "x" : "y")" },
      [":2:3: found 'x' in column kind", "label kind instead of targets takes the column as classes"],
      {
        $0.targets = 1; $0.targetNames = ["kind"]
      }),
    Fault(
      "types and roles, as Orange writes them", "a\tb\tkind\nc\tc\td\n\t\tclass\n1\t2\tx\n3\t4\ty\n",
      [":2:1: found 'c' in column a", "lines 2 to 3 have the units or types", "sed 2,3d "]),
    Fault(
      "a mark of a missing value that is not read", "a,b,kind\n1,2,x\nunknown,4,y\n",
      [":3:1: found 'unknown'", "write NA or nothing: missing mean, median or drop", "categorical a"]),
    Fault("PostgreSQL's missing value", "a,b,kind\n1,2,x\n\\N,4,y\n", ["write NA or nothing"]),
    Fault("no number of Windows", "a,b,kind\n1,2,x\n1.#QNAN,4,y\n", ["write NA or nothing"]),
    Fault("a number beyond all floats", "a,b,kind\n1,2,x\n1e400,4,y\n", ["numbers beyond 1.8e308", "write NA"]),
    Fault("a version", "a,b,kind\n1,2,x\n1.2.3,4,y\n", ["found '1.2.3'", "ignore a leaves it out"]),
    Fault(
      "a total below", "a,b,kind\n1,2,x\n3,4,y\nTotal,6,\n",
      [":4:1: found 'Total'", "last line is not a sample, such as a total: sed 4d "]),
    Fault(
      "a number of rows below", "a,b,kind\n1,2,x\n3,4,y\n\n(2 rows)\n", [":5:1: found '(2 rows)'", "sed 5d "]),
    Fault("a cut last line", "kind,a,b\nx,1,2\ny,3,4\nx,5", [":4:2: found 2 cells", "is cut off", "sed 4d "]),
    Fault("too few cells", "kind,a,b\nx,1,2\ny,3\nx,5,6\n", [":3:2: found 2 cells", "needs its separator"]),
    Fault("a comma in a text", "a,kind\n1,x\n2,y, z\n3,x\n", ["found more cells", "must be in double quotes"]),
    Fault(
      "more skipped lines than the table has", "a,kind\n1,x\n2,y\n",
      ["found no sample", "skip 9 leaves out all lines"], { $0.skip = 9 }),
    Fault("a missing target", "a,b\n1,2\n3,\n", [":3:2: found nothing", "Leave the line out"], { $0.targets = 1 }),
    Fault("control characters", "a,b,kind\n1,2,x\n\u{1A}\u{0},2,y\n", [":3:1:", "Control characters"]),
    Fault(
      "a name in other letters", "A,b,kind\n1,2,x\n3,4,y\n", ["no column of", "called 'KIND'; 'kind' is near"],
      { $0.label = .name("KIND") }),
    Fault(
      "a name with a letter too many among more than are listed",
      (0..<13).map { "c\($0)," }.joined() + "kind\n" + (0..<13).map { "\($0)," }.joined() + "x\n",
      ["called 'kinds'; 'kind' is near; its first line has c0,c1,", ",… (14 in all)"], { $0.label = .name("kinds") }),
  ]

  @Test("A fault is named with its remedy", arguments: faults)
  func fault(_ fault: Fault) throws {
    let folder = try ScratchFolder()
    let path = try folder.write("t.csv", Array(fault.text.utf8))
    let error = #expect(throws: (any Error).self) {
      try load(path) {
        $0.testFraction = 0
        fault.change(&$0)
      }
    }
    let message = error.map { "\($0)" } ?? ""
    for text in fault.says { #expect(message.contains(text), "\(message)") }
  }

  /// A table, and parts of its only note; none: no note.
  static let notes: [(String, String, [String])] = [
    (
      "pandas's index", table({ "\($0),\($0 % 5),\($0 % 2 == 0 ? "x" : "y")" }, header: ",a,kind"),
      ["column 0, which has no name, seems to number the samples", "ignore 0"]
    ),
    (
      "Unnamed: 0", table({ "\($0),\($0 % 5),\($0 % 2 == 0 ? "x" : "y")" }, header: "Unnamed: 0,a,kind"),
      ["column 'Unnamed: 0' seems to number", "ignore 'Unnamed: 0'"]
    ),
    (
      "identifiers",
      table({ "\($0 * 7919 % 1000),\($0 % 5),\($0 % 2 == 0 ? "x" : "y")" }, header: "PassengerId,a,kind"),
      ["ignore PassengerId"]
    ),
    ("numbers that repeat", table({ "\($0 % 3),\($0),\($0 % 2 == 0 ? "x" : "y")" }, header: "Id,a,kind"), []),
    (
      "another column of distinct numbers",
      table({ "\($0),\($0 % 5),\($0 % 2 == 0 ? "x" : "y")" }, header: "time,a,kind"), []
    ),
    (
      "percentages", table { "\($0),\($0 % 3)%,\($0 % 2 == 0 ? "1" : "2")" }.replacing("kind", with: "label"),
      ["column 'b' has numbers with signs, such as '0%'", "without the signs they are numbers"]
    ),
    (
      "prices", table { "\($0),$\($0 % 3).50,\($0 % 2 == 0 ? "1" : "2")" }.replacing("kind", with: "label"),
      ["such as '$0.50'"]
    ),
    (
      "a minus sign of a typesetter", table { "\($0),−\($0 % 3).5,\($0 % 2)" }.replacing("kind", with: "label"),
      ["column 'b' has numbers in other characters than ASCII's, such as '−0.5'", "a hyphen for minus"]
    ),
    (
      "thousands between blanks", table { "\($0),\($0 % 3 + 1) 000,\($0 % 2)" }.replacing("kind", with: "label"),
      ["numbers with thousands separators, such as '1 000'"]
    ),
    (
      "full-width digits", table { "\($0),\(["１", "２"][$0 % 2]),\($0 % 2)" }.replacing("kind", with: "label"),
      ["numbers in other characters than ASCII's, such as '１'"]
    ),
    (
      "typographic quotes", table { "\($0),“\($0 % 3)”,\($0 % 2)" }.replacing("kind", with: "label"), ["such as '“0”'"]
    ),
    (
      "dates", table { "\($0),2024-01-0\($0 % 3 + 1),\($0 % 2)" }.replacing("kind", with: "label"),
      ["has dates or times"]
    ),
    (
      "times", table { "\($0),1\($0 % 3):30,\($0 % 2)" }.replacing("kind", with: "label"),
      ["has dates or times, such as '10:30'", "as days or seconds"]
    ),
    (
      "numbers with units", table { "\($0),\($0 % 3) kg,\($0 % 2)" }.replacing("kind", with: "label"),
      ["has numbers with units, such as '0 kg'"]
    ),
    ("ordinal numbers", table { "\($0),\(["1st", "2nd"][$0 % 2]),\($0 % 2)" }.replacing("kind", with: "label"), []),
    (
      "addresses of three digits", table { "\($0),192.168.178.10\($0 % 3),\($0 % 2)" }.replacing("kind", with: "label"),
      []
    ),
    (
      "millions with points", table { "\($0),1.164.59\($0 % 3),\($0 % 2)" }.replacing("kind", with: "label"),
      ["numbers with thousands separators, such as '1.164.590'"]
    ),
    ("addresses", table { "\($0),10.0.0.\($0 % 3),\($0 % 2)" }.replacing("kind", with: "label"), []),
    (
      "a class column of percentages", table { "\($0 % 3)%,\($0),\($0 % 2 == 0 ? "x" : "y")" },
      ["class column 'a' (the first) has numbers with signs, such as '0%', and is probably none", "label last"]
    ),
    (
      "names with values", table { "\($0),w:\($0 % 3).5,\($0 % 2)" }.replacing("kind", with: "label"),
      ["has names with values, such as 'w:0.5'", "in a column for each name"]
    ),
    (
      "months", table { "\($0),\($0 % 3 + 1)/86,\($0 % 2)" }.replacing("kind", with: "label"),
      ["has fractions or months, such as '1/86'"]
    ),
    ("sizes", table { "\($0),\(["S", "M"][$0 % 2]),\($0 % 2 == 0 ? "1" : "2")" }.replacing("kind", with: "label"), []),
  ]

  @Test("A column that is probably no feature, or no category, is noted", arguments: notes.map(\.0))
  func note(name: String) throws {
    let (_, text, says) = try #require(Self.notes.first { $0.0 == name })
    let folder = try ScratchFolder()
    let path = try folder.write("t.csv", Array(text.utf8))
    let notes = try load(path) { $0.testFraction = 0 }.notes.map(\.description)
    #expect(notes.count == (says.isEmpty ? 0 : 1), "\(notes)")
    for text in says { #expect(notes.first?.contains(text) == true, "\(notes)") }
  }

  @Test("A title that was taken for the names of columns of texts is noted")
  func titleAboveTexts() throws {
    let folder = try ScratchFolder()
    let rows = Self.table({ "\(["u", "v", "w"][$0 % 3]),\($0 % 2 == 0 ? "x" : "y")" }, header: "a,kind")
    for (title, isNoted) in [("Report,\n", true), ("", false)] {
      let path = try folder.write("t.csv", Array((title + rows).utf8))
      let notes = try load(path) { $0.testFraction = 0 }.notes.map(\.description)
      let note = "the first line has one text and empty cells. If the first line is a title: skip 1 leaves it out."
      #expect(notes.contains { $0.hasSuffix(note) } == isNoted, "\(notes)")
    }
  }
}
