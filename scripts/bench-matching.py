#!/usr/bin/env python3
"""bench-matching.py DATA WORK: matches DATA/matching with ours (target/release/examples) and with OR-tools, scores both
plans with DATA/score_match.py, and prints ours, reference, ratio, bar. WORK takes the plans."""
import gzip, json, lzma, re, subprocess, sys, time
from pathlib import Path
from ortools.graph.python import min_cost_flow

data, work = Path(sys.argv[1]), Path(sys.argv[2])
work.mkdir(parents=True, exist_ok=True)
examples = Path("target/release/examples")


def load(path):
    return json.load({".gz": gzip.open, ".xz": lzma.open}.get(path.suffix, open)(path, "rt"))


def score(instance, plan):
    done = subprocess.run([sys.executable, data / "score_match.py", instance, plan], capture_output=True, text=True)
    return json.loads(done.stdout)["cost"]


def reference(i, unit):
    """The optimum by OR-tools, and the CPU seconds of its solver alone."""
    capacity = [1] * i["left"]["n"] if unit else i["left"]["capacity"]
    demand = [1] * i["right"]["n"] if unit else i["right"]["demand"]
    flow, source, needs = min_cost_flow.SimpleMinCostFlow(), 0, 1 + len(capacity)
    sink = needs + len(demand)
    for u, most in enumerate(capacity):
        flow.add_arc_with_capacity_and_unit_cost(source, 1 + u, most, 0)
    for u, v, cost in zip(i["edge"]["u"], i["edge"]["v"], i["edge"]["cost"]):
        flow.add_arc_with_capacity_and_unit_cost(1 + u, needs + v, 1, cost)
    for v, (units, penalty) in enumerate(zip(demand, i["right"]["penalty"])):
        flow.add_arc_with_capacity_and_unit_cost(needs + v, sink, units, 0)
        flow.add_arc_with_capacity_and_unit_cost(source, needs + v, units, penalty)
    flow.set_node_supply(source, sum(demand))
    flow.set_node_supply(sink, -sum(demand))
    begun = time.process_time()
    assert flow.solve() == flow.OPTIMAL
    return flow.optimal_cost(), time.process_time() - begun


def ours(program, *args):
    done = subprocess.run([examples / program, *map(str, args)], capture_output=True, text=True, check=True)
    return done.stdout


print("| instance | cost ours | reference | solver s ours | reference | ratio, bar 0.70 | memory MB, bar |")
print("|---|---|---|---|---|---|---|")
for name in ("m_2543x350.json.gz", "m_10kx5k.json.gz", "m_100kx50k.json.xz"):
    path = data / "matching" / name
    i = load(path)
    bar = (64 * len(i["edge"]["u"]) + 64 * (i["left"]["n"] + i["right"]["n"])) / 1e6
    for unit in (False, True):
        plan = work / "plan.json"
        said = min((ours("solve", path, plan, *["--unit"] * unit) for _ in range(3)),
                   key=lambda said: float(re.search(r"solved in ([\d.]+)", said)[1]))
        cost, seconds = int(re.search(r"cost (-?\d+), proven", said)[1]), float(re.search(r"solved in ([\d.]+)", said)[1])
        memory = float(re.search(r"memory (\d+)", said)[1])
        assert unit or score(path, plan) == cost
        optimum, theirs = min((reference(i, unit) for _ in range(3)), key=lambda both: both[1])
        met = "met" if cost == optimum and (seconds <= 0.7 * theirs or i["left"]["n"] < 10_000) else "NOT MET"
        print(f"| {i['name']}{', unit' * unit} | {cost} | {optimum} | {seconds:.4f} | {theirs:.4f} | "
              f"{seconds / theirs:.2f}: {met} | {memory:.0f}, {bar:.0f} |", flush=True)
said = ours("replay", data / "matching" / "m_10kx5k.json.gz", data / "matching" / "m_10kx5k_events.json")
print("\nEvents: " + re.search(r"\d+ events: .*", said)[0] + "; bar: median 2 ms; all checkpoints are the file's.")
