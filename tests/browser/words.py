"""Which Latin words a person sees or is told: the built-in English of the parts must not show."""

from __future__ import annotations

import re

from playwright.sync_api import Page

# Text that is drawn, then what tooltips, empty fields and screen readers say. Icons are ligatures:
# their letters turn into a sign when the icon font is loaded, which is tested apart.
VISIBLE = """() => {
  const shown = element => {
    const box = element.getBoundingClientRect();
    return box.width > 2 && box.height > 2
      && element.checkVisibility({opacityProperty: true, visibilityProperty: true});
  };
  const skipped = '[data-testid=stIconMaterial], script, style, title, noscript';
  const said = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!parent.closest(skipped) && shown(parent)) said.push(walker.currentNode.textContent);
  }
  for (const name of ['placeholder', 'title', 'aria-label', 'alt']) {
    for (const element of document.body.querySelectorAll(`[${name}]`)) {
      if (!element.closest('.marks') && shown(element)) said.push(element.getAttribute(name));
    }
  }
  return said;
}"""
ICONS = """() => [...document.querySelectorAll('[data-testid=stIconMaterial]')]
  .map(icon => icon.getBoundingClientRect()).filter(box => box.width > 2 * box.height).length"""

ALLOWED = {
    "KPI": "指标的通用缩写，读者自己的文件里就这样写",
    "CSV": "文件格式的名称",
    "XLSX": "文件格式的名称",
    "PNG": "文件格式的名称",
    "Excel": "程序的名称",
    "WPS": "程序的名称",
    "UTF": "编码的名称",
    "BOM": "编码的名称",
    "GB": "国家标准代号",
    "SHA": "指纹算法的名称",
    "BH": "校正方法的名称",
    "GBK": "编码的名称",
    "JSON": "文件格式的名称",
    "KB": "大小的单位",
    "MB": "大小的单位",
}
_VERSION = re.compile(r"版本 [0-9a-f]{8}")
_FILE_NAME = re.compile(r"\.(csv|xlsx)\b")
_WORD = re.compile(r"[A-Za-z]{2,}")


def english(page: Page) -> list[str]:
    """Words of two Latin letters or more that nobody allowed, with the text they stand in."""
    found = []
    for text in page.evaluate(VISIBLE):
        own = _FILE_NAME.sub("", _VERSION.sub("", text))
        words = [word for word in _WORD.findall(own) if word not in ALLOWED]
        found += [f"{word} in {text.strip()[:80]}" for word in words]
    return found
