"""Partitions: where Kafka would put a desk's signals, and so which desks share their stories' state.

How long a story stays open is counted among the reports of its partition, so the same alerts as
live come only of the same partitions.
"""

from monitor.domain import Desk

__all__ = ["partition_of"]

_SEED = 0x9747B28C
_M = 0x5BD1E995
_R = 24
_WORD = 0xFFFFFFFF


def partition_of(desk: Desk, partitions: int) -> int:
    """Return the partition of the signals topic that a desk's records go to.

    As Kafka's default partitioner does it (org.apache.kafka.clients.producer.internals.
    BuiltInPartitioner): Murmur2 of the key without its sign, modulo the partitions.
    """
    return (_murmur2(desk.value.encode()) & 0x7FFFFFFF) % partitions


def _murmur2(data: bytes) -> int:
    """Return Austin Appleby's MurmurHash2 of 32 bits, with the seed that Kafka uses."""
    hashed = _SEED ^ len(data)
    whole = len(data) // 4 * 4
    for start in range(0, whole, 4):
        word = int.from_bytes(data[start : start + 4], "little") * _M & _WORD
        word = (word ^ word >> _R) * _M & _WORD
        hashed = (hashed * _M & _WORD) ^ word
    if rest := data[whole:]:
        hashed = (hashed ^ int.from_bytes(rest, "little")) * _M & _WORD
    hashed = (hashed ^ hashed >> 13) * _M & _WORD
    return hashed ^ hashed >> 15
