// Samples in memory and the readers of bytes are modules of their own: training compiles at the same time as the readers, and what
// loops over numbers is optimized. Who imports this module has all of them.
@_exported import Pictures
@_exported import Readers
@_exported import SampleData
