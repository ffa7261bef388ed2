"""Makes questions that the model does not know, so that it learns to say so."""

import random
import re
import string

from corpus import HAN, load_json, normal_form

SLOTS = {"n": "nouns", "v": "activities", "a": "qualities", "p": "people", "w": "words"}
SYLLABLES = "ba be bi bo ca ce da de di do el en er fa fi ga go ha hi in ka ki la le li lo ma me mi " \
            "mo na ne ni no or pa pe ra re ri ro sa se si so ta te ti to un va ve vi wa we xi yo za zu " \
            "st ng tr pl ck sh th ing tion ness".split()


def common_han() -> list[str]:
    """The 3,755 most used Han characters: level 1 of GB 2312."""
    codes = (bytes([row, cell]) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF))
    return [text for code in codes if (text := code.decode("gb2312", errors="ignore"))]


class OtherQuestions:
    """Draws from the training lists of corpus/other-questions.json; never from the held-out ones."""

    def __init__(self, known_prompts: list[str], rng: random.Random):
        lists = load_json("other-questions")["training"]
        self.languages = {"zh": lists["zh"], "en": lists["en"]}
        self.foreign: list[str] = lists["foreign"]
        self.code: list[str] = lists["code"]
        self.known_prompts = known_prompts
        self.known_forms = {normal_form(prompt) for prompt in known_prompts}
        self.han = common_han()
        self.rng = rng
        self.makers = [
            (self.from_template, 34), (self.near_miss, 24), (self.word_salad, 8), (self.random_han, 8),
            (self.glued_pieces, 8), (self.pseudo_words, 5), (self.random_characters, 3), (self.code_line, 4),
            (self.foreign_phrase, 2), (self.arithmetic, 2), (self.long_paste, 2),
        ]

    def draw(self) -> str:
        """One question that no spelling of a known prompt equals."""
        makers, weights = zip(*self.makers)
        while True:
            text = self.decorate(self.rng.choices(makers, weights)[0]())
            if text.strip() and normal_form(text) not in self.known_forms:
                return text

    def fill(self, template: str, words: dict[str, list[str]]) -> str:
        """Replaces {n}, {v}, … by random words and {d} by a number."""
        def pick(match: re.Match) -> str:
            slot = match.group(1)
            if slot == "d":
                return str(self.rng.choice([self.rng.randint(0, 20), self.rng.randint(21, 3000)]))
            word = self.rng.choice(words[SLOTS[slot]])
            return self.odd_word(words) if self.rng.random() < 0.15 else word
        return re.sub(r"\{([nvapdw])\}", pick, template)

    def odd_word(self, words: dict[str, list[str]]) -> str:
        """A made-up word in the script of the given lists."""
        if HAN.search(words["nouns"][0]):
            return "".join(self.rng.choices(self.han, k=self.rng.randint(1, 3)))
        return "".join(self.rng.choices(SYLLABLES, k=self.rng.randint(1, 4)))

    def language(self) -> dict[str, list[str]]:
        return self.languages[self.rng.choice(["zh", "en"])]

    def from_template(self) -> str:
        words = self.language()
        return self.fill(self.rng.choice(words["templates"]), words)

    def near_miss(self) -> str:
        """A known prompt with something added, removed or replaced."""
        prompt = self.rng.choice(self.known_prompts)
        words = self.languages["zh" if HAN.search(prompt) else "en"]
        joiner = "" if words is self.languages["zh"] else " "
        parts = list(prompt) if joiner == "" else prompt.split(" ")
        word = self.rng.choice([self.odd_word(words), *self.rng.choices(words["nouns"] + words["words"], k=3)])
        kind = self.rng.random()
        at = self.rng.randrange(len(parts))
        if kind < 0.35:
            size = 1 if joiner else min(self.rng.randint(1, 3), len(parts))
            parts[at:at + size] = [word]
        elif kind < 0.55:
            parts.insert(self.rng.randint(0, len(parts)), word)
        elif kind < 0.7 and len(parts) > 2:
            return joiner.join(parts[:at + 1] if self.rng.random() < 0.5 else parts[at:]) + joiner + word
        else:
            clause = self.fill(self.rng.choice(words["templates"]), words)
            mark = self.rng.choice("，。：" if joiner == "" else [", ", ". ", " and ", ": "])
            return self.rng.choice([prompt + mark + clause, clause + mark + prompt])
        return joiner.join(parts)

    def word_salad(self) -> str:
        words = self.language()
        joiner = "" if words is self.languages["zh"] else " "
        pool = words["words"] + words["nouns"] + words["activities"]
        return joiner.join(self.rng.choices(pool, k=self.rng.randint(1, 12)))

    def random_han(self) -> str:
        return "".join(self.rng.choices(self.han, k=self.rng.randint(1, 16)))

    def glued_pieces(self) -> str:
        """Random stretches of known prompts and templates in a row."""
        texts = []
        for _ in range(self.rng.randint(2, 4)):
            text = self.rng.choice(self.known_prompts)
            start = self.rng.randrange(len(text))
            texts.append(text[start:start + self.rng.randint(2, 12)])
        return self.rng.choice(["", " "]).join(texts)

    def pseudo_words(self) -> str:
        return " ".join(self.odd_word(self.languages["en"]) for _ in range(self.rng.randint(1, 8)))

    def random_characters(self) -> str:
        pool = string.ascii_letters + string.digits + string.punctuation + "   "
        return "".join(self.rng.choices(pool, k=self.rng.randint(1, 30)))

    def code_line(self) -> str:
        words = self.languages["en"]
        lines = [self.fill(self.rng.choice(self.code), words) for _ in range(self.rng.choice([1, 1, 2, 4]))]
        return "\n".join(lines)

    def foreign_phrase(self) -> str:
        if self.rng.random() < 0.5:
            first = self.rng.choice([0x3041, 0xAC00, 0x430, 0xC0, 0x621, 0x905, 0x1F600])
            return "".join(chr(first + self.rng.randrange(70)) for _ in range(self.rng.randint(1, 12)))
        return self.rng.choice(self.foreign)

    def arithmetic(self) -> str:
        left, right = self.rng.randint(0, 999), self.rng.randint(0, 999)
        return f"{left}{self.rng.choice(['+', '-', '*', '/', ' + ', ' - ', '×', ' x '])}{right}" + \
            self.rng.choice(["", "=", "等于几", " ="])

    def long_paste(self) -> str:
        """Several sentences, sometimes several paragraphs."""
        words = self.language()
        makers = [self.from_template, self.word_salad, self.code_line]
        count = self.rng.choice([3, 5, 8, 14, 24])
        same = [lambda: self.fill(self.rng.choice(words["templates"]), words)] * 3
        return self.rng.choice(["\n", " ", "。", ". "]).join(
            self.rng.choice(same if self.rng.random() < 0.8 else makers)() for _ in range(count))

    def decorate(self, text: str) -> str:
        """Sometimes a mark at the end, a polite word or a capital at the beginning."""
        if HAN.search(text):
            if self.rng.random() < 0.12:
                text = self.rng.choice(["请", "请问", "请问，", "你好，", "那", "麻烦", "想知道"]) + text
            if self.rng.random() < 0.1:
                text += self.rng.choice(["吗", "呢", "吧", "谢谢", "，谢谢", "？谢谢"])
        else:
            if self.rng.random() < 0.1:
                text = self.rng.choice(["please ", "hello, ", "hi, ", "ok, ", "so ", "well, "]) + text
            if self.rng.random() < 0.08:
                text += self.rng.choice([" please", ", please", ", thanks", " now", " for me"])
            if self.rng.random() < 0.5:
                text = text[0].upper() + text[1:]
        if self.rng.random() < 0.5:
            text += self.rng.choice(["?", "？", ".", "。", "!", "！"])
        return text
