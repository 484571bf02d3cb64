// Importing Datasets imports readers, pictures and samples, too. They are modules of their own so that Training compiles at the same time,
// and so that loops over numbers and pixels are optimized.
@_exported import Pictures
@_exported import Readers
@_exported import SampleData
