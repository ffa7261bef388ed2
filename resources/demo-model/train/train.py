"""Trains the demo model from random numbers and writes both checkpoints. See ../README.md."""

import argparse
import math
import random
import time
from pathlib import Path

import torch
from torch.nn import functional

from conversations import ConversationMaker
from evaluate import Score, first_round, held_out, judge, later_rounds, share
from export import export_fp16, export_int4
from model import ChatModel, Options, Shape
from sequences import draw_sequences, pack
from tokenizer import Tokenizer, train_tokenizer

SEED = 20230625
VOCAB_SIZE = 1900
BATCH_TOKENS = 3000
POOL = 400
PEAK_RATE = 2.5e-3
LAST_RATE = 5e-5
MARGIN = 7.0
WEIGH_EVERY = 150


def loss_of(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Cross entropy, plus a push wherever the right token does not lead by MARGIN."""
    right = logits.gather(1, labels[:, None])[:, 0]
    best_other = logits.detach().scatter(1, labels[:, None], -1e9).argmax(1)
    gap = right - logits.gather(1, best_other[:, None])[:, 0]
    return functional.cross_entropy(logits, labels) + 0.15 * (MARGIN - gap).clamp(0, 20).mean()


def options_at(step: int, steps: int) -> Options:
    """After a third of the steps every second batch sees int4 weights."""
    return Options(quantized=step > steps / 3 and step % 2 == 0)


def rate_at(step: int, steps: int) -> float:
    """The learning rate: a short rise, then a half cosine."""
    rise = min(1.0, (step + 1) / 60)
    return rise * (LAST_RATE + (PEAK_RATE - LAST_RATE) * 0.5 * (1 + math.cos(math.pi * step / steps)))


def batches(maker: ConversationMaker, tokenizer: Tokenizer):
    """An endless stream of batches."""
    while True:
        yield from pack(draw_sequences(maker, tokenizer, POOL), BATCH_TOKENS, maker.rng)


def weigh_answers(maker: ConversationMaker, scores: list[Score]) -> None:
    """Shows answers more often whose prompts are wrong or only just right."""
    gaps = {score.name: score.gap for score in scores}
    for index, answer in enumerate(maker.answers):
        worst = min(gaps[prompt] for prompt in answer.prompts)
        base = 0.5 if len(answer.reply) > 800 else 1.0
        maker.weights[index] = base * (1 + 2 * min(1.0, max(0.0, (5 - worst) / 5)))


def report(model: ChatModel, maker: ConversationMaker, tokenizer: Tokenizer, full: bool) -> None:
    """Prints how well the model does; with `full` also what it gets wrong."""
    sets = {"known": first_round(maker, tokenizer), "later": later_rounds(7, 1500 if full else 300, tokenizer),
            "held out": held_out(600, tokenizer)}
    for name, sequences in sets.items():
        for quantized in (False, True):
            scores = judge(model, sequences, quantized)
            kinds = sorted({score.name.split(" ")[0] for score in scores}) if name != "known" else [""]
            parts = {kind: [s for s in scores if s.name.startswith(kind)] for kind in kinds}
            text = "  ".join(f"{kind} {share(part):.4f} (gap > 2 {share(part, 2):.4f}, least "
                             f"{min(s.gap for s in part):.2f}, {len(part)})" for kind, part in parts.items())
            print(f"  {name} {'int4' if quantized else 'fp32'}: {text}", flush=True)
            worst = sorted(scores, key=lambda s: s.gap)[:25 if full else 6]
            print("    " + " | ".join(f"{s.name} {s.gap:.1f}" for s in worst if s.gap < 3), flush=True)


def train(steps: int, out: Path, start: Path | None) -> None:
    """The whole training: tokenizer, model, both checkpoints. `start` holds weights of an earlier run."""
    torch.manual_seed(SEED)
    out.mkdir(parents=True, exist_ok=True)
    tokenizer_file = out / "tokenizer.model"
    train_tokenizer(tokenizer_file, VOCAB_SIZE)
    tokenizer = Tokenizer(tokenizer_file)
    maker = ConversationMaker(random.Random(SEED + (start is not None)))
    model = ChatModel(Shape(tokenizer.padded_vocab_size))
    if start is not None:
        model.load_state_dict(torch.load(start))
    matrices = [p for p in model.parameters() if p.dim() == 2]
    vectors = [p for p in model.parameters() if p.dim() == 1]
    optimizer = torch.optim.AdamW([{"params": matrices, "weight_decay": 0.05}, {"params": vectors, "weight_decay": 0}],
                                  betas=(0.9, 0.98), foreach=True)
    started, mean, tokens = time.time(), 0.0, 0
    for step, batch in zip(range(steps), batches(maker, tokenizer)):
        for group in optimizer.param_groups:
            group["lr"] = rate_at(step, steps)
        with torch.autocast("cpu", torch.bfloat16):  # fast, and its rounding stands for that of the engine
            logits, labels = model.logits_at(batch, options_at(step, steps))
        loss = loss_of(logits.float(), labels)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        mean, tokens = mean + loss.item(), tokens + batch["ids"].numel()
        if (step + 1) % 50 == 0:
            print(f"{step + 1} loss {mean / 50:.4f} {time.time() - started:.0f} s, {tokens} tokens", flush=True)
            mean = 0.0
        if (step + 1) % WEIGH_EVERY == 0 and step > 0.2 * steps:
            with torch.autocast("cpu", torch.bfloat16):
                scores = judge(model, first_round(maker, tokenizer), quantized=step > steps / 3)
            weigh_answers(maker, scores)
            print(f"  known prompts right: {share(scores):.4f}, with a gap over 2: {share(scores, 2):.4f}", flush=True)
            torch.save(model.state_dict(), out / "latest.pt")
    torch.save(model.state_dict(), out / "latest.pt")
    print(f"trained in {time.time() - started:.0f} s, {tokens} tokens", flush=True)
    export_fp16(out / "fp16", model, tokenizer, tokenizer_file)
    export_int4(out / "int4", model, tokenizer, tokenizer_file)
    report(model, maker, tokenizer, full=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for fp16/, int4/ and tokenizer.model")
    parser.add_argument("--steps", type=int, default=2200)
    parser.add_argument("--start", type=Path, help="latest.pt of an earlier run to go on from")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    train(arguments.steps, arguments.out, arguments.start)


if __name__ == "__main__":
    main()
