#!/usr/bin/env python3
"""Grid division beside METIS (contiguous, within the band's tolerance, zone by zone), both scored by the independent scorer.

    bench-grid.py DATA WORK [NAME...] [-- ARGUMENTS OF THE EXAMPLE]

DATA holds grid/ with the instances and lower_bounds.json, and score_grid.py; WORK gets the plans. Needs numpy and
pymetis, and `cargo build --release -p linli-grid --example solve`. CPU seconds are those of METIS's calls with its
lists made, and of the whole example with reading and writing.
"""
import json, math, os, re, subprocess, sys, time
from pathlib import Path
import pymetis

arguments = sys.argv[1:]
extra = arguments[arguments.index("--") + 1:] if "--" in arguments else []
data, work, *names = arguments[:arguments.index("--")] if "--" in arguments else arguments
data, work = Path(data), Path(work)
work.mkdir(parents=True, exist_ok=True)
sys.path.insert(0, str(data))
from score_grid import load, score

solve = Path(os.environ.get("CARGO_TARGET_DIR", "target")) / "release/examples/solve"
bounds = load(str(data / "grid/lower_bounds.json"))


def metis(instance):
    building, edge = instance["building"], instance["edge"]
    zone, households, compound = building["zone"], building["h"], building["compound"]
    members, local = {}, {}
    for at, z in enumerate(zone):
        local[at] = len(members.setdefault(z, []))
        members[z].append(at)
    near = [[] for _ in zone]
    for u, v, soft in zip(edge["u"], edge["v"], edge["soft"]):
        weight = 10 if compound[u] >= 0 and compound[u] == compound[v] else 1 if soft else 4
        near[u].append((v, weight))
        near[v].append((u, weight))
    grid, used, spent = [0] * len(zone), 0, 0.0
    for z in instance["zones"]:
        ids = members[z["id"]]
        start, to, weights = [0], [], []
        for at in ids:
            to += [local[v] for v, _ in near[at]]
            weights += [w for _, w in near[at]]
            start.append(len(to))
        begin = time.process_time()
        if z["k"] > 1:
            options = pymetis.Options(contig=1, ufactor=round(1000 * instance["tolerance"]), seed=1)
            _, labels = pymetis.part_graph(z["k"], pymetis.CSRAdjacency(start, to), vweights=[households[at] for at in ids],
                                           eweights=weights, recursive=False, options=options)
        else:
            labels = [0] * len(ids)
        spent += time.process_time() - begin
        for at, label in zip(ids, labels):
            grid[at] = used + label
        used += z["k"]
    return grid, spent


def row(who, s, cpu):
    print(f"  {who:6} J {s['J']:7.2f}  disconnected {s['disconnected']} crossing {s['barrier_crossing']}  grids {s['grids']}/{s['grids_wanted']}  "
          f"out {s['out_of_band']:5}  excess {s['band_excess_pct']:.3f} %  I/LB {s['inertia_over_lb']:.3f}  "
          f"compounds {s['compound_excess']:5}  cut {s['cut_pct']:.1f} %  moved {s.get('moved_pct', '-')}  cpu {cpu:.2f} s")


pymetis.part_graph(2, [[1], [0]])
ratios, costs = [], []
for name in names or sorted(bounds):
    file = next((data / "grid").glob(name + ".json.*"))
    instance, bound = load(str(file)), bounds[name]["lb"]
    plan, cpu = metis(instance)
    theirs = score(instance, plan, bound)
    out = subprocess.run(["nice", "-n", "19", solve, file, work / f"{name}.plan.json", *extra], check=True, capture_output=True, text=True).stdout
    ours = score(instance, load(str(work / f"{name}.plan.json"))["grid"], bound)
    our_cpu = float(re.search(r"cpu ([\d.]+) s", out)[1])
    print(name, out.splitlines()[-1])
    row("METIS", theirs, cpu)
    row("ours", ours, our_cpu)
    parts = ["out_of_band", "band_excess_pct", "inertia_over_lb", "compound_excess"]
    worse = [part for part in parts if ours[part] > theirs[part]]
    ratios.append(ours["J"] / theirs["J"])
    costs.append(our_cpu / cpu)
    print(f"  J {ratios[-1]:.3f} x METIS (bar 0.72), CPU {costs[-1]:.1f} x (bar 10), worse in: {', '.join(worse) or 'nothing'}", flush=True)
print(f"geometric mean of J {math.exp(sum(map(math.log, ratios)) / len(ratios)):.3f} x METIS (bar 0.65)")
