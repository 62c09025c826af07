"""What stands around the pages, on a real server process."""

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator

import pytest
from streamlit import config

from dashboard.server import headers, origin, pages, translation
from dashboard.server.errors import message_for
from pipelines.errors import StoreError
from pipelines.settings import MIB, ROOT, Settings

OPEN_WEBSOCKET = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
}


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def _ask(
    port: int, path: str, method: str = "GET", **sent: str
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, headers={k.replace("_", "-"): v for k, v in sent.items()})
        answer = connection.getresponse()
        body = b"" if answer.status == 101 else answer.read()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, body
    finally:
        connection.close()


def _wait_for(port: int, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            _ask(port, "/ready")
        except OSError:
            time.sleep(0.2)
        else:
            return
    pytest.fail("the server did not start")


@pytest.fixture(scope="module")
def port(tmp_path_factory) -> Iterator[int]:
    """The address of a server as ``make run`` starts it, on an empty store."""
    number = _free_port()
    store = tmp_path_factory.mktemp("served") / "store"
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "dashboard/app.py"],
        cwd=ROOT,
        env={**os.environ, "TONGPIN_STORE": str(store), "STREAMLIT_SERVER_PORT": str(number)},
    )
    try:
        _wait_for(number, process)
        yield number
    finally:
        process.terminate()
        process.wait(timeout=20)


def test_ready_names_its_parts_and_is_503_until_all_are(port):
    """Without a build there is nothing to show, so the service is not ready and says which part."""
    status, _, body = _ask(port, "/ready")
    found = json.loads(body)
    assert status == 503
    assert {"ready", "parts"} == set(found)
    assert {k: found["parts"][k] for k in ("ledger", "mart")} == {"ledger": True, "mart": False}
    assert not found["ready"]


@pytest.mark.parametrize("path", ["/", "/ready", "/upload", "/nosuch", "/_stcore/health"])
def test_every_answer_carries_the_security_headers(port, path):
    """Refusals and errors too: a header that is missing once is missing."""
    _, found, _ = _ask(port, path)
    assert {name: found[name.lower()] for name in headers.HEADERS} == headers.HEADERS


def test_the_policy_lets_nothing_in_from_outside():
    """Scripts only from this server and without eval; no address of another host anywhere."""
    assert headers.POLICY["script-src"] == "'self'"
    assert headers.POLICY["default-src"] == "'none'"
    assert headers.POLICY["frame-ancestors"] == "'none'"
    assert not re.search(r"https?:|\*", headers.HEADERS["Content-Security-Policy"])


@pytest.mark.parametrize(
    "sent",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:1"},
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example"},
        {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "no-cors"},
    ],
)
def test_foreign_requests_are_refused_at_once(port, sent):
    """Another site, another port of this machine or a rebound name gets 403 within half a second,
    over http and as a websocket handshake.
    """
    started = time.monotonic()
    assert _ask(port, "/", **sent)[0] == 403
    assert _ask(port, "/_stcore/stream", **OPEN_WEBSOCKET, **sent)[0] == 403
    assert time.monotonic() - started < 0.5


def test_the_own_page_may_open_a_websocket(port):
    """The check must not lock out the page that the server itself sent."""
    own = f"http://127.0.0.1:{port}"
    assert _ask(port, "/_stcore/stream", Origin=own, **OPEN_WEBSOCKET)[0] == 101


