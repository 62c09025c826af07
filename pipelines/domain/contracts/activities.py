"""党建活动台账: one party-building activity per record, counts of people only."""

from pipelines.domain.dataset import Dataset
from pipelines.domain.fields import Field, Kind

DATASET = Dataset(
    name="activities",
    label="党建活动台账",
    grain=("record_id",),
    derived_key=("record_id", ("unit", "activity_type", "start_at", "title")),
    period_field="start_at",
    unit_field="unit",
    fields=(
        Field(name="record_id", label="表单编号", kind=Kind.CODE, aliases=("记录编号", "活动编号", "编号")),
        Field(name="unit", label="党组织", kind=Kind.UNIT, required=True, aliases=("申请人所在党支部", "所在党支部", "党支部", "组织名称", "参会组织名称", "单位", "单位名称")),
        Field(name="activity_type", label="活动类型", kind=Kind.VOCABULARY, required=True, vocabulary="activity_type", aliases=("会议类型", "类型", "活动类别")),
        Field(name="title", label="活动名称", kind=Kind.TEXT, required=True, aliases=("会议名称", "主题", "活动主题")),
        Field(name="keywords", label="关键词", kind=Kind.TEXT, aliases=("会议关键词",)),
        Field(name="agenda", label="议程", kind=Kind.TEXT, aliases=("会议提纲", "主要内容", "活动内容")),
        Field(name="result", label="活动结果", kind=Kind.TEXT, aliases=("会议结果", "成效")),
        Field(name="start_at", label="开始时间", kind=Kind.TIMESTAMP, required=True, aliases=("会议时间", "活动时间", "举办时间", "召开时间")),
        Field(name="end_at", label="结束时间", kind=Kind.TIMESTAMP),
        Field(name="place", label="地点", kind=Kind.TEXT, aliases=("会议地点", "活动地点")),
        Field(name="due_count", label="应到人数", kind=Kind.INTEGER, minimum=0, maximum=100000, aliases=("应到会人数", "应到")),
        Field(name="present_count", label="实到人数", kind=Kind.INTEGER, minimum=0, maximum=100000, aliases=("实到会人数", "实到", "参加人数")),
        Field(name="leave_count", label="缺席人数", kind=Kind.INTEGER, minimum=0, maximum=100000, aliases=("请假人数", "缺席")),
        Field(name="leave_reason", label="请假原因", kind=Kind.TEXT),
        Field(name="form", label="活动形式", kind=Kind.VOCABULARY, vocabulary="activity_form", aliases=("形式",)),
        Field(name="origin", label="动作来源", kind=Kind.VOCABULARY, vocabulary="activity_origin", aliases=("规定自选",)),
        Field(name="training_hours", label="培训学时", kind=Kind.NUMBER, minimum=0, maximum=200, aliases=("学时",)),
        Field(name="recorded_at", label="录入时间", kind=Kind.TIMESTAMP, aliases=("创建时间", "填报时间", "登记时间")),
        Field(name="secrecy", label="密级", kind=Kind.VOCABULARY, vocabulary="secrecy", aliases=("保密级别", "涉密等级")),
    ),
)
