"""Checks both checkpoints with reference_forward.py and writes expected.json.

    python3 write_expected.py

Stops with an error, and writes nothing, if a reply is not the one in corpus/, if the two checkpoints
write different text, or if an endless reply ends.
"""

import json
import sys
from pathlib import Path

from reference_forward import ENDLESS_TOKENS, HERE, Chat, load, post_process

FLOWS = [
    ["我叫小明", "写一个表格", "我叫什么名字"],
    ["my name is Alice", "tell me a joke", "what is my name"],
    ["我叫什么名字", "我叫小红", "我是谁"],
    ["记住数字7", "你好", "怎么搜索", "我选的数字是几"],
    ["my number is 42", "write a poem", "what is my number"],
    ["我最喜欢的颜色是蓝色", "怎么导出对话", "我最喜欢什么颜色"],
    ["my favourite colour is green", "hello", "what is my favourite colour"],
    ["讲个笑话", "再说一遍"],
    ["tell me a riddle", "repeat that"],
    ["再说一遍", "你好", "再说一遍"],
    ["来个小测验", "七天", "不知道", "八条"],
    ["give me a quiz", "seven", "12", "I don't know"],
    ["测试空白", "你是谁", "test white space", "who are you"],
    ["现在是哪一年", "谢谢", "what year is it", "thanks"],
    ["沉默", "你好", "say nothing", "hello"],
    ["中国的首都是哪里", "你好", "What is the capital of France?", "怎么停止"],
    ["说几个表情", "show me some emoji", "特殊标记", "长单词"],
    ["你好", "你会什么", "写一首诗", "用Python写冒泡排序", "写一个公式", "讲个故事", "谢谢"],
    ["hello", "what can you do", "show me a table", "show me some Rust", "write a formula", "tell me a story", "bye"],
    ["讲一个长故事", "谢谢", "你是谁"],
    ["tell me a long story", "thanks", "who are you"],
]
LOGIT_QUERIES = ["你好", "hello", "写一个公式", "write a poem", "中国的首都是哪里", "沉默"]
DIGITS = 4


