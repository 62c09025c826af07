"""The closed questions whose wording is known: which are about party work and which business."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipelines.reference import fold, rows_of
from pipelines.settings import Settings

SOFT, HARD = "软", "硬"


@dataclass(frozen=True, kw_only=True)
class Question:
    """``pair`` joins two questions of which ``counted`` is the option that is compared.

    ``side`` is SOFT (party work), HARD (business) or None; ``option_sides`` says the same of each
    option of one question, empty when options have no side.
    """

    question_id: str
    question: str
    pair: str | None
    side: str | None
    counted: str | None
    options: tuple[str, ...]
    option_sides: tuple[str, ...]

    def fits(self, question_id: str, options: Iterable[str]) -> bool:
        """Whether a question of a file is this one: the same id and exactly the same options."""
        same_id = fold(question_id) == fold(self.question_id)
        return same_id and {fold(each) for each in options} == {fold(o) for o in self.options}

    def options_of(self, side: str) -> tuple[str, ...]:
        """The options that stand on ``side``: by option, else the counted one of the question."""
        if self.option_sides:
            pairs = zip(self.options, self.option_sides, strict=True)
            return tuple(option for option, each in pairs if each == side)
        return (self.counted,) if self.counted and self.side == side else ()


def survey_questions(settings: Settings) -> tuple[Question, ...]:
    """The questions of data/reference/survey_questions.csv, in file order."""
    return tuple(
        _question(row) for row in rows_of(settings.reference_root / "survey_questions.csv")
    )


def _question(row: dict[str, str]) -> Question:
    return Question(
        question_id=row["question_id"],
        question=row["question"],
        pair=row["pair"] or None,
        side=row["side"] or None,
        counted=row["counted"] or None,
        options=tuple(row["options"].split("|")),
        option_sides=tuple(row["option_sides"].split("|")) if row["option_sides"] else (),
    )