def test_a_link_from_another_site_may_lead_here():
    """Following a link is navigation and carries no Origin."""
    sent = {"host": "localhost:8501", "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    assert origin.is_allowed(sent, origin.LOOPBACK)


def test_configured_hosts_are_let_in(monkeypatch):
    """A site name is added by the environment, in any case, with any port."""
    monkeypatch.setenv("TONGPIN_ALLOWED_HOSTS", " Party.Example.CN , second.example")
    hosts = origin.allowed_hosts()
    sent = {"host": "party.example.cn:443", "origin": "https://party.example.cn:443"}
    assert origin.is_allowed(sent, hosts)
    assert not origin.is_allowed({**sent, "origin": "https://party.example.cn.evil"}, hosts)


def test_a_malformed_host_is_refused():
    """What cannot be read as a host is not ours."""
    assert not origin.is_allowed({"host": "[::1"}, origin.LOOPBACK)
    assert not origin.is_allowed({}, origin.LOOPBACK)


def test_an_address_that_is_no_page_is_a_plain_404_in_chinese(port):
    """Streamlit would start a session and show an English dialog."""
    status, _, body = _ask(port, "/nosuch")
    assert status == 404
    assert "没有这个页面" in body.decode()


def test_the_name_of_the_first_page_leads_to_it_with_its_filters(port):
    """Deep links keep their filters."""
    first = pages.entries()[0].page.url_path
    status, found, _ = _ask(port, f"/{first}?month=2026-03")
    assert (status, found["location"]) == (307, "/?month=2026-03")


def test_the_shell_is_chinese_and_holds_no_inline_script():
    """The strict policy forbids inline scripts, and a reader without JavaScript reads Chinese."""
    text = pages.shell()
    assert '<html lang="zh-CN">' in text
    assert "<title>同频</title>" in text
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", text)
    assert "agent" not in text
    assert "JavaScript to run" not in text


def test_streamlit_words_are_served_in_chinese(port):
    """The script with the words of the file uploader says them in Chinese."""
    name = translation.script_of(
        next(each for each in translation.phrases() if each.script == "FileUploader")
    ).name
    status, found, body = _ask(port, f"/static/js/{name}")
    assert status == 200
    assert found["content-type"].startswith("text/javascript")
    assert "`选择文件`" in body.decode()
    assert "`Upload`" not in body.decode()


@pytest.mark.parametrize("phrase", translation.phrases(), ids=lambda each: each.english[:40])
def test_every_phrase_is_found_in_the_pinned_version(phrase):
    """After an upgrade of Streamlit this says which words have to be looked up again."""
    text = translation.script_of(phrase).read_text(encoding="utf-8")
    assert phrase.english in text
    assert phrase.english.count("`") % 2 == phrase.chinese.count("`") % 2


def test_metrics_are_not_opened_to_other_sites(port):
    """The route is Streamlit's own; nothing lets a foreign page read it."""
    _, found, _ = _ask(port, "/_stcore/metrics")
    assert "access-control-allow-origin" not in found


def test_the_agent_api_is_closed(port):
    """A second way in that no page knows about stays shut."""
    assert _ask(port, "/_stcore/agent/interact", method="POST")[0] == 403


PROMISED = {
    "server.address": "127.0.0.1",
    "server.headless": True,
    "server.fileWatcherType": "none",
    "server.enableXsrfProtection": True,
    "server.enableStaticServing": False,
    "server.enableAgentApi": False,
    "runner.postScriptGC": False,
    "runner.magicEnabled": False,
    "client.showErrorDetails": "none",
    "client.toolbarMode": "minimal",
    "client.disableDataExport": True,
    "browser.gatherUsageStats": False,
}


def _configured() -> dict[str, object]:
    text = (ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    sections = tomllib.loads(text)
    return {
        f"{name}.{key}": value for name, part in sections.items() for key, value in part.items()
    }


def test_the_settings_keep_their_promises():
    """Speed, silence and no leaks depend on these lines."""
    found = _configured()
    assert {name: found.get(name) for name in PROMISED} == PROMISED
    assert found["server.maxUploadSize"] * MIB == Settings().max_file_bytes


def test_every_setting_exists_in_the_pinned_version():
    """A setting that was renamed would be ignored without a word."""
    assert [name for name in _configured() if name not in config._config_options_template] == []


def test_no_setting_names_an_address():
    """Fonts and everything else come from the machine itself."""
    assert not [value for value in _configured().values() if "://" in str(value)]


def test_an_unexpected_error_is_a_number_to_the_reader_and_a_traceback_to_the_log(caplog):
    """The reader learns nothing about the inside; the log can be searched for the number."""
    try:
        raise ValueError("/secret/path and a value")
    except ValueError as error:
        shown = message_for(error)
    number = re.search(r"错误编号 ([0-9a-f]{8})", shown).group(1)
    assert "secret" not in shown
    assert number in caplog.text
    assert "/secret/path and a value" in caplog.text


def test_an_application_error_is_its_own_message(caplog):
    """What can be told is told, and is no matter for the log."""
    assert message_for(StoreError("没有空间了")) == "没有空间了"
    assert caplog.text == ""
