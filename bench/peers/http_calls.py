"""One update after the other to a server: WAY URL COUNT [AUTHORITY PROXY]. Prints p50, p99 and CPU in ms a call."""

import gzip
import json
import resource
import shlex
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request

way, url, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
authority, proxy = (sys.argv[4], sys.argv[5]) if len(sys.argv) > 5 else (None, None)

update = {
    "jobId": "4711", "state": "running", "attemptNr": "1", "timestamp": "2026-11-22T23:25:03+00:00",
    "siteName": "TESTBED_QUEUE", "computingElement": "TESTBED_CE", "node": "slot1@wn1.testbed",
    "schedulerID": "testbed-harvester", "pilotID": "http://localhost/pilotlog|SLURM|PR|3.11.5.1", "batchID": "slurm_42",
    "cpuConsumptionTime": "12", "cpuConsumptionUnit": "s+AMD EPYC 1024 KB 2-Core Processor", "coreCount": "8",
    "maxRSS": "123456", "maxPSS": "113456", "maxVMEM": "223456", "avgRSS": "100000", "avgPSS": "100000",
    "jobMetrics": "coreCount=8 nEvents=10 leak=0.41 chi2=0.02 workDirSize=2147483648",
}


def request2():
    """A new context and a new connection for every call; gzip without saying so."""
    body = gzip.compress(json.dumps(update).encode())
    # Like the pilot, which names its CA directory: without a name all of the system's authorities would be read.
    context = ssl.create_default_context(cafile=authority, capath=tempfile.gettempdir())
    if proxy:
        context.load_cert_chain(proxy)
    headers = {"Accept": "application/json", "Content-Type": "application/json", "User-Agent": "bench"}
    request = urllib.request.Request(url, body, headers=headers, method="POST")
    with urllib.request.urlopen(request, context=context, timeout=60) as answer:
        json.loads(answer.read().decode())


def curl_in_a_shell():
    """The data in a file, the command through a shell."""
    with tempfile.NamedTemporaryFile("w", suffix=".data") as data:
        data.write("\n".join(f'data-urlencode="{key}={value}"' for key, value in update.items()))
        data.flush()
        certificate = f"--cacert {shlex.quote(authority)} --cert {shlex.quote(proxy)} --key {shlex.quote(proxy)}" if proxy else ""
        command = f"curl -sS --compressed --connect-timeout 20 --max-time 60 {certificate} --config {data.name} {shlex.quote(url)}"
        done = subprocess.run(command, shell=True, check=True, capture_output=True, text=True)
        json.loads(done.stdout)


def requests_session():
    import requests

    session = requests.Session()
    session.trust_env = False
    if proxy:
        session.verify, session.cert = authority, proxy

    def call():
        session.post(url, data=update, timeout=60).raise_for_status()

    return call


def cpu():
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


call = {"request2": lambda: request2, "curl in a shell": lambda: curl_in_a_shell, "requests session": requests_session}[way]()
call()
times = []
before = cpu()
for _ in range(count):
    start = time.perf_counter()
    call()
    times.append(time.perf_counter() - start)
used = cpu() - before
times.sort()
print(json.dumps({
    "p50": 1000 * times[count // 2],
    "p99": 1000 * times[min(count - 1, int(count * 0.99))],
    "cpu": 1000 * used / count,
}))
