"""The intake desk: the one service that the upload page and the command line both use."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa

from pipelines import mappings, queries, store, transform
from pipelines.annotate.child import annotated_in_child
from pipelines.compare import difference
from pipelines.domain.catalog import dataset as contract_of
from pipelines.domain.findings import Finding
from pipelines.domain.statements import Explanation, LinkDecision, SignedLink, Statements
from pipelines.errors import NoMart, StoreError
from pipelines.intake.choices import Choices, Names, SourceMapping
from pipelines.intake.inspection import Inspection, Reading, RuleResult
from pipelines.intake.privacy import readable_name
from pipelines.intake.request import Request
from pipelines.intake.staged import clear_abandoned
from pipelines.ledger import Ledger
from pipelines.ledger_records import NewUpload, Upload
from pipelines.locks import locked
from pipelines.preview import Preview, opened, preview
from pipelines.progress import Progress, silent
from pipelines.reference import kpi_measures
from pipelines.settings import Settings
from pipelines.statements import without_personal_numbers
from pipelines.transform import BuildReport
from pipelines.validation import Validator

Clock = Callable[[], datetime]


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """An acknowledged upload; ``already`` when the same rows of the same file were active."""

    upload_id: str
    rows: int
    already: bool


class Desk:
    """Inspect, accept, undo, build. ``clock`` gives the local time that is recorded."""

    def __init__(
        self, settings: Settings, validator: Validator, clock: Clock = datetime.now
    ) -> None:
        self._settings = settings
        self._validator = validator
        self._clock = clock
        self._ledger = Ledger(settings)
        self._ledger.upgrade()
        clear_abandoned(settings)

    def close(self) -> None:
        """Let go of the ledger."""
        self._ledger.close()

    def inspect(
        self,
        file_name: str,
        data: bytes | Path,
        choices: Choices = Choices(),  # noqa: B008 frozen
        *,
        progress: Progress = silent,
    ) -> Inspection:
        """Read, check and compare a file; the store does not change.

        ``progress`` is told the step and the share done; what it raises cancels, and nothing is
        left. Raises FileRefused for a file that cannot be read, ValidatorUnavailable when the
        checks could not run.
        """
        file_name = readable_name(file_name)
        request = Request(
            file_name=file_name,
            today=self._today(),
            choices=choices,
            names=self._names(),
            remembered=tuple(self._ledger.mappings()),
        )
        with opened(data) as file:
            size = os.fstat(file.fileno()).st_size
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            seen = preview(file, size, request, self._settings, self._validator, progress)
        contract = contract_of(seen.reading.dataset)
        progress("与已入库的数据比较", 0.9)
        inspection = Inspection(
            **{each.name: getattr(seen.reading, each.name) for each in fields(Reading)},
            file_name=file_name,
            sha256=sha256,
            size=size,
            choices=choices,
            dataset_label=contract.label,
            staged=seen.staged,
            good_count=seen.good_count,
            digest=store.digest_of(seen.staged.path),
            findings=seen.findings,
            findings_omitted=seen.findings_omitted,
            rules=seen.rules,
            difference=difference(
                self._settings, contract, seen.staged.path, self._ledger.active()
            ),
            refusal=_refusal(seen),
        )
        progress("检查完成", 1.0)
        return self._completed(inspection, data)

    def accept(self, inspection: Inspection, *, by: str) -> Receipt:
        """Store exactly what was previewed. A second time for the same rows changes nothing.

        Raises StoreError when the file was refused, the preview changed, ``by`` is blank or the
        disk has no room; then nothing is accepted.
        """
        if inspection.refusal is not None:
            raise StoreError(inspection.refusal)
        _require_post(by)
        if _staged_digest(inspection) != inspection.digest:
            raise StoreError("要入库的内容与预览不一致，没有入库。请重新上传")
        staged_size = inspection.staged.path.stat().st_size
        store.require_space(self._settings, 2 * (inspection.size + staged_size))
        with locked(self._settings, "accept"):
            return self._accept(inspection, by.strip())

    def undo(self, upload_id: str, *, by: str) -> None:
        """Take an upload out of the next build; its rows stay in the store. Raises StoreError."""
        _require_post(by)
        self._ledger.undo(upload_id, by=by.strip(), at=self._clock())

    def build(self, *, progress: Progress = silent) -> BuildReport:
        """Build and publish the mart of the active uploads. Raises BuildFailed."""
        return transform.build(self._settings, self._ledger, now=self._clock(), progress=progress)

    def answers(self) -> bool:
        """Whether the ledger can be read now."""
        return self._ledger.answers()

    def uploads(self) -> list[Upload]:
        """All uploads, newest first."""
        return self._ledger.uploads()

    def findings(self, upload_id: str) -> list[Finding]:
        """Findings stored with an upload."""
        return self._ledger.findings(upload_id)

    def rule_results(self, upload_id: str) -> list[RuleResult]:
        """Rule results stored with an upload."""
        return self._ledger.rule_results(upload_id)

    def annotated(self, inspection: Inspection, data: bytes | Path) -> bytes:
        """The received file as a workbook with its findings marked. Raises FileRefused."""
        return annotated_in_child(data, inspection, self._settings)

    def mappings(self) -> list[SourceMapping]:
        """Mappings that were confirmed, the oldest first."""
        return self._ledger.mappings()

    def import_mappings(self, text: str, *, by: str) -> int:
        """Keep the mappings of a file that ``mappings.to_json`` wrote; how many are new.

        Raises StoreError for a malformed file; then none is kept.
        """
        _require_post(by)
        found = mappings.from_json(text)
        return self._ledger.remember(found, by=by, at=self._clock())

    def forget_mapping(self, fingerprint: str, *, by: str) -> None:
        """Stop applying a mapping. Raises StoreError when there is none."""
        _require_post(by)
        self._ledger.forget(fingerprint, by=by, at=self._clock())

    def state(self, made: Iterable[LinkDecision | Explanation], *, by: str) -> int:
        """Keep what somebody stated, for the next build; how many.

        Raises StoreError, also for a text with personal numbers; then nothing is kept.
        """
        _require_post(by)
        kept = without_personal_numbers(made)
        return self._ledger.state(kept, by=by.strip(), at=self._clock())

    def decide(
        self, made: Iterable[LinkDecision], *, by: str
    ) -> dict[LinkDecision, SignedLink | None]:
        """Keep decisions on links that nobody forestalled (statements.in_the_way); the others.

        Raises as ``state`` does.
        """
        _require_post(by)
        kept = without_personal_numbers(made)
        return self._ledger.decide(kept, by=by.strip(), at=self._clock())

    def signed_links(self) -> tuple[SignedLink, ...]:
        """The newest decision of every link, the oldest first, those taken back included."""
        return self._ledger.signed_links()

    def statements(self) -> Statements:
        """Link decisions and explanations that count now."""
        return self._ledger.statements()

    def _today(self) -> date:
        return self._clock().date()

    def _completed(self, inspection: Inspection, data: bytes | Path) -> Inspection:
        """Add what depends on the inspection itself: earlier acceptance, the original."""
        earlier = self._ledger.active_with_key(_idempotency_key(inspection))
        return dataclasses.replace(
            inspection,
            already_accepted=earlier.upload_id if earlier else None,
            original=data if inspection.keeps_original else None,
        )

    def _accept(self, inspection: Inspection, by: str) -> Receipt:
        now = self._clock()
        key = _idempotency_key(inspection)
        earlier = self._ledger.active_with_key(key)
        if earlier is not None:
            return Receipt(upload_id=earlier.upload_id, rows=earlier.row_count, already=True)
        upload_id = f"U{now:%Y%m%d}-{uuid.uuid4().hex[:10]}"
        if inspection.original is not None:
            store.put_received(self._settings, inspection.sha256, inspection.original)
        digest = store.put_accepted(self._settings, upload_id, inspection.staged.path)
        new = NewUpload(
            upload_id=upload_id,
            idempotency_key=key,
            dataset=inspection.dataset,
            file_name=inspection.file_name,
            sha256=inspection.sha256,
            digest=digest,
            row_count=inspection.good_count,
            held_back=inspection.held_back,
            original_kept=inspection.original is not None,
            replaces=inspection.choices.replaces,
            accepted_by=by,
            accepted_at=now,
            findings=inspection.findings,
            rules=inspection.rules,
            mappings=inspection.confirmed,
        )
        if not self._ledger.record(new):
            raise StoreError("同一个文件正由别人入库，没有重复保存。请刷新页面查看")
        return Receipt(upload_id=upload_id, rows=inspection.good_count, already=False)

    def _names(self) -> Names:
        """KPIs of the published mart and of the reference dictionary, units of the mart."""
        kpis = dict(kpi_measures(self._settings))
        try:
            mart = queries.open_mart(self._settings)
        except NoMart:
            return Names(kpis=kpis)
        try:
            units = frozenset(queries.run(mart, "unit_spellings")["spelling"])
            known = queries.run(mart, "kpi_spellings")
        finally:
            mart.close()
        kpis |= dict(zip(known["spelling"], known["unit_of_measure"].fillna(""), strict=True))
        return Names(kpis=kpis, units=units)


def _refusal(seen: Preview) -> str | None:
    reading = seen.reading
    if reading.missing:
        needed = "、".join(f"“{each}”" for each in reading.missing)
        return f"没有找到必需的列：{needed}。请在“映射”里指定是哪一列，或在原表补上后再上传"
    if reading.row_count == 0:
        return "表头下面没有数据行。请确认导出的内容后再上传"
    if seen.good_count == 0:
        return (
            f"{reading.row_count} 行都有必须改的问题，没有一行可以入库。请按下面的说明改好后再上传"
        )
    return None


def _require_post(by: str) -> None:
    if not by.strip():
        raise StoreError("没有填写岗位。请填写岗位（如“经营部分析员”）后再操作")


def _staged_digest(inspection: Inspection) -> str | None:
    try:
        return store.digest_of(inspection.staged.path)
    except (OSError, pa.ArrowInvalid):
        return None


def _idempotency_key(inspection: Inspection) -> str:
    """Hash of the file, how it was read, and the rows that came of it."""
    mapping = [(each.table, each.index, each.field) for each in inspection.columns if each.field]
    parts = [inspection.sha256, inspection.dataset, mapping, inspection.digest]
    parts.append(inspection.choices.replaces)
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
