import { stat } from 'node:fs/promises'
import path from 'node:path'
import { append } from '#shared/append.ts'
import type { MaskFacts, MaskObjects } from '#shared/contracts/label-maps.ts'
import { AppError } from '#shared/errors.ts'
import { say } from '#shared/i18n/say.ts'
import { TASKS } from '#shared/task-facts.ts'
import { isImageError } from '../../imaging/failure.ts'
import { classNamed } from './class-names.ts'
import type { ImportContext, ImportProblem, ParsedDataset, ParsedImage, ParsedObject } from './dataset.ts'
import { measured, twoSizes } from './image-size.ts'
import { isTold, leftOut } from './left-out.ts'
import { hex } from './mask-colors.ts'
import { type MaskRule, maskRuleOf } from './mask-kinds.ts'
import { maskSummary, UnclearMasks } from './mask-summary.ts'
import { type MaskPair, type MaskPairs, pairMasks, pairMasksBy } from './mask-pairs.ts'
import { shownFile, splitOfFolder } from './split-folders.ts'
import { isImageName, mapLimited, walkFiles } from './walk.ts'

const AT_ONCE = 4

/**
 * Reads images with mask pictures: pairs by their names (`pairMasks`, or the request's own rule), what their values mean by what all of them hold
 * (`maskRuleOf`). Each connected area, or each number where numbers are objects, becomes one object. A mask of another size than its
 * image is left out, and the image taken without a label; what no rule took is told as a share. Images without a mask come along unlabelled. Masks
 * alone are about images that the project has.
 *
 * @throws AppError `not-found`, `too-many-files`, `no-masks`, `mask-kind-unclear`, `bad-pattern` or `bad-colors`.
 */
export async function parseMasks(root: string, context: ImportContext): Promise<ParsedDataset> {
  const absolute = path.resolve(root)
  const base = (await stat(absolute).catch(() => null))?.isFile() === true ? path.dirname(absolute) : absolute
  const files = (await walkFiles(base, context.signal)).filter(isImageName)
  const rule = context.request.pair
  const found = rule === null ? pairMasks(base, files, context.known, saysMasks(context.request)) : pairMasksBy(rule, base, files)
  if (found.pairs.length === 0) throw noMasks(base)
  return readPairs(found, base, context)
}

/** Whether a person says that these are masks: what is found by itself may be images. */
const saysMasks = ({ format, maskKind, colors }: ImportContext['request']): boolean =>
  format !== 'auto' || maskKind !== 'auto' || colors !== null

/** As `parseMasks`, of pairs that are known. */
export async function readPairs(found: MaskPairs, base: string, context: ImportContext): Promise<ParsedDataset> {
  const problems = [...found.problems]
  const masks = found.pairs.flatMap((pair) => pair.masks)
  const progress = progressOver(2 * masks.length, context)
  const facts = await readEach(masks, { context, problems, base, progress }, (file) => context.pictures.maskFacts({ file }))
  const rule = ruleOf(found.pairs, facts, context)
  const objects = await readEach([...facts.keys()], { context, problems, base, progress }, (file) =>
    context.pictures.mask({ file, reading: rule.reading }),
  )
  const images = await mapLimited(found.pairs, AT_ONCE, (pair) => imageOf(pair, objects, { rule, context, problems, base }))
  const alone = found.alone.map((file) => unlabelled(file, base))
  const classNames = rule.names.filter((name) => images.some((image) => image.objects.some(({ className }) => className === name)))
  const summary = maskSummary([...facts.values()], rule, [...objects.values()])
  return { format: 'masks', images: [...images, ...alone], classNames, problems, notes: [rule.note, ...softNote(objects)], masks: summary }
}

function ruleOf(pairs: readonly MaskPair[], facts: ReadonlyMap<string, MaskFacts>, context: ImportContext): MaskRule {
  const { request, classes } = context
  const kind = request.format === 'labelmaps' && request.maskKind === 'auto' ? 'instances' : request.maskKind
  if (facts.size === 0)
    throw new AppError('no-masks', 'None of the masks can be read.', 'Check the files: they must be PNG, TIFF, BMP or the like.')
  // Of an anomaly the first class is what is normal: masks show what is not.
  const shown = TASKS[context.task].normalFirst ? classes.slice(1) : classes
  const rule = told([...facts.values()], (all) =>
    maskRuleOf(all, { kind, colors: request.colors, classes: shown, named: classNamed(context) }),
  )
  return pairs.some(({ masks }) => masks.length > 1)
    ? { ...rule, note: `${rule.note} ${say('Images have a mask for each object.')}` }
    : rule
}