class Checker:
    """Runs both checkpoints side by side and remembers what went wrong."""

    def __init__(self):
        self.fp16, self.int4 = Chat(HERE / "fp16"), Chat(HERE / "int4")
        self.problems: list[str] = []
        self.least = {"fp16": float("inf"), "int4": float("inf")}

    def item(self, query: str, history, expected: str | None) -> dict:
        """One reply by both checkpoints; `expected` is the raw reply, or None to accept any."""
        ids, gap, _ = self.fp16.reply(query, history)
        ids4, gap4, _ = self.int4.reply(query, history)
        raw = self.fp16.text(ids)
        if ids != ids4:
            self.problems.append(f"{query!r}: INT4 differs: {self.int4.text(ids4)[:60]!r}")
        if expected is not None:
            if raw != expected:
                self.problems.append(f"{query!r}: {raw[:60]!r} instead of {expected[:60]!r}")
            self.least = {"fp16": min(gap, self.least["fp16"]), "int4": min(gap4, self.least["int4"])}
            if min(gap, gap4) < 2:
                self.problems.append(f"{query!r}: gap {gap:.2f}, INT4 {gap4:.2f}")
        return {"query": query, "history": [list(pair) for pair in history],
                "input_ids": self.fp16.prompt_ids(query, history), "greedy_ids": ids, "raw_reply": raw,
                "reply": post_process(raw), "min_gap": round(gap, DIGITS), "int4_min_gap": round(gap4, DIGITS)}

    def flow(self, turns: list[str]) -> dict:
        """A conversation with rebuilt prompts; the incremental way must give the same text."""
        replies, gaps = [], []
        for query in turns:
            item = self.item(query, list(zip(turns, replies)), None)
            replies.append(item["reply"])
            gaps.append(min(item["min_gap"], item["int4_min_gap"]))
        for chat in (self.fp16, self.int4):
            chat.network.forget()
            for number, query in enumerate(turns, 1):
                feed = chat.prompt_ids(query, []) if number == 1 else chat.next_turn_ids(query, number)
                ids, gap, _ = chat.write(feed)  # every token but the end token is in the cache afterwards
                gaps.append(gap)
                if post_process(chat.text(ids)) != replies[number - 1]:
                    self.problems.append(f"{turns}: round {number} differs when continued: {chat.text(ids)[:60]!r}")
        if min(gaps) < 2:
            self.problems.append(f"{turns}: gap {min(gaps):.2f}")
        return {"turns": turns, "replies": replies, "min_gap": round(min(gaps), DIGITS)}

    def endless(self, query: str, unit: str, tokens: int) -> dict:
        """Lets both checkpoints write an endless reply up to `tokens`."""
        for chat in (self.fp16, self.int4):
            ids, gap, _ = chat.reply(query, limit=tokens)
            text = chat.text(ids)
            wanted = unit * (len(text) // len(unit) + 2)
            print(f"  endless {query!r}: {len(ids)} tokens, gap {gap:.2f}", flush=True)
            if len(ids) < tokens or not wanted.startswith(text) or gap < 2:
                self.problems.append(f"{query!r} leaves its loop: {text[-60:]!r}, gap {gap:.2f}")
        return {"query": query, "checked_tokens": tokens, "first_300_greedy_ids": ids[:300]}

    def logits(self, query: str) -> dict:
        """The five best logits of the first reply token."""
        entry = {"query": query, "history": []}
        for name, chat in (("fp16", self.fp16), ("int4", self.int4)):
            chat.network.forget()
            values = chat.network.logits(chat.prompt_ids(query, []))
            best = (-values).argsort()[:5]
            entry[name] = {"ids": best.tolist(), "values": [round(float(values[i]), DIGITS) for i in best]}
        return entry


def write_json(path: Path, value: dict) -> None:
    """One line for each entry of a list, so that differences can be read."""
    compact = lambda v: json.dumps(v, ensure_ascii=False, separators=(",", ":"))  # noqa: E731
    parts = []
    for key, entry in value.items():
        body = "[\n" + ",\n".join(map(compact, entry)) + "\n]" if isinstance(entry, list) else compact(entry)
        parts.append(f"{json.dumps(key)}:{body}")
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")


def main() -> int:
    checker, hints = Checker(), load("hints")
    items, paraphrases = [], []
    for answer in load("chinese") + load("english"):
        for prompt in answer["prompts"]:
            item = checker.item(prompt, [], answer["reply"])
            if prompt == answer["prompts"][0]:
                items.append(item)
            else:
                paraphrases.append({"query": prompt, "same_as": answer["prompts"][0],
                                    "min_gap": item["min_gap"], "int4_min_gap": item["int4_min_gap"]})
    print(f"{len(items)} answers, {len(items) + len(paraphrases)} prompts, least gaps {checker.least}", flush=True)
    flows = [checker.flow(turns) for turns in FLOWS]
    print("flows:", min(flow["min_gap"] for flow in flows), flush=True)
    for flow in flows:
        items.append(checker.item(flow["turns"][-1], list(zip(flow["turns"], flow["replies"]))[:-1], None))
    hinted = 0
    for query in load("other-questions")["held_out"]["natural"]:
        item = checker.item(query, [], None)
        if item["reply"] in hints.values():
            hinted += 1
            items += [item] if hinted <= 24 and item["min_gap"] > 2 and item["int4_min_gap"] > 2 else []
        else:
            print(f"  not hinted: {query!r}: {item['reply'][:50]!r}")
    print(f"natural held-out questions answered with a hint: {hinted}", flush=True)
    endless = [checker.endless(entry["prompts"][0], entry["unit"], ENDLESS_TOKENS) for entry in load("endless")]
    expected = {
        "hint": hints, "items": items, "paraphrases": paraphrases, "flows": flows, "endless": endless[0],
        "other_endless": endless[1:], "logits": [checker.logits(query) for query in LOGIT_QUERIES]}
    for problem in checker.problems:
        print("PROBLEM", problem)
    if not checker.problems or "--force" in sys.argv:
        write_json(HERE / "expected.json", expected)
    return 1 if checker.problems else 0


if __name__ == "__main__":
    sys.exit(main())
