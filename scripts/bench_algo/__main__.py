"""bench_algo DATA WORK: the three cores on the instances in DATA beside their references, in one run, as one table. The
examples of each are built in WORK/CORE, plans go to WORK. Where a core is named (text, matching, grid), only that."""
import importlib, os, sys
from datetime import date
from pathlib import Path

CORES = ("text", "matching", "grid")

data, work = Path(sys.argv[1]), Path(sys.argv[2])
work.mkdir(parents=True, exist_ok=True)
print(f"{date.today()}, {os.cpu_count()} cores, each program on one thread\n")
print("| core | instance | what | ours | reference | ratio | bar | |")
print("|---|---|---|---|---|---|---|---|")
missed = 0
for core in sys.argv[3:] or CORES:
    for instance, what, ours, reference, bar, met in importlib.import_module(core).rows(data, work):
        ratio = f"{ours / reference:.2f}" if reference else ""
        met = {True: "met", False: "**not met**", None: ""}[met]
        shown = lambda value: "" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value)
        print(f"| {core} | {instance} | {what} | {shown(ours)} | {shown(reference)} | {ratio} | {bar} | {met} |", flush=True)
        missed += met == "**not met**"
print(f"\n{missed} not met" if missed else "\nall met")
