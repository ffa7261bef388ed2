"""The ChatGLM2 network in PyTorch, small enough to read and fast enough to train on a processor."""

import math
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional

from quantize import fake_quantize


@dataclass(frozen=True)
class Shape:
    """Sizes of the network. Heads times channels equals the hidden size, as in every official release."""

    vocab: int
    layers: int = 4
    hidden: int = 192
    feed_forward: int = 512
    heads: int = 6
    groups: int = 2
    epsilon: float = 1e-5

    @property
    def channels(self) -> int:
        return self.hidden // self.heads


@dataclass(frozen=True)
class Options:
    """A switch of one forward pass: whether the block matrices are seen as int4."""

    quantized: bool = False


def linear(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None, options: Options) -> torch.Tensor:
    """A block matrix, seen through int4 when asked."""
    return functional.linear(x, fake_quantize(weight) if options.quantized else weight, bias)


class RmsNorm(nn.Module):
    def __init__(self, size: int, epsilon: float):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.epsilon = epsilon

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + self.epsilon) * self.weight


def rotate(x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
    """Rotates adjacent pairs of the first half of the channels; x is [batch, time, heads, channels]."""
    half = x.shape[-1] // 2
    even, odd = x[..., 0:half:2], x[..., 1:half:2]
    turned = torch.stack((even * cos - odd * sin, odd * cos + even * sin), -1).flatten(-2)
    return torch.cat((turned, x[..., half:]), -1)


class Attention(nn.Module):
    """Multi-query attention; one matrix makes Q, K and V."""

    def __init__(self, shape: Shape):
        super().__init__()
        self.shape = shape
        width = shape.hidden + 2 * shape.groups * shape.channels
        self.query_key_value = nn.Linear(shape.hidden, width)
        self.dense = nn.Linear(shape.hidden, shape.hidden, bias=False)

    def forward(self, x, cos, sin, mask, options: Options) -> torch.Tensor:
        shape, (batch, time, _) = self.shape, x.shape
        mixed = linear(x, self.query_key_value.weight, self.query_key_value.bias, options)
        q, k, v = mixed.split([shape.hidden, shape.groups * shape.channels, shape.groups * shape.channels], -1)
        q = rotate(q.view(batch, time, shape.heads, shape.channels), cos, sin) * (1 / math.sqrt(shape.channels))
        k = rotate(k.view(batch, time, shape.groups, shape.channels), cos, sin)
        v = v.view(batch, time, shape.groups, shape.channels).transpose(1, 2)
        each = shape.heads // shape.groups
        q = q.view(batch, time, shape.groups, each, shape.channels).permute(0, 2, 3, 1, 4).flatten(2, 3)
        scores = (q @ k.permute(0, 2, 3, 1)).view(batch, shape.groups, each, time, time)
        scores = scores.float().add_(mask)
        mixed = (scores.softmax(-1).flatten(2, 3) @ v).view(batch, shape.groups, each, time, shape.channels)
        mixed = mixed.permute(0, 3, 1, 2, 4).reshape(batch, time, shape.hidden)
        return linear(mixed, self.dense.weight, None, options)


class Mlp(nn.Module):
    """SwiGLU: the first half of the rows of the first matrix is the gate."""

    def __init__(self, shape: Shape):
        super().__init__()
        self.dense_h_to_4h = nn.Linear(shape.hidden, 2 * shape.feed_forward, bias=False)
        self.dense_4h_to_h = nn.Linear(shape.feed_forward, shape.hidden, bias=False)

    def forward(self, x, options: Options) -> torch.Tensor:
        gate, up = linear(x, self.dense_h_to_4h.weight, None, options).chunk(2, -1)
        return linear(functional.silu(gate) * up, self.dense_4h_to_h.weight, None, options)


class Block(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.input_layernorm = RmsNorm(shape.hidden, shape.epsilon)
        self.self_attention = Attention(shape)
        self.post_attention_layernorm = RmsNorm(shape.hidden, shape.epsilon)
        self.mlp = Mlp(shape)

    def forward(self, x, cos, sin, mask, options: Options) -> torch.Tensor:
        x = x + self.self_attention(self.input_layernorm(x), cos, sin, mask, options)
        return x + self.mlp(self.post_attention_layernorm(x), options)


class ChatModel(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.shape = shape
        self.word_embeddings = nn.Embedding(shape.vocab, shape.hidden)
        self.layers = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.final_layernorm = RmsNorm(shape.hidden, shape.epsilon)
        self.output_layer = nn.Linear(shape.hidden, shape.vocab, bias=False)
        rotated = shape.channels // 2
        self.register_buffer("inv_freq", 10000.0 ** (-torch.arange(0, rotated, 2) / rotated))
        for name, parameter in self.named_parameters():
            if parameter.dim() == 2:
                deep = name.endswith(("self_attention.dense.weight", "dense_4h_to_h.weight"))
                nn.init.normal_(parameter, std=0.06 / (math.sqrt(2 * shape.layers) if deep else 1))
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)

    def hidden(self, ids, positions, key_bias, options: Options) -> torch.Tensor:
        """The normed output of the last block, [batch, time, hidden]."""
        angles = positions[..., None, None].float() * self.inv_freq
        cos, sin = angles.cos(), angles.sin()
        time = ids.shape[1]
        mask = torch.full((time, time), -1e9).triu(1)
        if key_bias.any():
            mask = mask + key_bias[:, None, None, None, :]
        x = self.word_embeddings(ids)
        for block in self.layers:
            x = block(x, cos, sin, mask, options)
        return self.final_layernorm(x)

    def logits_at(self, batch: dict[str, torch.Tensor], options: Options) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits and labels of the places that have a label."""
        places = batch["labels"] >= 0
        hidden = self.hidden(batch["ids"], batch["positions"], batch["key_bias"], options)
        return self.output_layer(hidden[places]), batch["labels"][places]
