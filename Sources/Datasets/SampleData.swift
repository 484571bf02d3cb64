// Samples in memory are a module of their own, so that training compiles at the same time as the readers of files. Who imports
// this module has both.
@_exported import SampleData
