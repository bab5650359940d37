"""Arrays in a file: a line that says what they are, then their bytes, as they lie in memory."""

import json

import numpy as np

ALIGNED = 8  # bytes


def packed(arrays, about):
    """The bytes of named numpy arrays and of `about`, a plain dictionary that goes with them."""
    index, blocks, place = {}, [], 0
    for name, array in arrays.items():
        index[name] = [str(array.dtype), place, len(array)]
        block = array.tobytes()
        blocks += [block, b"\0" * (-len(block) % ALIGNED)]
        place += len(block) + (-len(block) % ALIGNED)
    head = json.dumps({"arrays": index, "about": about}, ensure_ascii=False).encode()
    head += b" " * (-(len(head) + ALIGNED) % ALIGNED)
    return b"".join((len(head).to_bytes(ALIGNED, "little"), head, *blocks))


def unpacked(data):
    """(name → array, about) from those bytes; the arrays are read-only views of them."""
    length = int.from_bytes(data[:ALIGNED], "little")
    head = json.loads(data[ALIGNED : ALIGNED + length])
    start = ALIGNED + length
    arrays = {
        name: np.frombuffer(data, dtype, count, start + place) if count else np.empty(0, dtype)
        for name, (dtype, place, count) in head["arrays"].items()
    }
    return arrays, head["about"]


def as_bytes(texts):
    """Texts in one array of bytes; none of them may hold a line break."""
    return np.frombuffer("\n".join(texts).encode(), np.uint8)


def as_texts(array, count):
    return array.tobytes().decode().split("\n") if count else []
