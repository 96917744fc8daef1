import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Language, LANGUAGES } from '../../src/shared/i18n/languages.ts'
import { imageId, runId } from '../../src/shared/records/ids.ts'
import { drawOf } from '../../src/shared/review/draws.ts'
import { quantile } from '../../src/shared/metrics/intervals.ts'
import type { CountRecord } from '../../src/main/workbench/counts/count-record.ts'
import { exportFrom } from '../../src/main/workbench/export.ts'
import { WorkbenchEmitter } from '../../src/main/workbench/events.ts'
import { OpenProject } from '../../src/main/workbench/open-project.ts'
import { readOnceMore } from '../../src/main/workbench/readers.ts'
import { noteTestScores } from '../../src/main/workbench/test-looks.ts'
import { pictures } from '../main/images/fixtures.ts'
import { reportedProject, togetherProject } from '../main/workbench/reported-project.ts'

const SCRIPT = path.resolve(import.meta.dirname, '../../tools/evidence/check_counts.py')
const python = spawnSync('python3', ['--version']).status === 0 ? 'python3' : null

const checked = (...files: string[]): { status: number | null; said: string } => {
  const { status, stdout, stderr } = spawnSync(python ?? 'python3', [SCRIPT, ...files], { encoding: 'utf8' })
  return { status, said: stdout + stderr }
}

/** A report of a project whose run has been reviewed so far that the final count can be told. */
async function reviewed(language: Language = 'en'): Promise<{ project: OpenProject; page: string; record: string }> {
  const { project, folder } = await reportedProject()
  const { db } = project
  const [positive, negative] = db.classes().map(({ id }) => id)
  const [other, image] = db.images()
  const run = { ...db.runs()[0]!, id: runId.parse('more') }
  const found = Array.from({ length: 90 }, (_, i) => ({
    ...{ imageId: (i % 3 === 1 ? other : image)!.id, classId: i % 3 === 0 ? negative! : positive!, score: 0.4 + ((i * 37) % 60) / 100 },
    shape: { type: 'box' as const, x: (i % 10) * 60, y: 60 + Math.floor(i / 10) * 40, width: 20 + (i % 7), height: 25 },
  }))
  const ids = db.addRun(run, db.images().map(({ id }) => id), found) // prettier-ignore
  const drawn = [...ids].sort((a, b) => drawOf(a, 0) - drawOf(b, 0)).slice(0, 40)
  project.tell(db.decide({ predictions: drawn.slice(0, 25), kind: 'accept', rejects: drawn.slice(25), to: null }, 'Ada'))
  const page = path.join(folder, 'report.html')
  const source = { kind: 'corrected', runId: run.id, score: 0.5 } as const
  await exportFrom(project, { file: page, what: 'report', format: 'html', source, by: 'region', language }, { pictures })
  return { project, page, record: `${page}.json` }
}

