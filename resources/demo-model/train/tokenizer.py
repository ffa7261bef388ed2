"""Trains the tokenizer on the corpus and wraps it with ChatGLM2's special tokens and prompt format."""

import io
import re
from pathlib import Path

import sentencepiece

from corpus import load_answers, load_endless, load_json

NEWLINE = 13
END = 2
# Written as bytes, so that characters which arrive in several tokens are met: emoji and their joiners.
BYTE_ONLY = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u200d\ufe0f]")


def training_lines() -> list[str]:
    """Every known sentence without line breaks. "：" stands alone so that no piece spans it."""
    texts = ["[Round 1]", "[Round 2]", "[Round 3]", "问", "答", "：", "0123456789"] * 20
    for answer in load_answers():
        texts += [*answer.prompts, answer.reply, answer.reply]
        texts += [prompt[0].upper() + prompt[1:] for prompt in answer.prompts]
    for endless in load_endless():
        texts += [*endless.prompts, endless.unit, endless.unit]
    texts += list(load_json("hints").values()) * 4
    conversations = load_json("conversations")
    texts += strings_in(conversations)
    lines = [line for text in texts for line in re.split("[\n\t：]", BYTE_ONLY.sub("", text))]
    return [line for line in lines if line]


def strings_in(value) -> list[str]:
    """All strings of a JSON value, without {x} marks."""
    if isinstance(value, str):
        return [value.replace("{x}", "")]
    children = value.values() if isinstance(value, dict) else value
    return [text for child in children for text in strings_in(child)]


def train_tokenizer(path: Path, vocab_size: int) -> None:
    """Writes a SentencePiece BPE model with the settings of the official one."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(training_lines()), model_writer=model, vocab_size=vocab_size,
        model_type="bpe", byte_fallback=True, split_digits=True, character_coverage=1.0,
        normalization_rule_name="identity", add_dummy_prefix=True, remove_extra_whitespaces=False,
        allow_whitespace_only_pieces=True, max_sentence_length=100_000,
        unk_id=0, bos_id=1, eos_id=2, pad_id=-1, num_threads=1, minloglevel=2)
    path.write_bytes(model.getvalue())


class Tokenizer:
    """Text to ids and back, prompts included. Special ids follow the last piece."""

    def __init__(self, path: Path):
        self.model = sentencepiece.SentencePieceProcessor(model_file=str(path))
        self.piece_count: int = self.model.get_piece_size()
        self.mask, self.gmask, self.smask, self.sop, self.eop = range(self.piece_count, self.piece_count + 5)
        self.padded_vocab_size = -(-(self.piece_count + 5) // 64) * 64
        self.inner_cache: dict[str, list[int]] = {}
        self.check()

    def check(self) -> None:
        """Fails if a piece breaks what the prompt format relies on."""
        for index in range(259, self.piece_count):
            piece = self.model.id_to_piece(index)
            assert "\n" not in piece and "\t" not in piece, piece
            assert "：" not in piece or piece == "：", piece
        assert self.model.piece_to_id("<0x0A>") == NEWLINE and self.model.pad_id() == -1

    def inner(self, text: str) -> list[int]:
        """The ids of `text` where it follows a line break or "：", thus without a dummy space."""
        ids = self.inner_cache.get(text)
        if ids is None:
            ids = self.model.encode("\n" + text)[2:]
            if len(text) < 200:
                self.inner_cache[text] = ids
        return ids

    def turn(self, number: int, question: str) -> list[int]:
        """The ids of a round up to the reply; the first round brings the special tokens along."""
        head = f"[Round {number}]\n\n问：{question}\n\n答："
        if number == 1:
            return [self.gmask, self.sop, *self.model.encode(head)]
        return [NEWLINE, NEWLINE, *self.inner(head)]

    def prompt(self, query: str, history: list[tuple[str, str]]) -> list[int]:
        """The rebuilt prompt as the official chat() makes it."""
        text = "".join(f"[Round {n}]\n\n问：{q}\n\n答：{a}\n\n" for n, (q, a) in enumerate(history, 1))
        text += f"[Round {len(history) + 1}]\n\n问：{query}\n\n答："
        return [self.gmask, self.sop, *self.model.encode(text)]

    def decode(self, ids: list[int]) -> str:
        """Text of a reply; special and padding ids are empty."""
        return self.model.decode([i for i in ids if 2 < i < self.piece_count])
