#!/usr/bin/env python3
"""bench-text.py DATA WORK BIN [class|dup|hot ...]: linli-text beside its references, in one run.

DATA has text/ and the scorers, WORK takes the files made on the way, BIN has the built examples (target/release/examples).
Needs scikit-learn; datasketch for the reference of near-duplicates, left out where it is not installed."""
import json, lzma, os, re, resource, subprocess, sys, time

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
data, work, bins = sys.argv[1:4]
parts = sys.argv[4:] or ["class", "dup", "hot"]
text = os.path.join(data, "text")


def run(example, *args):
    out = subprocess.run([os.path.join(bins, example), *args], check=True, capture_output=True, text=True).stdout
    return out.strip()


def score(script, *args):
    return json.loads(subprocess.run([sys.executable, os.path.join(data, script), *args], check=True, capture_output=True, text=True).stdout)


def classes(name, file, reference):
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.metrics import accuracy_score, f1_score
    from sklearn.model_selection import StratifiedKFold
    from sklearn.svm import LinearSVC

    rows = [json.loads(line) for line in lzma.open(os.path.join(text, file), "rt", encoding="utf-8")]
    labels = [r["label"] for r in rows]
    docs = [r.get("tokens") or (r["text"] if r["text"].startswith(r["title"]) else r["title"] + " " + r["text"]) for r in rows]
    ours, theirs = [], []
    for fold, (train, test) in enumerate(StratifiedKFold(5, shuffle=True, random_state=7).split(docs, labels)):
        files = [os.path.join(work, f"{name}{fold}.{part}.jsonl") for part in ("train", "test", "out")]
        for path, part in zip(files, (train, test)):
            with open(path, "w", encoding="utf-8") as f:
                f.writelines(json.dumps(rows[i], ensure_ascii=False) + "\n" for i in part)
        told = run("classify", files[2], "--train", files[0], "--test", files[1])
        said = [json.loads(line) for line in open(files[2], encoding="utf-8")]
        gold = [labels[i] for i in test]
        pred = [r["predicted"] for r in said]
        learnt, asked, predicted, memory = map(float, re.search(r"learnt in ([\d.]+) s, (\d+) said in ([\d.]+) s.*memory (\d+)", told).groups())
        gap = 0.0
        for low in range(10):
            bucket = [r for r in said if low / 10 <= r["confidence"] < (low + 1) / 10 or low == 9 and r["confidence"] >= 1]
            gap += abs(sum(r["confidence"] - (r["label"] == r["predicted"]) for r in bucket))
        ours.append((f1_score(gold, pred, average="macro"), accuracy_score(gold, pred), learnt, 1e6 * predicted / asked, memory, gap / len(said)))
        if reference:
            start = time.process_time()
            vector = TfidfVectorizer(sublinear_tf=True, **({"analyzer": "char", "ngram_range": (1, 3)} if name == "raw" else {"token_pattern": r"\S+", "ngram_range": (1, 2)}))
            model = LinearSVC().fit(vector.fit_transform([docs[i] for i in train]), [labels[i] for i in train])
            trained = time.process_time()
            pred = model.predict(vector.transform([docs[i] for i in test]))
            done = time.process_time()
            theirs.append((f1_score(gold, pred, average="macro"), accuracy_score(gold, pred), trained - start, 1e6 * (done - trained) / len(test), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))
    for who, figures in (("ours", ours), ("sklearn", theirs)):
        if figures:
            mean = [sum(column) / len(column) for column in zip(*figures)]
            print(f"{name} {who}: macro-F1 {mean[0]:.4f} accuracy {mean[1]:.4f} train {mean[2]:.2f} s predict {mean[3]:.0f} us memory {mean[4]:.0f} MB" + (f" calibration error {mean[5]:.3f}" if len(mean) > 5 else ""), flush=True)


if "class" in parts or "ours" in parts:
    for name, file in (("raw", "class_raw_2772.jsonl.xz"), ("tokens", "class_tokens_8238.jsonl.xz")):
        classes(name, file, "class" in parts)
if "dup" in parts:
    instance, plan = os.path.join(text, "dup_12k.json.xz"), os.path.join(work, "dup.json")
    print("dup ours:", run("dedup", instance, plan), score("score_dup.py", instance, plan), flush=True)
    try:
        from datasketch import MinHash, MinHashLSH

        texts = json.load(lzma.open(instance, "rt", encoding="utf-8"))["text"]
        start = time.process_time()
        lsh, cluster = MinHashLSH(threshold=0.4, num_perm=128), list(range(len(texts)))

        def root(n):
            while cluster[n] != n:
                n = cluster[n]
            return n

        for n, body in enumerate(texts):
            sketch = MinHash(num_perm=128)
            sketch.update_batch([body[i : i + 3].encode() for i in range(max(1, len(body) - 2))])
            for other in lsh.query(sketch):
                a, b = root(n), root(other)
                cluster[max(a, b)] = min(a, b)
            lsh.insert(n, sketch)
        print(f"dup datasketch .4: {len(texts) / (time.process_time() - start):.0f} texts/s", end=" ")
        json.dump({"cluster": [root(n) for n in range(len(texts))]}, open(plan, "w"))
        print(score("score_dup.py", instance, plan), flush=True)
    except ImportError:
        print("dup: datasketch is not installed")
if "hot" in parts:
    plan = os.path.join(work, "hot.json")
    print("hot ours:", run("hotspots", os.path.join(text, "hotspot_4326.json.xz"), plan), score("score_hotspot.py", os.path.join(text, "hotspot_gold_public.json"), plan), flush=True)
