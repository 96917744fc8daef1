import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'csv-parse/sync'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { CountBy, CountKind } from '../../../src/shared/contracts/counts.ts'
import type { CountSource } from '../../../src/shared/contracts/project.ts'
import { areaNote, areaWord } from '../../../src/shared/counts/format.ts'
import { CURVE_SCORES, scoreCurve } from '../../../src/shared/counts/score-curve.ts'
import { type CountTable, tabulate } from '../../../src/shared/counts/tabulate.ts'
import { imageId, runId } from '../../../src/shared/records/ids.ts'
import type { ImageState } from '../../../src/shared/records/image.ts'
import type { RegionShape } from '../../../src/shared/records/region.ts'
import { createProject } from '../../../src/main/project/create.ts'
import { countColumnsOf } from '../../../src/main/workbench/counts/count-columns.ts'
import type { CountRecord } from '../../../src/main/workbench/counts/count-record.ts'
import { reviewedPredictions } from '../../../src/main/workbench/counts/final-count.ts'
import { objectsBehind } from '../../../src/main/workbench/counts/objects-behind.ts'
import { WorkbenchEmitter } from '../../../src/main/workbench/events.ts'
import { exportFrom } from '../../../src/main/workbench/export.ts'
import { OpenProject } from '../../../src/main/workbench/open-project.ts'
import { reviewItemsOf } from '../../../src/main/workbench/review-items.ts'
import { pictures, temporaryFolder } from '../images/fixtures.ts'
import { aModel, anAnnotation, anImage, aRegion } from './records.ts'

const RUN = runId.parse('run')
const box = (x: number, y: number, width: number, height: number) => ({ type: 'box' as const, x, y, width, height })
/** An object of 10 pixels a side round a place. */
const at = (x: number, y: number) => box(x - 5, y - 5, 10, 10)

/** What lies on an image of 1000 x 1000 pixels of a micrometre: 1 mm². */
interface Given {
  readonly state?: ImageState
  readonly group?: string
  /** Pixels a side. */
  readonly side?: number
  readonly labels?: readonly RegionShape[]
  readonly found?: readonly RegionShape[]
  /** Regions of the project as they are now. */
  readonly regions?: readonly { readonly shape: RegionShape; readonly full: boolean }[]
  /** Those that the run kept; null: it kept none. */
  readonly kept?: readonly RegionShape[] | null
}

async function projectOf(given: Readonly<Record<string, Given>>, inRegions: boolean): Promise<OpenProject> {
  const db = await createProject(path.join(temporaryFolder(), 'p'), { task: 'detection', classes: ['Cell'] })
  onTestFinished(() => db.close())
  const project = new OpenProject(db, new WorkbenchEmitter(), 'Ada')
  const cell = db.classes()[0]!.id
  const all = Object.entries(given)
  const images = all.map(([id, { state = 'in-work', group = null, side = 1000 }], i) =>
    anImage(id, { ...{ width: side, height: side, micronsPerPixel: 1, state, group, sha256: String(i).repeat(64) } }),
  )
  const annotations = all.flatMap(([id, { labels = [] }]) =>
    labels.map((shape, i) => anAnnotation(`${id}${String(i)}`, id, { classId: cell, shape })),
  )
  const regions = all.flatMap(([id, { regions: own = [] }]) =>
    own.map(({ shape, full }, i) => aRegion(`${id}r${String(i)}`, id, { shape, fullyLabelled: full })),
  )
  db.commit({ label: 'Test', put: { images, annotations, regions }, remove: {} })
  const model = aModel('m', db.classes())
  db.putModel(model)
  const found = all.flatMap(([id, { found: own = [] }]) =>
    own.map((shape) => ({ imageId: imageId.parse(id), classId: cell, score: 0.9, shape })),
  )
  const results = all.flatMap(([id, { kept = null }]) =>
    kept === null ? [] : [{ imageId: imageId.parse(id), scores: null, anomaly: null, maps: [], regions: [...kept] }],
  )
  const settings = { minScore: 0.05, flips: false, tissueOnly: true, ...(inRegions ? { inRegions } : {}) }
  const run = { id: RUN, modelId: model.id, settings, images: images.length, objects: found.length, seconds: 1, createdAt: model.createdAt }
  db.addRun(run, images.map(({ id }) => id), found, results) // prettier-ignore
  return project
}

const sourceOf = (kind: CountKind): CountSource => (kind === 'truth' ? { kind } : { kind, runId: RUN, score: 0.5 })

function tableOf(project: OpenProject, kind: CountKind, by: CountBy = 'image'): CountTable {
  const known = { images: project.db.images(), classes: project.db.classes() }
  return tabulate(countColumnsOf(project, RUN), known, { by, kind, score: 0.5 })
}

