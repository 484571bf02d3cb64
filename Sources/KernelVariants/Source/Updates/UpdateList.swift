import KernelInterface

/// Adds this instruction set's update kernels: one line for each.
func addUpdates(to list: KernelList) {
  list.add("sgd", updateSGD)
  list.add("momentum", updateMomentum)
  list.add("nesterov", updateNesterov)
  list.add("adam", updateAdam)
  list.add("adamw", updateAdamW)
  list.add("rmsprop", updateRMSprop)
  list.add("adagrad", updateAdagrad)
  list.add("nadam", updateNAdam)
  list.add("lion", updateLion)
}
