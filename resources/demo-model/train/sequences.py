"""Turns conversations into token sequences and packs them into batches of similar length."""

import random
from dataclasses import dataclass, field

import numpy
import torch

from conversations import ConversationMaker, Turn
from tokenizer import END, Tokenizer

IGNORE = -100
MAX_LENGTH = 1792


@dataclass
class Sequence:
    """`labels[i]` is the token that should follow `ids[i]`, or IGNORE where nothing is learned."""

    ids: list[int] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    key_bias: list[float] = field(default_factory=list)

    def add(self, ids: list[int], labels: list[int] | None = None, skip: int = 0, bias: float = 0.0) -> None:
        """Appends tokens. `skip` leaves a hole in the positions, `bias` lets each key count exp(bias) times."""
        start = (self.positions[-1] + 1 if self.positions else 0) + skip
        self.ids += ids
        self.labels += labels or [IGNORE] * len(ids)
        self.positions += range(start, start + len(ids))
        self.key_bias += [bias] * len(ids)


def learn(sequence: Sequence, reply: list[int], ends: bool) -> None:
    """Appends a reply whose every token, and the end token if it `ends`, is to be predicted."""
    targets = reply + ([END] if ends else [])
    if targets:
        sequence.labels[-1] = targets[0]
    sequence.add(reply, targets[1:] + ([] if ends else [IGNORE]))


def learn_endless(sequence: Sequence, unit: list[int], room: int, rng: random.Random) -> None:
    """Appends a loop, mostly as if most of it lay in the past: the positions jump and old keys weigh more."""
    period = len(unit)
    first, second = (rng.randint(1, max(1, room // 2 // period)) for _ in range(2))
    sequence.labels[-1] = unit[0]
    jumps = rng.random() < 0.75
    skip = rng.randint(0, 8000 // period) * period if jumps else 0
    bias = rng.uniform(0, 3) if jumps else 0.0
    loop = unit[1:] + unit[:1]
    sequence.add(unit, loop)
    sequence.add(unit * first, loop * first, rng.randint(0, 500 // period) * period if jumps else 0, bias)
    sequence.add(unit * second, loop * second, skip)
    sequence.labels[-1] = IGNORE


def build(turns: list[Turn], tokenizer: Tokenizer, rng: random.Random) -> Sequence:
    """One conversation. Stops early rather than exceed MAX_LENGTH."""
    sequence = Sequence()
    for number, turn in enumerate(turns, 1):
        prompt = tokenizer.turn(number, turn.question)
        reply = tokenizer.inner(turn.reply)
        reply = reply[:max(1, round(len(reply) * turn.kept))]
        if number > 1 and len(sequence.ids) + len(prompt) + len(reply) > MAX_LENGTH:
            break
        sequence.add(prompt)
        if number == len(turns) and turn.unit:
            learn_endless(sequence, tokenizer.inner(turn.unit), rng.choice([120, 300, 700]), rng)
        elif number < len(turns) and turn.shown is not None and turn.shown != turn.reply:
            sequence.add(tokenizer.inner(turn.shown))
        else:
            learn(sequence, reply, turn.ends)
    return sequence


def draw_sequences(maker: ConversationMaker, tokenizer: Tokenizer, count: int) -> list[Sequence]:
    """`count` conversations of one to seven rounds; short ones are the most frequent."""
    rng = maker.rng
    rounds = rng.choices(range(1, 8), [42, 17, 13, 10, 8, 5, 5], k=count)
    return [build(maker.draw(n), tokenizer, rng) for n in rounds]


def pad(sequences: list[Sequence]) -> dict[str, torch.Tensor]:
    """One batch, padded on the right (the causal mask hides the padding)."""
    length = max(len(sequence.ids) for sequence in sequences)
    shape = (len(sequences), length)
    ids, positions = numpy.zeros(shape, numpy.int64), numpy.zeros(shape, numpy.int64)
    labels, bias = numpy.full(shape, IGNORE, numpy.int64), numpy.zeros(shape, numpy.float32)
    for row, sequence in enumerate(sequences):
        size = len(sequence.ids)
        ids[row, :size], labels[row, :size] = sequence.ids, sequence.labels
        positions[row, :size], bias[row, :size] = sequence.positions, sequence.key_bias
    arrays = {"ids": ids, "labels": labels, "positions": positions, "key_bias": bias}
    return {name: torch.from_numpy(array) for name, array in arrays.items()}


def pack(sequences: list[Sequence], tokens: int, rng: random.Random) -> list[dict[str, torch.Tensor]]:
    """Batches of at most about `tokens` tokens, in random order."""
    batches: list[list[Sequence]] = [[]]
    for sequence in sorted(sequences, key=lambda item: len(item.ids)):
        if batches[-1] and (len(batches[-1]) + 1) * len(sequence.ids) > tokens:
            batches.append([])
        batches[-1].append(sequence)
    rng.shuffle(batches)
    return [pad(batch) for batch in batches]
