import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { makeOutput } from '../../src/cli/output.ts'
import { program } from '../../src/cli/program.ts'
import { setOrigin, Workbench } from '../../src/main/workbench/index.ts'
import { createProject } from '../../src/main/project/create.ts'
import { runId } from '../../src/shared/records/ids.ts'
import { aModel, anAnnotation, anImage } from '../main/workbench/records.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'slidewright-'))
const project = path.join(folder, 'p.slidewright')

beforeAll(async () => {
  const db = await createProject(project, { task: 'detection', classes: ['RBC'] })
  const [rbc] = db.classes()
  const label = (id: string, image: string) =>
    anAnnotation(id, image, { classId: rbc!.id, shape: { type: 'box', x: 1, y: 1, width: 5, height: 5 } })
  const ruler = anAnnotation('r', 'a', { classId: rbc!.id, shape: { type: 'ruler', points: [0, 0, 3, 4] } })
  const images = ['a', 'b'].map((id, i) => anImage(id, { group: 'P1', sha256: String(i).repeat(64) }))
  db.commit({ label: 'Test', put: { images, annotations: [label('1', 'a'), label('2', 'b'), ruler] }, remove: {} })
  await db.close()
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})
afterEach(() => vi.restoreAllMocks())

/** What the command said on stdout with --json. */
const exported = (file: string, ...options: string[]): Promise<unknown> => exportedFrom(project, file, ...options)

async function exportedFrom(from: string, file: string, ...options: string[]): Promise<unknown> {
  const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  await program(makeOutput(true)).parseAsync(['export', from, path.join(folder, file), ...options], { from: 'user' })
  return JSON.parse(String(out.mock.calls.at(-1)?.[0]))
}

const rowsOf = (file: string, delimiter = ','): Record<string, string>[] =>
  parse(readFileSync(path.join(folder, file)), { bom: true, columns: true, delimiter })

