"""PostgreSQL's own programs, as argument lists and in bounded time: a dump, what is in it, and a server for it alone."""

import contextlib
import os
import re
import subprocess
import threading

COPY = re.compile(rb'COPY (?:public\.)?"?([A-Za-z0-9_]+)"? \(.*\) FROM stdin;\n')
END_OF_ROWS = b"\\.\n"
NAME = "restored"


class PostgresError(Exception):
    """A program ended otherwise than it should."""


def program(words, timeout, **environment):
    """Runs it and returns its standard output."""
    try:
        answer = subprocess.run(words, capture_output=True, text=True, errors="replace", stdin=subprocess.DEVNULL,
                                env={**os.environ, **environment}, timeout=timeout, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PostgresError(f"{words[0]}: {error}") from error
    if answer.returncode:
        raise PostgresError(f"{words[0]} ended with status {answer.returncode}: {answer.stderr.strip()[-500:]}")
    return answer.stdout


def dump(path, password, without, timeout):
    """All of the database that libpq's own variables name, as of one moment; of tables `without` rows the bare table.
    Not compressed: so restic finds what is the same as the night before, and compresses it itself."""
    words = [f"--exclude-table-data={table}" for table in without]
    program(["pg_dump", "--no-password", "--format=custom", "--compress=0", *words, f"--file={path}"], timeout,
            PGPASSWORD=password, PGCONNECT_TIMEOUT="30")


def rows(path, timeout):
    """{table: rows} of a dump, which is read to its end: what was cut off or damaged is an error."""
    found, table = {}, None
    with subprocess.Popen(["pg_restore", "--data-only", "--file=-", path], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as reader:
        clock = threading.Timer(timeout, reader.kill)
        clock.start()
        try:
            for line in reader.stdout:
                if table is None and (begins := COPY.fullmatch(line)):
                    table = begins[1].decode()
                    found[table] = 0
                elif line == END_OF_ROWS:
                    table = None
                elif table is not None:
                    found[table] += 1
            words = reader.stderr.read().decode(errors="replace")
        finally:
            clock.cancel()
    if reader.returncode or table is not None:
        raise PostgresError(f"the dump cannot be read to its end (pg_restore: {reader.returncode}): {words.strip()[-500:]}")
    return found


@contextlib.contextmanager
def server(folder, timeout):
    """A new, empty server on a socket in this folder, which nobody else can open; gone with the block."""
    data = os.path.join(folder, "data")
    os.makedirs(folder, mode=0o700, exist_ok=True)
    program(["initdb", "--pgdata", data, "--encoding=UTF8", "--locale=C.UTF-8", "--username=drill", "--auth=trust"], timeout)
    with open(os.path.join(data, "postgresql.conf"), "a", encoding="ascii") as file:
        # Nothing of it is kept, so nothing has to be safe on the disk.
        file.write(f"listen_addresses = ''\nunix_socket_directories = '{folder}'\nfsync = off\nfull_page_writes = off\n")
    program(["pg_ctl", "start", "--wait", "--timeout=60", "--silent", "--pgdata", data, "--log", os.path.join(folder, "log")], timeout)
    try:
        yield {"PGHOST": folder, "PGUSER": "drill", "PGDATABASE": NAME}
    finally:
        program(["pg_ctl", "stop", "--mode=immediate", "--silent", "--pgdata", data], timeout)


def load(path, place, timeout):
    """The dump into the server's own database, by the program an operator uses; the first error ends it."""
    program(["createdb", NAME], timeout, **{**place, "PGDATABASE": "postgres"})
    program(["pg_restore", "--exit-on-error", "--no-owner", "--no-privileges", f"--dbname={NAME}", path], timeout, **place)


def count(place, timeout):
    """{table: rows} as the server counts them."""
    tables = program(["psql", "-qAtX", "-v", "ON_ERROR_STOP=1", "-c", "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"],
                     timeout, **place).split()
    return {table: int(program(["psql", "-qAtX", "-v", "ON_ERROR_STOP=1", "-c", f'SELECT count(*) FROM "{table}"'], timeout, **place))
            for table in tables if re.fullmatch(r"[A-Za-z0-9_]+", table)}
