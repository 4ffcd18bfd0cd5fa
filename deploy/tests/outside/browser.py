"""A real browser out there: Debian's Chromium without a screen, that trusts the lab's authority and nobody else's."""

import contextlib
import re
import subprocess
import tempfile
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from . import lab


def trust(home):
    """The authorities into the store Chromium reads on Linux."""
    store = home / ".pki/nssdb"
    store.mkdir(parents=True)
    subprocess.run(["certutil", "-d", f"sql:{store}", "-N", "--empty-password"], check=True, timeout=30)
    found = re.findall(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----\n", lab.AUTHORITIES.read_text(), re.DOTALL)
    for number, certificate in enumerate(found):
        subprocess.run(["certutil", "-d", f"sql:{store}", "-A", "-t", "C,,", "-n", f"lab {number}", "-a"],
                       input=certificate, text=True, check=True, timeout=30)


@contextlib.contextmanager
def opened():
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        home = Path(place)
        trust(home)
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        # --no-sandbox: the tests are root, and the only page there is is our own.
        for switch in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--window-size=1280,900", "--lang=en",
                       "--disable-background-networking", "--disable-component-update", "--no-first-run", f"--user-data-dir={home}/profile"):
            options.add_argument(switch)
        service = Service("/usr/bin/chromedriver", env={"HOME": place, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"})
        driver = webdriver.Chrome(service=service, options=options)
        try:
            driver.set_page_load_timeout(60)
            yield driver
        finally:
            driver.quit()
