"""How fast reports are tagged, beside medspaCy and negspacy, on one core.

    python -m benchmarks.tagging REPORTS.tgz [--other PYTHON] [--count 500]

`PYTHON` is an interpreter with medspacy and negspacy installed (their licences and models are not
needed here, so they are no dependency of ours). Each tagger runs in a process of its own, on the
same texts, after one warm-up; the time is of the process, so other work on the machine counts less.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

WARM_UP = 5
OTHERS = ("medspacy", "negspacy")

# Run by the other interpreter: it must not import anything of ours.
OTHER = """
import json, logging, sys, time, warnings
warnings.filterwarnings("ignore"); logging.disable(logging.CRITICAL)
try:
    from loguru import logger; logger.remove()
except ImportError:
    pass
kind, path = sys.argv[1:]
texts = json.load(open(path))
begin = time.perf_counter()
terms = ["pneumothorax", "pleural effusion", "effusion", "consolidation", "pneumonia", "edema",
         "atelectasis", "cardiomegaly", "nodule", "mass", "emphysema", "fibrosis", "infiltrate",
         "opacity", "fracture", "scoliosis", "granuloma", "hernia", "chest pain", "cough"]
if kind == "medspacy":
    import medspacy
    from medspacy.ner import TargetRule
    # without QuickUMLS, which needs files of UMLS, and the postprocessor, which needs rules
    nlp = medspacy.load(medspacy_enable={"medspacy_tokenizer", "medspacy_pyrush",
        "medspacy_target_matcher", "medspacy_context", "medspacy_sectionizer"})
    nlp.get_pipe("medspacy_target_matcher").add([TargetRule(t, "PROBLEM") for t in terms])
else:
    import spacy
    from negspacy.negation import Negex
    nlp = spacy.blank("en"); nlp.add_pipe("sentencizer")
    nlp.add_pipe("entity_ruler").add_patterns([{"label": "PROBLEM", "pattern": t} for t in terms])
    nlp.add_pipe("negex", config={"ent_types": ["PROBLEM"]})
ready = time.perf_counter() - begin
for text in texts[:5]: nlp(text)
begin = time.process_time(); found = sum(len(nlp(text).ents) for text in texts)
seconds = time.process_time() - begin
print(json.dumps({"tagger": kind, "pipes": nlp.pipe_names, "start_s": round(ready, 2),
    "reports_per_s": round(len(texts) / seconds, 1), "findings": found,
    "memory_mb": int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0]) // 1024}))
"""


def ours(texts: list[str]) -> dict[str, object]:
    """Load from the cache (made before), tag, and measure."""
    from ingest.reports.tagger import open_tagger

    begin = time.perf_counter()
    tagger = open_tagger()
    ready = time.perf_counter() - begin
    for text in texts[:WARM_UP]:
        tagger.read(text)
    begin = time.process_time()
    found = sum(len(tagger.read(text).findings) for text in texts)
    seconds = time.process_time() - begin
    return {
        "tagger": tagger.tagger_id,
        "start_s": round(ready, 2),
        "reports_per_s": round(len(texts) / seconds, 1),
        "characters_per_s": round(sum(map(len, texts)) / seconds),
        "findings": found,
        "memory_mb": _peak_mb(),
    }


def _peak_mb() -> int:
    """Of this program alone: getrusage would count the parent's memory at the fork, too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) // 1024


def main() -> None:
    """Print one JSON line for each tagger, and how many times as fast ours is."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("reports", type=Path, help="the Open-i archive")
    parser.add_argument("--other", type=Path, help="Python with medspacy and negspacy")
    parser.add_argument("--count", type=int, default=500, help="reports to tag")
    parser.add_argument("--ours", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.ours:
        print(json.dumps(ours(json.loads(given.reports.read_text(encoding="utf-8")))))
        return
    from ingest.reports.evaluation.gold import openi_reports
    from ingest.reports.tagger import open_tagger

    open_tagger()  # so that the cache is there
    texts = list(openi_reports(given.reports).values())[: given.count]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "texts.json"
        path.write_text(json.dumps(texts), encoding="utf-8")
        mine = _run([sys.executable, "-m", "benchmarks.tagging", "--ours", str(path)])
        for kind in OTHERS if given.other else ():
            theirs = _run([str(given.other), "-c", OTHER, kind, str(path)])
            times = float(str(mine["reports_per_s"])) / float(str(theirs["reports_per_s"]))
            print(f"{times:.0f} times as fast as {kind}")


def _run(command: list[str]) -> dict[str, object]:
    """One process on one core; its last line is the result."""
    core = min(os.sched_getaffinity(0))
    done = subprocess.run(
        ["taskset", "-c", str(core), *command],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(done.stderr[-2000:])
    line = done.stdout.strip().splitlines()[-1]
    print(line)
    result: dict[str, object] = json.loads(line)
    return result


if __name__ == "__main__":
    main()
