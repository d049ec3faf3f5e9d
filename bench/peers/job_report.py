"""What the Python pilot does with a job report: all of it into memory, then the wanted fields. Prints seconds and bytes."""

import json
import resource
import sys
import time

start = time.perf_counter()
with open(sys.argv[1]) as file:
    report = json.load(file)
steps = report["resource"]["executor"].values()
outputs = [
    (sub["name"], sub.get("file_guid"), sub.get("file_size"), sub.get("nentries"))
    for argument in report["files"]["output"]
    for sub in argument["subFiles"]
]
fields = {
    "exit": (report["exitCode"], report["exitAcronym"], report["exitMsg"]),
    "processedEvents": report["resource"]["transform"]["processedEvents"],
    "cpuTime": report["resource"]["transform"]["cpuTimeTotal"],
    "inputs": sum(len(argument["subFiles"]) for argument in report["files"]["input"]),
    "dbTime": sum(step["dbTime"] for step in steps),
    "dbData": sum(step["dbData"] for step in steps),
    "warnings": report["executor"][0]["logfileReport"]["details"]["WARNING"][:25],
}
seconds = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"seconds": seconds, "bytes": peak, "inputs": fields["inputs"], "outputs": len(outputs)}))
