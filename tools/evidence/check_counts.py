#!/usr/bin/env python3
"""Makes every number of exported counts, and of a report, anew from the objects in the JSON alone, and tells what differs.

Use: check_counts.py counts.json [report.html], - for the JSON on standard input
It stands on Python's standard library and on none of Slidewright's code. Exit code 0: no difference.
"""

import json
import math
import sys

from report_page import OF_MODELS, Figures, close, reads_as
from review_numbers import Z, agreement, final

TRUTH, PREDICTED, OPEN = 1, 2, 4
BESIDE = {"truth": 8, "predictions": 16, "corrected": 32}
FACTS = ("slide", "patient", "group")


def byar(n):
    """95 % interval of a Poisson count (Breslow & Day 1987)."""
    end = lambda k, sign: k * (1 - 1 / (9 * k) + sign * Z / (3 * math.sqrt(k))) ** 3
    return (0.0 if n == 0 else max(0.0, end(n, -1)), end(n + 1, 1))


def wilson(k, n):
    p = k / n
    centre = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n)
    return (0.0 if k == 0 else centre - half, 1.0 if k == n else centre + half)


def quantile(values, q):
    at = q * (len(values) - 1)
    low = math.floor(at)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (at - low)


def counts(record, kind, score, row, beside):
    """Whether an object counts; nothing does that lies beside the part of its image of one of the kinds in `beside`."""
    standing, own = record["objects"]["standing"][row], record["objects"]["score"][row]
    if any(is_beside(record, one, row) for one in beside):
        return False
    if kind == "truth":
        return bool(standing & TRUTH)
    if kind == "predictions":
        return bool(standing & PREDICTED) and own >= score
    return bool(standing & TRUTH) or (bool(standing & OPEN) and own >= score)


def is_beside(record, kind, row):
    return (row, kind) in record["beside"]


def parts_of(record):
    """By image and kind the part that numbers stand for. Where labels stand for the fully labelled regions, what lies there is known by itself."""
    objects, regions, found = record["objects"], record["regions"], {}
    beside = {(row, kind) for row, bits in enumerate(objects["standing"]) for kind, bit in BESIDE.items() if bits & bit}
    inside = {}
    for row, region in objects["inside"]:
        inside.setdefault(row, set()).add(region)
    for part in record.get("parts", []):
        found[(part["image"], part["kind"])] = part
        if part["of"] == "labelled":
            full = {at for at, one in enumerate(regions) if one["image"] == part["image"] and one["fullyLabelled"]}
            for row, image in enumerate(objects["image"]):
                if image == part["image"]:
                    (beside.discard if inside.get(row, set()) & full else beside.add)((row, part["kind"]))
    return found, beside


def odd_areas(record):
    """Parts whose area cannot be: larger than their image, or than fully labelled regions together, or smaller than one of these."""
    out = []
    for (place, kind), part in record["found"].items():
        image, pixels = record["images"][place], part["pixels"]
        full = [one["pixels"] for one in record["regions"] if one["image"] == place and one["fullyLabelled"]]
        least, most = (max(full, default=0), sum(full)) if part["of"] == "labelled" else (0, math.inf)
        if pixels is not None and not least <= pixels <= min(most, image["width"] * image["height"]):
            out.append(f"parts/{place}/{kind}: {pixels} pixels cannot be")
    return out


def odd_names(record):
    """Rows by slide, patient or group that are not called as all of their images say; one of which nothing is known has no name."""
    by = record["settings"]["by"]
    if by not in FACTS or record["version"] < 3:
        return []
    facts = {image["id"]: image[by] for image in record["images"]}
    rows = enumerate(record["numbers"]["rows"])
    return [f"{by}/{at}: is not called {row['name']}" for at, row in rows if any(facts[one] != row["name"] for one in row["images"])]


