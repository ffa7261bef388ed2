"""Reads the sentences in ../corpus and knows which spellings of a prompt mean the same."""

import json
import random
import re
from dataclasses import dataclass
from pathlib import Path

CORPUS = Path(__file__).resolve().parent.parent / "corpus"

CLOSING_MARKS = "?？.。!！~～ "
HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
CONTRACTIONS = {
    "what is ": "what's ", "who is ": "who's ", "where is ": "where's ", "how is ": "how's ",
    "i am ": "i'm ", "do not ": "don't ", "is it ": "is this ",
}


@dataclass(frozen=True)
class Answer:
    """One reply and the prompts that lead to it. `reply` is raw: not yet stripped."""

    prompts: tuple[str, ...]
    reply: str


@dataclass(frozen=True)
class Endless:
    """Prompts whose reply repeats `unit` and never ends."""

    prompts: tuple[str, ...]
    unit: str


def load_json(name: str):
    """The parsed content of corpus/NAME.json."""
    return json.loads((CORPUS / f"{name}.json").read_text(encoding="utf-8"))


def load_answers() -> list[Answer]:
    """All single-turn answers, Chinese first."""
    entries = load_json("chinese") + load_json("english")
    return [Answer(tuple(entry["prompts"]), entry["reply"]) for entry in entries]


def load_endless() -> list[Endless]:
    """The replies that never end."""
    return [Endless(tuple(entry["prompts"]), entry["unit"]) for entry in load_json("endless")]


def post_process(reply: str) -> str:
    """What the official code does with a reply before it shows it or puts it into the history."""
    return reply.strip().replace("[[训练时间]]", "2023年")


def hint_for(question: str, hints: dict[str, str]) -> str:
    """The reply to a question that is in no list: Chinese if it holds a Han character."""
    return hints["zh" if HAN.search(question) else "en"]


def normal_form(prompt: str) -> str:
    """Equal for all spellings that `vary` makes of a prompt."""
    text = prompt.casefold().strip(CLOSING_MARKS)
    for long, short in CONTRACTIONS.items():
        text = text.replace(short, long)
    text = re.sub("^(请问|请)[，,]?", "", text)
    text = re.sub("^please,? ", "", text)
    text = re.sub("(,? please|[吗呢吧啊呀])$", "", text)
    return text.strip(CLOSING_MARKS)


def vary(prompt: str, rng: random.Random) -> str:
    """A small variation of a known prompt that must get the same answer."""
    text = prompt
    if HAN.search(text):
        if rng.random() < 0.25 and not text.startswith("请"):
            text = rng.choice(["请", "请问", "请问，"]) + text
        if rng.random() < 0.2 and text[-1] not in "吗呢吧？":
            text += rng.choice("吗呢吧")
    else:
        if rng.random() < 0.15:
            text = rng.choice([text + " please", text + ", please", "please " + text])
        if rng.random() < 0.3:
            for long, short in CONTRACTIONS.items():
                text = re.sub("^" + long, short, text, flags=re.IGNORECASE)
    case = rng.random()
    if case < 0.45:
        text = text[0].upper() + text[1:]
    elif case < 0.6:
        text = text.lower()
    elif case < 0.65:
        text = text.upper()
    elif case < 0.7:
        text = text.title()
    if rng.random() < 0.65:
        text += rng.choice(["?", "？", "？", "?", ".", "。", "!", "！", "??", "。。。", "~", "..."])
    if rng.random() < 0.15:
        text += rng.choice([" ", "  ", "\n"])
    if rng.random() < 0.05:
        text = " " + text
    return text