/** Of each row how many, on how many pixels, and what those are. */
const rowsOf = (...asked: Parameters<typeof tableOf>) =>
  tableOf(...asked).rows.map(({ total, pixels, areaOf }) => [total, pixels, areaOf] as const)

const LEFT = box(0, 0, 100, 100)
const RIGHT = box(50, 0, 100, 100)
/** Both together cover 150 x 100 pixels. */
const BOTH = 15_000

/** A run that looked into two regions that overlap, of which the project has one no more and the other elsewhere; one label lies in them, one beside. */
const inRegions = (state: ImageState = 'in-work', full = false): Given => ({
  state,
  labels: [at(20, 80), at(500, 500)],
  found: [at(20, 20), at(75, 50), at(140, 20)],
  kept: [LEFT, RIGHT],
  regions: [{ shape: box(400, 400, 200, 200), full }],
})

/** Labels of which two lie in a fully labelled region, one in another region, and one in none. */
const labelled = (state: ImageState): Given => ({
  state,
  labels: [at(20, 20), at(180, 80), at(320, 20), at(500, 500)],
  regions: [
    { shape: box(0, 0, 200, 100), full: true },
    { shape: box(100, 0, 100, 100), full: true },
    { shape: box(300, 0, 100, 100), full: false },
  ],
})

describe('a run in regions', () => {
  it('counts on the regions as they were looked at, what several cover once, and leaves out what lies beside', async () => {
    const project = await projectOf({ a: inRegions() }, true)
    expect(rowsOf(project, 'predictions')).toEqual([[3, BOTH, 'looked']])
    const { rows, all, beside } = tableOf(project, 'corrected')
    for (const row of [rows[0]!, all]) {
      expect(row).toMatchObject({ total: 4, pixels: BOTH, mm2: 0.015, areaOf: 'looked', scans: 0 })
      expect(row.perClass[0]!.density!.perMm2).toBeCloseTo(4 / 0.015, 9)
      expect([row.perClass[0]!.uncorrected, row.perClass[0]!.corrected]).toEqual([3, 4])
    }
    expect(beside).toBe(1)
    expect(areaNote(all)).toBe('Area counted on: 0.015 mm², only the regions that the run looked at.')
    // Labels stand for the whole image, as long as no region is fully labelled.
    expect(rowsOf(project, 'truth')).toEqual([[2, 1_000_000, 'image']])
  })

  it('stays with its regions on an image that its review finished', async () => {
    const project = await projectOf({ a: inRegions('done') }, true)
    expect(rowsOf(project, 'corrected')).toEqual([[1, BOTH, 'looked']])
  })

  it('and labels in others are each told on their own area', async () => {
    const given = { ...inRegions('done'), regions: [{ shape: box(0, 50, 1000, 460), full: true }] }
    const project = await projectOf({ a: given }, true)
    expect(rowsOf(project, 'corrected')).toEqual([[1, BOTH, 'looked']])
    expect(rowsOf(project, 'truth')).toEqual([[2, 460_000, 'labelled']])
    expect(rowsOf(project, 'predictions')).toEqual([[3, BOTH, 'looked']])
    // What the run found stands beside labels only where both were.
    expect(tableOf(project, 'truth').all.perClass[0]).toMatchObject({ n: 2, uncorrected: 1, corrected: 1 })
  })

  it('divides a region’s objects by what of it was looked at', async () => {
    const given = { ...inRegions(), regions: [LEFT, box(100, 0, 100, 100), box(800, 800, 50, 50)].map((shape) => ({ shape, full: false })) }
    const project = await projectOf({ a: given }, true)
    // The last row is of what lies in no region: the label beside all of them.
    expect(rowsOf(project, 'corrected', 'region')).toEqual([
      [3, 10_000, 'region'],
      [1, 5000, 'looked'],
      [0, 0, 'looked'],
      [1, null, null],
    ])
    expect(tableOf(project, 'corrected', 'region').rows[2]!.perClass[0]!.density).toBeNull()
    expect(rowsOf(project, 'truth', 'region').slice(0, 2)).toEqual([[1, 10_000, 'region'], [0, 10_000, 'region']]) // prettier-ignore
  })

  it('that is older and did not keep its regions: by those that are there, and by none where these are others', async () => {
    const same = { ...inRegions(), kept: null, regions: [LEFT, RIGHT].map((shape) => ({ shape, full: false })) }
    const moved = { ...inRegions(), kept: null }
    const project = await projectOf({ a: same, b: moved, c: { ...moved, regions: [] } }, true)
    expect(rowsOf(project, 'corrected')).toEqual([[4, BOTH, 'looked'], [5, null, 'unknown'], [5, null, 'unknown']]) // prettier-ignore
    const { rows, all } = tableOf(project, 'corrected')
    expect([rows[1], all].map((row) => [row!.mm2, row!.perClass[0]!.density])).toEqual([[null, null], [null, null]]) // prettier-ignore
    expect(areaNote(all)).toBe('Area counted on: not known: the regions were changed after the run.')
  })

  it('is reviewed on the same area, with the labels that lie there', async () => {
    const project = await projectOf({ a: inRegions() }, true)
    const { area, areaOf, labels } = reviewItemsOf(project, { runId: RUN, finishedToo: false })
    expect({ area, areaOf, labels }).toEqual({ area: 0.015, areaOf: 'looked', labels: [1] })
    expect(reviewedPredictions(project, RUN, project.db.images(), 0.5)!.labels).toEqual([1])
  })

  it('of whole images is reviewed without a density where a finished one is labelled in regions alone', async () => {
    const [open, done] = [await projectOf({ a: labelled('in-work') }, false), await projectOf({ a: labelled('done') }, false)]
    expect(reviewItemsOf(open, { runId: RUN, finishedToo: false })).toMatchObject({ area: 1, areaOf: 'image' })
    expect(reviewItemsOf(done, { runId: RUN, finishedToo: false })).toMatchObject({ area: null, areaOf: 'image' })
  })

  it('says the same by score, and of the objects behind a number', async () => {
    const project = await projectOf({ a: inRegions(), b: inRegions('done', true) }, true)
    const columns = countColumnsOf(project, RUN)
    const [cell] = project.db.classes()
    for (const kind of ['predictions', 'corrected'] as const) {
      const { all } = tableOf(project, kind)
      expect(scoreCurve(columns, kind, new Set(columns.imageIds)).get(cell!.id)![CURVE_SCORES.indexOf(0.5)]).toBe(all.total)
    }
    for (const kind of ['truth', 'predictions', 'corrected'] as const)
      for (const by of ['image', 'region'] as const)
        for (const { images, region, total } of tableOf(project, kind, by).rows) {
          const place = by === 'image' ? null : (region?.id ?? 'none')
          const behind = objectsBehind(project, { source: sourceOf(kind), imageId: images[0]!.id, classIds: [cell!.id], region: place })
          expect(behind.annotations.length + behind.predictions.length).toBe(total)
        }
  })
})

