"""Speaks as the Python pilot does, for the bench's runner: gzip'd JSON that no header announces, links inputs, moves outputs."""

import argparse
import gzip
import json
import os
import subprocess
import sys
import time
import urllib.request

parser = argparse.ArgumentParser()
for name in ("--url", "-p", "--queuedata-url", "--baseurls"):
    parser.add_argument(name, required=True)
options, _ = parser.parse_known_args()
server = f"{options.url}:{options.p}/server/panda/"

# The real one would end processes of others here.
if os.getpid() > 20 or os.environ.get("PILOT_NOKILL") != "1":
    sys.exit("this pilot is not isolated")
with open(os.path.join(os.environ["PANDA_AUTH_DIR"], os.environ["PANDA_AUTH_TOKEN"])) as file:
    token = file.read()


def call(method, **fields):
    headers = {"Content-Type": "application/json", "Accept": "application/json", "Authorization": f"Bearer {token}"}
    body = gzip.compress(json.dumps(fields).encode())
    with urllib.request.urlopen(urllib.request.Request(server + method, body, headers)) as response:
        return json.load(response)


def work_off(job):
    launch = os.getcwd()
    directory = os.path.join(launch, f"PanDA_Pilot-{job['PandaID']}")
    os.mkdir(directory)
    call("updateJob", jobId=str(job["PandaID"]), state="starting")
    transform = os.path.join(directory, "run.sh")
    urllib.request.urlretrieve(job["transformation"], transform)
    os.symlink(os.path.join(launch, job["inFiles"]), os.path.join(directory, job["inFiles"]))
    call("updateJob", jobId=str(job["PandaID"]), state="running")
    exit_code = subprocess.call(["bash", transform, *job["jobPars"].split()], cwd=directory)
    output = job["outFiles"].split(",")[0]
    os.rename(os.path.join(directory, output), os.path.join(launch, output))
    call("updateJob", jobId=str(job["PandaID"]), state="finished" if exit_code == 0 else "failed")


with open(options.queuedata_url) as file:
    several = json.load(file)["timefloor"] > 0
while True:
    answer = call("getJob", siteName="BENCH_Q", prodSourceLabel="user")
    if answer["StatusCode"] == 0:
        work_off(answer)
    if not several:
        break
    if answer["StatusCode"] != 0:
        # As the real one: long enough that nobody waits for it.
        time.sleep(600)
