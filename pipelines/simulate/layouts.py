"""Which files the demo organisation hands in: name, encoding, headers, way of writing."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.simulate import spelling as s
from pipelines.simulate.surveys import COLUMNS as SURVEY_COLUMNS

GB, UTF8, BOM, XLSX = "gb18030", "utf-8", "utf-8-sig", "xlsx"


@dataclass(frozen=True, kw_only=True)
class Layout:
    """``columns``: (header as in the file, field of the contract, way of writing).

    ``encoding`` XLSX means a workbook. A ``file_name`` with {} is one file for each year.
    """

    file_name: str
    dataset: str
    encoding: str
    columns: tuple[tuple[str, str, s.Writer], ...]


SINGLE = (
    Layout(
        file_name="单位名册.csv",
        dataset="units",
        encoding=GB,
        columns=(
            ("组织代码", "unit_id", s.text),
            ("单位名称", "unit_name", s.text),
            ("简称", "aliases", s.text),
            ("上级代码", "parent_id", s.text),
            ("类别", "tree", s.tree),
            ("单位类型", "unit_kind", s.text),
            ("成立日期", "valid_from", s.date_chinese),
            ("应报数据", "expected_datasets", s.text),
        ),
    ),
    Layout(
        file_name="组织对照.csv",
        dataset="unit_bridge",
        encoding=UTF8,
        columns=(
            ("党支部代码", "party_unit_id", s.text),
            ("部门代码", "admin_unit_id", s.text),
            ("占比", "share", s.percent),
            ("生效日期", "valid_from", s.date_iso),
        ),
    ),
    Layout(
        file_name="指标库.xlsx",
        dataset="kpi_definitions",
        encoding=XLSX,
        columns=(
            ("指标代码", "kpi_id", s.text),
            ("指标名称", "name", s.text),
            ("指标别名", "aliases", s.text),
            ("计量单位", "unit_of_measure", s.text),
            ("指标方向", "direction", s.spelled),
            ("区间下限", "band_low", s.cell),
            ("区间上限", "band_high", s.cell),
            ("汇总方式", "aggregation", s.spelled),
            ("指标类别", "category", s.text),
            ("指标层级", "tier", s.spelled),
            ("权重", "weight", s.cell),
            ("权重依据", "weight_reason", s.text),
            ("显潜属性", "horizon", s.spelled),
            ("是否对照指标", "is_placebo", s.yes_no),
            ("启用日期", "valid_from", s.cell),
        ),
    ),
    Layout(
        file_name="督办整改台账.xlsx",
        dataset="actions",
        encoding=XLSX,
        columns=(
            ("事项编号", "action_id", s.text),
            ("问题来源", "source_kind", s.text),
            ("来源编号", "source_id", s.text),
            ("责任单位", "unit", s.full_name),
            ("问题描述", "text", s.text),
            ("责任岗位", "owner_post", s.text),
            ("整改措施", "measure", s.text),
            ("完成时限", "due_raw", s.text),
            ("进展状态", "status", s.spelled),
            ("办结日期", "closed_on", s.date_slash),
            ("核验岗位", "verified_by_post", s.text),
            ("是否返工", "reopened", s.yes_no),
        ),
    ),
    Layout(
        file_name="重点任务.xlsx",
        dataset="key_tasks",
        encoding=XLSX,
        columns=(
            ("任务编号", "task_id", s.text),
            ("任务名称", "name", s.text),
            ("牵头单位", "unit", s.full_name),
            ("支撑指标", "kpi", s.kpi_name),
            ("启动时间", "start_on", s.cell),
            ("完成期限", "due_on", s.cell),
            ("任务状态", "status", s.spelled),
        ),
    ),
    Layout(
        file_name="任务步骤.csv",
        dataset="task_steps",
        encoding=BOM,
        columns=(
            ("任务编号", "task_id", s.text),
            ("步骤", "step", s.text),
            ("业务或党建", "side", s.spelled),
            ("完成日期", "done_on", s.date_slash),
        ),
    ),
    Layout(
        file_name="大事记.csv",
        dataset="events",
        encoding=BOM,
        columns=(
            ("事件编号", "event_id", s.text),
            ("涉及单位", "unit", s.full_name),
            ("开始日期", "start_on", s.date_iso),
            ("结束日期", "end_on", s.date_iso),
            ("事件类型", "kind", s.text),
            ("事件名称", "label", s.text),
        ),
    ),
    Layout(
        file_name="队伍情况.csv",
        dataset="headcounts",
        encoding=GB,
        columns=(
            ("单位", "unit", s.text),
            ("统计月份", "month", s.month_chinese),
            ("党员人数", "members", s.number),
            ("职工人数", "staff", s.number),
            ("专职党务干部", "full_time_officers", s.number),
            ("兼职党务干部", "part_time_officers", s.number),
            ("集中培训学时", "training_hours", s.number),
            ("骨干发展为党员数", "backbone_to_member", s.number),
            ("党员成长为骨干数", "member_to_backbone", s.number),
            ("交叉任职人数", "cross_posted", s.number),
        ),
    ),
    Layout(
        file_name="行政会议台账.csv",
        dataset="admin_meetings",
        encoding=GB,
        columns=(
            ("会议编号", "record_id", s.text),
            ("组织单位", "unit", s.full_name),
            ("会议名称", "title", s.text),
            ("会议时间", "start_at", s.time_iso),
            ("结束时间", "end_at", s.time_iso),
            ("会议地点", "place", s.text),
        ),
    ),
    Layout(
        file_name="载体台账.csv",
        dataset="carriers",
        encoding=UTF8,
        columns=(
            ("载体编号", "carrier_id", s.text),
            ("载体类型", "kind", s.spelled),
            ("所属单位", "unit", s.full_name),
            ("载体名称", "name", s.text),
            ("对应指标", "kpi", s.kpi_name),
            ("启动时间", "start_on", s.date_iso),
            ("设立原因", "trigger", s.text),
            ("参加人数", "member_count", s.number),
        ),
    ),
    Layout(
        file_name="潜绩台账.csv",
        dataset="latent_claims",
        encoding=GB,
        columns=(
            ("承诺编号", "claim_id", s.text),
            ("责任单位", "unit", s.full_name),
            ("作用机制", "mechanism", s.text),
            ("验证指标", "verifying_kpi", s.kpi_name),
            ("预期变化", "expected_change", s.text),
            ("窗口起", "window_start", s.month_chinese),
            ("窗口止", "window_end", s.month_chinese),
            ("到期日", "due_on", s.date_iso),
            ("责任岗位", "owner_post", s.text),
        ),
    ),
    Layout(
        file_name="一表双考打分.csv",
        dataset="scores",
        encoding=BOM,
        columns=(
            ("单位名称", "unit", s.full_name),
            ("考核月份", "month", s.month_chinese),
            ("考核类别", "side", s.spelled),
            ("考核项目", "item", s.text),
            ("得分", "score", s.number),
            ("满分", "full_score", s.number),
            ("评价主体", "evaluator", s.text),
            ("层级", "tier", s.spelled),
        ),
    ),
    Layout(
        file_name="问卷汇总.csv",
        dataset="survey_counts",
        encoding=GB,
        columns=SURVEY_COLUMNS,
    ),
)

KPI_FILE = "业务指标月报_{}年.csv"
# Earlier years take turns; the last year is reported in more detail.
KPI_EARLIER = (
    Layout(
        file_name=KPI_FILE,
        dataset="kpi_values",
        encoding=BOM,
        columns=(
            ("单位名称", "unit", s.full_name),
            ("月份", "month", s.month_chinese),
            ("指标名称", "kpi", s.kpi_name),
            ("本月实际", "actual", s.grouped_number),
            ("本月目标", "target", s.grouped_number),
            ("备注", "note", s.text),
        ),
    ),
    Layout(
        file_name=KPI_FILE,
        dataset="kpi_values",
        encoding=GB,
        columns=(
            ("填报单位", "unit", s.short_name),
            ("报告期", "month", s.text),
            ("指标名称", "kpi", s.kpi_name),
            ("完成值", "actual", s.number),
            ("计划", "target", s.number),
            ("备注", "note", s.text),
        ),
    ),
)
KPI_LAST = Layout(
    file_name=KPI_FILE,
    dataset="kpi_values",
    encoding=BOM,
    columns=(
        ("单位名称", "unit", s.full_name),
        ("统计月份", "month", s.month_chinese),
        ("考核指标", "kpi", s.kpi_name),
        ("实际值", "actual", s.grouped_number),
        ("目标值", "target", s.grouped_number),
        ("本年累计", "ytd_actual", s.grouped_number),
        ("累计计划", "ytd_target", s.grouped_number),
        ("去年同期", "last_year", s.grouped_number),
        ("备注", "note", s.text),
        ("数据来源", "data_source", s.text),
    ),
)


def activity_layout(when: s.Writer) -> Layout:
    """The e-form's export, with its own way of writing times."""
    return Layout(
        file_name="党建活动台账_{}年.csv",
        dataset="activities",
        encoding=GB,
        columns=(
            ("表单编号", "record_id", s.text),
            ("所在党支部", "unit", s.full_name),
            ("会议类型", "activity_type", s.spelled),
            ("密级", "secrecy", s.text),
            ("会议时间", "start_at", when),
            ("结束时间", "end_at", when),
            ("会议地点", "place", s.text),
            ("应到会人数", "due_count", s.number),
            ("实到会人数", "present_count", s.number),
            ("缺席人数", "leave_count", s.number),
            ("请假原因", "leave_reason", s.text),
            ("会议关键词", "keywords", s.text),
            ("会议名称", "title", s.text),
            ("会议提纲", "agenda", s.text),
            ("活动形式", "form", s.spelled),
            ("动作来源", "origin", s.spelled),
            ("学时", "training_hours", s.number),
            ("会议结果", "result", s.text),
            ("创建时间", "recorded_at", when),
        ),
    )


ACTIVITY_EARLIER = (activity_layout(s.time_slash), activity_layout(s.time_iso))
ACTIVITY_LAST = activity_layout(s.time_iso)
