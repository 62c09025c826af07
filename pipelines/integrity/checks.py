"""What each check of the activity log looks for, and what its findings do not say."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.integrity.thresholds import Threshold, thresholds


@dataclass(frozen=True, kw_only=True)
class Check:
    """``definition`` and ``not_told`` are Chinese sentences; numbers are in the thresholds."""

    id: str
    label: str
    definition: str
    not_told: str

    @property
    def thresholds(self) -> tuple[Threshold, ...]:
        """Its rows of integrity.csv."""
        return tuple(each for each in thresholds() if each.check_id == self.id)


CHECKS = (
    Check(
        id="late_record",
        label="补录",
        definition="登记日比举办日晚得多。",
        not_told="登记晚不等于没有举办；没有登记时间的记录无法判断。",
    ),
    Check(
        id="misdated",
        label="倒签",
        definition="登记日早于所写的举办日。",
        not_told="可能是日期写错，也可能是提前建了记录；要问了才知道。",
    ),
    Check(
        id="burst",
        label="突击",
        definition="迎检前或月末几天内，本组织的活动明显多于自己平时的月份。",
        not_told="只和本组织自己平时比；同一时段内的活动都列出，其中也有照常举办的。",
    ),
    Check(
        id="near_duplicate",
        label="雷同",
        definition="同一党组织、同一类型的议程或结果，与此前某次只差数字或几个字。",
        not_told="例行活动可以沿用议程；只比较文字，不说明活动是否举办。",
    ),
    Check(
        id="merged_meeting",
        label="套开",
        definition="与所联系行政单位的会议同一地点、时间重叠。",
        not_told="行政会议台账没有人数和名单，是否同一批人要由单位说明；一并开会有时是允许的。",
    ),
    Check(
        id="counts",
        label="人数矛盾",
        definition="实到多于应到，或实到加请假多于应到，或人数为负。",
        not_told="列席、借调等人员可能另计；多数是填写口径不一。"
        "实到多于应到或为负的行上传时已暂扣，改正前不在这里。",
    ),
    Check(
        id="no_result",
        label="痕迹无结果",
        definition="形式为读文件或观影，活动结果一栏为空。",
        not_told="只说明没有写下结果，不说明没有结果。",
    ),
)
LABELS = {each.id: each.label for each in CHECKS}


def subject_of(check_id: str, record_id: str) -> str:
    """What a 说明 beside a finding is about."""
    return f"integrity:{check_id}:{record_id}"
