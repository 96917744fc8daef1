import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { fromBufferPromise } from 'yauzl'
import { parse } from 'yaml'
import { buffer } from 'node:stream/consumers'
import { open } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError } from '#shared/errors.ts'
import { Workbench } from '../../../src/main/workbench/index.ts'
import { testsOf } from '../../../src/main/workbench/export-model.ts'
import { importPackage } from '../../../src/main/workbench/library/import-package.ts'
import { noteTestScores } from '../../../src/main/workbench/test-looks.ts'
import { openKerasFile } from '../../../src/engine/data/weight-files/keras-file.ts'
import { readSafetensors } from '../../../src/engine/data/weight-files/safetensors.ts'
import { writeZip } from '../../../src/main/interchange/zip-out.ts'
import { entryOf } from '../../unzip.ts'
import { giveModel, MODEL, writeImages } from './untrained.ts'

const SCORED = { report: { images: 2, ap50: 0.625, intervals: { ap50: { lower: 0.5, upper: 0.75 } } }, score: null, flips: false }

describe('a model as one file', () => {
  let folder: string
  let from: Workbench
  let to: Workbench
  let archive: Buffer
  let images: Awaited<ReturnType<typeof writeImages>>
  let others = 0
  const at = (...names: string[]): string => path.join(folder, ...names)
  const file = (): string => at('model.zip')

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'package-'))
    from = await Workbench.create({ folder: at('from.slidewright'), task: 'detection', classes: ['RBC', 'WBC'] }, 'Ada')
    images = await writeImages(folder, 2)
    await from.import({ paths: images })
    to = await another()
    await giveModel(from)
    const model = from.model(MODEL)
    from.project.db.putModel({
      ...model,
      ...{ author: 'Ada', settings: { weightFile: '/home/ada/secret/start.pth' }, metrics: { ap50: 0.75 }, best: 0.75 },
      ...{ objects: [{ name: 'RBC', train: 30, val: 4, guessed: 2 }], curves: [{ epoch: 1, name: 'loss', value: 2.5 }] },
    })
    noteTestScores(from.project, [from.model(MODEL)], SCORED)
    await from.export({ file: file(), what: 'model', format: 'package', modelId: MODEL })
    archive = await readFile(file())
  }, 300_000)
  afterAll(async () => {
    await from.close()
    await to.close()
    await rm(folder, { recursive: true, force: true })
  })

  /** A project that has not got the model yet. */
  async function another(): Promise<Workbench> {
    const made = await Workbench.create({ folder: at(`to${others++}.slidewright`), task: 'detection', classes: ['WBC'] }, 'Bob')
    await made.import({ paths: images })
    return made
  }
  const models = (): Promise<string[]> => readdir(to.project.paths.models).catch(() => [])
  /** Nothing of a refused import may be left. */
  async function refused(bytes: Uint8Array): Promise<AppError> {
    await writeFile(at('broken.zip'), bytes)
    const [folders, records, classes] = [await models(), to.project.db.models(), to.classes()]
    const thrown: unknown = await to.library.import({ file: at('broken.zip') }).then(
      () => null,
      (error: unknown) => error,
    )
    expect(thrown).toBeInstanceOf(AppError)
    expect([await models(), to.project.db.models(), to.classes()]).toEqual([folders, records, classes])
    return thrown as AppError
  }
  async function packed(change: (entries: Map<string, string | Buffer>) => void): Promise<Buffer> {
    const zip = await fromBufferPromise(archive)
    const entries = new Map<string, string | Buffer>()
    for await (const entry of zip.eachEntry()) entries.set(entry.fileName, await buffer(await zip.openReadStreamPromise(entry)))
    change(entries)
    const handle = await open(at('changed.zip'), 'w')
    const pieces = async function* (contents: string | Buffer) {
      yield Buffer.from(contents)
    }
    await writeZip(
      handle,
      [...entries].map(([name, contents]) => ({ name, contents: pieces(contents) })),
      new Date(),
    )
    await handle.close()
    return readFile(at('changed.zip'))
  }
  const manifest = (entries: Map<string, string | Buffer>): Record<string, unknown> =>
    JSON.parse(String(entries.get('slidewright.json'))) as Record<string, unknown>

  it('says what it is, for people and for tools of BioImage.IO', async () => {
    const rdf = parse(await entryOf(archive, 'rdf.yaml')) as { weights: { onnx: { sha256: string } }; outputs: { id: string }[] }
    expect(rdf).toMatchObject({ type: 'model', authors: [{ name: 'Ada' }], weights: { onnx: { source: 'model.onnx', opset_version: 13 } } })
    expect(rdf.outputs.map(({ id }) => id)).toEqual(['output_class', 'output_box'])
    const card = await entryOf(archive, 'README.md')
    for (const words of ['by Ada', 'RBC 30 (4)', '| AP50 | 0.7500 |', '| AP50 | 0.6250 | 0.5000 | 0.7500 |']) expect(card).toContain(words)
    expect(rdf).toMatchObject({
      description: expect.stringContaining('; ap50 0.625 (95 % 0.500 to 0.750) on 2 test images') as string,
      config: { slidewright: { measured: { project: 'from', images: 2, figures: [{ name: 'ap50', value: 0.625 }] } } },
    })
    expect(archive.includes('/home/ada')).toBe(false)
  })

  it('tells nobody where what it started from lay, as a bare graph or as weights either', async () => {
    const file = at('from.slidewright', 'models', MODEL, 'model.json')
    const before = await readFile(file, 'utf8')
    await writeFile(
      file,
      JSON.stringify({
        ...(JSON.parse(before) as object),
        settings: { weightFile: 'C:\\ada\\start.pth', from: '/home/ada/p/models/earlier' },
      }),
    )
    for (const [format, name] of [
      ['onnx', 'bare.onnx'],
      ['safetensors', 'bare.safetensors'],
      ['h5', 'bare.h5'],
    ] as const) {
      await from.export({ file: at(name), what: 'model', format, modelId: MODEL })
      for (const beside of [`${name}.json`, `${name}.md`]) {
        const text = await readFile(at(beside), 'utf8')
        expect(text).toContain('start.pth')
        expect(text).not.toContain('ada')
      }
      expect(JSON.parse(await readFile(at(`${name}.json`), 'utf8'))).toMatchObject({ settings: { from: 'earlier' } })
    }
    expect((await readFile(at('bare.onnx'))).includes('/home/ada')).toBe(false)
    await writeFile(file, before)
  })

  it('says of a bare graph that it can be imported, but not where a memory is missing in it', async () => {
    const file = at('from.slidewright', 'models', MODEL, 'model.json')
    const before = await readFile(file, 'utf8')
    const notesOf = async () =>
      (await from.export({ file: at('graph.onnx'), what: 'model', format: 'onnx', modelId: MODEL })).notes.join(' ')
    expect(await notesOf()).toContain('models import needs no other file')
    expect(await readFile(at('graph.onnx.md'), 'utf8')).not.toContain('memory')
    await writeFile(file, JSON.stringify({ ...(JSON.parse(before) as object), settings: { memory: { most: 10 } } }))
    const notes = await notesOf()
    expect(notes).toContain(
      'features alone: the memory that they are compared with is not in it, so only the package (.zip) can be imported.',
    )
    expect(notes).not.toContain('models import needs no other file')
    expect(await readFile(at('graph.onnx.md'), 'utf8')).toContain('only the package (.zip) can be imported')
    await writeFile(file, before)
  })

  it('is written for Keras as it was learned, under a name from which Keras loads it', async () => {
    const write = (name: string) => from.export({ file: at(name), what: 'model', format: 'h5', modelId: MODEL })
    await write('keras.h5')
    const { weights } = await readSafetensors(path.join(from.project.paths.models, MODEL, 'weights.safetensors'))
    const read = await openKerasFile(at('keras.h5'))
    try {
      expect(read.arrays.size).toBe(weights.size)
      for (const [name, { shape, data }] of weights) {
        const [, layer, part] = /^(.*)\/([^/]*)$/.exec(name)!
        const theirs = { mean: 'moving_mean', variance: 'moving_variance' }[part!] ?? part!
        const array = read.arrays.get(`${layer!.replaceAll('/', '.')}/${theirs}:0`)!
        expect([name, array.shape, await array.read()]).toEqual([name, shape, data])
      }
    } finally {
      await read.close()
    }
    for (const name of ['keras.weights.h5', 'keras.zip']) {
      await expect(write(name)).rejects.toMatchObject({ code: 'wrong-format' })
      expect(await readdir(folder)).not.toContain(name)
    }
  }, 60_000)

  it('is the same file when it is written again', async () => {
    await from.export({ file: at('again.zip'), what: 'model', format: 'package', modelId: MODEL })
    expect((await readFile(at('again.zip'))).equals(archive)).toBe(true)
  })

  it('is refused where it is damaged, and leaves nothing behind: cut off anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: archive.length - 1 }), async (length) => {
        expect((await refused(archive.subarray(0, length))).code).toBe('package-damaged')
      }),
      { numRuns: 20 },
    )
  }, 300_000)

  it('is refused where a file in it is another, names a way out, is missing, or is there twice', async () => {
    const weights = await packed((entries) => {
      const bytes = Buffer.from(entries.get('weights.safetensors')!)
      bytes[bytes.length - 1]! ^= 1
      entries.set('weights.safetensors', bytes)
    })
    expect(await refused(weights)).toMatchObject({
      code: 'package-damaged',
      message: expect.stringContaining('weights.safetensors') as string,
    })
    expect((await refused(await packed((entries) => entries.set('../evil.txt', 'x')))).code).toBe('package-damaged')
    expect((await refused(await packed((entries) => entries.set('/evil.txt', 'x')))).code).toBe('package-damaged')
    expect((await refused(await packed((entries) => entries.delete('model.json')))).code).toBe('package-damaged')
    expect((await refused(await packed((entries) => entries.delete('slidewright.json')))).code).toBe('package-damaged')
    expect(await readdir(folder)).not.toContain('evil.txt')
    expect(await refused(Buffer.from('no archive'))).toMatchObject({
      code: 'package-damaged',
      message: 'broken.zip is damaged, or no model that was exported from Slidewright.',
    })
    await writeFile(at('weights.h5'), 'whatever it holds')
    await expect(to.library.import({ file: at('weights.h5') })).rejects.toMatchObject({ code: 'weights-alone' })
    await expect(to.library.import({ file: at('nothing.zip') })).rejects.toMatchObject({ code: 'not-found' })
  }, 180_000)

  it('is refused where it is of a newer version, tells another story than the model in it, or does not fit the project', async () => {
    const told = (change: (told: Record<string, unknown>) => object) =>
      packed((entries) => entries.set('slidewright.json', JSON.stringify({ ...manifest(entries), ...change(manifest(entries)) })))
    expect((await refused(await told(() => ({ format: 99 })))).code).toBe('package-newer')
    const renamed = await told(({ model }) => ({ model: { ...(model as object), preset: 'ssd300-vgg16' } }))
    expect((await refused(renamed)).code).toBe('package-damaged')
    const other = await told(({ model }) => ({ model: { ...(model as object), task: 'segmentation' } }))
    expect((await refused(other)).code).toBe('wrong-task')
    await expect(from.library.import({ file: file() })).rejects.toMatchObject({ code: 'model-known' })
  }, 180_000)

  it('is refused where the model in it could not predict, by the name of the file', async () => {
    const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
    const newer = await packed((entries) => {
      const facts = JSON.stringify({ ...(JSON.parse(String(entries.get('model.json'))) as object), format: 99 })
      const told = manifest(entries)
      const files = (told['files'] as { name: string }[]).map((one) =>
        one.name === 'model.json' ? { ...one, bytes: Buffer.byteLength(facts), sha256: sha256(facts) } : one,
      )
      entries.set('model.json', facts)
      entries.set('slidewright.json', JSON.stringify({ ...told, files }))
    })
    expect(await refused(newer)).toMatchObject({
      code: 'model-newer',
      message: expect.stringMatching(/^The model in broken\.zip was written by a newer version/) as string,
    })
  }, 180_000)

  it('leaves nothing behind where the disk or the record fails', async () => {
    const before = await models()
    const broken = () => Promise.reject(new AppError('model-unreadable', 'no'))
    await expect(importPackage(to.project, file(), broken)).rejects.toMatchObject({ code: 'model-unreadable' })
    expect(await models()).toEqual(before)
  })

  it('comes with a flipped bit as it was, or not at all', async () => {
    const [wanted] = [from.model(MODEL)]
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: archive.length - 1 }), fc.integer({ min: 0, max: 7 }), async (place, bit) => {
        const bytes = Buffer.from(archive)
        bytes[place]! ^= 1 << bit
        await writeFile(at('broken.zip'), bytes)
        const before = await models()
        const taken = await to.library.import({ file: at('broken.zip') }).catch((thrown: unknown) => thrown)
        if (taken instanceof AppError) {
          expect(await models()).toEqual(before)
          return
        }
        // What was flipped tells nothing that is taken over: a moment, a comment, the card.
        const { model } = taken as Awaited<ReturnType<Workbench['library']['import']>>
        const { metrics, curves, objects, epochs, classes } = model
        expect({ metrics, curves, objects, epochs }).toEqual({
          metrics: wanted.metrics,
          curves: wanted.curves,
          objects: wanted.objects,
          epochs: wanted.epochs,
        })
        expect(classes.map(({ name }) => name)).toEqual(['RBC', 'WBC'])
        for (const name of ['weights.safetensors', 'model.onnx'])
          expect(
            (await readFile(path.join(to.project.paths.models, model.id, name))).equals(
              await readFile(path.join(from.project.paths.models, MODEL, name)),
            ),
          ).toBe(true)
        await to.close()
        to = await another()
      }),
      { numRuns: 20 },
    )
  }, 300_000)

  it('predicts in the other project what it predicted in its own', async () => {
    const { model } = await to.library.import({ file: file() })
    expect(model).toMatchObject({
      ...{ author: 'Ada', parent: null, best: 0.75, settings: { weightFile: 'start.pth' } },
      origin: { file: 'model.zip', project: 'from', model: MODEL, importedBy: 'Bob' },
    })
    expect(to.classes().map(({ name }) => name)).toEqual(['WBC', 'RBC'])
    expect(testsOf(to.project, model)).toMatchObject([{ project: 'from', measure: { who: 'Ada', images: 2, figures: [{ name: 'ap50', value: 0.625, lower: 0.5, upper: 0.75 }] } }]) // prettier-ignore
    const found = async (bench: Workbench, id: string) => {
      const { run } = await bench.predict({ modelId: bench.model(id).id, minScore: 0.0001 })
      const names = new Map(bench.classes().map((one) => [one.id, one.name]))
      const images = bench.images().sort((a, b) => (a.name < b.name ? -1 : 1))
      return images.map(({ id: image }) =>
        bench.predictions(image, run).map(({ shape, score, classId }) => ({ shape, score, name: names.get(classId) })),
      )
    }
    const [there, here] = [await found(to, model.id), await found(from, MODEL)]
    expect(here.flat().length).toBeGreaterThan(10)
    expect(there).toEqual(here)
    await expect(to.library.import({ file: file() })).rejects.toMatchObject({ code: 'model-known' })
  }, 300_000)
})
