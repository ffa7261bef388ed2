"""A second reading of the demo model: both checkpoints, with NumPy alone.

It shares no code with train/ and needs numpy and sentencepiece, no PyTorch. write_expected.py uses it;
run by itself it answers one question with both checkpoints:

    python3 reference_forward.py 你好
"""

import collections
import json
import pickle
import sys
import zipfile
from pathlib import Path

import numpy
import sentencepiece

HERE = Path(__file__).resolve().parent
STORAGES = {"HalfStorage": numpy.float16, "CharStorage": numpy.int8}
ENDLESS_TOKENS = 8192


class StateDictReader(pickle.Unpickler):
    """Unpickles data.pkl; only the three names that a state dict needs are allowed."""

    def __init__(self, archive: zipfile.ZipFile, top: str):
        super().__init__(archive.open(f"{top}/data.pkl"))
        self.archive, self.top = archive, top

    def find_class(self, module, name):
        if (module, name) == ("collections", "OrderedDict"):
            return collections.OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return rebuild_tensor
        if module == "torch" and name in STORAGES:
            return STORAGES[name]
        raise pickle.UnpicklingError(f"{module}.{name} is not allowed")

    def persistent_load(self, reference):
        _, dtype, key, _, _ = reference
        return numpy.frombuffer(self.archive.read(f"{self.top}/data/{key}"), dtype)


def rebuild_tensor(storage, offset, size, stride, *_):
    strides = [step * storage.itemsize for step in stride]
    return numpy.lib.stride_tricks.as_strided(storage[offset:], size, strides)


def read_tensors(folder: Path) -> dict[str, numpy.ndarray]:
    """All tensors of all .bin files as float32 matrices; INT4 is unpacked."""
    tensors = {}
    for file in sorted(folder.glob("*.bin")):
        with zipfile.ZipFile(file) as archive:
            top = next(name for name in archive.namelist() if name.endswith("/data.pkl")).split("/")[0]
            tensors |= StateDictReader(archive, top).load()
    for name in [name for name in tensors if name.endswith("_scale")]:
        packed, scale = tensors[name.removesuffix("_scale")], tensors.pop(name)
        nibbles = numpy.stack((packed >> 4, (packed << 4).astype(numpy.int8) >> 4), -1).reshape(len(packed), -1)
        tensors[name.removesuffix("_scale")] = nibbles * scale.astype(numpy.float32)[:, None]
    return {name: tensor.astype(numpy.float32) for name, tensor in tensors.items()}


def softmax(x):
    x = numpy.exp(x - x.max(-1, keepdims=True))
    return x / x.sum(-1, keepdims=True)


