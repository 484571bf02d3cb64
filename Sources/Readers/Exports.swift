// Importing Readers imports the samples that they make.
@_exported import SampleData
