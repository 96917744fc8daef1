import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { heard } from '#shared/i18n/heard.ts'
import { type Language, LANGUAGES } from '#shared/i18n/languages.ts'
import { inLanguage, languageNow, speaking } from '#shared/i18n/translate.ts'
import type { RunId } from '../../../src/shared/records/ids.ts'
import { withPixelSize } from '#shared/pixel-size.ts'
import type { ImageRecord } from '../../../src/shared/records/image.ts'
import { exportFrom } from '../../../src/main/workbench/export.ts'
import { OpenProject } from '../../../src/main/workbench/open-project.ts'
import { noteTestLook } from '../../../src/main/workbench/test-looks.ts'
import { createProject } from '../../../src/main/project/create.ts'
import { WorkbenchEmitter } from '../../../src/main/workbench/events.ts'
import { pictures, temporaryFolder } from '../images/fixtures.ts'
import { anAnnotation, anImage } from './records.ts'
import { reportedProject, togetherProject } from './reported-project.ts'

const pictureFor = (image: ImageRecord): Promise<string> => Promise.resolve(image.absolutePath)

async function reported(project: OpenProject, folder: string, more: object = {}): Promise<string> {
  const file = path.join(folder, 'report.html')
  const run = project.db.runs()[0]
  const source = run ? ({ kind: 'corrected', runId: run.id, score: 0.5 } as const) : undefined
  await exportFrom(project, { file, what: 'report', format: 'html', source, ...more }, { pictures, pictureFor })
  return readFileSync(file, 'utf8')
}

const recordOf = (folder: string): unknown => {
  const { made, ...rest } = JSON.parse(readFileSync(path.join(folder, 'report.html.json'), 'utf8')) as { made: { at: string } }
  return { ...rest, made: { ...made, at: '' } }
}

/** The numbers that can be checked; a language may name them in another order. */
const figuresIn = (page: string): string[] => [...page.matchAll(/<data [^>]*>/g)].map(([tag]) => tag).sort()

/** What a person reads. */
const textsIn = (page: string): string[] =>
  page
    .replace(/<style>[\s\S]*?<\/style>|<!--[\s\S]*?-->/g, '')
    .split(/<[^>]*>/)
    .map((text) => text.trim())
    .filter((text) => /\p{L}{2}/u.test(text))

