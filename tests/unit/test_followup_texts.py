"""同样问题又出现: which texts are one matter, on pairs written for the purpose."""

from pipelines.followup_texts import WORDS, plain, words
from pipelines.settings import ROOT

# Pairs as ledgers have them: the earlier text and the one that came after 销号.
SAME = {
    "改了编号、日期、数量": (
        ("1、安全检查台账不完整", "3．安全检查台账不完整"),
        ("（一）支部会议记录缺少签到表", "（四）支部会议记录缺少签到表"),
        ("第2项 危化品库房通风不良", "第7项 危化品库房通风不良"),
        ("2026年一季度能耗指标未达标", "2026年二季度能耗指标未达标"),
        ("3月份应收账款超期未清理", "6月份应收账款超期未清理"),
        ("发现12处消防通道堆放杂物", "发现5处消防通道堆放杂物"),
        ("8名特种作业人员证书过期未复审", "3名特种作业人员证书过期未复审"),
        ("2025年度绩效考核结果未公示", "2026年度绩效考核结果未公示"),
        ("设备完好率低于95%，备件储备不足", "设备完好率低于93%，备件储备不足"),
        ("截至6月底仍有3项合同未归档", "截至9月底仍有2项合同未归档"),
    ),
    "改了一个词": (
        ("消防设施维护不到位", "消防设施保养不到位"),
        ("巡检记录不完整", "巡检记录不全"),
        ("隐患整改不及时", "隐患整改未及时"),
        ("安全责任未落实到岗位", "安全责任没有落实到岗位"),
        ("现场检查频次不足", "现场巡查频次不足"),
        ("操作规程未及时修订", "操作规程未及时更新"),
        ("配电室标识牌缺失", "配电室警示牌缺失"),
        ("员工培训流于形式", "职工培训流于形式"),
        ("客户投诉处理不及时", "用户投诉处理不及时"),
        ("采购审批手续不齐", "采购审批程序不齐"),
        ("物资盘点不规范，账实不符", "物资盘点欠规范，账实不符"),
        ("二级单位月度例会质量不高", "二级单位月度会议质量不高"),
        ("中心机房温湿度超标", "中心机房温湿度异常"),
        ("党员活动室管理不到位，资料摆放杂乱", "党员活动室管理不到位，资料摆放混乱"),
    ),
    "加减虚词": (
        ("供水管网漏损率偏高", "供水管网漏损率仍然偏高"),
        ("部分站点视频监控离线", "个别站点视频监控离线"),
        ("存在超范围经营的问题", "仍存在超范围经营问题"),
        ("外包单位安全交底不够具体", "外包单位的安全交底较不具体"),
        ("项目进度滞后", "今年以来项目进度仍滞后"),
    ),
    "换了说法": (
        ("会议只传达文件，没有结合实际讨论", "开会念文件多，联系实际少"),
        ("库存积压，周转慢", "周转天数上升，积压物资没有处置"),
        ("值班人员脱岗", "夜间岗位无人在岗"),
    ),
}
OTHER = {
    "同一句式，换了对象": (
        ("安全生产责任未落实到岗位", "质量提升责任未落实到岗位"),
        ("消防设施维护不到位", "电气设施维护不到位"),
        ("节能降耗进度滞后于年度计划", "设备改造进度滞后于年度计划"),
        ("采购合同未归档", "劳务合同未归档"),
        ("会议记录不完整", "巡检记录不完整"),
        ("客户投诉处理不及时", "设备故障处理不及时"),
        ("锅炉操作规程未修订", "行车操作规程未修订"),
        ("应收账款清理缓慢", "预付账款清理缓慢"),
        ("党员发展程序不规范", "党费收缴程序不规范"),
        ("供水水质检测频次不足", "排水水质检测频次不足"),
        ("特种设备未按期检验", "计量器具未按期检验"),
        ("夏季防汛物资储备不足", "冬季防冻物资储备不足"),
    ),
    "同一对象，换了问题": (
        ("消防设施维护不到位", "消防设施数量不足"),
        ("巡检记录不完整", "巡检路线不合理"),
        ("培训计划未完成", "培训效果未评估"),
        ("危化品库房通风不良", "危化品库房台账不清"),
        ("项目进度滞后", "项目成本超支"),
        ("值班制度未落实", "值班制度未修订"),
        ("合同审批时间过长", "合同审批越权"),
        ("物资盘点账实不符", "物资领用手续不全"),
    ),
    "同一问题，换了地点": (
        ("一号泵站围墙破损", "二号泵站围墙破损"),
        ("东厂区消防通道堆放杂物", "西厂区消防通道堆放杂物"),
        ("3号锅炉压力表超期", "5号锅炉压力表超期"),
        ("机修车间地面油污未清理", "动力车间地面油污未清理"),
        ("A区照明损坏", "B区照明损坏"),
    ),
}


PAGE = (ROOT / "docs" / "followups.md").read_text(encoding="utf-8")


def found(pairs) -> int:
    listed = words(WORDS)
    return sum(plain(one, listed) == plain(other, listed) for one, other in pairs)


def test_how_much_is_found_stands_on_the_page():
    """Of each kind as many as the page says; nothing that is another matter."""
    for kind, pairs in (SAME | OTHER).items():
        assert f"| {kind} | {len(pairs)} | {found(pairs)} |" in PAGE, (kind, found(pairs))
    right, wrong = (sum(map(found, each.values())) for each in (SAME, OTHER))
    total = sum(map(len, SAME.values()))
    assert f"查准 {right / (right + wrong):.0%}，查全 {right / total:.0%}" in PAGE


def test_without_the_list_only_numbers_and_marks_are_left_out():
    """The list is data: empty, 不全 is another word than 不完整; numbering and dates still go."""
    assert plain("巡检记录不全", words(WORDS)) == plain("巡检记录不完整", words(WORDS))
    assert plain("巡检记录不全", {}) != plain("巡检记录不完整", {})
    assert "巡检记录不全" == plain("（三）2026年3月 巡检记录不全！", {})


def test_what_nearly_nothing_is_left_of_is_compared_as_it_stands():
    """Two quantities and no word are two texts, not one."""
    assert "3项" == plain("3项", words(WORDS))
    assert plain("3项", words(WORDS)) != plain("5项", words(WORDS))
    assert "" == plain("——", words(WORDS))


def test_a_number_that_names_a_place_stays():
    """一号 and 3号 say which one; 3处 says how many."""
    assert "3号锅炉漏汽" == plain("3号锅炉漏汽3处", {})