describe('slidewright export', () => {
  it('goes by the ending of the file: TSV, XLSX and JSON, else CSV', async () => {
    await exported('counts.tsv', '--what', 'counts')
    expect(rowsOf('counts.tsv', '\t').map(({ RBC }) => RBC)).toEqual(['1', '1'])
    await exported('counts.xlsx', '--what', 'counts')
    expect(readFileSync(path.join(folder, 'counts.xlsx')).subarray(0, 2).toString()).toBe('PK')
    await exported('counts.json', '--what', 'counts')
    expect(JSON.parse(readFileSync(path.join(folder, 'counts.json'), 'utf8'))).toMatchObject({ format: 'slidewright counts' })
  })

  it('refuses endings that say nothing of what is asked for, with those that do; --format says it too', async () => {
    const refused = async (file: string, what: string, known: string) => {
      await expect(exported(file, '--what', what)).rejects.toMatchObject({
        code: 'wrong-format',
        message: expect.stringContaining(`${what} can end in ${known}.`) as string,
      })
      expect(existsSync(path.join(folder, file))).toBe(false)
    }
    await refused('counts.txt', 'counts', '.csv, .tsv, .xlsx or .json')
    await refused('counts', 'counts', '.csv, .tsv, .xlsx or .json')
    await refused('rulers.json', 'measurements', '.csv, .tsv or .xlsx')
    await refused('decisions.xlsx', 'decisions', '.csv')
    await refused('agreement.tsv', 'agreement', '.csv')
    await refused('report.docx', 'report', '.html or .pdf')
    await refused('truth.xml', 'annotations', '.csv, .json or .geojson')
    await refused('cells.pth', 'model', '.onnx, .safetensors, .h5 or .zip')
    await exported('counts.txt', '--what', 'counts', '--format', 'csv')
    expect(rowsOf('counts.txt')).toHaveLength(2)
    await exported('truth.csv', '--what', 'annotations')
    expect(rowsOf('truth.csv')).toHaveLength(2)
  })

  it('says that no image has a region where counts are wanted by region', async () => {
    const told = await exported('regions.csv', '--what', 'counts', '--by', 'region')
    expect(told).toMatchObject({ notes: [expect.stringMatching(/^No image has a region of interest/)] })
  })

  it('replaces a file only where it is asked to', async () => {
    writeFileSync(path.join(folder, 'kept.csv'), 'mine')
    await expect(exported('kept.csv', '--what', 'counts')).rejects.toMatchObject({ code: 'exists' })
    expect(readFileSync(path.join(folder, 'kept.csv'), 'utf8')).toBe('mine')
    await exported('kept.csv', '--what', 'counts', '--force')
    expect(rowsOf('kept.csv')).toHaveLength(2)
  })

  it('counts by slide or patient, wide or tidy', async () => {
    for (const by of ['slide', 'patient', 'group']) {
      expect(await exported(`${by}.csv`, '--what', 'counts', '--by', by)).toMatchObject({ rows: 1 })
      // Nobody said slides or patients: the groups stand in their place, as they did.
      expect(rowsOf(`${by}.csv`)).toMatchObject([{ group: 'P1', images: '2', RBC: '2' }])
    }
    const bench = await Workbench.open(project)
    setOrigin(bench, { of: 'all', slideBy: '^[ab]', set: { patient: 'Ada' } })
    await bench.close()
    await exported('slides.csv', '--what', 'counts', '--by', 'slide')
    expect(rowsOf('slides.csv')).toMatchObject([
      { slide: 'a', patient: 'Ada', images: '1', RBC: '1' },
      { slide: 'b', images: '1' },
    ])
    await exported('patients.tsv', '--what', 'counts', '--by', 'patient', '--layout', 'tidy')
    expect(readFileSync(path.join(folder, 'patients.tsv'), 'utf8')).toMatch(/\npatient\t\t\t\tAda\t\t2\t/)
    await exported('tidy.csv', '--what', 'counts', '--layout', 'tidy')
    expect(rowsOf('tidy.csv')).toMatchObject([{ class: 'RBC', n: '1', uncorrected: '' }, { n: '1' }])
  })

  it('writes what rulers measured', async () => {
    expect(await exported('rulers.csv', '--what', 'measurements')).toMatchObject({ rows: 1 })
    expect(rowsOf('rulers.csv')).toMatchObject([{ image: 'a.png', length_px: '5', length_um: '' }])
  })

  it('refuses a format that it cannot write, and writes nothing', async () => {
    await expect(exported('counts.png', '--what', 'counts')).rejects.toMatchObject({ code: 'wrong-format' })
    expect(existsSync(path.join(folder, 'counts.png'))).toBe(false)
  })
})

describe('counts of predictions', () => {
  it('are as corrected, as in the window; as they came where that is asked for', async () => {
    const predicted = path.join(folder, 'predicted.slidewright')
    const db = await createProject(predicted, { task: 'detection', classes: ['RBC'] })
    const [rbc] = db.classes()
    const image = anImage('a')
    const model = aModel('m', db.classes())
    db.commit({ label: 'Test', put: { images: [image] }, remove: {} })
    db.putModel(model)
    const run = { id: runId.parse('run'), modelId: model.id, settings: {}, images: 1, objects: 2, seconds: 1, createdAt: model.createdAt }
    const guess = (x: number) => ({
      imageId: image.id,
      classId: rbc!.id,
      score: 0.9,
      shape: { type: 'box', x, y: 10, width: 20, height: 20 } as const,
    })
    const [rejected] = db.addRun(run, [image.id], [guess(10), guess(200)])
    db.decide({ predictions: [rejected!], kind: 'reject', rejects: [], to: null }, 'Ada')
    db.putModel(aModel('other', db.classes()))
    await db.close()
    const counts = async (...options: string[]) => {
      await exportedFrom(predicted, 'predicted.csv', '--what', 'counts', '--force', ...options)
      return rowsOf('predicted.csv').map(({ counted, RBC }) => [counted, RBC])
    }
    expect(await counts()).toEqual([['corrected', '1']])
    expect(await counts('--source', 'predictions')).toEqual([['predictions', '2']])
    // Of another model than that of the newest run: never in silence those of the newest.
    expect(await counts('--source', 'predictions', '--model', 'm')).toEqual([['predictions', '2']])
    await expect(counts('--model', 'other')).rejects.toMatchObject({ code: 'no-run' })
  })
})

