"""A job's state written as a JSON file again and again: WAY DIRECTORY COUNT JSON. Prints p50, p99 and CPU in ms a write."""

import json
import os
import sys
import time

way, directory, count, state = sys.argv[1], sys.argv[2], int(sys.argv[3]), json.loads(sys.argv[4])
path = os.path.join(directory, "python.json")


def durably():
    with open(path + ".new", "w") as file:
        json.dump(state, file)
        file.flush()
        os.fsync(file.fileno())
    os.rename(path + ".new", path)
    parent = os.open(directory, os.O_RDONLY)
    os.fsync(parent)
    os.close(parent)


def rewritten():
    with open(path, "w") as file:
        json.dump(state, file)


write = {"python: temp, fsync, rename": durably, "python: rewritten, no sync": rewritten}[way]
write()
times = []
before = time.process_time()
for _ in range(count):
    start = time.perf_counter()
    write()
    times.append(time.perf_counter() - start)
used = time.process_time() - before
times.sort()
print(json.dumps({
    "p50": 1000 * times[count // 2],
    "p99": 1000 * times[min(count - 1, int(count * 0.99))],
    "cpu": 1000 * used / count,
}))
