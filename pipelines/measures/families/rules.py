"""Measures of the rules of organisation life and of reporting."""

from pipelines.domain.measures import Additivity, Measure

_RULES = "model.rule_facts"
_REPORTS = "model.reporting_facts"

MEASURES = (
    Measure(
        id="rule_met_rate",
        label="规定动作达标率",
        definition="本月到期的规定动作（按月、季度、年）中，次数达到规则要求的比重，按支部逐条计。",
        formula="达标的支部×规则 ÷ 本月到期的支部×规则",
        not_told=(
            "只看台账里的次数，不看质量；没报台账与没有开展分不开；整个台账里从未出现的类型不评；"
            "“一般”类规则有说明的另列，不算达标也不算违规。只有党组织一侧，不折到行政单位。"
        ),
        unit="%",
        polarity=1,
        additivity=Additivity.RATIO,
        counted=("条", "条"),
        facts=_RULES,
        numerator="is_met",
        denominator="1",
    ),
    Measure(
        id="rule_explained_rate",
        label="规定动作有说明占比",
        definition="本月到期的规定动作中，没有达到次数、规则写明“一般”且单位已写说明的比重。",
        formula="有说明的支部×规则 ÷ 本月到期的支部×规则",
        not_told="说明是否成立由人判断，本数只计有没有。",
        unit="%",
        polarity=0,
        additivity=Additivity.RATIO,
        counted=("条", "条"),
        facts=_RULES,
        numerator="is_explained",
        denominator="1",
    ),
    Measure(
        id="report_complete_rate",
        label="报送完整率",
        definition="本月应报的数据中已收到的比重，按单位、数据表逐份计，不论早晚。",
        formula="已收到的份数 ÷ 应报且已到期的份数",
        not_told="名册没写“应报数据”的单位，应报由最近六个月报过什么推断；不看内容是否齐全。",
        unit="%",
        polarity=1,
        additivity=Additivity.RATIO,
        counted=("份", "份"),
        facts=_REPORTS,
        numerator="is_received",
        denominator="1",
    ),
    Measure(
        id="report_on_time_rate",
        label="报送及时率",
        definition="本月收到的数据中在期限内收到的比重；一天补传多个历史月份的不评时效，不在内。",
        formula="按时的份数 ÷（按时 + 迟报）的份数",
        not_told=(
            "没有报来的不在内，看报送完整率。"
            "时间是文件入库的时间，不是单位交出的时间；先交后由他人入库的会显得晚。"
        ),
        unit="%",
        polarity=1,
        additivity=Additivity.RATIO,
        counted=("份", "份"),
        facts=_REPORTS,
        numerator="is_on_time",
        denominator="1",
        where="state in ('按时', '迟报')",
    ),
)
