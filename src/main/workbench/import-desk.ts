import type { ImportPreview, ImportReport, ImportRequest } from '#shared/contracts/project.ts'
import { AppError, toErrorInfo } from '#shared/errors.ts'
import type { ErrorInfo } from '#shared/errors.ts'
import { keptTogether, NO_PATTERNS, originText } from '#shared/origin.ts'
import { UnclearMasks } from '../interchange/mask-summary.ts'
import { dropImport, importInto, type ImportTools, readImport, type ReadImport, recordsOf, takeImport } from './import.ts'
import { boxNotes, groupNotes, keptNotes, measuredNotes, replacedNotes } from './import-notes.ts'
import type { OpenProject } from './open-project.ts'
import { splitsOf } from './splitting.ts'

/** Names that a preview tells at most: enough to see what a pattern makes of them. */
const MOST_NAMES = 100
/** Problems that a preview tells at most; the report after the import has them all. */
const MOST_PROBLEMS = 5000

/**
 * Imports that are looked at before they are taken. What was read is kept until it is taken, dropped, or another is read: taking it then
 * writes to the project and nothing else.
 */
export class ImportDesk {
  readonly #project: OpenProject
  readonly #tools: ImportTools
  /** Being read, or read. */
  #held: { readonly key: string; readonly giveUp: AbortController; readonly read: Promise<ReadImport> } | null = null

  constructor(project: OpenProject, tools: ImportTools) {
    this.#project = project
    this.#tools = tools
  }

  /** What an import would take. Another one that is being read rejects with `cancelled`. What keeps it from being taken is told, not thrown. */
  async preview(request: ImportRequest): Promise<ImportPreview> {
    try {
      return previewOf(this.#project, await this.#reading(request), request)
    } catch (thrown) {
      // Of what was given up nothing is shown; a defect is not for the person to mend.
      if (!(thrown instanceof AppError) || thrown.code === 'cancelled') throw thrown
      return refused(toErrorInfo(thrown), thrown instanceof UnclearMasks ? thrown.masks : null)
    }
  }

  /** Takes what was read for this request, or reads it first. */
  async take(request: ImportRequest, tools: ImportTools): Promise<ImportReport> {
    const known = this.#held
    if (known?.key !== this.#keyOf(request)) {
      await this.drop()
      return importInto(this.#project, request, { ...this.#tools, ...tools })
    }
    const read = await known.read
    this.#held = null
    return takeImport(this.#project, read, request, this.#tools)
  }

  /** Gives up what is being read, and removes what was read. */
  async drop(): Promise<void> {
    const known = this.#held
    this.#held = null
    known?.giveUp.abort(new AppError('cancelled', 'The import was given up; nothing was changed.'))
    const read = await known?.read.catch(() => null)
    if (read) await dropImport(read)
  }

  async #reading(request: ImportRequest): Promise<ReadImport> {
    const key = this.#keyOf(request)
    if (this.#held?.key !== key) {
      void this.drop()
      const giveUp = new AbortController()
      const read = readImport(this.#project, request, { ...this.#tools, signal: giveUp.signal })
      this.#held = { key, giveUp, read }
      // Files may be mended before the person looks again: what failed is not kept.
      read.catch(() => {
        if (this.#held?.read === read) this.#held = null
      })
    }
    const { read, giveUp } = this.#held
    const done = await read
    giveUp.signal.throwIfAborted()
    return done
  }

  /** How images are split and grouped is settled when they are taken; whatever was edited since may have made them known. */
  #keyOf(request: ImportRequest): string {
    return JSON.stringify({ ...request, split: null, ...NO_PATTERNS, seed: 0, sequence: this.#project.db.historyState().sequence })
  }
}

const NOTHING: Omit<ImportPreview, 'masks' | 'fault'> = {
  ...{ formats: [], images: 0, labels: 0, unlabelled: 0, duplicates: 0, groups: 0, ungrouped: 0, groupFault: '' },
  ...{ classes: [], some: [], problems: [], notes: [] },
  splits: { train: 0, val: 0, test: 0, none: 0 },
}

function refused(fault: ErrorInfo, masks: UnclearMasks['masks'] | null): ImportPreview {
  return { ...NOTHING, fault, masks: masks && { ...masks, values: [...masks.values] } }
}

/** The records, and why the pattern for groups can't be used: then those without it. */
function grouped(
  project: OpenProject,
  read: ReadImport,
  request: ImportRequest,
): ReturnType<typeof recordsOf> & { readonly groupFault: string } {
  try {
    return { ...recordsOf(project, read, request), groupFault: '' }
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code !== 'bad-pattern') throw thrown
    return { ...recordsOf(project, read, { ...request, ...NO_PATTERNS }), groupFault: thrown.message }
  }
}

/** At most so many of a list, from all over it. */
const spread = <T>(list: readonly T[], most: number): T[] =>
  list.length <= most ? [...list] : Array.from({ length: most }, (_, i) => list[Math.floor((i * list.length) / most)]!)

function previewOf(project: OpenProject, read: ReadImport, request: ImportRequest): ImportPreview {
  const { images, annotations, measured, classes, problems, kept, replaced, groupFault } = grouped(project, read, request)
  const counts = new Map<string, number>()
  for (const { classId } of annotations) counts.set(classId, (counts.get(classId) ?? 0) + 1)
  const known = project.db.classes().map((record) => ({ ...record, isNew: false }))
  const all = [...known, ...classes.map((record) => ({ ...record, isNew: true }))]
  const masks = read.datasets.find((dataset) => dataset.masks)?.masks
  const isGrouped = groupFault === '' && images.some((image) => keptTogether(image) !== null)
  return {
    formats: read.datasets.map(({ format }) => format),
    images: read.imported.records.size,
    labels: annotations.length,
    unlabelled: images.filter(({ state }) => state === 'unlabelled').length,
    duplicates: read.imported.duplicates,
    classes: all.flatMap(({ id, name, color, isNew }) =>
      counts.has(id) || isNew ? [{ name, color, isNew, labels: counts.get(id) ?? 0 }] : [],
    ),
    splits: splitsOf(images),
    groups: new Set(images.flatMap((image) => keptTogether(image) ?? [])).size,
    ungrouped: images.filter((image) => keptTogether(image) === null).length,
    groupFault,
    some: spread(images, MOST_NAMES).map((image) => ({ name: image.name, group: originText(image) })),
    masks: masks ? { ...masks, values: [...masks.values] } : null,
    problems: problems.slice(0, MOST_PROBLEMS),
    notes: [
      ...read.notes,
      // That no name fits a pattern is said beside the pattern.
      ...groupNotes(project, images, isGrouped ? request : { ...request, ...NO_PATTERNS }),
      ...keptNotes(kept),
      ...replacedNotes(replaced),
      ...measuredNotes(measured),
      ...boxNotes(project, annotations),
    ],
    fault: null,
  }
}
