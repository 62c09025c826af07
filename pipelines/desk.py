"""The intake desk: the one service that the upload page and the command line both use."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

import pyarrow as pa
import pyarrow.compute as pc

from pipelines import queries, store, transform
from pipelines.compare import accepted_rows, difference
from pipelines.domain.catalog import dataset as contract_of
from pipelines.domain.dataset import Dataset
from pipelines.domain.fields import Kind
from pipelines.domain.findings import Finding, Severity
from pipelines.errors import NoMart, StoreError
from pipelines.intake.findings import KPIS, UNITS, merged, placed, unknown
from pipelines.intake.inspection import ColumnMatch, Difference, Inspection, RuleResult
from pipelines.intake.parse import Parsed
from pipelines.intake.privacy import mask
from pipelines.intake.sandbox import parse_in_child
from pipelines.intake.schema import ROW, UPLOAD
from pipelines.ledger import Ledger, NewUpload, Upload
from pipelines.locks import locked
from pipelines.settings import Settings
from pipelines.transform import BuildReport, Progress
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

    def close(self) -> None:
        """Let go of the ledger."""
        self._ledger.close()

    def inspect(self, file_name: str, data: bytes, dataset: str | None = None) -> Inspection:
        """Read, check and compare a file; the store does not change.

        Raises FileRefused for a file that cannot be read, ValidatorUnavailable when the checks
        could not run.
        """
        file_name = readable_name(file_name)
        parsed = parse_in_child(data, dataset, self._settings)
        contract = contract_of(parsed.dataset)
        checked = self._validator.validate(parsed.dataset, parsed.table, today=self._today())
        findings = merged(parsed, checked.findings) + self._unknown_names(contract, parsed)
        good = _good_rows(parsed.table, findings)
        inspection = Inspection(
            file_name=file_name,
            sha256=hashlib.sha256(data).hexdigest(),
            size=len(data),
            encoding=parsed.encoding,
            delimiter=parsed.delimiter,
            dataset=parsed.dataset,
            dataset_label=contract.label,
            region=parsed.region,
            columns=parsed.columns,
            dropped_columns=parsed.dropped_columns,
            skipped=parsed.skipped,
            secret_rows=parsed.secret_rows,
            personal_rows=parsed.personal_rows,
            row_count=parsed.row_count,
            fully_read=parsed.fully_read,
            held_back=parsed.row_count - good.num_rows,
            table=good,
            digest=store.digest_of(good),
            findings=placed(findings, file_name, parsed.region.sheet),
            rules=checked.rules,
            difference=self._difference(contract, good),
            refusal=_refusal(parsed, good),
        )
        return self._completed(inspection, data)

    def accept(self, inspection: Inspection, *, by: str) -> Receipt:
        """Store exactly what was previewed. A second time for the same rows changes nothing.

        Raises StoreError when the file was refused, the preview changed, ``by`` is blank or the
        disk has no room; then nothing is accepted.
        """
        table = inspection.table
        if inspection.refusal is not None or table is None:
            raise StoreError(inspection.refusal or "没有可入库的行")
        if not by.strip():
            raise StoreError("没有填写入库人岗位。请填写岗位（如“经营部分析员”）后再确认")
        if store.digest_of(table) != inspection.digest:
            raise StoreError("要入库的内容与预览不一致，没有入库。请重新上传")
        store.require_space(self._settings, 2 * (inspection.size + table.nbytes))
        with locked(self._settings, "accept"):
            return self._accept(inspection, table, by.strip())

    def undo(self, upload_id: str, *, by: str) -> None:
        """Take an upload out of the next build; its rows stay in the store. Raises StoreError."""
        if not by.strip():
            raise StoreError("没有填写撤销人岗位。请填写岗位后再撤销")
        self._ledger.undo(upload_id, by=by.strip(), at=self._clock())

    def build(self, *, progress: Progress | None = None) -> BuildReport:
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

    def _today(self) -> date:
        return self._clock().date()

    def _completed(self, inspection: Inspection, data: bytes) -> Inspection:
        """Add what depends on the inspection itself: earlier acceptance, the original."""
        earlier = self._ledger.active_with_key(_idempotency_key(inspection))
        return dataclasses.replace(
            inspection,
            already_accepted=earlier.upload_id if earlier else None,
            original=data if inspection.keeps_original else None,
        )

    def _accept(self, inspection: Inspection, table: pa.Table, by: str) -> Receipt:
        now = self._clock()
        key = _idempotency_key(inspection)
        earlier = self._ledger.active_with_key(key)
        if earlier is not None:
            return Receipt(upload_id=earlier.upload_id, rows=earlier.row_count, already=True)
        upload_id = f"U{now:%Y%m%d}-{uuid.uuid4().hex[:10]}"
        if inspection.original is not None:
            store.put_received(self._settings, inspection.sha256, inspection.original)
        marked = table.append_column(UPLOAD, pa.array([upload_id] * table.num_rows, pa.string()))
        store.put_accepted(self._settings, upload_id, marked, store.digest_of(marked))
        new = NewUpload(
            upload_id=upload_id,
            idempotency_key=key,
            dataset=str(inspection.dataset),
            file_name=inspection.file_name,
            sha256=inspection.sha256,
            digest=store.digest_of(marked),
            row_count=table.num_rows,
            held_back=inspection.held_back,
            original_kept=inspection.original is not None,
            accepted_by=by,
            accepted_at=now,
            findings=inspection.findings,
            rules=inspection.rules,
        )
        if not self._ledger.record(new):
            raise StoreError("同一个文件正由别人入库，没有重复保存。请刷新页面查看")
        return Receipt(upload_id=upload_id, rows=table.num_rows, already=False)

    def _difference(self, contract: Dataset, good: pa.Table) -> Difference:
        accepted = accepted_rows(self._settings, contract, self._ledger.active())
        return difference(contract, good, accepted)

    def _unknown_names(self, contract: Dataset, parsed: Parsed) -> list[Finding]:
        """Warnings for units and KPIs that nobody has introduced yet; nothing before a roster."""
        try:
            mart = queries.open_mart(self._settings)
        except NoMart:
            return []
        try:
            units = set(queries.run(mart, "unit_spellings")["spelling"])
            kpis = set(queries.run(mart, "kpi_spellings")["spelling"])
        finally:
            mart.close()
        found: list[Finding] = []
        for each in contract.fields:
            if each.kind is Kind.UNIT and units:
                found += unknown(parsed, each.name, units, UNITS)
            if each.name in ("kpi", "verifying_kpi") and kpis:
                found += unknown(parsed, each.name, kpis, KPIS)
        return found


def readable_name(file_name: str) -> str:
    """A file name fit to be kept: a GBK name from a share made readable, numbers hidden."""
    raw = file_name.encode("utf-8", "surrogateescape")
    try:
        return mask(raw.decode("utf-8"))
    except UnicodeDecodeError:
        return mask(raw.decode("gb18030", "replace"))


def _good_rows(table: pa.Table, findings: list[Finding]) -> pa.Table:
    held = {each.row for each in findings if each.severity is Severity.CRITICAL}
    bad = pa.array(sorted(row for row in held if row is not None), pa.int64())
    return table.filter(pc.invert(pc.is_in(table[ROW], value_set=bad)))


def _refusal(parsed: Parsed, good: pa.Table) -> str | None:
    if parsed.row_count == 0:
        return "表头下面没有数据行。请确认导出的内容后再上传"
    if good.num_rows == 0:
        return (
            f"{parsed.row_count} 行都有必须改的问题，没有一行可以入库。请按下面的说明改好后再上传"
        )
    return None


def _idempotency_key(inspection: Inspection) -> str:
    """Hash of the file, how it was read, and the rows that came of it."""
    mapping = [(each.index, each.field) for each in _used(inspection.columns)]
    parts = [inspection.sha256, inspection.dataset, mapping, inspection.digest]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _used(columns: tuple[ColumnMatch, ...]) -> list[ColumnMatch]:
    return [each for each in columns if each.field]