describe('the evidence of a report', () => {
  it.runIf(python).each(LANGUAGES)(
    'each number is made anew from the record alone, without a difference, in a page in %s',
    async (language) => {
      const { page, record } = await reviewed(language)
      const html = readFileSync(page, 'utf8')
      expect(html).toContain('data-of="final/c0/estimate"')
      // What an earlier run was asked about is told too: its accepted prediction is one of the labels.
      for (const one of ['others/accept">1<', 'others/reject">1<', 'decisions/accept">25<']) expect(html).toContain(one)
      // Of the decisions those on predictions of the counted score are the decided ones of the final count.
      const told = (of: string) => Number(new RegExp(`value="([\\d.]+)" data-of="${of}"`).exec(html)?.[1])
      expect(told('decisions/all')).toBe(40)
      expect(told('decisions/counted')).toBeLessThan(40)
      expect(told('final/decided')).toBe(told('decisions/counted'))
      expect(told('final/open')).toBe(told('final/items') - told('final/decided'))
      const { status, said } = checked(record, page)
      expect(said).toMatch(/^\d{2,} numbers, 0 differences\n$/)
      expect(status).toBe(0)
    },
  )

  it.runIf(python)('the figures of models that predicted together are made anew from the record of each', async () => {
    const { project, folder, together } = await togetherProject()
    const perClass = { 'Ki-67: Positive': { ap50: 0.375 }, 'Ki-67: Negative': { ap50: 1 } }
    const report = { images: 2, ap50: 0.6875, perClass, intervals: { ap50: { lower: 0.5, upper: 0.8125 } } }
    noteTestScores(project, project.modelsOf(project.run(together)), { report, score: null, flips: false })
    const page = path.join(folder, 'report.html')
    const source = { kind: 'corrected', runId: together, score: 0.5 } as const
    await exportFrom(project, { file: page, what: 'report', format: 'html', source }, { pictures })
    expect(checked(`${page}.json`, page)).toMatchObject({ status: 0, said: expect.stringMatching(/ 0 differences/) as string })
    const html = readFileSync(page, 'utf8')
    for (const one of ['value="0.6875" data-of="tests/0/ap50"', 'data-of="tests/0/ap50/low"', 'data-of="tests/0/Ki-67: Negative, ap50"'])
      expect(html).toContain(one)
    writeFileSync(page, html.replace('value="0.6875"', 'value="0.7"'))
    expect(checked(`${page}.json`, page).said).toMatch(/tests\/0\/ap50: told 0.7/)
    writeFileSync(page, html.replace(/<data value="[^"]*" data-of="models\/2\/ap50">/, '<data value="0.1" data-of="models/2/ap50">'))
    expect(checked(`${page}.json`, page).said).toMatch(/models\/2\/ap50: told 0.1/)
  })

  it.runIf(python)('counts by slide and by patient are made anew, and a wrong one is found', async () => {
    const { project, folder } = await reportedProject()
    const images = project.db.images().map((image, i) => ({ ...image, slide: '1', patient: i % 2 === 0 ? 'Ada' : 'Bo' }))
    project.commit({ label: 'Test', put: { images }, remove: {} })
    for (const by of ['slide', 'patient'] as const) {
      const file = path.join(folder, `${by}.json`)
      await exportFrom(project, { file, what: 'counts', format: 'json', source: { kind: 'truth' }, by }, { pictures })
      const record = JSON.parse(readFileSync(file, 'utf8')) as CountRecord
      expect(record.numbers.rows.map(({ name }) => name)).toEqual(by === 'slide' ? ['1', '1'] : ['Ada', 'Bo'])
      expect(checked(file)).toMatchObject({ status: 0, said: expect.stringMatching(/ 0 differences/) as string })
      writeFileSync(file, JSON.stringify({ ...record, images: record.images.map((image) => ({ ...image, patient: 'Ada' })) }))
      expect(checked(file).status).toBe(1)
    }
  })

  it.runIf(python)('an image of which no patient is known has no name among patients, and a file name there is found', async () => {
    const { project, folder } = await reportedProject()
    const [first, ...rest] = project.db.images()
    project.commit({
      label: 'Test',
      put: { images: [{ ...first!, patient: 'Ada' }, ...rest.map((image) => ({ ...image, patient: null }))] },
      remove: {},
    })
    const source = { kind: 'truth' } as const
    const read = async (name: string, format: 'json' | 'csv', layout: 'wide' | 'tidy' = 'wide') => {
      const file = path.join(folder, name)
      await exportFrom(project, { file, what: 'counts', format, source, by: 'patient', layout }, { pictures })
      return { file, text: readFileSync(file, 'utf8') }
    }
    const { file, text } = await read('patients.json', 'json')
    const record = JSON.parse(text) as CountRecord
    expect(record.numbers.rows.map(({ name }) => name)).toEqual(['Ada', ...rest.map(() => null)])
    expect(checked(file)).toMatchObject({ status: 0, said: expect.stringMatching(/ 0 differences/) as string })
    const named = record.numbers.rows.map((row) => ({ ...row, name: row.name ?? rest[0]!.name }))
    writeFileSync(file, JSON.stringify({ ...record, numbers: { ...record.numbers, rows: named } }))
    expect(checked(file)).toMatchObject({ status: 1, said: expect.stringContaining('patient/1: is not called') as string })
    const cells = async (layout: 'wide' | 'tidy') => (await read(`${layout}.csv`, 'csv', layout)).text.replace('\uFEFF', '').trim().split('\n').map((line) => line.trim().split(',')) // prettier-ignore
    const [heads, ...lines] = await cells('wide')
    expect(heads!.slice(0, 6)).toEqual(['patient', 'image', 'images', 'area_px', 'area_mm2', 'area_of'])
    expect(lines.map((line) => line.slice(0, 3))).toEqual([['Ada', '', '1'], ...rest.map(({ name }) => ['', name, '1'])])
    const [tidyHeads, ...tidy] = await cells('tidy')
    const at = (name: string): number => tidyHeads!.indexOf(name)
    expect(new Set(tidy.map((line) => `${line[at('image')]!}/${line[at('patient')]!}`))).toEqual(new Set(['/Ada', ...rest.map(({ name }) => `${name}/`)])) // prettier-ignore
  })

  it.runIf(python)('of labels: no image that nobody labelled is counted, and the file tells how many', async () => {
    const { project, folder } = await reportedProject()
    const [labelled] = project.db.images()
    const bare = { ...labelled!, id: imageId.parse('bare'), name: 'bare.png', sha256: '2'.repeat(64), state: 'unlabelled' as const }
    project.commit({ label: 'Test', put: { images: [bare] }, remove: {} })
    const page = path.join(folder, 'truth.html')
    const { notes } = await exportFrom(project, { file: page, what: 'report', format: 'html', source: { kind: 'truth' } }, { pictures })
    expect(notes).toContain('1 image that nobody labelled is not counted: a 0 there would be a guess.')
    expect(readFileSync(page, 'utf8')).toContain('<dt>Left out</dt>')
    expect(checked(`${page}.json`, page)).toMatchObject({ status: 0, said: expect.stringMatching(/ 0 differences/) as string })
  })

  it.runIf(python)('a number that was changed in the page, in its text or in the record is found', async () => {
    const { page, record } = await reviewed()
    const [html, json] = [readFileSync(page, 'utf8'), readFileSync(record, 'utf8')]
    const found = (): string => {
      const { status, said } = checked(record, page)
      expect(status).toBe(1)
      return said
    }
    writeFileSync(page, html.replace(/<data value="[^"]*" data-of="final\/c0\/high">/, '<data value="99" data-of="final/c0/high">'))
    expect(found()).toMatch(/final\/c0\/high: told 99/)
    writeFileSync(page, html.replace(/(data-of="all\/c0\/n">)\d+/, '$1999'))
    expect(found()).toMatch(/all\/c0\/n: .* is shown as 999/)
    writeFileSync(page, html)
    writeFileSync(record, json.replace('"standing":[1,', '"standing":[0,'))
    expect(found()).toMatch(/all\/c0\/n: told/)
  })

  it.runIf(python).each([['Ben'], ['Ben', 'Cleo']])(
    'the agreement of readers is made anew from what each said: Ada and %s',
    async (...others) => {
      const { project, page } = await reviewed()
      const { db } = project
      const run = db.runs().find(({ id }) => id === 'more')
      const [positive, negative] = db.classes().map(({ id }) => id)
      for (const [n, who] of others.entries()) {
        const reader = new OpenProject(db, new WorkbenchEmitter(), who)
        for (const [i, { predictionId }] of db.decisionsOfRun(run!.id).entries())
          readOnceMore(reader, { predictionId, classId: (i + n) % 5 === 0 ? negative! : (i + n) % 4 === 0 ? null : positive! })
      }
      const source = { kind: 'corrected', runId: run!.id, score: 0.5 } as const
      await exportFrom(project, { file: page, what: 'report', format: 'html', source }, { pictures })
      const html = readFileSync(page, 'utf8')
      expect(html).toContain(others.length === 1 ? 'Cohen’s kappa' : 'Fleiss’ kappa')
      for (const figure of ['all/kappa', 'c1/observed', 'all/items', 'i0/items', 'i0/kappa', 'i1/observed'])
        expect(html).toContain(`data-of="agreement/${figure}"`)
      const { status, said } = checked(`${page}.json`, page)
      expect(said).toMatch(/ 0 differences\n$/)
      expect(status).toBe(0)
      writeFileSync(
        page,
        html.replace(/<data value="[^"]*" data-of="agreement\/all\/kappa">/, '<data value="0.99" data-of="agreement/all/kappa">'),
      )
      expect(checked(`${page}.json`, page).said).toMatch(/agreement\/all\/kappa: told 0.99/)
      writeFileSync(
        page,
        html.replace(/<data value="[^"]*" data-of="agreement\/i1\/observed">/, '<data value="0.01" data-of="agreement/i1/observed">'),
      )
      expect(checked(`${page}.json`, page).said).toMatch(/agreement\/i1\/observed: told 0.01/)
    },
  )

  it('counts and sizes of the page are those of the objects in the record, counted one by one', async () => {
    const { page, record: file } = await reviewed()
    const { objects, project } = JSON.parse(readFileSync(file, 'utf8')) as CountRecord
    const html = readFileSync(page, 'utf8')
    const told = (of: string): number => Number(new RegExp(`<data value="([^"]*)" data-of="${of}">`).exec(html)?.[1])
    for (const k of project.classes.keys()) {
      const rows = objects.class.flatMap((at, row) => {
        // Neither is counted what lies beside the part of its image that corrected numbers stand for.
        const counts =
          (objects.standing[row]! & 32) === 0 &&
          (objects.score[row] === null || ((objects.standing[row]! & 4) !== 0 && objects.score[row]! >= 0.5))
        return at === k && counts ? [row] : []
      })
      expect(told(`all/c${String(k)}/n`)).toBe(rows.length)
      // Half a micrometre a pixel.
      const sizes = rows.map((row) => objects.size[row]! / 4).sort((a, b) => a - b)
      expect(told(`all/c${String(k)}/median`)).toBeCloseTo(quantile(sizes, 0.5), 9)
    }
  })
})
