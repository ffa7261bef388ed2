"""Measures a model: is every reply word for word right, and by which distance to the second best token?"""

import random
from dataclasses import dataclass

import torch

from conversations import ConversationMaker
from corpus import hint_for, load_json
from model import ChatModel, Options
from other_questions import SLOTS
from sequences import Sequence, learn, pad
from tokenizer import Tokenizer


@dataclass
class Score:
    """One reply. `gap` is the smallest distance of the right token to the best other one; negative if wrong."""

    name: str
    gap: float


def one_reply(tokenizer: Tokenizer, turns: list[tuple[str, str]]) -> Sequence:
    """A conversation of which only the last reply is judged."""
    sequence = Sequence()
    for number, (question, reply) in enumerate(turns, 1):
        sequence.add(tokenizer.turn(number, question))
        ids = tokenizer.inner(reply)
        if number < len(turns):
            sequence.add(ids)
        else:
            learn(sequence, ids, ends=True)
    return sequence


@torch.no_grad()
def judge(model: ChatModel, sequences: dict[str, Sequence], quantized: bool) -> list[Score]:
    """The score of each named sequence. Being right at every place equals being right when writing freely."""
    model.eval()
    scores = []
    names = sorted(sequences, key=lambda name: len(sequences[name].ids))
    while names:
        size = max(1, 6000 // max(80, len(sequences[names[0]].ids)))
        size = max(1, min(size, 6000 // len(sequences[names[min(size, len(names)) - 1]].ids)))
        part, names = names[:size], names[size:]
        batch = pad([sequences[name] for name in part])
        logits, labels = model.logits_at(batch, Options(quantized))
        right = logits.gather(1, labels[:, None])[:, 0]
        gaps = right - logits.scatter(1, labels[:, None], -1e9).amax(1)
        rows = (batch["labels"] >= 0).nonzero()[:, 0]
        scores += [Score(name, gaps[rows == row].min().item()) for row, name in enumerate(part)]
    model.train()
    return scores


def share(scores: list[Score], gap: float = 0.0) -> float:
    """The share of replies whose gap exceeds `gap`."""
    return sum(score.gap > gap for score in scores) / max(1, len(scores))


def first_round(maker: ConversationMaker, tokenizer: Tokenizer) -> dict[str, Sequence]:
    """Every prompt of every answer, alone."""
    pairs = [(prompt, answer.reply) for answer in maker.answers for prompt in answer.prompts]
    return {prompt: one_reply(tokenizer, [(prompt, reply)]) for prompt, reply in pairs}


def later_rounds(seed: int, count: int, tokenizer: Tokenizer) -> dict[str, Sequence]:
    """Random conversations; the name begins with the kind of the last round."""
    maker = ConversationMaker(random.Random(seed))
    sequences = {}
    while len(sequences) < count:
        turns = maker.draw(maker.rng.randint(1, 7))
        if turns[-1].ends and not turns[-1].unit:
            pairs = [(turn.question, turn.reply) for turn in turns]
            sequence = one_reply(tokenizer, pairs)
            if len(sequence.ids) < 2048:
                sequences[f"{turns[-1].kind} {len(sequences)} {turns[-1].question!r}"] = sequence
    return sequences


def held_out(count: int, tokenizer: Tokenizer) -> dict[str, Sequence]:
    """Questions made of words and templates that training never saw, and those written by hand."""
    rng = random.Random(99)
    lists, hints = load_json("other-questions")["held_out"], load_json("hints")
    questions = [f"natural {text}" for text in lists["natural"]]
    while len(questions) < count + len(lists["natural"]):
        words = lists[rng.choice(["zh", "en"])]
        text = rng.choice(words["templates"])
        while "{" in text:
            slot = text[text.index("{") + 1]
            word = str(rng.randint(2, 500)) if slot == "d" else rng.choice(words[SLOTS[slot]])
            text = text.replace("{" + slot + "}", word, 1)
        text = text[0].upper() + text[1:] if rng.random() < 0.5 else text
        text += rng.choice(["", "", "？" if words is lists["zh"] else "?"])
        if f"made {text}" not in questions:
            questions.append(f"made {text}")
    pairs = [(name, name.split(" ", 1)[1]) for name in questions]
    return {name: one_reply(tokenizer, [(text, hint_for(text, hints))]) for name, text in pairs}