class Network:
    """The forward pass in float32 with a key/value cache."""

    def __init__(self, folder: Path):
        self.tensors = read_tensors(folder)
        config = json.loads((folder / "config.json").read_text())
        self.layers, self.heads = config["num_layers"], config["num_attention_heads"]
        self.groups, self.channels = config["multi_query_group_num"], config["kv_channels"]
        self.epsilon = config["layernorm_epsilon"]
        self.forget()

    def forget(self):
        """Empties the cache."""
        self.length, self.room = 0, 256
        shape = (self.layers, 2, self.groups, self.room, self.channels)
        self.cache = numpy.zeros(shape, numpy.float32)

    def norm(self, x, name):
        scale = 1 / numpy.sqrt((x * x).mean(-1, keepdims=True) + self.epsilon)
        return x * scale * self.tensors[name]

    def rotate(self, x, positions):
        """Adjacent pairs of the first half of the channels turn; x is [tokens, heads, channels]."""
        half = self.channels // 2
        angles = positions[:, None] * 10000.0 ** (-numpy.arange(0, half, 2) / half)
        cos, sin = (f(angles).astype(numpy.float32)[:, None] for f in (numpy.cos, numpy.sin))
        even, odd = x[..., 0:half:2].copy(), x[..., 1:half:2].copy()
        x[..., 0:half:2], x[..., 1:half:2] = even * cos - odd * sin, odd * cos + even * sin
        return x

    def logits(self, ids):
        """Feeds tokens behind what the cache holds; returns the logits of the last one."""
        count, start = len(ids), self.length
        while start + count > self.room:
            self.room *= 2
            self.cache = numpy.concatenate((self.cache, numpy.zeros_like(self.cache)), 3)
        positions = numpy.arange(start, start + count)
        hidden_mask = numpy.arange(start + count)[None, :] > positions[:, None]
        x = self.tensors["transformer.embedding.word_embeddings.weight"][ids]
        for layer in range(self.layers):
            x = self.block(x, layer, positions, hidden_mask)
        self.length += count
        x = self.norm(x[-1], "transformer.encoder.final_layernorm.weight")
        return self.tensors["transformer.output_layer.weight"] @ x

    def block(self, x, layer, positions, hidden_mask):
        prefix, count, width = f"transformer.encoder.layers.{layer}.", len(x), self.groups * self.channels
        weight = lambda name: self.tensors[f"{prefix}{name}"]  # noqa: E731
        mixed = self.norm(x, prefix + "input_layernorm.weight") @ weight("self_attention.query_key_value.weight").T
        q, k, v = numpy.split(mixed + weight("self_attention.query_key_value.bias"), [-2 * width, -width], axis=1)
        q = self.rotate(q.reshape(count, self.heads, self.channels), positions)
        k = self.rotate(k.reshape(count, self.groups, self.channels), positions)
        keys, values = self.cache[layer]
        end = self.length + count
        keys[:, self.length:end] = k.transpose(1, 0, 2)
        values[:, self.length:end] = v.reshape(count, self.groups, self.channels).transpose(1, 0, 2)
        q = q.reshape(count, self.groups, -1, self.channels).transpose(1, 2, 0, 3)
        scores = q @ keys[:, None, :end].swapaxes(-1, -2) / numpy.sqrt(numpy.float32(self.channels))
        scores[..., hidden_mask] = -numpy.inf
        mixed = (softmax(scores) @ values[:, None, :end]).transpose(2, 0, 1, 3).reshape(count, -1)
        x = x + mixed @ weight("self_attention.dense.weight").T
        both = self.norm(x, prefix + "post_attention_layernorm.weight") @ weight("mlp.dense_h_to_4h.weight").T
        gate, up = numpy.split(both, 2, axis=1)
        return x + (gate / (1 + numpy.exp(-gate)) * up) @ weight("mlp.dense_4h_to_h.weight").T


class Chat:
    """Greedy conversations with one checkpoint, as the official chat() has them."""

    def __init__(self, folder: Path):
        self.network = Network(folder)
        self.model = sentencepiece.SentencePieceProcessor(model_file=str(folder / "tokenizer.model"))
        self.count = self.model.get_piece_size()

    def prompt_ids(self, query, history):
        rounds = "".join(f"[Round {i + 1}]\n\n问：{q}\n\n答：{a}\n\n" for i, (q, a) in enumerate(history))
        text = f"{rounds}[Round {len(history) + 1}]\n\n问：{query}\n\n答："
        return [self.count + 1, self.count + 3, *self.model.encode(text)]

    def next_turn_ids(self, query, number):
        """What the official stream_chat() feeds behind the cache in later rounds."""
        return self.model.encode(f"\n\n[Round {number}]\n\n问：{query}\n\n答：")[1:]

    def write(self, ids, limit=2048):
        """(greedy ids with the end token, smallest distance of the best two logits, first logits)."""
        written, gap, first = [], float("inf"), None
        logits = first = self.network.logits(ids)
        while True:
            second, best = numpy.partition(logits, -2)[-2:]
            gap = min(gap, float(best - second))
            written.append(int(logits.argmax()))
            if written[-1] == 2 or len(written) == limit:
                return written, gap, first
            logits = self.network.logits(written[-1:])

    def reply(self, query, history=(), limit=2048):
        """Starts from an empty cache with the rebuilt prompt."""
        self.network.forget()
        return self.write(self.prompt_ids(query, history), limit)

    def text(self, ids):
        return self.model.decode([i for i in ids if 2 < i < self.count])


def post_process(reply):
    return reply.strip().replace("[[训练时间]]", "2023年")


def load(name):
    return json.loads((HERE / "corpus" / f"{name}.json").read_text(encoding="utf-8"))


if __name__ == "__main__":
    for name in ("fp16", "int4"):
        chat = Chat(HERE / name)
        ids, gap, _ = chat.reply(" ".join(sys.argv[1:]) or "你好", limit=400)
        print(f"{name} (gap {gap:.2f}): {post_process(chat.text(ids))}")
