"""Training in several processes, each with its part of every batch.

On small matrices that is faster than threads by a third.
"""

import argparse
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

import torch
from torch import Tensor, distributed, multiprocessing, nn

_PORT = "29411"


def run_together(
    work: Callable[[int, argparse.Namespace], None], arguments: argparse.Namespace
) -> None:
    """Do work in `arguments.processes` processes; each gets its rank, from 0 on."""
    os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": _PORT}
    multiprocessing.spawn(work, args=(arguments,), nprocs=arguments.processes)


@contextmanager
def joined(rank: int, processes: int) -> Iterator[None]:
    """Join the other processes, with one thread each, and leave them at the end."""
    distributed.init_process_group("gloo", rank=rank, world_size=processes)
    torch.set_num_threads(1)
    try:
        yield
    finally:
        distributed.destroy_process_group()


def fit(
    network: nn.Module,
    batches: Iterable[Sequence[Any]],
    loss_of: Callable[[Sequence[Any]], Tensor],
    optimizer: torch.optim.Optimizer,
    rates: torch.optim.lr_scheduler.LRScheduler,
    *,
    steps: int,
    rank: int,
    processes: int,
) -> None:
    """Take so many steps, a batch each, with this process's part of every batch; the first tells of them.

    Batches are sorted by length: with every other sample of one the processes finish together.
    """
    network.train()
    begun = time.monotonic()
    for step, batch in enumerate(islice(batches, steps), start=1):
        loss = loss_of(batch[rank::processes])
        optimizer.zero_grad()
        loss.backward()
        average_gradients(network, processes)
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        rates.step()
        if step % 50 == 0 and rank == 0:
            spent = time.monotonic() - begun
            print(f"{step}/{steps} loss {loss.item():.3f} {spent:.0f} s", flush=True)


def average_gradients(network: nn.Module, processes: int) -> None:
    """Give every process the mean of all processes' gradients."""
    for parameter in network.parameters():
        # None in a part of a batch in which nothing has a status.
        if parameter.grad is None and parameter.requires_grad:
            parameter.grad = torch.zeros_like(parameter)
    gradients = [p.grad for p in network.parameters() if p.grad is not None]
    together = torch.cat([gradient.flatten() for gradient in gradients])
    distributed.all_reduce(together)
    together /= processes
    sizes = [gradient.numel() for gradient in gradients]
    for gradient, mean in zip(gradients, together.split(sizes), strict=True):
        gradient.copy_(mean.view_as(gradient))
