"""Remembered answers to questions that lead to other questions, and back to themselves.

In: questions and how to work them out. Out: answers. Never knows what a question is about. A question that leads back
to itself is cut there. What was worked out from such a cut is kept only until the cut question is answered: asked for
by itself it is worked out anew, so that what comes first decides nothing. Only the answers of a large knot stay.
"""

import sys
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

Question = TypeVar("Question", bound=Hashable)
Answer = TypeVar("Answer")
_NONE = sys.maxsize
_LARGE = 32
"""So many questions that all lead to each other are not asked once for each of them: that would be quadratic."""


class Progress:
    """What is being worked out, and what the answer rests on that is worked out at the moment.

    `cut_at` is the level of the outermost open question that was cut. `asked_below` tells whether it was asked which
    classes stand below which: that may change.
    """

    __slots__ = ("answers", "asked_below", "cut_at", "level", "provisional")

    def __init__(self) -> None:
        self.level = 0
        self.cut_at = _NONE
        self.asked_below = False
        self.answers: list[Answers[Any, Any]] = []
        self.provisional: list[tuple[Answers[Any, Any], Any]] = []

    def stop(self) -> None:
        """Note that a question was left because it lies too deep: asked for by itself, it would not."""
        self.cut_at = 1

    def forget(self) -> None:
        """Forget what rests on which classes stand below which."""
        for one in self.answers:
            one.passing.clear()


class Answers(Generic[Question, Answer]):
    """The answers to one kind of question.

    `lasting` are those that nothing changes any more, open to the quickest look-up; `passing` rest on subclasses.
    """

    __slots__ = ("_cut", "_open", "_progress", "_provisional", "lasting", "passing")

    def __init__(self, progress: Progress, cut: Answer) -> None:
        self.lasting: dict[Question, Answer] = {}
        self.passing: dict[Question, Answer] = {}
        self._provisional: dict[Question, tuple[Answer, int, bool]] = {}
        self._open: dict[Question, int] = {}
        self._cut = cut
        self._progress = progress
        progress.answers.append(self)

    def known(self, question: Question) -> Answer | None:
        """Return the answer where it has been worked out."""
        found = self.lasting.get(question)
        if found is not None:
            return found
        found = self.passing.get(question)
        if found is not None:
            self._progress.asked_below = True
        elif self._provisional and question in self._provisional:
            found, cut_at, asked_below = self._provisional[question]
            self._progress.cut_at = min(self._progress.cut_at, cut_at)
            self._progress.asked_below |= asked_below
        return found

    def ask(self, question: Question, work: Callable[..., Answer], *given: object) -> Answer:
        """Return what `work` gives, and remember it; cut where the question is being worked out."""
        progress, level = self._progress, self._open.get(question)
        if level is not None:
            progress.cut_at = min(progress.cut_at, level)
            return self._cut
        progress.level += 1
        self._open[question] = progress.level
        found = self._work_out(question, progress.level, work, given)
        del self._open[question]
        progress.level -= 1
        return found

    def ask_on_the_way(self, question: Question, work: Callable[..., Answer], *given: object) -> Answer:
        """Return what `work` gives for a part of a question, and remember it; never cut."""
        return self._work_out(question, self._progress.level + 1, work, given)

    def _work_out(
        self, question: Question, level: int, work: Callable[..., Answer], given: tuple[object, ...]
    ) -> Answer:
        progress = self._progress
        asked_below, cut_at, started = progress.asked_below, progress.cut_at, len(progress.provisional)
        progress.asked_below, progress.cut_at = False, _NONE
        found = work(*given)
        if progress.cut_at < level:
            self._provisional[question] = found, progress.cut_at, progress.asked_below
            progress.provisional.append((self, question))
            progress.cut_at = min(progress.cut_at, cut_at)
        else:
            (self.passing if progress.asked_below else self.lasting)[question] = found
            progress.cut_at = cut_at
            if len(progress.provisional) > started:
                self._drop(started)
        progress.asked_below |= asked_below
        return found

    def _drop(self, started: int) -> None:
        """Drop what was worked out from a cut of the question that has now been answered; keep it if it is much."""
        knot = self._progress.provisional[started:]
        for answers, question in knot:
            kept = answers._provisional.pop(question, None)
            if kept is not None and len(knot) > _LARGE:
                (answers.passing if kept[2] else answers.lasting)[question] = kept[0]
        del self._progress.provisional[started:]
