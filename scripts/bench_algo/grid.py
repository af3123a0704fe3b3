"""Grids beside METIS (contiguous, within the band's tolerance, zone by zone), both by the independent scorer."""
import math, re, subprocess, sys, time
import pymetis


def metis(instance):
    """A grid for each building, and the CPU seconds of METIS with its lists made."""
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
        ids, start, to, weights = members[z["id"]], [0], [], []
        for at in ids:
            to += [local[v] for v, _ in near[at]]
            weights += [weight for _, weight in near[at]]
            start.append(len(to))
        labels, begun = [0] * len(ids), time.process_time()
        if z["k"] > 1:
            options = pymetis.Options(contig=1, ufactor=round(1000 * instance["tolerance"]), seed=1)
            graph, sizes = pymetis.CSRAdjacency(start, to), [households[at] for at in ids]
            _, labels = pymetis.part_graph(z["k"], graph, vweights=sizes, eweights=weights, recursive=False, options=options)
        spent += time.process_time() - begun
        for at, label in zip(ids, labels):
            grid[at] = used + label
        used += z["k"]
    return grid, spent


def rows(data, work):
    sys.path.insert(0, str(data))
    from score_grid import load, score

    bounds, ratios = load(str(data / "grid" / "lower_bounds.json")), []
    pymetis.part_graph(2, [[1], [0]])  # its first call loads it
    for name in sorted(bounds):
        file, plan = next((data / "grid").glob(name + ".json.*")), work / "plan.json"
        instance, bound = load(str(file)), bounds[name]["lb"]
        labels, their_cpu = metis(instance)
        theirs = score(instance, labels, bound)
        run = subprocess.run([work / "grid" / "release" / "examples" / "solve", file, plan], check=True, capture_output=True, text=True)
        cpu = float(re.search(r"cpu ([\d.]+) s", run.stdout)[1])
        ours = score(instance, load(str(plan))["grid"], bound)
        ratios.append(ours["J"] / theirs["J"])
        apart = ours["disconnected"] + ours["barrier_crossing"]
        yield name, "disconnected or crossing", apart, theirs["disconnected"] + theirs["barrier_crossing"], "0", apart == 0
        yield name, "J", ours["J"], theirs["J"], "0.72 of it", ratios[-1] <= 0.72
        for part in ("out_of_band", "band_excess_pct", "inertia_over_lb", "compound_excess"):
            yield name, part, ours[part], theirs[part], "no worse", ours[part] <= theirs[part]
        if "moved_pct" in ours:
            yield name, "moved_pct", ours["moved_pct"], theirs["moved_pct"], "", None
        yield name, "CPU, s", cpu, their_cpu, "10 of it", cpu <= 10 * their_cpu
    mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
    yield "all", "J beside METIS, geometric mean", mean, 1.0, "0.65", mean <= 0.65
