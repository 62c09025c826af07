"""Where the figures of a page come from and how old they are."""

from __future__ import annotations

import pandas as pd

from dashboard import data
from dashboard.format import count, moment_label, month_label


def as_of() -> str:
    """Time, uploads and version of the build on this page."""
    info = data.query("build_info").iloc[0]
    built = moment_label(pd.Timestamp(info["built_at"]))
    return f"{built} 更新，{count(info['upload_count'])} 个批次，版本 {info['build_id'][:8]}"


def analysis_source() -> str:
    """Datasets, span and version behind the analyses of units and months."""
    info = data.query("build_info").iloc[0]
    span = f"{month_label(info['first_month'])}—{month_label(info['last_month'])}"
    gaps = data.query(
        "bridge_gap_months", first_month=info["first_month"], last_month=info["last_month"]
    )
    told = f"，{len(gaps)} 个党组织的份额有月份合计不是 100%，见“数据质量”" if len(gaps) else ""
    return f"来源：业务指标月报、党建活动台账（按组织对照折到行政单位{told}），{span}；{as_of()}"
