"""What the associations say, in words and as tables; pure."""

from __future__ import annotations

import pandas as pd

from dashboard.charts.lag_profile import lag_label
from dashboard.format import MISSING, count, interval_texts, probability, signed, span
from pipelines.analysis.evidence import (
    CLUE,
    CLUE_Q,
    DIRECTION,
    EXCLUDED,
    STATES,
    STRONG,
    THIN,
    UNCLEAR,
)

SIGN_MARKS = {"down": "（反向）", "band": "（区间）"}
CLAIMED = (STRONG, CLUE)
JUDGING = "判断还在算"
TOGETHER, AGAINST, NOTHING = "同向变化", "反向变化", "看不出差别"
CLEAR = (TOGETHER, AGAINST)
MEANINGS = {
    STRONG: "这是各单位各月记录里反复出现的变化，不等于因果。",
    CLUE: "值得继续观察，还不足以下判断。",
    DIRECTION: "两者一同变化，但分不清谁先谁后。",
    EXCLUDED: "即使有变化，也小到可以不计。",
    UNCLEAR: "这不等于没有关系，只是现有数据说不清。",
    THIN: "算不出来，不作判断。",
}

READING = (
    "先去掉各单位的固定水平、各月份的共同变化和各单位反应不同的共同因素，再看剩下的是否一同变化。"
    "“常见波动”（σ）是一个单位各月之间通常的上下幅度。标“反向”的指标越低越好，标“区间”的越靠近区间越好，"
    "都已折成“越大越好”：同向变化即指标变好。同向变化**不等于因果**。"
)


def kpi_labels(kpi_ids: pd.Series, kpis: pd.DataFrame) -> pd.Series:
    """Names of KPIs as they were signed; a placebo is marked, an unknown one keeps its code.

    Without the mark, 同向变化 beside 客户投诉件数 would read as more complaints.
    """
    placebo = kpis["is_placebo"].fillna(False).astype(bool)
    signs = kpis["direction"].map(SIGN_MARKS).fillna("").mask(placebo, "（对照）")
    names = kpis["kpi_name"] + signs
    return kpi_ids.map(dict(zip(kpis["kpi_id"], names, strict=True))).fillna(kpi_ids)


def count_sentence(pairs: pd.DataFrame) -> str:
    """How many pairs were tested and how many remain: the first thing to read."""
    tested = int((pairs["state"] != THIN).sum())
    if not tested:
        return "数据不足：没有一对指标和活动够得上计算"
    strong, clues = (int((pairs["state"] == state).sum()) for state in (STRONG, CLUE))
    return f"活动与指标 {tested} 对中，校正后 {strong} 对有较强证据、{clues} 对线索"


def thin_sentence(pairs: pd.DataFrame) -> str:
    """Why no pair could be computed, the most frequent reason first."""
    reasons = pairs["reason"].value_counts()
    return "；".join(f"{reason}（{count(each)} 对）" for reason, each in reasons.items()) + "。"


def counts_subtitle(pairs: pd.DataFrame) -> str:
    """The other states, and what was corrected for."""
    counts = pairs["state"].value_counts()
    others = [each for each in STATES if each not in (STRONG, CLUE) and each in counts]
    tested = int((pairs["state"] != THIN).sum())
    told = "、".join(f"{state} {counts[state]} 对" for state in others)
    if not tested:
        return f"{told}。"
    return f"{told}。每对从各个滞后窗口里选出一个，挑选和 {tested} 对的多重比较都已校正（q）。"


def window_words(first: float, last: float) -> str:
    """领先约 N 个月, in months that the activity comes before the KPI."""
    if pd.isna(first):
        return MISSING
    if last == 0:
        return "同月"
    if first == 0:
        return f"同月至领先约 {count(last)} 个月"
    return f"领先约 {span(count(first), count(last))} 个月"


def direction_word(low: float, high: float) -> str:
    """What an interval says."""
    if pd.isna(low):
        return THIN
    if low > 0:
        return TOGETHER
    return AGAINST if high < 0 else NOTHING


def claims(pairs: pd.DataFrame) -> pd.DataFrame:
    """The pairs at q ≤ 0.10, the clearest first."""
    return pairs[pairs["q"] <= CLUE_Q].sort_values(["q", "p", "kpi", "activity_type"])


def claims_table(pairs: pd.DataFrame) -> pd.DataFrame:
    """Pairs with window, size, evidence and reason under Chinese names."""
    return pd.DataFrame(
        {
            "活动类型": pairs["activity_type"],
            "指标": pairs["kpi_name"],
            "判断": pairs["state"],
            "先后": [
                window_words(*each)
                for each in zip(pairs["window_start"], pairs["window_end"], strict=True)
            ],
            "变动（常见波动 σ）": [signed(each) for each in pairs["effect"]],
            "95% 区间": interval_texts(pairs),
            "大小": pairs["size_word"].replace("", MISSING),
            "q": [probability(q) for q in pairs["q"]],
            "为什么": pairs["reason"],
        }
    )


def claim_note(pair: pd.Series) -> str:
    """Interval, q and reason of one pair, as they stand under its sentence."""
    (interval,) = interval_texts(pair.to_frame().T)
    numbers = f"95% 区间 {interval}，q = {probability(pair['q'])}".replace("= <", "< ")
    return f"{numbers}；{pair['reason']}"


def clearest_pair(pairs: pd.DataFrame) -> tuple[str, str]:
    """(activity type, KPI) with the smallest q, the first pair when nothing could be computed."""
    tested = pairs[pairs["q"].notna()].sort_values(["q", "p"])
    first = (tested if not tested.empty else pairs).iloc[0]
    return first["activity_type"], first["kpi"]