describe('a report', () => {
  it('tells counts, review, model, pictures and where all comes from, and says once what it is not for', async () => {
    const { project, folder } = await reportedProject()
    const page = await reported(project, folder)
    for (const part of ['Counts', 'Review', 'Fields', 'Groups', 'Regions of interest', 'Images', 'Model: m', 'Where the numbers come from']) expect(page).toContain(`<h2>${part}</h2>`) // prettier-ignore
    expect(page.match(/not for diagnosis/gi)).toHaveLength(1)
    expect(page.match(/data:image\/jpeg;base64,/g)).toHaveLength(2)
    expect(page).toContain('rejected, by Ada')
    expect(page).toMatch(/<data value="0" data-of="decisions\/correct">0<\/data>/)
    expect(page).toMatch(/<data value="0.25" data-of="model\/ap50">0\.2500<\/data>/)
    for (const { sha256 } of project.db.images()) expect(page).toContain(sha256)
  })

  it('warns of objects that lie on another of their class, as the window does', async () => {
    const { project, folder } = await reportedProject()
    expect(await reported(project, folder)).not.toContain('in another of')
    const [image] = project.db.images()
    const { id: rbc } = project.db.classes()[0]!
    const box = (x: number) => ({ type: 'box' as const, x, y: 5, width: 20, height: 20 })
    const annotations = [0, 1].map((x) => anAnnotation(`on-${x}`, image!.id, { classId: rbc, shape: box(x) }))
    project.commit({ label: 'Test', put: { annotations }, remove: {} })
    expect(await reported(project, folder)).toMatch(/\d objects? lies? on or in another of (their|its) class/)
  })

  it('says of each image how large its pixels are, and whose word that is', async () => {
    const { project, folder } = await reportedProject()
    const [a] = project.db.images()
    project.commit({ label: 'Test', put: { images: [withPixelSize(a!, 0.25, a!.addedAt)] }, remove: {} })
    const page = await reported(project, folder)
    expect(page.match(/<td class="left">(0\.25 µm, set by hand|0\.5 µm)<\/td>/g)).toHaveLength(2)
    expect(await reported(project, folder, { language: 'cs' })).toContain('0,25 µm, nastaveno ručně')
    expect(recordOf(folder)).toMatchObject({
      images: [
        { micronsPerPixel: 0.25, pixelSizeBy: 'person', statedMicronsPerPixel: 0.5 },
        { micronsPerPixel: 0.5, pixelSizeBy: 'file', statedMicronsPerPixel: 0.5 },
      ],
    })
  })

  it('needs no network, runs no script, and shows what comes from the data as text', async () => {
    const { project, folder } = await reportedProject('<img src=x onerror=alert(1)>{{title}}')
    const page = await reported(project, folder)
    expect(page).toContain("default-src 'none'; img-src data:")
    expect(page).not.toMatch(/<script|<img src=x|https?:\/\//)
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;{{title}}')
  })

  it('tells each look at the test images from the first on', async () => {
    const { project, folder, together } = await togetherProject()
    const words = async (): Promise<string[]> => textsIn(await reported(project, folder, { source: { kind: 'truth' } }))
    expect((await words()).join(' ')).not.toContain('test images')
    noteTestLook(project, project.modelsOf(project.run(together)))
    const told = await words()
    expect(told.filter((text) => text.startsWith('One model was looked at on the test images so far'))).toHaveLength(1)
    expect(told.filter((text) => text.startsWith('cells 2, 3 folds together, tester, '))).toHaveLength(1)
    noteTestLook(project, [project.model('latest')])
    expect((await words()).join(' ')).toContain('2 models were looked at on the test images')
    // All of them beside their title: what it means, and a line each.
    expect(await reported(project, folder, { source: { kind: 'truth' } })).toMatch(
      /<dt>Test images<\/dt>\s*<dd>(<div>[^<]*<\/div>\s*){3}<\/dd>/,
    )
  })

  it('has beside it all that its numbers come from', async () => {
    const { project, folder } = await reportedProject()
    const page = await reported(project, folder)
    const record = JSON.parse(readFileSync(path.join(folder, 'report.html.json'), 'utf8')) as { numbers: { all: { total: number } } }
    const shown = [...page.matchAll(/<data value="([^"]*)" data-of="all\/c\d\/n">/g)].reduce((sum, [, n]) => sum + Number(n), 0)
    expect(shown).toBe(record.numbers.all.total)
    // A label of the finished image lies beside its fully labelled region.
    expect(shown).toBe(3)
    expect(page).toContain('1 object outside the regions counted on is left out.')
  })

  it.each(LANGUAGES)('in %s is in that language, says once what it is not for, and has the same record beside it', async (language) => {
    const { project, folder } = await reportedProject()
    const english = await reported(project, folder)
    const record = recordOf(folder)
    const page = await reported(project, folder, { language })
    expect(page).toContain(`<html lang="${language}">`)
    const words = textsIn(page)
    expect(words.filter((text) => text === inLanguage(language)('For research use, not for diagnosis.'))).toHaveLength(1)
    expect(figuresIn(page)).toEqual(figuresIn(english))
    expect(recordOf(folder)).toEqual(record)
    expect(languageNow()).toBe('en')
    if (language === 'en') return
    expect(speaking(language, () => words.filter((text) => heard(text) !== text))).toEqual([])
    expect(textsIn(english).filter((text) => /\p{L}{2} \p{L}{2}/u.test(text) && words.includes(text))).toEqual([])
  })

  it.each<[Language, string, RegExp]>([
    ['en', '0.2500', /\w+ \d+, \d{4} at \d\d:\d\d UTC/],
    ['cs', '0,2500', /\d+\. \p{L}+ \d{4} v \d\d:\d\d UTC/u],
    ['ru', '0,2500', /\d+ \p{L}+ \d{4} г\. в \d\d:\d\d UTC/u],
    ['ja', '0.2500', /\d{4}年\d+月\d+日 \d\d:\d\d UTC/],
  ])('in %s writes numbers and dates as that language does', async (language, number, date) => {
    const { project, folder } = await reportedProject()
    const page = await reported(project, folder, { language })
    expect(page).toContain(`<data value="0.25" data-of="model/ap50">${number}</data>`)
    expect(page).toMatch(date)
  })

  it('of labels alone has no model and no decisions', async () => {
    const { project, folder } = await reportedProject()
    const page = await reported(project, folder, { source: { kind: 'truth' } })
    expect(page).not.toMatch(/<h2>Model|decisions\/|Predicted<\/th>/)
    expect(page).toContain('What people labelled')
  })

  it('of images as wholes counts them without intervals: there is no chance in how many were given', async () => {
    const folder = temporaryFolder()
    const db = await createProject(path.join(folder, 'p'), { task: 'classification', classes: ['Ill: Positive', 'Ill: Negative'] })
    onTestFinished(() => db.close())
    const images = [anImage('a', { micronsPerPixel: 0.5 }), anImage('b', { micronsPerPixel: 0.5 })]
    const whole = { type: 'image' } as const
    const annotations = images.map(({ id }, i) => anAnnotation(String(i), id, { classId: db.classes()[i]!.id, shape: whole }))
    db.commit({ label: 'Test', put: { images, annotations }, remove: {} })
    const page = await reported(new OpenProject(db, new WorkbenchEmitter(), 'tester'), folder, { source: { kind: 'truth' } })
    expect(page).toContain('<data value="1" data-of="all/c0/n">1</data>')
    expect(page).not.toMatch(/data-of="all\/c0\/(low|density)"/)
    expect(textsIn(page).join(' ')).toContain('Whole images are counted, each once.')
    expect(page).not.toContain('Poisson')
    // The share is an estimate, and keeps its own.
    expect(page).toMatch(/data-of="all\/s0\/low"/)
  })

  it('as PDF is refused where nothing can print, and whole where something can', async () => {
    const { project, folder } = await reportedProject()
    const file = path.join(folder, 'report.pdf')
    const request = { file, what: 'report', format: 'pdf' } as const
    await expect(exportFrom(project, request, { pictures })).rejects.toMatchObject({ code: 'pdf-needs-app' })
    expect(existsSync(file)).toBe(false)
    const printPdf = (page: string): Promise<Uint8Array> => Promise.resolve(Buffer.from(`PDF of ${page.slice(0, 15)}`))
    await exportFrom(project, request, { pictures, printPdf })
    expect(readFileSync(file, 'utf8')).toBe('PDF of <!doctype html>')
  })
})

describe('a run of several models together', () => {
  const FOLDS = ['cells 2, fold 1 of 3', 'cells 2, fold 2 of 3', 'cells 2, fold 3 of 3']

  it('is told in a report as what it is, with each of them and its figures', async () => {
    const { project, folder, together } = await togetherProject()
    const page = await reported(project, folder, { source: { kind: 'corrected', runId: together, score: 0.5 } })
    expect(page).toContain('<h2>3 models together (ensemble): cells 2</h2>')
    const words = textsIn(page)
    for (const [at, name] of FOLDS.entries()) {
      expect(words).toContain(`${name} (fold-${at})`)
      expect(words.filter((text) => text.startsWith(`${name}: `) && text.includes(`validate on (fold ${at + 1} of 3)`))).toHaveLength(1)
      expect(page).toMatch(new RegExp(`<data value="${0.5 + at / 8}" data-of="models/${at}/ap50">`))
    }
    // What holds of all stands once.
    expect(words.filter((text) => text.startsWith('Task: detection'))).toHaveLength(1)
    expect(page).not.toMatch(/Model: |data-of="model\//)
    expect(words.filter((text) => text === '3 models together (ensemble): cells 2')).toHaveLength(2)
  })

  it.each(LANGUAGES)('is told so in %s', async (language) => {
    const { project, folder, together } = await togetherProject()
    const page = await reported(project, folder, { source: { kind: 'corrected', runId: together, score: 0.5 }, language })
    // To a Czech the English page still has what could be said otherwise: what is looked for in the others can be found.
    const english = (text: string): boolean => heard(text) !== text
    const left = speaking(language === 'en' ? 'cs' : language, () => textsIn(page).filter(english))
    expect(left).toEqual(language === 'en' ? expect.arrayContaining([expect.any(String)]) : [])
    expect(page.includes('models together (ensemble)')).toBe(language === 'en')
  })

  it('has all of them in its record, and none that stands for the others', async () => {
    const { project, folder, together, alone } = await togetherProject()
    await reported(project, folder, { source: { kind: 'corrected', runId: together, score: 0.5 } })
    const made = [0, 1, 2].map((fold) => ({ id: `fold-${fold}`, name: FOLDS[fold], weightsSha256: null, settings: { epochs: 7, fold } }))
    expect(recordOf(folder)).toMatchObject({ model: null, models: made })
    await reported(project, folder, { source: { kind: 'corrected', runId: alone, score: 0.5 } })
    expect(recordOf(folder)).toMatchObject({ model: { id: 'fold-0' }, models: [{ id: 'fold-0' }] })
  })

  it.each([
    ['counts', 'csv'],
    ['predictions', 'csv'],
  ] as const)('is named by all of them beside %s as %s', async (what, format) => {
    const { project, folder, together, alone } = await togetherProject()
    const written = (runId: RunId) => {
      const source = { kind: 'corrected', runId, score: 0.5 } as const
      return exportFrom(project, { file: path.join(folder, `${runId}.csv`), what, format, runId, source }, { pictures })
    }
    const note = `3 models predicted together (ensemble): ${FOLDS.map((name, at) => `${name} (fold-${at})`).join('; ')}.`
    expect((await written(together)).notes).toContain(note)
    expect((await written(alone)).notes.join(' ')).not.toContain('ensemble')
  })
})

describe('the template of a report', () => {
  it('is written to be changed, and taken from the project folder or from where it is named', async () => {
    const { project, folder } = await reportedProject()
    const own = path.join(project.folder, 'report-template.html')
    await exportFrom(project, { file: own, what: 'report-template', format: 'html' }, { pictures })
    writeFileSync(own, readFileSync(own, 'utf8').replace('{{heading}}', 'Institute of Pathology'))
    expect(await reported(project, folder)).toContain('Institute of Pathology')
    const other = path.join(folder, 'other.html')
    writeFileSync(other, '<html><head></head><body>{{ summary }}<p>Mine</p>{{disclaimer}}</body></html>')
    const page = await reported(project, folder, { template: other })
    expect(page).toContain('<p>Mine</p>')
    expect(page).toContain('<html lang="en">')
    expect(page).not.toContain('<h2>Review')
    expect(page).toContain('Content-Security-Policy')
  })

  it.each([
    ['<html><head></head>\n{{summary}}\n{{sumary}}{{disclaimer}}', 'line 3 asks for {{sumary}}'],
    ['<head></head>{{summary}}', '{{disclaimer}} has to stand in it once; it does not'],
    ['<head></head>{{summary}}{{disclaimer}}{{disclaimer}}', 'it does 2 times'],
    ['<head></head>{{summary}}{{disclaimer}}\n{{ open', 'in line 2 braces are left open'],
    ['{{summary}}{{disclaimer}}', 'it has no <head>.'],
  ])('that is broken is refused with what is wrong: %s', async (text, told) => {
    const { project, folder } = await reportedProject()
    const file = path.join(folder, 'broken.html')
    writeFileSync(file, text)
    await expect(reported(project, folder, { template: file })).rejects.toMatchObject({ code: 'bad-template', message: expect.stringContaining(told) as string }) // prettier-ignore
    expect(existsSync(path.join(folder, 'report.html'))).toBe(false)
  })

  it('that is not there is told', async () => {
    const { project, folder } = await reportedProject()
    await expect(reported(project, folder, { template: path.join(folder, 'none.html') })).rejects.toMatchObject({ code: 'bad-template' })
  })
})