describe('a report from the command line', () => {
  it('is a page, with all that its numbers come from beside it', async () => {
    const report = await exported('report.html', '--what', 'report')
    expect(report).toMatchObject({ rows: 2, notes: [expect.stringContaining('report.html.json')] })
    expect(readFileSync(path.join(folder, 'report.html'), 'utf8')).toContain('What people labelled')
    await exported('zprava.html', '--what', 'report', '--language', 'cs')
    expect(readFileSync(path.join(folder, 'zprava.html'), 'utf8')).toMatch(/<html lang="cs">[^]*Co anotovali lidé/)
    expect(JSON.parse(readFileSync(path.join(folder, 'report.html.json'), 'utf8'))).toMatchObject({ format: 'slidewright counts' })
  })

  it('goes by a template of one’s own, and says what is wrong with a broken one', async () => {
    await exported('template.html', '--what', 'report-template')
    const template = path.join(folder, 'template.html')
    writeFileSync(template, readFileSync(template, 'utf8').replace('{{heading}}', 'From our lab'))
    await exported('own.html', '--what', 'report', '--template', template)
    expect(readFileSync(path.join(folder, 'own.html'), 'utf8')).toContain('From our lab')
    writeFileSync(template, '<head></head>{{nothing}}')
    await expect(exported('other.html', '--what', 'report', '--template', template)).rejects.toMatchObject({ code: 'bad-template' })
  })
})

describe('slidewright export of folds that predicted together', () => {
  const folds = path.join(folder, 'folds.slidewright')
  beforeAll(async () => {
    const db = await createProject(folds, { task: 'detection', classes: ['RBC'] })
    const image = anImage('a', { state: 'unlabelled' })
    db.commit({ label: 'Test', put: { images: [image] }, remove: {} })
    const models = [0, 1].map((index) => aModel(`f${index}`, db.classes(), { name: `cells, fold ${index + 1} of 2`, fold: { of: 'cv', index, folds: 2 } })) // prettier-ignore
    for (const model of models) db.putModel(model)
    const settings = { ensemble: models.map(({ id }) => id) }
    const run = { id: runId.parse('both'), modelId: models[0]!.id, settings, images: 1, objects: 0, seconds: 1, createdAt: '2026-01-03T00:00:00.000Z' } // prettier-ignore
    db.addRun(run, [image.id], [])
    await db.close()
  })

  it('takes their run by --model ensemble and says who made it; by the first of them alone it is none', async () => {
    const note = '2 models predicted together (ensemble): cells, fold 1 of 2 (f0); cells, fold 2 of 2 (f1).'
    const told = await exportedFrom(folds, 'both.csv', '--what', 'counts', '--model', 'ensemble')
    expect(told).toMatchObject({ notes: [note] })
    expect(rowsOf('both.csv')).toMatchObject([{ model: 'cells, 2 folds together (cv)', run: 'both' }])
    await expect(exportedFrom(folds, 'one.csv', '--what', 'counts', '--model', 'f0')).rejects.toMatchObject({
      code: 'no-run',
      message: 'cells, fold 1 of 2 has predicted only together with others, not alone.',
    })
    await expect(exportedFrom(folds, 'one.csv', '--what', 'counts', '--model', 'f1')).rejects.toMatchObject({ code: 'no-run' })
  })

  it('refuses them as one model', async () => {
    await expect(exportedFrom(folds, 'model.zip', '--what', 'model', '--model', 'ensemble')).rejects.toMatchObject({
      code: 'several-models',
      hint: 'Export them one by one by --model: "cells, fold 1 of 2", "cells, fold 2 of 2".',
    })
    expect(existsSync(path.join(folder, 'model.zip'))).toBe(false)
  })
})
