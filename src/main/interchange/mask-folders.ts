/** Names of folders that hold mask pictures, and of those that hold the images beside them. */
const MASK_FOLDERS = new Set([
  'mask',
  'masks',
  'label',
  'labels',
  'labelmap',
  'labelmaps',
  'labelcol',
  'annotation',
  'annotations',
  'annotated',
  'gt',
  'ground_truth',
  'groundtruth',
  'ground truth',
  'seg',
  'segs',
  'segmentation',
  'segmentations',
  'segmentationclass',
  'segmentationobject',
  'target',
  'targets',
  'instances',
  'instance',
  'manual',
])

/** Ends of the names of masks that lie beside or in a folder of their own: `a_mask.png` belongs to `a.jpg`. */
const MASK_SUFFIX = /[ ._-](masks?|labels?|labelmap|labelids|gt|seg|segmentation|instances?|manual\d?|anno(tation)?|ground[_-]?truth)$/i

export function isMaskFolder(name: string): boolean {
  return MASK_FOLDERS.has(name.toLowerCase())
}

/** The stem of the image that a mask's stem speaks of, or null where it has no such ending. */
export function withoutMaskSuffix(stem: string): string | null {
  const bare = stem.replace(MASK_SUFFIX, '')
  return bare === stem || bare === '' ? null : bare
}
