"""PyTorch's DistributedDataParallel over gloo: `--ranks` processes on this machine, each with its contiguous part of every batch.

The network, the data and the optimizer are those of torch_peer.py. Every rank draws the same order, so that the batches are those of one process. The seconds are
those of rank 0, between barriers.
"""

import os
import socket
import subprocess
import sys

from common import options, report, time_epochs

import torch
import torch.distributed as distributed

import torch_network


def start_ranks():
    """Starts this script once for each rank, as torchrun would; the output of rank 0 is the result."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    processes = [
        subprocess.Popen(
            [sys.executable, *sys.argv],
            env={**os.environ, "RANK": str(rank), "WORLD_SIZE": str(options.ranks), "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)},
            stdout=None if rank == 0 else subprocess.DEVNULL,
        )
        for rank in range(options.ranks)
    ]
    statuses = [process.wait() for process in processes]
    sys.exit(max(abs(status) for status in statuses))


def main():
    if "RANK" not in os.environ:
        start_ranks()
    distributed.init_process_group("gloo")
    rank = distributed.get_rank()
    images, labels, test_images, test_labels = torch_network.data()
    model = torch.nn.parallel.DistributedDataParallel(torch_network.network())
    optimizer = torch_network.optimizer(model)
    scheduler = torch_network.scheduler(optimizer, len(images))

    def run_epoch():
        distributed.barrier()
        order = torch.randperm(len(images))
        for batch in order.split(options.batch_size):
            # DDP takes the mean over ranks of the means over their parts: weights make the sum that of the whole batch, if parts differ in size.
            part = batch.tensor_split(options.ranks)[rank]
            optimizer.zero_grad()
            loss = torch.nn.functional.cross_entropy(model(images[part]), labels[part])
            (loss * (len(part) * options.ranks / len(batch))).backward()
            optimizer.step()
            scheduler.step()
        distributed.barrier()

    epoch_seconds = time_epochs(run_epoch)
    if rank == 0:
        with torch.no_grad():
            predicted = model.module(test_images).argmax(dim=1).numpy()
        report("pytorch-ddp", torch.__version__, epoch_seconds, predicted, test_labels.numpy())
    distributed.destroy_process_group()


main()