def plan(record, by):
    """Rows as (images, mm2 or None, rows of objects, which place they are, pixels of objects there), in the order of the tables."""
    images, objects, kind = record["images"], record["objects"], record["settings"]["source"]["kind"]
    if kind == "truth":
        # Where nobody labelled anything, 0 would be a guess.
        labelled = {image for row, image in enumerate(objects["image"]) if objects["standing"][row] & TRUTH}
        labelled |= {region["image"] for region in record["regions"] if region["fullyLabelled"]}
        empty = ("done", "reviewed") if record["version"] >= 3 else ("in-work", "done", "reviewed")
        shown = [i for i, image in enumerate(images) if i in labelled or image["state"] in empty]
    else:
        shown = [i for i, image in enumerate(images) if image["seen"]]
    of_image = {i: [] for i in shown}
    for row, image in enumerate(objects["image"]):
        if image in of_image:
            of_image[image].append(row)

    def whole(i):
        part = record["found"].get((i, kind))
        return images[i]["width"] * images[i]["height"] if part is None else part["pixels"]

    def area(places, pixels_of=whole):
        total = 0.0
        for i in places:
            microns, pixels = images[i]["micronsPerPixel"], pixels_of(i)
            if microns is None or pixels is None:
                return None
            total += pixels * microns**2 / 1e6
        return total if total > 0 else None

    sizes = dict(enumerate(objects["size"]))

    def rest(i):
        outside = objects.get("outside", objects["size"])
        return {row: outside[row] for row in of_image[i]}

    if by == "all":
        return [(shown, area(shown), [row for i in shown for row in of_image[i]], "image", sizes)]
    if by == "image":
        return [([i], area([i]), of_image[i], "image", sizes) for i in shown]
    if by in FACTS:
        groups = {}
        for i in shown:
            # Records from before slides and patients were told apart have groups alone. Of two patients the slides of one name are two.
            name, of = images[i].get(by), images[i].get("patient") if by == "slide" else None
            groups.setdefault((by, name, of) if name is not None else ("image", i), []).append(i)
        return [(own, area(own), [row for i in own for row in of_image[i]], "image", sizes) for own in groups.values()]
    inside = {}
    for row, region in objects["inside"]:
        inside.setdefault(region, []).append(row)
    in_any = {row for row, _ in objects["inside"]}
    within = {}
    for row, region, pixels in objects.get("within", []):
        within.setdefault(region, {})[row] = pixels
    rows = []
    for i in shown:
        for at, region in enumerate(record["regions"]):
            if region["image"] == i:
                pixels = region["pixels"] if kind == "truth" else region.get("looked", region["pixels"])
                rows.append(([i], area([i], lambda _: pixels), sorted(inside.get(at, [])), "region", within.get(at, {})))
        rows.append(([i], None, [row for row in of_image[i] if row not in in_any], "none", rest(i)))
    return rows


def pairs(classes):
    """(positive, negative) places of classes that are kinds of one."""
    kinds = []
    for one in classes:
        of, _, last = one["name"].rpartition(": ")
        kinds.append((of, last.lower()))
    found = []
    for k, (of, last) in enumerate(kinds):
        if last == "positive" and (of, "negative") in kinds:
            found.append((k, kinds.index((of, "negative"))))
    return found


def figures(record, by):
    """All figures of a kind of rows by the names that a report gives them."""
    source = record["settings"]["source"]
    kind, score = source["kind"], source.get("score", 0)
    classes, objects, images = record["project"]["classes"], record["objects"], record["images"]
    out = {}
    for at, (places, mm2, rows, where, pixels) in enumerate(plan(record, by)):
        of = "all" if by == "all" else f"{by}/{at}"
        microns = all(images[i]["micronsPerPixel"] is not None for i in places) and len(places) > 0
        ns = []
        # Of an image what lies in the part that the kind stands for; of a region in a run what the run looked at; of the rest all.
        own = {"image": [kind], "region": [] if kind == "truth" else ["predictions"], "none": []}[where]
        also = lambda other: own + [other] if where == "image" else own
        for k in range(len(classes)):
            mine = [row for row in rows if objects["class"][row] == k]
            counted = [row for row in mine if counts(record, kind, score, row, own)]
            n = len(counted)
            ns.append(n)
            low, high = byar(n)
            out.update({f"{of}/c{k}/n": n, f"{of}/c{k}/low": low, f"{of}/c{k}/high": high})
            if record["run"] is not None:
                out[f"{of}/c{k}/uncorrected"] = sum(counts(record, "predictions", score, row, also("predictions")) for row in mine)
                out[f"{of}/c{k}/corrected"] = sum(counts(record, "corrected", score, row, also("corrected")) for row in mine)
            if mm2 is not None:
                out.update({f"{of}/c{k}/density": n / mm2, f"{of}/c{k}/densityLow": low / mm2, f"{of}/c{k}/densityHigh": high / mm2})
            scale = lambda row: images[objects["image"][row]]["micronsPerPixel"] ** 2 if microns else 1
            sizes = sorted(objects["size"][row] * scale(row) for row in counted if objects["size"][row] is not None)
            if sizes:
                for name, q in (("min", 0), ("q1", 0.25), ("median", 0.5), ("q3", 0.75), ("max", 1)):
                    out[f"{of}/c{k}/{name}"] = quantile(sizes, q)
            # What lies in a region, wherever its middle is; of all else each object as a whole.
            there = set(rows) if where == "image" else pixels
            held = [row for row in there if objects["class"][row] == k and pixels.get(row) is not None and counts(record, kind, score, row, own)]
            if held:
                out[f"{of}/c{k}/pixels"] = sum(pixels[row] for row in held)
                out[f"{of}/c{k}/um2"] = sum(pixels[row] * scale(row) for row in held) if microns else None
        for s, (positive, negative) in enumerate(pairs(classes)):
            both = ns[positive] + ns[negative]
            out.update({f"{of}/s{s}/positive": ns[positive], f"{of}/s{s}/of": both})
            if both > 0:
                low, high = wilson(ns[positive], both)
                out.update({f"{of}/s{s}/share": ns[positive] / both, f"{of}/s{s}/low": low, f"{of}/s{s}/high": high})
        if mm2 is not None:
            out[f"{of}/mm2"] = mm2
        out.update({f"{of}/total": sum(ns), f"{of}/images": len(places)})
    return out


