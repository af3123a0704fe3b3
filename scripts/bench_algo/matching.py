"""Matching beside OR-tools' min-cost flow: the same optimum, seconds of the solvers alone, memory, events."""
import gzip, json, lzma, re, subprocess, sys, time
from ortools.graph.python import min_cost_flow


def load(path):
    return json.load({".gz": gzip.open, ".xz": lzma.open}.get(path.suffix, open)(path, "rt"))


def score(data, instance, plan):
    done = subprocess.run([sys.executable, data / "score_match.py", instance, plan], capture_output=True, text=True)
    return json.loads(done.stdout)["cost"]


def reference(i, unit):
    """The optimum, and the CPU seconds of the solver."""
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
    return subprocess.run([program, *map(str, args)], capture_output=True, text=True, check=True).stdout


def found(pattern, said):
    return float(re.search(pattern, said)[1])


def rows(data, work):
    plan, folder = work / "pairs.json", data / "matching"
    solve, replay = work / "matching" / "release" / "examples" / "solve", work / "matching" / "release" / "examples" / "replay"
    for name in ("m_2543x350.json.gz", "m_10kx5k.json.gz", "m_100kx50k.json.xz"):
        i, path = load(folder / name), folder / name
        size = (64 * len(i["edge"]["u"]) + 64 * (i["left"]["n"] + i["right"]["n"])) / 1e6
        for unit in (False, True):
            called = i["name"] + ", unit" * unit
            said = min((ours(solve, path, plan, *["--unit"] * unit) for _ in range(3)),
                       key=lambda said: found(r"solved in ([\d.]+)", said))
            cost, seconds = int(found(r"cost (-?\d+), proven", said)), found(r"solved in ([\d.]+)", said)
            assert unit or score(data, path, plan) == cost
            optimum, theirs = min((reference(i, unit) for _ in range(3)), key=lambda both: both[1])
            yield called, "cost, proven", cost, optimum, "the optimum", cost == optimum
            large = i["left"]["n"] >= 10_000
            yield called, "solver, s", seconds, theirs, "0.70 of it", seconds <= 0.7 * theirs if large else None
            memory = found(r"memory (\d+)", said)  # of the whole process, which has some 2 MB without an instance
            yield called, "memory of all, MB", memory, None, f"{size:.0f}", memory <= size if large else None
    said = ours(replay, folder / "m_10kx5k.json.gz", folder / "m_10kx5k_events.json")
    median = found(r"median ([\d.]+) ms", said)
    yield "m_10kx5k, 500 events", "median, ms", median, None, "2 ms", median <= 2
    proven = len(re.findall(r"proven; the file says", said))
    yield "m_10kx5k, 500 events", "optima of the file", proven, 11, "11", proven == 11
