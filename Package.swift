// swift-tools-version: 6.2
import PackageDescription

/// Every module of the package: Swift 6 language mode comes with the tools version; warnings are errors in `.ci/run`.
let common: [SwiftSetting] = [.enableUpcomingFeature("ExistentialAny")]

/// Settings of modules whose loops over samples and pixels tests run at length: optimized in debug builds too, or `swift test`
/// takes three times as long.
let optimized: [SwiftSetting] = common + [.unsafeFlags(["-O"])]

/// Settings of modules that read options, plan experiments, read and write models, and write texts and pages: many small
/// functions that run once. Optimizing them is a fourth of the compiler's work in a release build; what is faster with it is the
/// text of predictions, by 3 µs a row. Loops over all numbers of a model are in Files, those over samples in Readers. Debug
/// information is a tenth of the work that remains; names of functions, as in the stack of a crash, do not need it. Without
/// optimization the driver would check all types a second time for the module's interface alone.
let unoptimized: [SwiftSetting] =
  common + [
    .unsafeFlags(["-Onone"]),
    .unsafeFlags(["-no-emit-module-separately-wmo", "-Xfrontend", "-gnone"], .when(configuration: .release)),
  ]

/// The kernel text is one folder, compiled once per instruction set through symbolic links. The flags must hold in debug
/// builds too: an unoptimized kernel is a hundred times slower.
func kernelVariant(_ name: String, folder: String, flags: [String]) -> Target {
  .target(
    name: name,
    dependencies: ["KernelInterface", "ProcessorBuiltins"],
    path: "Sources/KernelVariants/\(folder)",
    swiftSettings: common + [
      .define("KERNELS_\(folder.uppercased())"),
      // LLVM compiles it to vector arithmetic; VectorMathOperations.swift has the reason, and a fallback.
      .enableExperimentalFeature("BuiltinModule"),
      .unsafeFlags(["-Ounchecked", "-disable-batch-mode", "-whole-module-optimization", "-num-threads", "2"] + flags),
    ])
}

#if arch(x86_64)
  let kernelVariants: [Target] = [
    kernelVariant("KernelsAVX512", folder: "AVX512", flags: ["-Xcc", "-march=x86-64-v4"]),
    kernelVariant("KernelsAVX2", folder: "AVX2", flags: ["-Xcc", "-march=x86-64-v3"]),
    kernelVariant("KernelsPortable", folder: "Portable", flags: []),
    kernelVariant("KernelsBFloat16", folder: "BFloat16", flags: ["-Xcc", "-march=x86-64-v4", "-Xcc", "-mavx512bf16"]),
    kernelVariant(
      "KernelsAMX", folder: "AMX",
      flags: ["-march=x86-64-v4", "-mavx512bf16", "-mamx-tile", "-mamx-bf16"].flatMap { ["-Xcc", $0] }),
  ]
#else
  let kernelVariants: [Target] = [kernelVariant("KernelsPortable", folder: "Portable", flags: [])]
#endif

/// The products in bfloat16 without the processor's instructions: tests compare each with its emulation, and run these
/// on any processor.
let emulatedVariants = [
  kernelVariant("KernelsBFloat16Emulated", folder: "BFloat16Emulated", flags: []),
  kernelVariant("KernelsAMXEmulated", folder: "AMXEmulated", flags: []),
]

