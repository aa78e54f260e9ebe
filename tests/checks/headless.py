# SPDX-License-Identifier: GPL-3.0-or-later
"""A page in a real browser: chromium without a window, spoken to over pipes by its debugging protocol."""
import base64
import json
import os
import shutil
import subprocess
import tempfile
import time

# no sandbox, since tests may run as root; nothing of it goes to the network
SWITCHES = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--hide-scrollbars", "--remote-debugging-pipe"]
PATIENCE = 60  # seconds for one answer


class Browser:
    """One tab. Keeps what the page logs and what it asks for."""

    def __init__(self):
        self.profile = tempfile.mkdtemp(prefix="pbrcalc-chromium-")
        told, self.tell = os.pipe()  # the browser reads commands from 3 and writes answers to 4
        self.hear, heard = os.pipe()

        def place():
            kept = os.dup(told), os.dup(heard)
            os.dup2(kept[0], 3)
            os.dup2(kept[1], 4)
            for end in kept:
                if end > 4:
                    os.close(end)

        self.process = subprocess.Popen(
            ["chromium", *SWITCHES, f"--user-data-dir={self.profile}", "about:blank"],
            preexec_fn=place, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(told)
        os.close(heard)
        self.buffer, self.number, self.session = b"", 0, None
        self.logged, self.asked, self.loaded = [], [], False
        target = next(t for t in self.call("Target.getTargets")["targetInfos"] if t["type"] == "page")
        self.session = self.call("Target.attachToTarget", targetId=target["targetId"],
                                 flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime", "Audits"):
            self.call(domain + ".enable")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        os.close(self.tell)
        os.close(self.hear)
        shutil.rmtree(self.profile, ignore_errors=True)

    def event(self, message):
        method, parameters = message.get("method"), message.get("params", {})
        if method == "Log.entryAdded":
            self.logged.append(parameters["entry"]["text"])
        elif method in ("Runtime.exceptionThrown", "Audits.issueAdded"):
            self.logged.append(json.dumps(parameters))
        elif method == "Runtime.consoleAPICalled":
            self.logged.append("console." + parameters["type"])
        elif method == "Network.requestWillBeSent":
            self.asked.append(parameters["request"]["url"])
        elif method == "Page.loadEventFired":
            self.loaded = True

    def message(self):
        limit = time.monotonic() + PATIENCE
        while b"\0" not in self.buffer:
            part = os.read(self.hear, 1 << 20)
            if not part or time.monotonic() > limit:
                raise RuntimeError("chromium went away")
            self.buffer += part
        text, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(text)

    def call(self, method, **parameters):
        self.number += 1
        command = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            command["sessionId"] = self.session
        os.write(self.tell, json.dumps(command).encode() + b"\0")
        while True:
            message = self.message()
            if message.get("id") != self.number:
                self.event(message)
            elif "error" in message:
                raise RuntimeError(f"{method}: {message['error']}")
            else:
                return message["result"]

    def screen(self, width, height=900, dark=False, medium=""):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=width < 600)
        self.call("Emulation.setEmulatedMedia", media=medium, features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def open(self, path):
        self.logged, self.asked, self.loaded = [], [], False
        self.call("Page.navigate", url=path.resolve().as_uri())
        while not self.loaded:
            self.event(self.message())

    def run(self, script):
        """The value of an expression, as JSON has it."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(json.dumps(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def picture(self, path):
        """The whole page, however long."""
        data = self.call("Page.captureScreenshot", captureBeyondViewport=True)["data"]
        path.write_bytes(base64.b64decode(data))
