"""Items through a chain of threads with a queue.Queue before each: STAGES ITEMS. Prints items a second, and the time of
an item that finds the chain empty in ms."""

import json
import queue
import sys
import threading
import time

stages, items = int(sys.argv[1]), int(sys.argv[2])
queues = [queue.Queue() for _ in range(stages + 1)]


def stage(before, after):
    seen = 0
    while (item := before.get()) is not None:
        seen += 1
        after.put(item)


for before, after in zip(queues, queues[1:]):
    threading.Thread(target=stage, args=(before, after), daemon=True).start()

first, last = queues[0], queues[-1]
start = time.perf_counter()
for nth in range(items):
    first.put({"sent": nth})
for nth in range(items):
    last.get()
seconds = time.perf_counter() - start

times = []
for nth in range(2000):
    sent = time.perf_counter()
    first.put({"sent": nth})
    last.get()
    times.append(1000 * (time.perf_counter() - sent))
times.sort()
print(json.dumps({"items": items / seconds, "p50": times[len(times) // 2], "p99": times[int(len(times) * 0.99)]}))
