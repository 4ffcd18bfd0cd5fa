"""The web server as it runs in the pod: what web-configure makes of the shipped templates, served by a real nginx."""

import os
import pathlib
import shutil
import socket
import subprocess
import time

import pytest

WEB = pathlib.Path(__file__).resolve().parent.parent
DEPLOY = WEB.parent.parent
SITE = DEPLOY / "overlays/production"


def values(**changes):
    """The environment of the init container: the production site's values."""
    found = {}
    for file in ("site/site.env", "web/web.env"):
        found.update(line.split("=", 1) for line in (SITE / file).read_text().splitlines() if "=" in line and line[0] != "#")
    return {**found, **changes}


def configure(folder, **changes):
    """Runs web-configure on the components' own files, laid out as the volumes lay them."""
    templates = folder / "templates"
    (templates / "mta-sts").mkdir(parents=True)
    (templates / "clients").mkdir()
    for path in [*(DEPLOY / "components/mta-sts/policies").glob("*.txt"), DEPLOY / "components/mta-sts/mta-sts.conf"]:
        shutil.copy(path, templates / "mta-sts")
    for path in [*(DEPLOY / "components/clients/templates").iterdir(), DEPLOY / "components/clients/clients.conf"]:
        shutil.copy(path, templates / "clients")
    tools = folder / "bin"
    tools.mkdir()
    shutil.copy(DEPLOY / "images/base/render", tools / "mail-render")
    environment = {"PATH": f"{tools}:{os.environ['PATH']}", **values(**changes)}
    return subprocess.run(["sh", str(WEB / "configure"), str(templates), str(folder / "out")], env=environment,
                          capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The port of a running server."""
    nginx = shutil.which("nginx")
    if not nginx:
        pytest.skip("nginx is not here")
    folder = tmp_path_factory.mktemp("web")
    answer = configure(folder)
    assert answer.returncode == 0, answer.stderr
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    out = folder / "out"
    for file in out.glob("conf/*.conf"):
        file.write_text(file.read_text().replace("/srv/web", str(out)).replace("listen 8080", f"listen 127.0.0.1:{port}"))
    # Only places and the port differ from the image.
    config = folder / "nginx.conf"
    config.write_text((WEB / "nginx.conf").read_text().replace("/tmp/", f"{folder}/").replace("/srv/web", str(out)).replace("listen 8080", f"listen 127.0.0.1:{port}"))
    folder.chmod(0o755)
    command = [nginx, "-e", "stderr", "-p", str(folder), "-c", str(config)]
    if os.getuid() == 0:
        config.write_text("user root;\n" + config.read_text())
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            assert process.poll() is None, process.stderr.read()
            time.sleep(0.1)
    yield port
    process.terminate()
    process.wait(timeout=20)