def facts(record):
    """Numbers that stand in the record as they are: of decisions, of images, of the model."""
    out = {}
    for kind in ("accept", "correct", "reject"):
        out[f"decisions/{kind}"] = sum(1 for one in record["corrections"] if one["kind"] == kind)
        out[f"others/{kind}"] = sum(1 for one in record.get("otherCorrections", []) if one["kind"] == kind)
    least = record["settings"]["source"].get("score", 0)
    for of, decisions in (("decisions", record["corrections"]), ("others", record.get("otherCorrections", []))):
        out[f"{of}/all"] = len(decisions)
        out[f"{of}/counted"] = sum(1 for one in decisions if one["from"]["score"] >= least)
    for state in ("unlabelled", "in-work", "done", "reviewed"):
        out[f"states/{state}"] = sum(1 for image in record["images"] if image["state"] == state)

    def walk(of, metrics, under=""):
        for name, value in metrics.items():
            full = name if under == "" else f"{under}, {name}"
            if isinstance(value, dict):
                walk(of, value, under if name == "perClass" else full)
            elif isinstance(value, (int, float)):
                out[f"{of}/{full}"] = value

    if record["model"] is not None:
        walk("model", record["model"]["metrics"])
    # Of models that predicted together; older records have none.
    for at, one in enumerate(record.get("models", [])):
        walk(f"models/{at}", one["metrics"])

    def measured(of, measure):
        for one in measure["figures"]:
            full = f"{of}/{one['of']}, {one['name']}" if one["of"] else f"{of}/{one['name']}"
            told = {full: one["value"], f"{full}/low": one["lower"], f"{full}/high": one["upper"]}
            out.update({name: value for name, value in told.items() if value is not None})

    # What was scored on test images, here and where an imported model comes from; older records have neither.
    for at, look in enumerate(record.get("testLooks", [])):
        if look.get("last") is not None:
            measured(f"tests/{at}", look["last"])
    for at, one in enumerate(record.get("models", [])):
        if one.get("measuredThere") is not None:
            measured(f"there/{at}", one["measuredThere"]["measure"])
    return out


def in_record(record):
    """The numbers that the record itself tells, by the same names."""
    numbers, by = record["numbers"], record["settings"]["by"]
    out = {}
    for of, row in [("all", numbers["all"])] + [(f"{by}/{at}", row) for at, row in enumerate(numbers["rows"])]:
        out[f"{of}/total"] = row["total"]
        if row.get("mm2") is not None:
            out[f"{of}/mm2"] = row["mm2"]
        for k, one in enumerate(row["perClass"]):
            flat = {"n": one["n"], "uncorrected": one["uncorrected"], "corrected": one["corrected"]}
            if one["density"] is not None:
                flat.update({"density": one["density"]["perMm2"], "densityLow": one["density"]["low"], "densityHigh": one["density"]["high"]})
            if one["sizes"] is not None:
                flat.update({name: one["sizes"][name] for name in ("min", "q1", "median", "q3", "max")})
            if one.get("area") is not None:
                flat.update({"pixels": one["area"]["pixels"], "um2": one["area"]["um2"]})
            out.update({f"{of}/c{k}/{name}": value for name, value in flat.items() if value is not None})
        for s, one in enumerate(row["shares"]):
            if one["share"] is not None:
                out.update({f"{of}/s{s}/share": one["share"], f"{of}/s{s}/low": one["interval"]["lower"], f"{of}/s{s}/high": one["interval"]["upper"]})
    return out


def main():
    if sys.argv[1:] in (["--help"], ["-h"]):
        print(__doc__.strip())
        return
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    with open(0 if sys.argv[1] == "-" else sys.argv[1], encoding="utf-8") as file:
        record = json.load(file)
    if record.get("format") != "slidewright counts" or record.get("version") not in (1, 2, 3):
        sys.exit(f"{sys.argv[1]} holds no counts of Slidewright that this script knows.")
    record["found"], record["beside"] = parts_of(record)
    anew = {**facts(record), **final(record), **agreement(record)}
    for by in ("all", "image", *FACTS, "region"):
        anew.update(figures(record, by))
    told = [(of, value, None) for of, value in in_record(record).items()]
    if len(sys.argv) == 3:
        page = Figures()
        with open(sys.argv[2], encoding="utf-8") as file:
            page.feed(file.read())
        told += [tuple(one) for one in page.found]
    odd = odd_areas(record) + odd_names(record)
    for one in odd:
        print(one)
    differences = len(odd)
    for of, value, text in told:
        if of not in anew:
            print(f"{of}: {value} cannot be made from the record")
        # A model's figures stand in a report with four digits.
        elif not close(value, anew[of], 1e-3 if of.startswith(OF_MODELS) else 1e-9):
            print(f"{of}: told {value}, made anew {anew[of]}")
        elif text is not None and not reads_as(of, text, value, page.language):
            print(f"{of}: {value} is shown as {text}")
        else:
            continue
        differences += 1
    print(f"{len(told)} numbers, {differences} differences")
    sys.exit(0 if differences == 0 and len(told) > 0 else 1)


main()
