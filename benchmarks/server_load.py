"""A clinic's day on one worker: paced reads, five sign-ins at once while reads go on, memory, and a soak.

KINOMETRIC_BENCH_SOAK_S makes the soak longer (30 minutes: 1800); figures are read by people.
"""

from __future__ import annotations

import http.client
import json
import os
import statistics
import sys
import threading
import time
from collections.abc import Callable

from _clinic_server import PASSWORD, USERNAME, Served, clinic, memory_and_handles, start

RATE, PACED_S = 50, 12.0
SIGN_INS, AT_ONCE = 15, 5
SOAK_S = float(os.environ.get("KINOMETRIC_BENCH_SOAK_S", "60"))
COST = 12


class Reader:
    """One connection that reads the patient."""

    def __init__(self, served: Served) -> None:
        self._served = served
        self._connection = http.client.HTTPConnection("127.0.0.1", served.port)

    def __call__(self) -> None:
        headers = {"Authorization": f"Bearer {self._served.token}", "Kinometric-User-Action": "1"}
        self._connection.request("GET", self._served.path, headers=headers)
        answer = self._connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"answered {answer.status}")


def paced(served: Served, seconds: float, until: Callable[[], bool] = lambda: False) -> list[float]:
    """Read at a fixed rate, whatever the answers take; return milliseconds from each read's due time to its answer."""
    clients, took, lock = 10, [], threading.Lock()
    began = time.perf_counter() + 0.1

    def client(number: int) -> None:
        read = Reader(served)
        turn = number
        while (due := began + turn / RATE) < began + seconds and not until():
            time.sleep(max(0.0, due - time.perf_counter()))
            read()
            with lock:
                took.append((time.perf_counter() - due) * 1000)
            turn += clients

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return took


def sign_in(served: Served) -> float:
    """Sign in once; return the seconds that it took."""
    connection = http.client.HTTPConnection("127.0.0.1", served.port)
    body = json.dumps({"username": USERNAME, "password": PASSWORD})
    started = time.perf_counter()
    connection.request("POST", "/v1/auth/sign-in", body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"sign-in answered {answer.status}")
    return time.perf_counter() - started


def sign_ins_while_reading(served: Served) -> tuple[list[float], list[float]]:
    """Sign in five at a time, three times, while reads go on; return seconds of sign-ins and milliseconds of reads."""
    took: list[float] = []
    done = threading.Event()
    reads: list[float] = []
    reading = threading.Thread(target=lambda: reads.extend(paced(served, 600.0, done.is_set)))
    reading.start()
    for _ in range(SIGN_INS // AT_ONCE):
        threads = [threading.Thread(target=lambda: took.append(sign_in(served))) for _ in range(AT_ONCE)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    done.set()
    reading.join()
    return took, reads


def percentile(values: list[float], number: int) -> float:
    """Return a percentile."""
    return statistics.quantiles(values, n=100)[number - 1]


def soak(served: Served) -> None:
    """Read at the fixed rate and follow memory and open files, from after a warm-up of a third on."""
    samples: list[tuple[float, float, int]] = []
    done = threading.Event()
    reading = threading.Thread(target=lambda: (paced(served, SOAK_S), done.set()))
    reading.start()
    began = time.perf_counter()
    while not done.wait(max(0.5, SOAK_S / 120)):
        samples.append((time.perf_counter() - began, *memory_and_handles(served.pid)))
    reading.join()
    settled = [sample for sample in samples if sample[0] > SOAK_S / 3]
    slope = statistics.linear_regression([s[0] for s in settled], [s[1] for s in settled]).slope * 3600
    handles = [sample[2] for sample in settled]
    print(
        f"soak of {SOAK_S:.0f} s at {RATE}/s: memory {settled[0][1]:.1f} -> {settled[-1][1]:.1f} MiB "
        f"({slope:+.1f} MiB an hour), open files {min(handles)} to {max(handles)}"
    )


def main() -> None:
    """Measure and print."""
    if sys.platform != "linux":
        print("measured on Linux only")
        return
    print(f"the machine's load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    process, served = start(clinic, COST)
    read = Reader(served)
    for _ in range(200):
        read()
    reads = paced(served, PACED_S)
    print(f"{len(reads)} paced reads at {RATE}/s: median {statistics.median(reads):.1f} ms, "
          f"p99 {percentile(reads, 99):.1f} ms, budget < 150 ms")  # fmt: skip
    took, beside = sign_ins_while_reading(served)
    print(f"{len(took)} sign-ins, {AT_ONCE} at once, bcrypt cost {COST}: p95 {percentile(took, 95):.2f} s, "
          f"budget < 1.5 s; reads meanwhile p99 {percentile(beside, 99):.1f} ms")  # fmt: skip
    print(f"memory of the worker {memory_and_handles(served.pid)[0]:.0f} MiB, budget < 200 MiB")
    soak(served)
    process.kill()


if __name__ == "__main__":
    main()
