// Foundation and the C library under one name on every system.
//
// On Linux, Foundation without its localized texts, calendars and networking: nothing here uses them, and loading them takes 3 ms of
// each command's start and 7 MB of its memory (`Benchmarks/Records/2026-11-30-start`).

#if canImport(FoundationEssentials)
  @_exported import FoundationEssentials
#else
  @_exported import Foundation
#endif

#if canImport(Darwin)
  @_exported import Darwin
#elseif canImport(Glibc)
  @_exported import Glibc
#elseif canImport(Musl)
  @_exported import Musl
#endif
