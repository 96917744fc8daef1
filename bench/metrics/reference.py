"""The same figures from other people's libraries: see compare.ts, which calls this.

pip install numpy scipy scikit-learn scikit-image torch torchmetrics monai pycocotools
pip install --no-deps stardist anomalib numba llvmlite tqdm
python reference.py cases.json figures.json

Each figure is given by every library that has it, under the library's name; "definition" is the paper's formula written
out with numpy and scipy where no library has the figure. None: undefined.
"""

import base64
import importlib.util
import json
import math
import sys
import types
import typing
import warnings

import numpy as np
import torch
import torchmetrics
from monai.metrics import compute_hausdorff_distance
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
from scipy import ndimage, stats
from sklearn import metrics as sk
from sklearn.calibration import calibration_curve
from skimage.measure import label as skimage_label
from torchmetrics import functional as tm
from torchmetrics.functional.detection import panoptic_quality

warnings.filterwarnings("ignore")
THRESHOLDS = np.arange(0.5, 1.0, 0.05)
IGNORED = 255


def number(value):
    value = float(value)
    return None if math.isnan(value) else value


def numbers(values):
    return [number(v) for v in np.asarray(values, dtype=float).ravel()]


def mean_known(values):
    known = [v for v in values if v is not None]
    return sum(known) / len(known) if known else None


