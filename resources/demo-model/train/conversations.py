"""Makes random conversations of several rounds out of the corpus."""

import random
from dataclasses import dataclass

from corpus import (Answer, hint_for, load_answers, load_endless, load_json, post_process, vary)
from other_questions import OtherQuestions

REPEATABLE_CHARACTERS = 110


@dataclass
class Turn:
    """One round. `reply` is what the model should write; `shown` is what the history keeps of it."""

    question: str
    reply: str
    ends: bool = True
    kept: float = 1.0  # the share of the reply's tokens that was written before it was stopped
    shown: str | None = None
    kind: str = "known"
    unit: str | None = None  # set if the reply is endless: `reply` is then some repetitions of it


class State:
    """What a conversation has established so far."""

    def __init__(self):
        self.values: dict[int, str] = {}
        self.quiz: tuple[int, int] | None = None  # which quiz, which of its questions is open
        self.last: Turn | None = None


class ConversationMaker:
    """Draws conversations. `weights` of answers can be raised where the model is still weak."""

    def __init__(self, rng: random.Random):
        self.rng = rng
        self.answers: list[Answer] = load_answers()
        self.weights = [0.5 if len(answer.reply) > 800 else 1.0 for answer in self.answers]
        self.endless = load_endless()
        self.hints: dict[str, str] = load_json("hints")
        parts = load_json("conversations")
        self.memories, self.repeats, self.quizzes = parts["memories"], parts["repeats"], parts["quizzes"]
        self.other = OtherQuestions(self.known_prompts(), rng)

    def known_prompts(self) -> list[str]:
        """Every prompt that has an answer of its own in the first round."""
        prompts = [prompt for answer in self.answers + self.endless for prompt in answer.prompts]
        for memory in self.memories:
            prompts += memory["ask"]
            prompts += [say.format(x=value) for say in memory["say"] for value in memory["values"]]
        for repeat in self.repeats:
            prompts += repeat["prompts"]
        for quiz in self.quizzes:
            prompts += quiz["start"]
        return prompts

    def draw(self, max_rounds: int) -> list[Turn]:
        """A conversation of at most `max_rounds` rounds."""
        state = State()
        turns: list[Turn] = []
        focus = self.rng.random() < 0.45
        for _ in range(max_rounds):
            turn = self.draw_turn(state, focus)
            if len(turns) + 1 < max_rounds and turn.reply and (turn.unit or self.rng.random() < 0.03):
                turn.kept, turn.ends = self.rng.random(), False  # stopped by the reader
            elif self.rng.random() < 0.5:
                turn.shown = post_process(turn.reply)
            state.last = turn
            turns.append(turn)
        if turns[-1].reply in self.hints.values() and self.rng.random() < 0.75:
            turns[-1].kept, turns[-1].ends = 0.15, False  # its rest is learned soon enough
        return turns

    def draw_turn(self, state: State, focus: bool) -> Turn:
        """The next round. With `focus`, rounds that need the history are likelier."""
        if state.quiz is not None and self.rng.random() < 0.8:
            return self.quiz_reply(state)
        state.quiz = None
        kind = self.rng.random()
        scale = 0.5 if focus else 0.1
        if kind < scale * 0.55:
            return self.memory(state)
        if kind < scale * 0.85 and (turn := self.repeat(state)):
            return turn
        if kind < scale:
            return self.start_quiz(state)
        if self.rng.random() < 0.5:
            return self.unknown()
        return self.known()

    def spell(self, prompt: str) -> str:
        return vary(prompt, self.rng) if self.rng.random() < 0.55 else prompt

    def known(self) -> Turn:
        if self.rng.random() < 0.012:
            endless = self.rng.choice(self.endless)
            prompt = self.spell(self.rng.choice(endless.prompts))
            return Turn(prompt, endless.unit * self.rng.randint(2, 6), ends=False, unit=endless.unit)
        answer = self.rng.choices(self.answers, self.weights)[0]
        return Turn(self.spell(self.rng.choice(answer.prompts)), answer.reply)

    def unknown(self) -> Turn:
        if self.rng.random() < 0.04:  # a quiz answer without a quiz
            quiz = self.rng.choice(self.quizzes)
            question = self.rng.choice(self.rng.choice(quiz["rounds"])["answers"] + quiz["give_up"])
        else:
            question = self.other.draw()
        return Turn(question, hint_for(question, self.hints), kind="other")

    def memory(self, state: State) -> Turn:
        """Tells the model something or asks for it; the latest value counts."""
        index = self.rng.randrange(len(self.memories))
        if state.values and self.rng.random() < 0.6:
            index = self.rng.choice(list(state.values))
        memory = self.memories[index]
        known = index in state.values
        if self.rng.random() < (0.12 if known else 0.75):
            value = self.rng.choice(memory["values"])
            state.values[index] = value
            question = self.rng.choice(memory["say"]).format(x=value)
            return Turn(self.spell(question), memory["reply"].format(x=value), kind="memory")
        reply = memory["answer"].format(x=state.values[index]) if known else memory["unknown"]
        return Turn(self.spell(self.rng.choice(memory["ask"])), reply, kind="memory")

    def repeat(self, state: State) -> Turn | None:
        """Asks for the previous reply again, or None where that has no clear answer."""
        repeat = self.rng.choice(self.repeats)
        question = self.spell(self.rng.choice(repeat["prompts"]))
        if state.last is None:
            return Turn(question, repeat["unknown"], kind="repeat")
        reply = state.last.reply
        if not state.last.ends or not reply or post_process(reply) != reply or len(reply) > REPEATABLE_CHARACTERS:
            return None
        return Turn(question, reply, kind="repeat")

    def start_quiz(self, state: State) -> Turn:
        index = self.rng.randrange(len(self.quizzes))
        quiz = self.quizzes[index]
        state.quiz = (index, 0)
        return Turn(self.spell(self.rng.choice(quiz["start"])), quiz["rounds"][0]["question"], kind="quiz")

    def quiz_reply(self, state: State) -> Turn:
        assert state.quiz is not None
        index, number = state.quiz
        quiz = self.quizzes[index]
        gives_up = self.rng.random() < 0.25
        current = quiz["rounds"][number]
        question = self.rng.choice(quiz["give_up"] if gives_up else current["answers"])
        last = number + 1 == len(quiz["rounds"])
        state.quiz = None if last else (index, number + 1)
        follow = quiz["end"] if last else quiz["rounds"][number + 1]["question"]
        joiner = "" if "。" in current["right"] else " "
        reply = current["give_up" if gives_up else "right"] + joiner + follow
        return Turn(self.spell(question), reply, kind="quiz")
