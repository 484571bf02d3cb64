// Who imports the readers has the samples that they make.
@_exported import SampleData
