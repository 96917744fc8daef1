import path from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FEATURES } from '#shared/feature-domain.ts'
import { type ImageId, type JobId, jobId, type ModelId } from '#shared/records/ids.ts'
import { type ModelRecord, modelRecord } from '#shared/records/model.ts'
import { checkDomain, domainNote } from '../../../src/main/workbench/domain-check.ts'
import { Workbench } from '../../../src/main/workbench/index.ts'
import { keepLearnedImages } from '../../../src/main/workbench/learned-images.ts'
import { AT, model, run, temporaryFolder } from '../project/fixtures.ts'
import { writeLearned, writeOthers } from './stained-images.ts'

const NOTE =
  '2 of 3 images that are new to m differ in colour from those that it learned from: blue_1.png, blue_0.png. It may miss things there, or find what is not there: look at some of them before you rely on it.'

describe('before a prediction', () => {
  let bench: Workbench
  beforeEach(async () => {
    const folder = temporaryFolder()
    await writeLearned(folder)
    await writeOthers(folder)
    bench = await Workbench.create({ folder: path.join(folder, 'P.slidewright'), task: 'detection', classes: ['A'] }, 'Ada')
    await bench.import({ paths: [folder] })
  })
  afterEach(() => bench.close())

  /** A model of the project that learned from the first nine images. */
  function trained(name: string, part: Partial<ModelRecord> = {}): ModelId {
    const made = { ...model(name), name, ...part }
    bench.project.db.putModel(made)
    const train = bench
      .images()
      .filter((image) => image.name.startsWith('learned_'))
      .map(({ id }) => id)
    keepLearnedImages(bench.project, made.id, { train, val: [] })
    return made.id
  }

  it('images are named whose colours differ from those that the model learned from, whatever their split', async () => {
    expect(await domainNote(bench, { modelId: 'latest' })).toBe('')
    const modelId = trained('m')
    expect(await domainNote(bench, { modelId })).toBe(NOTE)
    expect(await domainNote(bench, { modelId, glob: 'same*' })).toBe('')
    expect(await domainNote(bench, { modelId, glob: 'learned*' })).toBe('')
    expect(await domainNote(bench, { modelId, glob: 'nothing*' })).toBe('')
  })

  it('nothing is said where nothing is known of what was learned, or where colours are moved to it', async () => {
    const origin = {
      file: 'model.zip',
      sha256: '0'.repeat(64),
      project: 'from',
      model: null,
      ancestors: [],
      importedBy: 'Bob',
      importedAt: AT,
    }
    const imported = modelRecord.parse({ ...model('i'), origin })
    bench.project.db.putModel(imported)
    expect(bench.project.model(imported.id)).toMatchObject({ origin })
    expect(await domainNote(bench, { modelId: imported.id })).toBe('')
    expect(await domainNote(bench, { modelId: trained('s', { settings: { stain: 'reinhard' } }) })).toBe('')
    expect(await domainNote(bench, { modelId: trained('n', { settings: { stain: 'none' } }) })).toMatch(/^2 of 3 images that/)
  })

  it('it is told in full how they differ, by colour and by what they show, with examples; then a note tells both', async () => {
    const modelId = trained('m')
    const striped = Buffer.from(`<svg width="120" height="90">${Array.from({ length: 30 }, (_, i) => `<path d="M${i * 4} 0v90" stroke="#400" />`).join('')}</svg>`) // prettier-ignore
    const file = path.join(temporaryFolder(), 'striped.png')
    await sharp(bench.images().find((one) => one.name === 'same.png')!.absolutePath).composite([{ input: striped }]).toFile(file) // prettier-ignore
    await bench.import({ paths: [file] })
    const told = await checkDomain(bench, { modelId })
    const name = (id: ImageId): string => bench.image(id).name
    expect(told).toMatchObject({ model: 'm', brokenOff: false })
    expect(told.colors).toMatchObject({ compared: 4 })
    expect(told.colors.far.map(({ image }) => name(image))).toEqual(expect.arrayContaining(['blue_1.png', 'blue_0.png']))
    expect(told.features.compared).toBe(4)
    const shown = told.features.far.map(({ image }) => name(image))
    expect(shown).toContain('striped.png')
    expect(shown).not.toContain('same.png')
    expect(told.examples.far.map(name).sort()).toEqual(['blue_0.png', 'blue_1.png', 'striped.png'])
    expect(told.examples.near.length).toBeGreaterThan(0)
    for (const id of told.examples.near) expect(name(id)).toMatch(/^learned_/)
    expect(await domainNote(bench, { modelId })).toMatch(/differ in colour from those .* of 4 images that are new to m shows? other structures or another sharpness than/) // prettier-ignore
  }, 60_000)

  it('it is seen as a job where it lasts; where that is cancelled, colours alone are told', async () => {
    const modelId = trained('m')
    const ids: JobId[] = []
    bench.events.on('job', ({ id, kind }) => ids.push(...(kind === 'compare' ? [id] : [])))
    vi.spyOn(bench.engine, 'imageFeatures').mockImplementation(async () => {
      await vi.waitUntil(() => ids.length > 0, 20_000)
      await bench.jobs.handle(ids[0]!).cancel(false)
      return { features: Array.from({ length: FEATURES }, () => 0), detail: null }
    })
    const told = await checkDomain(bench, { modelId })
    expect(told.colors.far).toHaveLength(2)
    expect(told.features).toEqual({ compared: 0, far: [] })
    expect(told.brokenOff).toBe(true)
  }, 60_000)

  it('it is said as soon as it is found, without holding the job back, and stands among the notes of its outcome', async () => {
    const modelId = trained('m')
    const heard: string[] = []
    const record = run('r', modelId)
    bench.project.db.addRun(record, [], [])
    vi.spyOn(bench.prediction, 'start').mockImplementation(() => {
      heard.push('started')
      const looked = { images: 12, objects: 0, seconds: 1 }
      const result = { run: record, looked, counted: 0, name: 'm', problems: [], glass: [], notes: ['other'] }
      const done = vi.waitUntil(() => heard.includes(NOTE), 60_000).then(() => result)
      return Promise.resolve({ id: jobId.parse('j'), done })
    })
    const outcome = await bench.predict({ modelId }, { onNote: (note) => heard.push(note) })
    expect(heard).toEqual(['started', NOTE])
    expect(outcome.notes).toEqual([NOTE, 'other'])
  })
})