def is_claim(state: str) -> bool:
    """Whether something is claimed of a pair in this state; 方向不明 is no claim."""
    return state in CLAIMED


def cells_at(pairs: pd.DataFrame, lags: pd.DataFrame, lag: int) -> pd.DataFrame:
    """Every pair at one lag: r with its interval; what could not be computed stays NaN.

    ``state`` is what the cell alone says, ``pair_state`` what is known of the pair. ``is_told``:
    the pair is a claim, the lag is in its window and the interval of the cell leaves 0 out.
    """
    held = lags.loc[lags["lag"] == lag, ["kpi", "activity_type", "r", "r_low", "r_high", "n_obs"]]
    kept = pairs.drop(columns=["low", "high"], errors="ignore").rename(
        columns={"state": "pair_state"}
    )
    cells = kept.merge(held, on=["kpi", "activity_type"], how="left")
    cells = cells.rename(columns={"r_low": "low", "r_high": "high"})
    counts = ["n_obs", "n_units", "n_months"]
    cells[counts] = cells[counts].fillna(0).astype(int)
    words = [direction_word(*each) for each in zip(cells["low"], cells["high"], strict=True)]
    claimed = cells["pair_state"].isin(CLAIMED)
    inside = (cells["window_start"] <= lag) & (lag <= cells["window_end"])
    clear = pd.Series(words, index=cells.index).isin(CLEAR)
    return cells.assign(state=words, is_claim=claimed, is_told=claimed & inside & clear)


def unjudged(pairs: pd.DataFrame) -> pd.DataFrame:
    """``pairs [kpi, activity_type, n_units, n_months]`` for ``cells_at`` before any is judged."""
    return pairs.assign(state=JUDGING, window_start=float("nan"), window_end=float("nan"))


def lag_sentence(cells: pd.DataFrame, lag: int) -> str:
    """How many of the cells at one lag are told, and how many would be without correction."""
    known = cells[cells["r"].notna()]
    if (known["pair_state"] == JUDGING).all():
        return f"{lag_label(lag)}：先列出 {len(known)} 对的 r，判断还在算"
    told = int(known["is_told"].sum())
    others = int(known["state"].isin(CLEAR).sum()) - told
    more = f"，另有 {others} 格只是单看时区间不含 0，不作判断" if others else ""
    return f"{lag_label(lag)}：{len(known)} 对中 {told} 对有较强证据或线索{more}"


def counts_in_words(cells: pd.DataFrame) -> str:
    """n of the cells that have one: the same for all, or from – to."""
    known = cells[cells["r"].notna()]
    least, most = known["n_obs"].min(), known["n_obs"].max()
    return span(count(least), count(most))


def heatmap_table(cells: pd.DataFrame) -> pd.DataFrame:
    """The cells under Chinese names."""
    return pd.DataFrame(
        {
            "指标": cells["kpi_name"],
            "活动类型": cells["activity_type"],
            "r": [signed(r) for r in cells["r"]],
            "95% 区间": interval_texts(cells),
            "单位月": cells["n_obs"],
            "单位": cells["n_units"],
            "月份": cells["n_months"],
            "单看这一格": cells["state"],
            "这一对的判断": cells["pair_state"],
        }
    )


def pair_sentence(pair: pd.Series) -> str:
    """State, window and size of one pair; the reason only of one that nothing more is said of."""
    name = f"{pair['activity_type']}与{pair['kpi_name']}：{pair['state']}"
    if pair["state"] == THIN:
        return f"{name}（{pair['reason']}）"
    if pair["state"] not in (STRONG, CLUE, DIRECTION):
        return name
    where = window_words(pair["window_start"], pair["window_end"])
    word = TOGETHER if pair["effect"] > 0 else AGAINST
    size = signed(pair["effect"])
    return f"{name}，{where}{word} {size} 个常见波动（{pair['size_word']}）"


def reason_sentence(pair: pd.Series) -> str:
    """Why the state is what it is and what it means."""
    return f"{pair['state']}：{pair['reason']}。{MEANINGS[pair['state']]}"


def lead_sentence(pair: pd.Series) -> str:
    """The check with activity after the KPI."""
    p = pair["p_lead"]
    if pd.isna(p):
        return "对照：活动晚于指标的月份数据不足，先后方向无法判断。"
    if p >= 0.05:
        return "对照：活动晚于指标时看不出差别，没有相反先后的迹象；这还不能说明先后方向。"
    if pair["state"] == DIRECTION:
        return "对照：活动晚于指标时也同向变化，先后方向不明，不能只看领先的一侧。"
    return "对照：活动晚于指标的月份里也有变化，先后方向要谨慎看。"


def profile_table(profile: pd.DataFrame) -> pd.DataFrame:
    """The profile under Chinese names."""
    bands = profile[["band_low", "band_high"]].set_axis(["low", "high"], axis=1)
    return pd.DataFrame(
        {
            "先后": [lag_label(lag) for lag in profile["lag"]],
            "变动（常见波动 σ）": [signed(each) for each in profile["effect"]],
            "95% 区间": interval_texts(profile),
            "联合 95% 区间": interval_texts(bands),
            "r": [signed(r) for r in profile["r"]],
            "单位月": profile["n_obs"],
            "单位": profile["n_units"],
            "月份": profile["n_months"],
        }
    )


def late_table(with_late: pd.Series, without_late: pd.Series) -> pd.DataFrame:
    """One pair computed with and without 补录."""
    rows = pd.DataFrame([with_late, without_late]).reset_index(drop=True)
    table = claims_table(rows).drop(columns=["活动类型", "指标"])
    table.insert(0, "口径", ["含补录", "不含补录"])
    return table
