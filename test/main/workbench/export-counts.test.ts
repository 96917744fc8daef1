import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'csv-parse/sync'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { z } from 'zod'
import type { exportRequest } from '../../../src/shared/contracts/project.ts'
import { classId, runId } from '../../../src/shared/records/ids.ts'
import { createProject } from '../../../src/main/project/create.ts'
import type { CountRecord } from '../../../src/main/workbench/counts/count-record.ts'
import { WorkbenchEmitter } from '../../../src/main/workbench/events.ts'
import { exportFrom } from '../../../src/main/workbench/export.ts'
import { OpenProject } from '../../../src/main/workbench/open-project.ts'
import { entryOf } from '../../unzip.ts'
import { pictures, temporaryFolder } from '../images/fixtures.ts'
import { aModel, anAnnotation, anImage } from './records.ts'

const RUN = runId.parse('run')
const box = (x: number) => ({ type: 'box' as const, x, y: 10, width: 20, height: 20 })
const FORMULA = '=HYPERLINK("http://evil")'

/** Two calibrated images of one patient, one of them named like a formula, with labels, a ruler, predictions and a rejected one. */
async function given(): Promise<{ project: OpenProject; folder: string }> {
  const folder = temporaryFolder()
  const db = await createProject(path.join(folder, 'p'), { task: 'detection', classes: ['Ki-67: Positive', 'Ki-67: Negative'] })
  onTestFinished(() => db.close())
  const project = new OpenProject(db, new WorkbenchEmitter(), 'tester')
  const [positive, negative] = db.classes().map(({ id }) => id)
  const size = { width: 1000, height: 1000, micronsPerPixel: 0.5, group: 'P;1' }
  const images = [
    anImage('a', { ...size, name: '#a.png' }),
    anImage('b', { ...size, name: FORMULA, sha256: '1'.repeat(64), split: 'test' }),
  ]
  db.commit({
    label: 'Test',
    put: {
      images,
      annotations: [
        anAnnotation('1', 'a', { classId: positive!, shape: box(10) }),
        anAnnotation('2', 'a', { classId: negative!, shape: box(100) }),
        anAnnotation('3', 'b', { classId: positive!, shape: { type: 'ruler', points: [0, 0, 30, 40] }, note: '@note', author: 'Ada' }),
      ],
    },
    remove: {},
  })
  const model = aModel('m', db.classes())
  db.putModel(model)
  const run = { id: RUN, modelId: model.id, settings: { flips: true }, images: 2, objects: 3, seconds: 1, createdAt: model.createdAt }
  const guess = (image: number, x: number, score: number, of = positive!) => ({
    imageId: images[image]!.id,
    classId: of,
    score,
    shape: box(x),
  })
  const ids = db.addRun(run, images.map(({ id }) => id), [guess(0, 300, 0.9), guess(0, 400, 0.6), guess(1, 10, 0.7, negative)]) // prettier-ignore
  project.tell(db.decide({ predictions: [ids[1]!], kind: 'reject', rejects: [], to: null }, 'Ada'))
  return { project, folder }
}

const CORRECTED = { kind: 'corrected', runId: RUN, score: 0.5 } as const

async function written(
  request: Omit<z.input<typeof exportRequest>, 'file'>,
): Promise<{ file: string; rows: number; project: OpenProject }> {
  const { project, folder } = await given()
  const file = path.join(folder, `out.${request.format}`)
  const { rows } = await exportFrom(project, { ...request, file }, { pictures })
  return { file, rows, project }
}

const table = (file: string, delimiter = ','): Record<string, string>[] =>
  parse(readFileSync(file), { bom: true, columns: true, delimiter })

