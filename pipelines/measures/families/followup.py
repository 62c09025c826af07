"""Measures of decisions, rectification and promises."""

from pipelines.domain.measures import Additivity, Measure

_FACTS = "model.followup_facts"
_AS_OF = "按到当月末的状态算，后来的台账又列为未结的不改以前的月份。"

MEASURES = (
    Measure(
        id="closure_rate",
        label="闭环率",
        definition="当月到期的督办整改事项中，在到期日当天或以前销号、到月末仍销号的比重，"
        f"{_AS_OF}",
        formula="按期销号的事项 ÷ 当月到期的事项",
        not_told="只看写明到期日的事项；时限写长期坚持、立行立改、持续整改的不在内。"
        "已销号而没有销号日期的判断不了，不计入。销号不等于问题已经解决。",
        unit="%",
        polarity=1,
        additivity=Additivity.RATIO,
        counted=("项", "项"),
        facts=_FACTS,
        numerator="is_in_time",
        denominator="1",
        where="event = 'due'",
    ),
    Measure(
        id="overdue_open_count",
        label="逾期未结项数",
        definition=f"月末已过到期日、还没有销号的督办整改事项，{_AS_OF}",
        formula="Σ 月末逾期未销号的事项",
        not_told="是月末的状态，各月不能相加；事项多的单位自然多，不作排名。"
        "台账只更新到上次提交，之后销号的还看不到。",
        unit="项",
        polarity=-1,
        additivity=Additivity.SUM,
        facts=_FACTS,
        numerator="1",
        where="event = 'overdue'",
    ),
    Measure(
        id="overdue_days_median",
        label="逾期天数（中位）",
        definition=f"月末逾期未结的事项，从到期日到月末的天数，取中位数，{_AS_OF}",
        formula="中位数（月末 − 到期日）",
        not_told="老事项销号后中位数会变小，并不说明余下的办得快；事项少时起伏很大。",
        unit="天",
        polarity=-1,
        additivity=Additivity.MEDIAN,
        facts=_FACTS,
        numerator="days_overdue",
        where="event = 'overdue'",
    ),
    Measure(
        id="closing_days_median",
        label="销号早晚天数（中位）",
        definition="当月销号的事项，从到期日到销号日的天数，取中位数。",
        formula="中位数（销号日期 − 到期日）",
        not_told="台账没有立项日期，算不出办理用了多少天；时限定得宽，天数自然早。",
        unit="天",
        polarity=0,
        additivity=Additivity.MEDIAN,
        sides=("提前", "当天", "晚"),
        facts=_FACTS,
        numerator="days_from_due",
        where="event = 'closed'",
    ),
    Measure(
        id="reopened_rate",
        label="重开占比",
        definition="当月销号的事项中，后来又返工的比重；台账写明返工，或先前的台账已销号、"
        "后来的又列为未结，都算返工。",
        formula="返工的事项 ÷ 当月销号的事项；返工后再次销号的，两次销号各计一次",
        not_told="是否返工空白、后来也没有列为未结的按没有返工计；返工记在销号的月份，要后来的台账才看得到，"
        "所以已过月份的这个比重会升高（其他督办指标不会），近几个月的偏低。",
        unit="%",
        polarity=-1,
        additivity=Additivity.RATIO,
        counted=("项", "项"),
        facts=_FACTS,
        numerator="was_reopened",
        denominator="1",
        where="event = 'closed'",
    ),
    Measure(
        id="recurring_rate",
        label="反复出现占比",
        definition="当月到期的事项中，同一单位同样的问题此前销过号的比重；编号、日期、数量、虚词"
        "和所列同义词不计。",
        formula="此前销过号的同样问题 ÷ 当月到期的事项",
        not_told="只比文字，换个说法就认不出来（见 docs/followups.md）；"
        "按月重复下达的例行事项也会算在内。",
        unit="%",
        polarity=-1,
        additivity=Additivity.RATIO,
        counted=("项", "项"),
        facts=_FACTS,
        numerator="is_recurring",
        denominator="1",
        where="event = 'due'",
    ),
)
