// The library in one import: data sets, networks, optimizers and training, and what their interfaces name.

@_exported import Datasets
@_exported import Models
@_exported import Networks
@_exported import Optimizers
@_exported import Readers
@_exported import SampleData
@_exported import Training

@_exported import struct Files.FileError
@_exported import enum Files.LimitedMemory
@_exported import struct Files.OptionText
@_exported import protocol Files.OptionTextError
@_exported import enum JSON.JSONValue
@_exported import enum Kernels.InstructionSet
@_exported import enum Kernels.Precision
@_exported import struct Random.RandomSource
@_exported import class Ranks.RankGroup