/** A failure to understand says what the masks hold. */
function told(facts: readonly MaskFacts[], rule: (facts: readonly MaskFacts[]) => MaskRule): MaskRule {
  try {
    return rule(facts)
  } catch (thrown) {
    throw thrown instanceof AppError ? new UnclearMasks(thrown, facts) : thrown
  }
}

interface Reading {
  readonly context: ImportContext
  readonly problems: ImportProblem[]
  readonly base: string
  readonly progress: (file: string) => void
}

/** Asks for each file; those that cannot be read are told and left out. */
async function readEach<T>(files: readonly string[], reading: Reading, ask: (file: string) => Promise<T>): Promise<Map<string, T>> {
  const { context, problems, base, progress } = reading
  const answers = await mapLimited(files, AT_ONCE, async (file): Promise<[string, T] | null> => {
    context.signal?.throwIfAborted()
    try {
      return [file, await ask(file)]
    } catch (thrown) {
      if (!isImageError(thrown)) throw thrown
      problems.push({ file: path.relative(base, file), what: leftOut(thrown.message) })
      return null
    } finally {
      progress(file)
    }
  })
  return new Map(answers.filter((answer) => answer !== null))
}

function progressOver(total: number, { onProgress }: ImportContext): (file: string) => void {
  let done = 0
  return (file) => onProgress?.(++done, total, path.basename(file))
}

interface Making {
  readonly rule: MaskRule
  readonly context: ImportContext
  readonly problems: ImportProblem[]
  readonly base: string
}

async function imageOf(pair: MaskPair, objects: ReadonlyMap<string, MaskObjects>, making: Making): Promise<ParsedImage> {
  const { rule, context, problems, base } = making
  const plain = unlabelled(pair.image, base)
  const size = await measured(pair.image, context).catch((thrown: unknown) => {
    // The image itself is told of where its record is made.
    if (isImageError(thrown)) return null
    throw thrown
  })
  if (size === null) return plain
  const taken: ParsedObject[] = []
  let usable = 0
  for (const mask of pair.masks) {
    const found = objects.get(mask)
    if (found === undefined) continue
    const problem = (what: string): void => void problems.push({ file: path.relative(base, mask), what })
    if (found.width !== size.width || found.height !== size.height) {
      problem(leftOut(say('has {{width}} x {{height}} pixels, its image {{width2}} x {{height2}}', twoSizes(found, size))))
      continue
    }
    usable++
    if (found.unknown > 0) problem(unknownText(found, rule))
    append(
      taken,
      found.objects.map(({ label, shape }) => ({ className: rule.names[label - 1]!, shape, difficult: false, crowd: false })),
    )
  }
  const unread = pair.masks.length - usable
  if (usable === 0 || !isTold(taken, unread, (what) => problems.push({ file: shownFile(base, pair.image), what }))) return plain
  const said = taken.length === 0 ? emptyMask(context) : taken
  return { ...plain, size: { width: size.width, height: size.height }, labelled: true, objects: said }
}

/** What a mask without any area says: in an anomaly project that the image is normal. */
function emptyMask({ task, classes }: ImportContext): ParsedObject[] {
  const [normal] = classes
  if (!TASKS[task].normalFirst || normal === undefined) return []
  return [{ className: normal.name, shape: { type: 'image' }, difficult: false, crowd: false }]
}

function unlabelled(file: string, base: string): ParsedImage {
  return { path: file, size: null, split: splitOfFolder(base, file), labelled: false, objects: [] }
}

function unknownText({ width, height, unknown, unknownValues }: MaskObjects, rule: MaskRule): string {
  const share = (100 * unknown) / (width * height)
  const name = (value: number): string => (rule.reading.kind === 'colors' ? hex(value) : String(value))
  const list = unknownValues.slice(0, 3).map(({ value }) => name(value))
  const values = `${list.join(', ')}${unknownValues.length > 3 ? ', ...' : ''}`
  return share < 0.01
    ? say('less than 0.01 % of its pixels ({{values}}) belong to no class: background', { values })
    : say('{{share}} % of its pixels ({{values}}) belong to no class: background', { share: share.toFixed(2), values })
}

function softNote(objects: ReadonlyMap<string, MaskObjects>): string[] {
  const all = [...objects.values()]
  const soft = all.reduce((sum, one) => sum + one.soft, 0)
  if (soft === 0) return []
  const share = (100 * soft) / all.reduce((sum, { width, height }) => sum + width * height, 0)
  return [say('Soft edges ({{share}} % of the pixels) went to the nearer colour.', { share: share.toFixed(2) })]
}

function noMasks(base: string): AppError {
  return new AppError(
    'no-masks',
    `No image of ${path.basename(base)} has a mask by its name.`,
    'Put masks of the same name into a folder "masks" beside "images", or say which belongs to which: --pair "images/*.jpg=masks/*_mask.png".',
  )
}