describe('labels', () => {
  it('stand for the fully labelled regions of an image, whatever its state says', async () => {
    const project = await projectOf({ a: labelled('in-work'), b: labelled('done') }, false)
    expect(rowsOf(project, 'truth')).toEqual([[2, 20_000, 'labelled'], [2, 20_000, 'labelled']]) // prettier-ignore
    expect(tableOf(project, 'truth')).toMatchObject({ beside: 4, all: { total: 4, mm2: 0.04 } })
    expect(tableOf(project, 'truth').all.perClass[0]!.density!.perMm2).toBeCloseTo(100, 9)
    // A person who counts by region counts in each, fully labelled or not.
    expect(rowsOf(project, 'truth', 'region').slice(0, 4)).toEqual([
      [2, 20_000, 'region'],
      [1, 10_000, 'region'],
      [1, 10_000, 'region'],
      [1, null, null],
    ])
    // A run over the whole images: corrected numbers are of all of it, and where the image is done the labels alone.
    expect(rowsOf(project, 'corrected')).toEqual([[4, 1_000_000, 'image'], [2, 20_000, 'labelled']]) // prettier-ignore
  })

  it('of images with and without such regions add up on their own areas', async () => {
    const whole = { labels: [at(20, 20), at(900, 900)], group: 'P' }
    const project = await projectOf({ a: { ...labelled('in-work'), group: 'P' }, b: whole, c: labelled('in-work') }, false)
    expect(tableOf(project, 'truth').all).toMatchObject({ total: 6, mm2: 1.04, areaOf: 'mixed' })
    expect(rowsOf(project, 'truth', 'group')).toEqual([[4, 1_020_000, 'mixed'], [2, 20_000, 'labelled']]) // prettier-ignore
    expect(areaWord(tableOf(project, 'truth').all)).toBe('regions in part')
  })

  it('on a slide are told to be over the glass too, unless a region says where', async () => {
    const project = await projectOf({ a: { labels: [at(20, 20)], side: 9000 }, b: { ...labelled('in-work'), side: 9000 } }, false)
    const { rows, all } = tableOf(project, 'truth')
    expect(rows.map((row) => [row.scans, areaWord(row)])).toEqual([[1, 'glass included'], [0, 'regions only']]) // prettier-ignore
    expect(areaNote(all)).toBe(
      'Area counted on: 81 mm², whole images or only regions of them, image by image. 1 slide or large image is counted over the whole image, glass included: mark a region for the density of the tissue.',
    )
  })
})

const SCRIPT = path.resolve(import.meta.dirname, '../../../tools/evidence/check_counts.py')
const python = spawnSync('python3', ['--version']).status === 0