describe('counts as tables', () => {
  it('wide, by slide or patient: a column a class, density and the share of positive ones', async () => {
    const { file, rows } = await written({ what: 'counts', format: 'csv', source: CORRECTED, by: 'group' })
    expect(rows).toBe(1)
    expect(table(file)).toEqual([
      {
        ...{
          group: 'P;1',
          image: '',
          images: '2',
          area_px: '2000000',
          area_mm2: '0.5',
          area_of: 'whole image',
          counted: 'corrected',
          model: 'm (m)',
          run: 'run',
          score: '0.5',
        },
        ...{ 'Ki-67: Positive': '2', 'Ki-67: Negative': '2', 'Ki-67: Positive per mm2': '4', 'Ki-67: Negative per mm2': '4' },
        ...{ 'Ki-67 positive share': '0.5', 'Ki-67 positive share low': '0.15', 'Ki-67 positive share high': '0.85' },
      },
    ])
  })

  it('with a decimal comma where that is asked for: the same numbers, in CSV with semicolons between the cells', async () => {
    const wanted = { what: 'counts', source: CORRECTED, by: 'group' } as const
    const points = await written({ ...wanted, format: 'csv' })
    const [row] = table(points.file)
    for (const [format, delimiter] of [
      ['csv', ';'],
      ['tsv', '\t'],
    ] as const) {
      const { file } = await written({ ...wanted, format, decimal: 'comma' })
      const commas = Object.entries(row!).map(([name, value]) => [name, /^[\d.]+$/.test(value) ? value.replace('.', ',') : value])
      expect(table(file, delimiter)).toEqual([Object.fromEntries(commas)])
      expect(Object.values(table(file, delimiter)[0]!)).toContain('0,15')
    }
  })

  it('tidy: a row for each class of each image, with the uncorrected number beside the corrected one', async () => {
    const { file, rows } = await written({ what: 'counts', format: 'tsv', source: CORRECTED, layout: 'tidy' })
    expect(rows).toBe(4)
    const [first, , third] = table(file, '\t')
    expect(first).toMatchObject({
      by: 'image',
      image: '#a.png',
      group: 'P;1',
      class: 'Ki-67: Positive',
      n: '2',
      uncorrected: '2',
      corrected: '2',
    })
    expect(first).toMatchObject({ area_mm2: '0.25', per_mm2: '8', per_mm2_low: '0.899', size_unit: 'um2', size_n: '2', size_median: '100' })
    expect(third).toMatchObject({ image: `'${FORMULA}`, split: 'test', n: '0', size_unit: '', size_n: '0', size_median: '' })
  })

  it('the table by image keeps its columns, and one of two classes alone gives no share', async () => {
    const { file } = await written({ what: 'counts', format: 'csv', source: { kind: 'truth' } })
    expect(Object.keys(table(file)[0]!)).toEqual([
      ...['image', 'split', 'group', 'state', 'width', 'height', 'um_per_px', 'area_px', 'area_mm2', 'area_of', 'counted', 'model', 'run', 'score'], // prettier-ignore
      ...['Ki-67: Positive', 'Ki-67: Negative', 'Ki-67 positive share', 'Ki-67 positive share low', 'Ki-67 positive share high'],
    ])
  })

  it('in a file of Excel text stays text: no formula is in it', async () => {
    const { file } = await written({ what: 'counts', format: 'xlsx', source: CORRECTED })
    const sheet = await entryOf(readFileSync(file), 'xl/worksheets/sheet1.xml')
    const texts = await entryOf(readFileSync(file), 'xl/sharedStrings.xml')
    expect(texts).toContain('=HYPERLINK(')
    expect(texts).not.toContain("'=HYPERLINK")
    expect(sheet).not.toMatch(/<f[ >]/)
    // A text by its place in the list, a number as it is.
    expect(sheet).toMatch(/<c r="A3"[^>]* t="s"/)
    expect(sheet).toMatch(/<c r="G2"[^>]*><v>0\.5<\/v>/)
  })

  it('what cannot be written so is refused, and what was there stays', async () => {
    const { project, folder } = await given()
    const file = path.join(folder, 'counts.png')
    writeFileSync(file, 'before')
    await expect(exportFrom(project, { file, what: 'counts', format: 'png' }, { pictures })).rejects.toMatchObject({ code: 'wrong-format' })
    await expect(exportFrom(project, { file, what: 'measurements', format: 'json' }, { pictures })).rejects.toMatchObject({ code: 'wrong-format' }) // prettier-ignore
    expect(readFileSync(file, 'utf8')).toBe('before')
  })
})

it('measurements: each ruler with its length in pixels and micrometres', async () => {
  const { file, rows, project } = await written({ what: 'measurements', format: 'csv' })
  expect(rows).toBe(1)
  const [ruler] = table(file)
  expect(ruler).toMatchObject({ image: `'${FORMULA}`, x1: '0', y2: '40', length_px: '50', length_um: '25', um_per_px: '0.5', note: "'@note", author: 'Ada' }) // prettier-ignore
  expect(new Date(ruler!['created']!).toISOString()).toBe(ruler!['created'])
  const none = await exportFrom(project, { file, what: 'measurements', format: 'csv', split: 'train' }, { pictures })
  expect(none).toMatchObject({ rows: 0, notes: ['No ruler lies on these images.'] })
})

describe('counts with all that they come from', () => {
  it('hold images with their hashes, model, run, settings, objects, decisions and the numbers', async () => {
    const { file } = await written({ what: 'counts', format: 'json', source: CORRECTED })
    const record = JSON.parse(readFileSync(file, 'utf8')) as CountRecord
    expect(record.made).toMatchObject({ app: 'Slidewright', by: 'tester' })
    expect(record.images.map(({ sha256, seen }) => [sha256, seen])).toEqual([['0'.repeat(64), true], ['1'.repeat(64), true]]) // prettier-ignore
    expect(record.model).toMatchObject({ id: 'm', weightsSha256: null })
    expect(record.run).toMatchObject({ id: 'run', settings: { flips: true } })
    expect(record.settings).toMatchObject({ source: CORRECTED, by: 'image' })
    expect(record.corrections).toMatchObject([{ kind: 'reject', who: 'Ada', from: { score: 0.6 } }])
    expect(record.objects.score).toEqual([null, null, 0.9, 0.6, 0.7])
    expect(record.objects.standing).toEqual([1, 1, 6, 2, 6])
    expect(record.numbers.rows.map(({ total }) => total)).toEqual([3, 1])
    expect(record.numbers.all.perClass.map(({ n, uncorrected }) => [n, uncorrected])).toEqual([[2, 2], [2, 1]]) // prettier-ignore
    expect(record.numbers.final).toMatchObject({ told: false, labels: [1, 1], estimate: { items: 3, decided: 1 } })
  })

  it('of one split hold its images alone', async () => {
    const { file } = await written({ what: 'counts', format: 'json', source: CORRECTED, split: 'test' })
    const record = JSON.parse(readFileSync(file, 'utf8')) as CountRecord
    expect(record.images.map(({ split }) => split)).toEqual(['test'])
    expect(record.objects.image).toEqual([0])
    expect(record.corrections).toEqual([])
    expect(record.project.classes.map(({ id }) => classId.parse(id))).toHaveLength(2)
  })
})