let package = Package(
  name: "descent",
  platforms: [.macOS(.v26)],
  products: [
    .library(name: "Descent", targets: ["Descent"]),
    .executable(name: "descent", targets: ["Main"]),
    // The modules that `Benchmarks/` measures; not for users, who import `Descent`.
    .library(
      name: "DescentInternals",
      targets: [
        "KernelInterface", "Kernels", "Networks", "Optimizers", "Datasets", "Training", "Random", "JSON", "Reports",
        "Ranks", "Files",
      ]),
    // The readers of outside bytes, for `Tests/Fuzzing`; not for users either.
    .library(
      name: "DescentReaders",
      targets: ["Files", "JSON", "Pictures", "Readers", "Datasets", "Models", "Training", "Experiments", "Commands"]),
  ],
  targets: [
    // System libraries: zlib, and a header of processor queries and hints that Swift does not have.
    .systemLibrary(name: "SystemZlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "ProcessorBuiltins"),

    // Foundation and the C library, of which all other modules import only this.
    .target(name: "Platform", swiftSettings: common),

    // Files, random numbers, and JSON, which several formats contain. They depend on no other module but Platform.
    .target(name: "Files", dependencies: ["Platform", "SystemZlib"], swiftSettings: optimized),
    .target(name: "Random", dependencies: ["Platform"], swiftSettings: optimized),
    .target(name: "JSON", dependencies: ["Files"], swiftSettings: optimized),
    // The processes of a run on several machines; MPI is loaded at run time.
    .target(name: "Ranks", dependencies: ["Files", "Platform"], swiftSettings: common),

    // The inner loops of training.
    .target(
      name: "KernelInterface", swiftSettings: optimized),
    .target(
      name: "Kernels",
      dependencies: ["KernelInterface", "Platform", "ProcessorBuiltins"]
        + kernelVariants.map { .byName(name: $0.name) },
      swiftSettings: common),

    // Networks, data, optimizers and training.
    .target(
      name: "Networks", dependencies: ["Kernels", "KernelInterface", "Platform", "ProcessorBuiltins", "Random"],
      swiftSettings: optimized),
    .target(name: "Optimizers", dependencies: ["KernelInterface", "Platform"], swiftSettings: optimized),
    // Samples in memory, and what Models reads and keeps of them; Training needs no more, and compiles while Datasets does.
    .target(name: "SampleData", dependencies: ["Files", "Platform", "Random"], swiftSettings: optimized),
    // Loops over pixels and over the bytes and numbers of sources; Datasets, which recognizes and combines sources, has none.
    .target(name: "Pictures", dependencies: ["SampleData", "Files", "Platform", "Random"], swiftSettings: optimized),
    .target(
      name: "Readers", dependencies: ["Pictures", "SampleData", "Files", "Platform", "Random"], swiftSettings: optimized
    ),
    .target(
      name: "Datasets", dependencies: ["Pictures", "Readers", "SampleData", "Files", "Platform"],
      swiftSettings: unoptimized),
    .target(
      name: "Models", dependencies: ["Files", "JSON", "Networks", "Pictures", "SampleData"], swiftSettings: unoptimized),
    .target(
      name: "Training",
      dependencies: [
        "Files", "Random", "JSON", "Kernels", "KernelInterface", "Networks", "Optimizers", "SampleData", "Models",
        "Platform", "ProcessorBuiltins", "Ranks",
      ],
      swiftSettings: optimized),
    .target(
      name: "Experiments",
      dependencies: [
        "Training", "Models", "Networks", "Optimizers", "Datasets", "Kernels", "Files", "Random", "JSON", "Platform",
        "Ranks",
      ],
      swiftSettings: unoptimized),

    // The command line, its reports and experiments.
    .target(name: "Reports", dependencies: ["Files", "Platform"], swiftSettings: optimized),
    .target(name: "Charts", dependencies: ["Files", "Platform", "Reports", "SystemZlib"], swiftSettings: unoptimized),
    .target(
      name: "Pages",
      dependencies: [
        "Charts", "Files", "Reports", "Experiments", "Course", "Training", "Networks", "Datasets", "Platform",
      ],
      swiftSettings: unoptimized),
    .target(
      name: "Descent",
      dependencies: [
        "Networks", "Optimizers", "SampleData", "Readers", "Datasets", "Models", "Training", "Kernels", "Files",
        "Random", "JSON", "Ranks",
      ],
      swiftSettings: common),
    // The exercises of the course notes. They use the public library, and internal modules for one pass layer by layer and for loops.
    .target(
      name: "Course",
      dependencies: ["Descent", "Networks", "Kernels", "KernelInterface", "Files", "Random", "JSON", "Platform"],
      swiftSettings: unoptimized),
    .target(
      name: "Commands",
      dependencies: [
        "Reports", "JSON", "Files", "Random", "Kernels", "Networks", "Optimizers", "SampleData", "Datasets", "Training",
        "Models", "Experiments", "Course", "Charts", "Pages", "Platform", "ProcessorBuiltins", "Ranks",
      ], swiftSettings: unoptimized),
    .executableTarget(name: "Main", dependencies: ["Commands", "Platform"], swiftSettings: common),

    // Tests; TestSupport is for all of them: temporary folders, files of the package, compressed bytes.
    .target(
      name: "TestSupport", dependencies: ["SystemZlib"], path: "Tests/TestSupport", swiftSettings: common),
    .testTarget(
      name: "FilesTests", dependencies: ["Files", "Random", "TestSupport"], swiftSettings: common),
    .testTarget(
      name: "DatasetsTests",
      dependencies: ["Datasets", "Pictures", "Readers", "Files", "Random", "SystemZlib", "TestSupport"],
      exclude: ["Pictures"],
      swiftSettings: common),
    .testTarget(
      name: "KernelsTests",
      dependencies: ["Kernels", "KernelInterface", "Random"] + emulatedVariants.map { .byName(name: $0.name) },
      swiftSettings: optimized),
    .testTarget(
      name: "NetworksTests",
      dependencies: ["Networks", "Kernels", "KernelInterface", "Random", "TestSupport"]
        + emulatedVariants.map { .byName(name: $0.name) },
      exclude: ["Resources"], swiftSettings: common),
    .testTarget(
      name: "OptimizersTests", dependencies: ["Optimizers", "Kernels", "KernelInterface", "TestSupport"],
      exclude: ["Resources"], swiftSettings: common),
    .testTarget(
      name: "ModelsTests",
      dependencies: ["Models", "Networks", "SampleData", "Files", "JSON", "Random", "TestSupport"],
      exclude: ["Resources"], swiftSettings: common),
    .testTarget(
      name: "TrainingTests",
      dependencies: [
        "Training", "Networks", "Optimizers", "SampleData", "Datasets", "Models", "Kernels", "KernelInterface", "Files",
        "JSON", "Platform", "Random", "ProcessorBuiltins", "Ranks", "TestSupport",
      ] + emulatedVariants.map { .byName(name: $0.name) },
      exclude: ["Resources"], swiftSettings: common),
    .testTarget(name: "RanksTests", dependencies: ["Ranks", "Files"], swiftSettings: common),
    .testTarget(
      name: "ExperimentsTests",
      dependencies: [
        "Experiments", "Training", "Networks", "Optimizers", "Datasets", "Kernels", "KernelInterface", "Files",
        "Random", "JSON", "TestSupport",
      ] + emulatedVariants.map { .byName(name: $0.name) },
      swiftSettings: common),
    .testTarget(
      name: "CourseTests",
      dependencies: ["Course", "Datasets", "Networks", "Training", "Files", "JSON", "TestSupport"],
      swiftSettings: common),
    .testTarget(
      name: "CommandsTests",
      dependencies: [
        "Commands", "Charts", "Pages", "Experiments", "Course", "JSON", "Kernels", "Networks", "Optimizers", "Datasets",
        "Files", "Random", "Ranks", "Reports", "Training", "TestSupport",
      ],
      exclude: ["Saved"], swiftSettings: common),
    // The public library: one module to import, and packages that depend on the product.
    .testTarget(
      name: "LibraryTests", dependencies: ["Descent", "TestSupport"], exclude: ["Client"], swiftSettings: common),
    // The executable; `swift test` builds it with the tests.
    .testTarget(
      name: "ExecutableTests",
      dependencies: [
        "Main", "Commands", "Files", "JSON", "Models", "Networks", "Random", "Reports", "Training", "TestSupport",
      ],
      swiftSettings: common),
    .testTarget(
      name: "ChartsTests", dependencies: ["Charts", "Reports", "Files", "TestSupport"], swiftSettings: common),
    .testTarget(
      name: "PagesTests",
      dependencies: [
        "Pages", "Charts", "Experiments", "Training", "Networks", "Optimizers", "Datasets", "Kernels", "TestSupport",
      ],
      swiftSettings: common),
    .testTarget(name: "ReportsTests", dependencies: ["Reports", "JSON", "Files"], swiftSettings: common),
  ] + kernelVariants + emulatedVariants
)

/// The target of this name and its dependencies.
func part(_ name: String, of targets: [Target]) -> [Target] {
  var names: Set = [name]
  while true {
    let found = targets.filter { names.contains($0.name) }
    let needed = found.flatMap(\.dependencies).compactMap {
      if case .byNameItem(let name, _) = $0 { name } else { nil }
    }
    if names.isSuperset(of: needed) { return found }
    names.formUnion(needed)
  }
}

// Part of the package, without products: `.ci/run` builds only that for the tests under the sanitizers.
if let name = Context.environment["DESCENT_PART"] {
  package.products = []
  package.targets = part(name, of: package.targets)
}