describe('files of counts', () => {
  const everything = { a: inRegions(), b: inRegions('done', true), c: { ...inRegions(), group: 'P' }, d: { ...labelled('done'), kept: [LEFT], group: 'P' } } // prettier-ignore
  const kinds = ['truth', 'predictions', 'corrected'] as const

  it.each(kinds)('tell one density of %s, in each of them, and by which area it was divided', async (kind) => {
    const project = await projectOf(everything, true)
    const folder = temporaryFolder()
    const write = async (name: string, more: object): Promise<string> => {
      const file = path.join(folder, name)
      await exportFrom(project, { file, what: 'counts', format: 'csv', source: sourceOf(kind), ...more }, { pictures })
      return readFileSync(file, 'utf8')
    }
    const rows = tableOf(project, kind).rows
    const cells = (text: string): Record<string, string>[] => parse(text, { bom: true, columns: true })
    const tidy = cells(await write('tidy.csv', { layout: 'tidy' }))
    const wide = cells(await write('wide.csv', {}))
    const record = JSON.parse(await write('counts.json', { format: 'json' })) as CountRecord
    for (const [i, row] of rows.entries()) {
      const density = row.perClass[0]!.density!.perMm2
      expect(density).toBeCloseTo(row.total / row.mm2!, 9)
      expect(Number(tidy[i]!['n']) / Number(tidy[i]!['area_mm2'])).toBeCloseTo(density, 9)
      expect(Number(tidy[i]!['per_mm2'])).toBeCloseTo(density, 3)
      expect(Number(wide[i]!['Cell']) / Number(wide[i]!['area_mm2'])).toBeCloseTo(density, 9)
      expect([wide[i]!['area_px'], wide[i]!['area_of']]).toEqual([tidy[i]!['area_px'], tidy[i]!['area_of']])
      expect(record.numbers.rows[i]!.perClass[0]!.density!.perMm2).toBe(density)
      expect(record.numbers.rows[i]).toMatchObject({ mm2: row.mm2, areaOf: row.areaOf })
    }
    expect(new Set(tidy.map((row) => row['area_of']))).toEqual(new Set({ truth: ['whole image', 'fully labelled regions'], predictions: ['regions looked at'], corrected: ['regions looked at'] }[kind])) // prettier-ignore
    const [patient] = cells(await write('group.csv', { by: 'group' })).filter(({ group }) => group === 'P')
    const own = tableOf(project, kind, 'group').rows.find(({ name }) => name === 'P')!
    expect([patient!['area_mm2'], patient!['Cell per mm2']]).toEqual([String(own.mm2), String(Math.round(1000 * own.total / own.mm2!) / 1000)]) // prettier-ignore
  })

  it.runIf(python).each(kinds.flatMap((kind) => (['image', 'region', 'group'] as const).map((by) => ({ kind, by }))))(
    'a report of $kind by $by tells the area, and each of its numbers is made anew from its record',
    async ({ kind, by }) => {
      const project = await projectOf(everything, true)
      const page = path.join(temporaryFolder(), 'report.html')
      const written = await exportFrom(project, { file: page, what: 'report', format: 'html', source: sourceOf(kind), by }, { pictures })
      const { all, beside } = tableOf(project, kind)
      const html = readFileSync(page, 'utf8')
      expect(html).toContain(areaNote(all))
      expect(html).toContain(`<data value="${String(all.perClass[0]!.density!.perMm2)}" data-of="all/c0/density">`)
      const left = `${String(beside)} objects outside the regions counted on are left out.`
      expect([html.includes(left), written.notes.includes(left)]).toEqual([beside > 0, beside > 0])
      const { stdout, status } = spawnSync('python3', [SCRIPT, `${page}.json`, page], { encoding: 'utf8' })
      expect(stdout).toMatch(/^\d{2,} numbers, 0 differences\n$/)
      expect(status).toBe(0)
    },
  )

  it.runIf(python)('a record whose area or part was changed is found out', async () => {
    const project = await projectOf(everything, true)
    const file = path.join(temporaryFolder(), 'counts.json')
    await exportFrom(project, { file, what: 'counts', format: 'json', source: sourceOf('truth') }, { pictures })
    const text = readFileSync(file, 'utf8')
    const said = (changed: string): string => {
      expect(changed).not.toBe(text)
      return spawnSync('python3', [SCRIPT, '-'], { input: changed, encoding: 'utf8' }).stdout
    }
    expect(said(text.replace('"of":"labelled","pixels":20000', '"of":"labelled","pixels":40000'))).toMatch(/40000 pixels cannot be/)
    expect(said(text.replace('"of":"labelled","pixels":20000', '"of":"labelled","pixels":25000'))).toMatch(/density: told/)
    expect(said(text.replace(/"inside":\[\[.*?\]\]/, '"inside":[]'))).toMatch(/\/n: told/)
  })
})