def stardist_matching():
    """The one file of StarDist that counts matches, without the rest, which wants TensorFlow."""
    for name in ("csbdeep", "csbdeep.utils"):
        sys.modules.setdefault(name, types.ModuleType(name)).__dict__.update(_raise=None)
    folder = importlib.util.find_spec("stardist").submodule_search_locations[0]
    spec = importlib.util.spec_from_file_location("stardist_matching", f"{folder}/matching.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# Classification


def classification(case):
    truth, scores, classes = np.array(case["truth"]), np.array(case["scores"]), case["classes"]
    binary, positive = classes == 2, case["positive"]
    said = np.where(scores[:, positive] >= case["threshold"], positive, 1 - positive) if binary else scores.argmax(1)
    labels = list(range(classes))
    out = {}
    put = lambda name, library, value: out.setdefault(name, {}).__setitem__(library, value)
    t, s, p = torch.tensor(truth), torch.tensor(said), torch.tensor(scores)
    per = {"num_classes": classes, "average": "none"}
    put("accuracy", "scikit-learn", number(sk.accuracy_score(truth, said)))
    put("accuracy", "torchmetrics", number(tm.classification.multiclass_accuracy(s, t, num_classes=classes, average="micro")))
    put("balancedAccuracy", "scikit-learn", number(sk.balanced_accuracy_score(truth, said)))
    put("mcc", "scikit-learn", number(sk.matthews_corrcoef(truth, said)))
    put("mcc", "torchmetrics", number(tm.classification.multiclass_matthews_corrcoef(s, t, num_classes=classes)))
    put("kappa", "scikit-learn", number(sk.cohen_kappa_score(truth, said)))
    put("kappa", "torchmetrics", number(tm.classification.multiclass_cohen_kappa(s, t, num_classes=classes)))
    put("confusion", "scikit-learn", numbers(sk.confusion_matrix(truth, said, labels=labels)))
    nan = {"labels": labels, "average": None, "zero_division": np.nan}
    with np.errstate(all="ignore"):
        tn, fp, fn, tp = sk.multilabel_confusion_matrix(truth, said, labels=labels).reshape(classes, 4).T
        ofClass = {
            "sensitivity": sk.recall_score(truth, said, **nan),
            "specificity": tn / (tn + fp),
            "ppv": sk.precision_score(truth, said, **nan),
            "npv": tn / (tn + fn),
            "f1": sk.f1_score(truth, said, **nan),
        }
    there = [k for k in labels if 0 < (truth == k).sum() < len(truth)]
    ofClass["auc"] = [sk.roc_auc_score(truth == k, scores[:, k]) if k in there else math.nan for k in labels]
    ofClass["averagePrecision"] = [sk.average_precision_score(truth == k, scores[:, k]) if k in there else math.nan for k in labels]
    for name, values in ofClass.items():
        put(f"{name} per class", "scikit-learn", numbers(values))
        put(name, "scikit-learn", number(values[positive] if binary else np.nanmean(values)))
    full = [k for k in labels if (truth == k).any()]
    if len(full) == classes:
        put("specificity per class", "torchmetrics", numbers(tm.classification.multiclass_specificity(s, t, **per)))
        put("npv per class", "torchmetrics", numbers(tm.classification.multiclass_negative_predictive_value(s, t, **per)))
        put("auc per class", "torchmetrics", numbers(tm.classification.multiclass_auroc(p, t, **per)))
        put("averagePrecision per class", "torchmetrics", numbers(tm.classification.multiclass_average_precision(p, t, **per)))
        put("f1 per class", "torchmetrics", numbers(tm.classification.multiclass_f1_score(s, t, **per)))
    low, high = stats.binomtest(int((truth == said).sum()), len(truth)).proportion_ci(method="wilson")
    put("accuracyInterval", "scipy", [low, high])
    put("brier", "scikit-learn", number(sk.brier_score_loss(truth == positive, scores[:, positive]) if binary else sk.brier_score_loss(truth, scores, labels=labels)))
    curves(truth, scores, positive if binary else 0, put)
    calibration(truth, scores, positive if binary else None, put)
    if binary:
        fpr, tpr, _ = sk.roc_curve(truth == positive, scores[:, positive], drop_intermediate=False)
        put("youden", "scikit-learn", number((tpr - fpr).max()))
        precision, recall, _ = sk.precision_recall_curve(truth == positive, scores[:, positive])
        put("bestF1", "scikit-learn", number(np.nanmax(2 * precision * recall / (precision + recall))))
    return out


def curves(truth, scores, k, put):
    there = truth == k
    fpr, tpr, _ = sk.roc_curve(there, scores[:, k], drop_intermediate=False)
    put("rocFpr", "scikit-learn", numbers(fpr[1:]))
    put("rocTpr", "scikit-learn", numbers(tpr[1:]))
    precision, recall, _ = sk.precision_recall_curve(there, scores[:, k])
    put("prPrecision", "scikit-learn", numbers(precision[:-1][::-1]))
    put("prRecall", "scikit-learn", numbers(recall[:-1][::-1]))


def calibration(truth, scores, positive, put):
    said = scores.max(1) if positive is None else scores[:, positive]
    was = scores.argmax(1) == truth if positive is None else truth == positive
    rate, probability = calibration_curve(was, said, n_bins=15)
    put("reliability", "scikit-learn", numbers(np.stack([probability, rate], 1)))
    bins = np.searchsorted(np.linspace(0, 1, 16)[1:-1], said)
    counts = np.bincount(bins, minlength=15)
    counts = counts[counts > 0]
    put("ece", "scikit-learn", number((counts * np.abs(rate - probability)).sum() / counts.sum()))
    # torchmetrics puts a probability on a bin's border into the bin above, and 1 into a bin of its own.
    if not np.isin(np.round(said * 15, 9) % 1, [0]).any():
        put("ece", "torchmetrics", number(tm.classification.binary_calibration_error(torch.tensor(said), torch.tensor(was.astype(int)), n_bins=15)))


# Segmentation


def array(packed):
    return np.frombuffer(base64.b64decode(packed["base64"]), dtype=packed["dtype"])


def maps_of(image):
    shape = (image["height"], image["width"])
    names = ["truth", "predicted", "truthInstances", "predictedInstances"]
    return {**{name: array(image[name]).reshape(shape) for name in names}, "scores": array(image["scores"])}


def segmentation(case):
    images, classes = [maps_of(image) for image in case["images"]], case["classes"]
    out = {}
    put = lambda name, library, value: out.setdefault(name, {}).__setitem__(library, value)
    labels = list(range(classes))
    pixel_figures(images, labels, put)
    boundary_figures(images, labels, case["tolerance"], put)
    for image in images:
        image["classOf"] = {side: majority(image, side) for side in ("truth", "predicted")}
    object_figures(images, labels[1:], put)
    return out


def pixel_figures(images, labels, put):
    held = [image["truth"].ravel() != IGNORED for image in images]
    truths = [image["truth"].ravel()[h] for image, h in zip(images, held)]
    saids = [image["predicted"].ravel()[h] for image, h in zip(images, held)]
    truth, said = np.concatenate(truths), np.concatenate(saids)
    nan = {"labels": labels, "average": None, "zero_division": np.nan}
    scores = {"dice": sk.f1_score, "sensitivity": sk.recall_score, "ppv": sk.precision_score}
    for name, score in scores.items():
        put(f"{name} per class", "scikit-learn", numbers(score(truth, said, **nan)))
    jaccard = [sk.jaccard_score(truth == k, said == k) if ((truth == k) | (said == k)).any() else math.nan for k in labels]
    put("jaccard per class", "scikit-learn", numbers(jaccard))
    jaccard_tm = tm.classification.multiclass_jaccard_index(torch.tensor(said), torch.tensor(truth), num_classes=len(labels), average="none")
    put("jaccard per class", "torchmetrics", numbers(jaccard_tm))
    put("dice", "scikit-learn", number(np.nanmean(sk.f1_score(truth, said, **nan)[1:])))
    put("jaccard", "scikit-learn", number(np.nanmean(jaccard[1:])))
    put("pixelAccuracy", "scikit-learn", number(sk.accuracy_score(truth, said)))
    dices = np.array([sk.f1_score(t, s, **nan) for t, s in zip(truths, saids)])
    put("diceImageMean per class", "scikit-learn", numbers(np.nanmean(dices, 0)))
    put("jaccardImageMean per class", "scikit-learn", numbers(np.nanmean(dices / (2 - dices), 0)))


def surface(mask):
    return mask & ~ndimage.binary_erosion(mask)


def distances(a, b):
    """From a's boundary to b's."""
    return ndimage.distance_transform_edt(~surface(b))[surface(a)]


def hausdorff(a, b):
    return max(np.percentile(distances(a, b), 95), np.percentile(distances(b, a), 95)) if a.any() and b.any() else None


def hausdorff_monai(a, b):
    if not a.any() or not b.any():
        return None
    pair = [torch.tensor(m[None, None].astype(np.float32)) for m in (b, a)]
    return number(compute_hausdorff_distance(*pair, include_background=True, percentile=95))


def boundary_f1(truth, said, tolerance):
    if not truth.any() and not said.any():
        return None
    if not truth.any() or not said.any():
        return 0
    recall, precision = (distances(truth, said) <= tolerance).mean(), (distances(said, truth) <= tolerance).mean()
    return 2 * precision * recall / (precision + recall) if precision + recall else 0


def boundary_figures(images, labels, tolerance, put):
    held = [image["truth"] != IGNORED for image in images]
    masks = [[((image["truth"] == k) & h, (image["predicted"] == k) & h) for image, h in zip(images, held)] for k in labels]
    put("hausdorff95 per class", "scipy", [mean_known([hausdorff(a, b) for a, b in pairs]) for pairs in masks])
    put("hausdorff95 per class", "monai", [mean_known([hausdorff_monai(a, b) for a, b in pairs]) for pairs in masks])
    put("boundaryF1 per class", "scipy", [mean_known([boundary_f1(a, b, tolerance) for a, b in pairs]) for pairs in masks])


def majority(image, side):
    """Class of each object, ignored pixels left out."""
    instances, labels, held = image[f"{side}Instances"], image[side], image["truth"] != IGNORED
    ids = np.unique(instances[held & (instances > 0)])
    return {int(i): int(np.bincount(labels[(instances == i) & held]).argmax()) for i in ids}


def masks_of(image, side, k):
    held = image["truth"] != IGNORED
    return {i: (image[f"{side}Instances"] == i) & held for i, c in image["classOf"][side].items() if c == k}


def iou_table(truths, saids):
    if not truths or not saids:
        return np.zeros((len(truths), len(saids))), np.zeros((len(truths), len(saids)))
    a, b = (np.stack([m.ravel() for m in masks.values()]).astype(np.float32) for masks in (truths, saids))
    shared = (a @ b.T).astype(np.float64)
    return shared, shared / (a.sum(1)[:, None] + b.sum(1)[None] - shared)


def object_image(image, k):
    """One image's matches as the Data Science Bowl's metric and the papers define them."""
    truths, saids = masks_of(image, "truth", k), masks_of(image, "predicted", k)
    shared, iou = iou_table(truths, saids)
    void = image["truth"] == IGNORED
    whole = [image["predictedInstances"] == i for i in saids]
    unheld = np.array([(w & void).sum() > w.sum() / 2 for w in whole], dtype=bool)
    hits, extra = [], []
    for threshold in THRESHOLDS:
        matches = iou > threshold
        hits.append(int(matches.any(1).sum()) if matches.size else 0)
        free = ~matches.any(0) if matches.size else np.ones(len(saids), bool)
        extra.append(int((free & ~unheld).sum()))
    areas = [m.sum() for m in truths.values()], [m.sum() for m in saids.values()]
    pairs = [(list(truths.values())[t], list(saids.values())[p]) for t, p in np.argwhere(iou > 0.5)] if iou.size else []
    return {
        "hits": np.array(hits),
        "extra": np.array(extra),
        "truths": len(truths),
        "iou": iou[iou > 0.5].sum(),
        "aji": aggregated_jaccard(shared, iou, *areas),
        "hausdorff": mean_known([hausdorff(a, b) for a, b in pairs]),
    }


def aggregated_jaccard(shared, iou, truth_areas, said_areas):
    """Kumar et al. 2017, algorithm 1."""
    over, under, used = 0, 0, set()
    for t, area in enumerate(truth_areas):
        best = int(iou[t].argmax()) if len(said_areas) and iou[t].max() > 0 else None
        if best is None:
            under += area
            continue
        over += shared[t, best]
        under += area + said_areas[best] - shared[t, best]
        used.add(best)
    under += sum(area for p, area in enumerate(said_areas) if p not in used)
    return over / under if under else None


def object_figures(images, labels, put):
    rows = {k: class_objects(images, k) for k in labels}
    for name in rows[labels[0]]:
        put(f"objects {name}", "definition", mean_known([rows[k][name] for k in labels]))
    for name in ("ap50", "pq", "aji", "recall50"):
        put(f"objects {name} per class", "definition", [rows[k][name] for k in labels])
    coco_figures(images, labels, put)
    if not any((image["truth"] == IGNORED).any() for image in images):
        stardist_figures(images, labels, put)
        put("objects pq per class", "torchmetrics", panoptic(images, labels))


def class_objects(images, k):
    found = [object_image(image, k) for image in images]
    hits, extra = sum(f["hits"] for f in found), sum(f["extra"] for f in found)
    truths = sum(f["truths"] for f in found)
    share = lambda part, whole: float(part) / float(whole) if whole else None
    accuracy = lambda f: [share(h, e + f["truths"]) for h, e in zip(f["hits"], f["extra"])]
    iou = sum(f["iou"] for f in found)
    return {
        "ap50": mean_known([accuracy(f)[0] for f in found]),
        "ap": mean_known([mean_known(accuracy(f)) for f in found]),
        "ap50Pooled": share(hits[0], extra[0] + truths),
        "apPooled": mean_known([share(h, e + truths) for h, e in zip(hits, extra)]),
        "precision50": share(hits[0], hits[0] + extra[0]),
        "recall50": share(hits[0], truths),
        "pq": share(iou, (hits[0] + extra[0] + truths) / 2),
        "sq": share(iou, hits[0]),
        "rq": share(2 * hits[0], hits[0] + extra[0] + truths),
        "aji": mean_known([f["aji"] for f in found]),
        "hausdorff95": mean_known([f["hausdorff"] for f in found]),
    }


def class_map(image, side, k):
    out = np.zeros(image["truth"].shape, dtype=np.int32)
    for n, mask in enumerate(masks_of(image, side, k).values()):
        out[mask] = n + 1
    return out


def stardist_figures(images, labels, put):
    """StarDist takes IoU >= threshold where the others take >; its IoU is float32."""
    matching = stardist_matching()
    figures = {"ap50Pooled": [], "apPooled": [], "pq": [], "rq": [], "precision50": []}
    for k in labels:
        truths, saids = ([class_map(image, side, k) for image in images] for side in ("truth", "predicted"))
        found = matching.matching_dataset(truths, saids, thresh=list(THRESHOLDS + 1e-6), show_progress=False, parallel=False)
        if found[0].n_true + found[0].n_pred == 0:
            continue
        figures["ap50Pooled"].append(found[0].accuracy)
        figures["apPooled"].append(np.mean([f.accuracy for f in found]))
        figures["pq"].append(found[0].panoptic_quality)
        figures["rq"].append(found[0].f1)
        figures["precision50"].append(found[0].precision if found[0].n_pred else None)
    for name, values in figures.items():
        put(f"objects {name}", "stardist", mean_known([v if v is None else float(v) for v in values]))


def panoptic(images, labels):
    stack = {"truth": [], "predicted": []}
    most = max(image["truth"].size for image in images)
    for image in images:
        for side, pairs in stack.items():
            both = np.zeros((most, 2), dtype=np.int64)
            for k in labels:
                instances = class_map(image, side, k).ravel()
                both[: instances.size][instances > 0] = np.stack([np.full((instances > 0).sum(), k), instances[instances > 0]], 1)
            pairs.append(both)
    said, truth = (torch.tensor(np.stack(stack[side])) for side in ("predicted", "truth"))
    found = panoptic_quality(said, truth, things=set(labels), stuffs={0}, return_per_class=True)
    return numbers(found[0][: len(labels)])


def coco_figures(images, labels, put):
    """COCO's, IoU of run-length masks, no limit of detections. Ignored ground is a crowd."""
    if any((image["truth"] == IGNORED).any() for image in images):
        return
    dataset = {"images": [], "annotations": [], "categories": [{"id": k} for k in labels], "info": {}}
    results = []
    for n, image in enumerate(images, 1):
        dataset["images"].append({"id": n, "height": image["truth"].shape[0], "width": image["truth"].shape[1]})
        for k in labels:
            for mask in masks_of(image, "truth", k).values():
                rle = coco_mask.encode(np.asfortranarray(mask.astype(np.uint8)))
                dataset["annotations"].append({"id": len(dataset["annotations"]) + 1, "image_id": n, "category_id": k, "segmentation": rle, "area": int(mask.sum()), "bbox": coco_mask.toBbox(rle).tolist(), "iscrowd": 0})
            for i, mask in masks_of(image, "predicted", k).items():
                rle = coco_mask.encode(np.asfortranarray(mask.astype(np.uint8)))
                results.append({"image_id": n, "category_id": k, "segmentation": rle, "score": float(image["scores"][i])})
    truth = COCO()
    truth.dataset = dataset
    truth.createIndex()
    said = truth.loadRes(results)
    run = COCOeval(truth, said, "segm")
    run.params.maxDets = [1, 10, 100000]
    run.evaluate()
    run.accumulate()
    precision, recall = run.eval["precision"][:, :, :, 0, 2], run.eval["recall"][:, :, 0, 2]
    known = lambda values: number(values[values > -1].mean()) if (values > -1).any() else None
    byClass = lambda table: mean_known([known(table[..., k]) for k in range(len(labels))])
    put("objects cocoAp", "pycocotools", byClass(precision))
    put("objects cocoAp50", "pycocotools", byClass(precision[0]))
    put("objects cocoAp75", "pycocotools", byClass(precision[5]))
    put("objects cocoAr", "pycocotools", byClass(recall))
    put("objects cocoAp per class", "pycocotools", [known(precision[..., k]) for k in range(len(labels))])


# Anomaly


def anomaly(case):
    out = {}
    put = lambda name, library, value: out.setdefault(name, {}).__setitem__(library, value)
    images = [{**image, "map": array(image["map"]).reshape(image["height"], image["width"]), "truth": array(image["truth"]).reshape(image["height"], image["width"])} for image in case["images"]]
    truth, score = np.array([i["anomalous"] for i in images]), np.array([i["score"] for i in images])
    pixels, masks = np.stack([i["map"] for i in images]), np.stack([i["truth"] > 0 for i in images])
    put("imageAuroc", "scikit-learn", number(sk.roc_auc_score(truth, score)))
    put("averagePrecision", "scikit-learn", number(sk.average_precision_score(truth, score)))
    put("pixelAuroc", "scikit-learn", number(sk.roc_auc_score(masks.ravel(), pixels.ravel())))
    put("pixelAuroc", "torchmetrics", number(tm.classification.binary_auroc(torch.tensor(pixels.ravel().astype(np.float64)), torch.tensor(masks.ravel().astype(int)))) if pixels.min() >= 0 else None)
    put("pixelAveragePrecision", "scikit-learn", number(sk.average_precision_score(masks.ravel(), pixels.ravel())))
    called = score >= case["threshold"]
    put("sensitivity", "scikit-learn", number(sk.recall_score(truth, called)))
    put("specificity", "scikit-learn", number(sk.recall_score(~truth, ~called)))
    regions, offset = np.zeros(masks.shape, dtype=np.int64), 0
    for n, mask in enumerate(masks):
        found, count = skimage_label(mask, connectivity=2, return_num=True)
        regions[n] = np.where(found > 0, found + offset, 0)
        offset += count
    put("pro", "definition", pro_by_definition(pixels, regions))
    put("pro", "anomalib", pro_anomalib(pixels, regions))
    if out["pixelAuroc"]["torchmetrics"] is None:
        del out["pixelAuroc"]["torchmetrics"]
    return out


def pro_by_definition(pixels, regions, limit=0.3):
    """Every threshold by itself: the mean share of each region found, against the share of normal pixels called."""
    thresholds = np.unique(pixels)[::-1]
    normal = np.sort(pixels[regions == 0])
    fpr = 1 - np.searchsorted(normal, thresholds, side="left") / normal.size
    overlap = np.zeros(thresholds.size)
    for r in range(1, regions.max() + 1):
        inside = np.sort(pixels[regions == r])
        overlap += 1 - np.searchsorted(inside, thresholds, side="left") / inside.size
    fpr, overlap = np.concatenate([[0], fpr]), np.concatenate([[0], overlap / regions.max()])
    below = fpr < limit
    at = np.interp(limit, fpr, overlap)
    return float(np.trapezoid(np.append(overlap[below], at), np.append(fpr[below], limit)) / limit)


def pro_anomalib(pixels, regions):
    """anomalib's class without the package, which wants matplotlib and kornia; its float32 sums, which cost 1e-6 on many pixels, made double."""
    folder = importlib.util.find_spec("anomalib").submodule_search_locations[0]
    source = open(f"{folder}/metrics/aupro.py").read()
    source = source[source.index("class _AUPRO") : source.index("class AUPRO(")].replace(".float()", ".double()")
    names = {"Metric": torchmetrics.Metric, "torch": torch, "Any": typing.Any, "Callable": typing.Callable, "Figure": object}
    exec(source, names)
    fpr, overlap = names["_AUPRO"](fpr_limit=0.3).compute_pro(torch.tensor(regions), torch.tensor(pixels))
    return number(torch.trapezoid(overlap, fpr) / fpr[-1])


def main(cases_path, figures_path):
    cases = json.load(open(cases_path))
    kinds = {"classification": classification, "segmentation": segmentation, "anomaly": anomaly}
    with torch.no_grad():
        found = {kind: [figures(case) for case in cases[kind]] for kind, figures in kinds.items()}
    json.dump(found, open(figures_path, "w"))


if __name__ == "__main__":
    main(*sys.argv[1:])
