"""Partitions: where Kafka would put a record, and so which records share an agent's state.

How long a story stays open is counted among the reports of its partition, and quiet hours end with
an alert of theirs, so the same as live comes only of the same partitions.
"""

__all__ = ["partition_of"]

_SEED = 0x9747B28C
_M = 0x5BD1E995
_R = 24
_WORD = 0xFFFFFFFF


def partition_of(key: str, partitions: int) -> int:
    """Return the partition that a record with this key goes to: a desk's signals, an alert.

    As Kafka's default partitioner does it (org.apache.kafka.clients.producer.internals.
    BuiltInPartitioner): Murmur2 of the key without its sign, modulo the partitions.
    """
    return (_murmur2(key.encode()) & 0x7FFFFFFF) % partitions


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
