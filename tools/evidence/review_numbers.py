"""The numbers of a review: the final count that it tells, and how well its readers agree. For check_counts.py."""

import math

Z = 1.959963984540054
NOTHING, UNDECIDED = -1, -2


def final(record):
    """The final count told from the review (Slidewright's src/shared/review/estimate.ts says the method)."""
    review = record["review"]
    if review is None or len(review["outcome"]) == 0:
        return {}
    k, outcome, predicted, score = review["classes"], review["outcome"], review["predicted"], review["score"]
    items = range(len(outcome))
    is_open = [value == UNDECIDED for value in outcome]
    first_draw = min([review["draw"][i] for i in items if is_open[i]], default=math.inf)
    front = min([review["rank"][i] for i in items if is_open[i]], default=math.inf)
    sample = [i for i in items if review["draw"][i] < first_draw]
    behind = [i for i in sample if review["rank"][i] >= front]
    known = [sum(1 for value in outcome if value == c) for c in range(k)]
    left = sum(is_open)
    mean, variance = [0.0] * k, [0.0] * k
    for c in range(k):
        mine = [i for i in behind if predicted[i] == c]
        opened = sorted(score[i] for i in items if is_open[i] and predicted[i] == c)
        bands = max(1, min(8, len(mine) // 24, len(opened)))
        cuts = [opened[(band + 1) * len(opened) // bands] for band in range(bands - 1)]
        place = lambda value: sum(1 for cut in cuts if value >= cut)
        for band in range(bands):
            undecided = sum(1 for value in opened if place(value) == band)
            seen = [0.0] * (k + 1)
            for i in mine:
                if place(score[i]) == band:
                    seen[k if outcome[i] == NOTHING else outcome[i]] += 1
            others = 0.5 * 0.2 / (k - 1) if k > 1 else 0
            for c2 in range(k + 1):
                seen[c2] += 0.5 if c2 == c else (0.4 if k > 1 else 0.5) if c2 == k else others
            total, wider = sum(seen), 1 + (Z * Z + 1) / (4 * max(1, len(mine) - 1))
            for c2 in range(k):
                share = seen[c2] / total
                mean[c2] += undecided * share
                variance[c2] += wider**2 * undecided * share * (1 - share) * (total + undecided) / (total + 1)
    out = {"final/items": len(outcome), "final/decided": len(outcome) - left, "final/open": left}
    for at, one in enumerate(record["project"]["classes"]):
        c = review["classIds"].index(one["id"])
        label, estimate = review["labels"][c], known[c] + mean[c]
        half = 0 if left == 0 else Z * math.sqrt(variance[c]) + 0.5
        out[f"final/c{at}/estimate"] = estimate + label
        out[f"final/c{at}/low"] = max(known[c], estimate - half) + label
        out[f"final/c{at}/high"] = min(known[c] + left, estimate + half) + label
    return out


def kappa_of(readers, items, size):
    """Agreement by chance and beyond of what readers said (Cohen 1960 with Fleiss, Cohen & Everitt's interval 1969; Fleiss 1971)."""
    n = len(items)
    if n == 0:
        return {"items": 0}
    if len(readers) == 2:
        p = [[sum(1 for one in items if (one[readers[0]], one[readers[1]]) == (i, j)) / n for j in range(size)] for i in range(size)]
        rows, columns = [sum(row) for row in p], [sum(row[j] for row in p) for j in range(size)]
        observed, expected = sum(p[i][i] for i in range(size)), sum(rows[i] * columns[i] for i in range(size))
    else:
        counts, m = [[list(one.values()).count(j) for j in range(size)] for one in items], len(readers)
        shares = [sum(row[j] for row in counts) / (n * m) for j in range(size)]
        observed = sum((sum(k * k for k in row) - m) / (m * (m - 1)) for row in counts) / n
        expected = sum(share * share for share in shares)
    out = {"items": n, "observed": observed}
    if 1 - expected < 1e-12:
        return out
    kappa = out["kappa"] = (observed - expected) / (1 - expected)
    if len(readers) == 2:
        on = sum(p[i][i] * (1 - (rows[i] + columns[i]) * (1 - kappa)) ** 2 for i in range(size))
        off = sum(p[i][j] * (columns[i] + rows[j]) ** 2 for i in range(size) for j in range(size) if i != j)
        spread = on + (1 - kappa) ** 2 * off - (kappa - expected * (1 - kappa)) ** 2
        half = Z * math.sqrt(max(0.0, spread) / n) / (1 - expected)
        out.update({"low": max(-1.0, kappa - half), "high": min(1.0, kappa + half)})
    return out


def agreement(record):
    """How far readers agree over what all of them read: altogether, on each class against all others, and on each image."""
    said, image_of = {}, {}
    for one in record.get("readings", []):
        said.setdefault(one["predictionId"], {})[one["who"]] = one["classId"]
        image_of[one["predictionId"]] = one["imageId"]
    readers = sorted({who for own in said.values() for who in own})
    if len(readers) < 2:
        return {}
    read = [(image_of[of], own) for of, own in said.items() if len(own) == len(readers)]
    ids = [one["id"] for one in record["project"]["classes"]] + [None]
    coded = [{who: ids.index(value) for who, value in own.items()} for _, own in read]
    told = {"all": kappa_of(readers, coded, len(ids))}
    for k in range(len(ids) - 1):
        told[f"c{k}"] = kappa_of(readers, [{who: int(value == k) for who, value in own.items()} for own in coded], 2)
    for place, image in enumerate(record["images"]):
        told[f"i{place}"] = kappa_of(readers, [own for (at, _), own in zip(read, coded) if at == image["id"]], len(ids))
    return {f"agreement/{of}/{name}": value for of, row in told.items() for name, value in row.items()}
