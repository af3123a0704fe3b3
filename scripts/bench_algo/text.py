"""Text beside scikit-learn (classes) and datasketch (near-duplicates), five folds of seed 7; problems by their gold."""
import json, lzma, os, re, subprocess, sys, time

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")


def ours(program, *args):
    return subprocess.run([program, *map(str, args)], check=True, capture_output=True, text=True).stdout


def score(data, script, *args):
    done = subprocess.run([sys.executable, data / script, *args], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def found(pattern, said):
    return float(re.search(pattern, said)[1])


def classes(data, work, name, file):
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.metrics import f1_score
    from sklearn.model_selection import StratifiedKFold
    from sklearn.svm import LinearSVC

    rows = [json.loads(line) for line in lzma.open(data / "text" / file, "rt", encoding="utf-8")]
    labels = [row["label"] for row in rows]
    docs = [row.get("tokens") or row["title"] + " " + row["text"].removeprefix(row["title"]) for row in rows]
    chars = {"analyzer": "char", "ngram_range": (1, 3)}
    words = {"token_pattern": r"\S+", "ngram_range": (1, 2)}
    sums = [0.0] * 7
    for train, test in StratifiedKFold(5, shuffle=True, random_state=7).split(docs, labels):
        files = [work / f"{part}.jsonl" for part in ("train", "test", "out")]
        for path, part in zip(files, (train, test)):
            lines = (json.dumps(rows[n], ensure_ascii=False) + "\n" for n in part)
            path.write_text("".join(lines), encoding="utf-8")
        said = ours(work / "text" / "release" / "examples" / "classify", files[2], "--train", files[0], "--test", files[1])
        gold = [labels[n] for n in test]
        told = [json.loads(line)["predicted"] for line in files[2].read_text(encoding="utf-8").splitlines()]
        begun = time.process_time()
        vector = TfidfVectorizer(sublinear_tf=True, **(chars if name == "raw" else words))
        model = LinearSVC().fit(vector.fit_transform([docs[n] for n in train]), [labels[n] for n in train])
        learnt = time.process_time()
        theirs = model.predict(vector.transform([docs[n] for n in test]))
        predicted = 1e6 * (time.process_time() - learnt) / len(test)
        fold = (f1_score(gold, told, average="macro"), f1_score(gold, theirs, average="macro"),
                found(r"learnt in ([\d.]+)", said), learnt - begun,
                1e6 * found(r"said in ([\d.]+)", said) / len(test), predicted, found(r"memory (\d+)", said))
        sums = [one + another for one, another in zip(sums, fold)]
    f1, their_f1, train, their_train, predict, their_predict, memory = (one / 5 for one in sums)
    where = f"classes, {name}, 5 folds"
    yield where, "macro-F1", f1, their_f1, "reference + 0.005", f1 >= their_f1 + 0.005
    yield where, "training, s", train, their_train, "0.20 of it", train <= 0.2 * their_train
    yield where, "µs a text", predict, their_predict, "60", predict <= 60
    yield where, "memory, MB", memory, None, "100", memory <= 100


def datasketch(texts):
    """Clusters by MinHash of 128 and LSH at .4, and texts a second."""
    from datasketch import MinHash, MinHashLSH

    begun = time.process_time()
    lsh, cluster = MinHashLSH(threshold=0.4, num_perm=128), list(range(len(texts)))

    def root(n):
        while cluster[n] != n:
            n = cluster[n]
        return n

    for n, text in enumerate(texts):
        sketch = MinHash(num_perm=128)
        sketch.update_batch([text[at : at + 3].encode() for at in range(max(1, len(text) - 2))])
        for other in lsh.query(sketch):
            one, another = root(n), root(other)
            cluster[max(one, another)] = min(one, another)
        lsh.insert(n, sketch)
    return [root(n) for n in range(len(texts))], len(texts) / (time.process_time() - begun)


def duplicates(data, work):
    instance, plan = data / "text" / "dup_12k.json.xz", work / "dup.json"
    said = ours(work / "text" / "release" / "examples" / "dedup", instance, plan)
    texts = json.load(lzma.open(instance, "rt", encoding="utf-8"))["text"]
    f1 = score(data, "score_dup.py", instance, plan)["pair_f1"]
    clusters, pace = datasketch(texts)
    plan.write_text(json.dumps({"cluster": clusters}))
    theirs = score(data, "score_dup.py", instance, plan)["pair_f1"]
    mine, memory = len(texts) / found(r"grouped in ([\d.]+)", said), found(r"memory (\d+)", said)
    yield "dup_12k", "pair F1", f1, theirs, "0.985", f1 >= 0.985
    yield "dup_12k", "texts a second", mine, pace, "40,000", mine >= 40_000
    yield "dup_12k", "memory, MB", memory, None, "150", memory <= 150


def shared(one, another):
    """The longest piece that both have."""
    pieces = (one[a:b] for a in range(len(one)) for b in range(a + 1, len(one) + 1))
    return max((piece for piece in pieces if piece in another), key=len, default="")


def well_placed(gold, told):
    """Problems whose best cluster's place is the gold's: four characters and half of it, or more, are in both."""
    right = 0
    for problem in gold:
        members = set(problem["members"])
        f1 = [2 * len(members & set(one)) / (len(members) + len(one)) for one in told["clusters"]]
        place = told["places"][f1.index(max(f1))] or ""
        same = shared(place, problem["place"].lower())
        right += len(same) >= 4 and 2 * len(same) >= len(place)
    return right


def problems(data, work):
    plan = work / "hot.json"
    said = ours(work / "text" / "release" / "examples" / "hotspots", data / "text" / "hotspot_4326.json.xz", plan)
    told = score(data, "score_hotspot.py", data / "text" / "hotspot_gold_public.json", plan)
    gold = json.loads((data / "text" / "hotspot_gold_public.json").read_text(encoding="utf-8"))
    placed = well_placed(gold, json.loads(plan.read_text(encoding="utf-8")))
    f1, bcubed = told["mean_best_f1"], told["bcubed_f1"]
    seconds, memory = found(r"problems in ([\d.]+)", said), found(r"memory (\d+)", said)
    yield "hotspot_4326, 9 problems", "mean best F1", f1, None, "0.85", f1 >= 0.85
    yield "hotspot_4326, 9 problems", "B-cubed F1", bcubed, None, "0.95", bcubed >= 0.95
    yield "hotspot_4326, 9 problems", "places right", placed, None, "8", placed >= 8
    yield "hotspot_4326", "s", seconds, None, "0.5", seconds <= 0.5
    yield "hotspot_4326", "memory, MB", memory, None, "100", memory <= 100


def rows(data, work):
    yield from classes(data, work, "raw", "class_raw_2772.jsonl.xz")
    yield from classes(data, work, "tokens", "class_tokens_8238.jsonl.xz")
    yield from duplicates(data, work)
    yield from problems(data, work)
