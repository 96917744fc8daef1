import { mkdtemp, open, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ForeignWish } from '#shared/contracts/foreign.ts'
import { maskArea } from '#shared/masks/bit-mask.ts'
import { bitMaskOf } from '#shared/masks/mask-shape.ts'
import type { Shape } from '#shared/records/shape.ts'
import type { TaskKind } from '#shared/records/task.ts'
import { entryOf, MODEL_FIELD } from '../../../src/files/own-facts.ts'
import { fieldsOf } from '../../../src/files/protobuf.ts'
import { writeZip } from '../../../src/main/interchange/zip-out.ts'
import { replay, Workbench } from '../../../src/main/workbench/index.ts'
import { classifierGraph, detectorGraph, layersGraph, pairGraph, segmenterGraph } from './foreign-graphs.ts'

const areaOf = (shape: Shape): number => (shape.type === 'mask' ? maskArea(bitMaskOf(shape)) : 0)

describe('a graph from elsewhere', () => {
  let folder: string
  const opened: Workbench[] = []
  const at = (...names: string[]): string => path.join(folder, ...names)
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'foreign-'))
  })
  afterEach(async () => {
    for (const bench of opened.splice(0)) await bench.close()
    await rm(folder, { recursive: true, force: true })
  })

  /** A project with one picture: red from the left to `red`, black beyond. */
  async function project(task: TaskKind, classes: string[], { width = 96, height = 48, red = 48, level = 255 } = {}): Promise<Workbench> {
    const bench = await Workbench.create({ folder: at(`p${opened.length}.slidewright`), task, classes }, 'Ada')
    opened.push(bench)
    const data = new Uint8Array(width * height * 3)
    for (let i = 0; i < width * height; i++) if (i % width < red) data[i * 3] = level
    const file = at(`image${opened.length}.png`)
    await sharp(data, { raw: { width, height, channels: 3 } })
      .png()
      .toFile(file)
    await bench.import({ paths: [file] })
    return bench
  }
  async function given(name: string, bytes: Uint8Array): Promise<string> {
    await writeFile(at(name), bytes)
    return at(name)
  }
  async function imported(bench: Workbench, bytes: Uint8Array, foreign: ForeignWish = {}) {
    return (await bench.library.import({ file: await given('net.onnx', bytes), foreign })).model
  }
  async function found(bench: Workbench, model: { readonly id: string }) {
    const { run } = await bench.predict({ modelId: bench.model(model.id).id, minScore: 0.001 })
    const [image] = bench.images()
    const names = new Map(bench.classes().map(({ id, name }) => [id, name]))
    const objects = bench.predictions(image!.id, run).map(({ shape, score, classId }) => ({ shape, score, name: names.get(classId) }))
    return { objects, result: bench.project.db.resultOf(image!.id, run) }
  }

  it('tells, when the prediction is done, which images could not be read', async () => {
    const bench = await project('classification', ['Uninfected', 'Parasitized'], { red: 96, level: 200 })
    const { id } = await imported(bench, classifierGraph({ names: "{0: 'Parasitized', 1: 'Uninfected'}" }))
    const more = at('gone.png')
    await sharp({ create: { width: 64, height: 64, channels: 3, background: '#804020' } })
      .png()
      .toFile(more)
    await bench.import({ paths: [more] })
    await rm(more)
    const outcome = await bench.predict({ modelId: bench.model(id).id, minScore: 0.001 })
    expect(outcome).toMatchObject({ name: 'net', problems: [{ file: 'gone.png' }] })
    const [job] = bench.jobs.list()
    expect(job).toMatchObject({ status: 'finished', notes: ['1 image could not be read and is left out: gone.png'] })
  })

  it('tells classes of images, whichever way round it has them, as its own numbers say', async () => {
    const bench = await project('classification', ['Uninfected', 'Parasitized'], { red: 96, level: 200 })
    const model = await imported(bench, classifierGraph({ names: "{0: 'Parasitized', 1: 'Uninfected'}" }))
    expect(model).toMatchObject({ name: 'net', preset: 'onnx', origin: { file: 'net.onnx', importedBy: 'Ada' }, trainImages: 0 })
    expect(model.classes.map(({ name }) => name)).toEqual(['Uninfected', 'Parasitized'])
    const { objects, result } = await found(bench, model)
    // Softmax of (2 r, 0), r the red of ImageNet's normalisation.
    const parasitized = 1 / (1 + Math.exp((-2 * (200 - 123.675)) / 58.395))
    expect(result!.scores![1]).toBeCloseTo(parasitized, 5)
    expect(objects).toMatchObject([{ name: 'Parasitized', score: expect.closeTo(parasitized, 5) as number }])
    const raw = await found(
      bench,
      await imported(bench, classifierGraph({ names: "{0: 'Parasitized', 1: 'Uninfected'}" }), { pixels: 'unit', order: 'bgr' }),
    )
    // Seen as blue, green, red the first channel is dark.
    expect(raw.result!.scores![1]).toBeCloseTo(0.5, 5)
  }, 120_000)

  it('tells areas of pixels: one channel at half the size, and background with two classes, channels last', async () => {
    const bench = await project('segmentation', ['tissue'])
    const { objects } = await found(bench, await imported(bench, segmenterGraph(), { pixels: 'unit' }))
    expect(objects).toHaveLength(1)
    expect(areaOf(objects[0]!.shape)).toBeGreaterThan(47 * 48)
    expect(areaOf(objects[0]!.shape)).toBeLessThan(49.5 * 48)
    const other = await project('segmentation', ['red', 'green'])
    const both = await found(other, await imported(other, layersGraph()))
    expect(both.objects.map(({ name }) => name)).toEqual(['red'])
    expect(areaOf(both.objects[0]!.shape)).toBe(48 * 48)
  }, 120_000)

  it('finds boxes in a picture that is fitted into its input, one an object, counted from the score that its maker counts from', async () => {
    const bench = await project('detection', ['RBC'])
    const model = await imported(bench, detectorGraph())
    expect(bench.classes().map(({ name }) => name)).toEqual(['RBC', 'WBC'])
    const { objects } = await found(bench, model)
    expect(objects.map(({ name }) => name)).toEqual(['RBC', 'WBC'])
    // 96 x 48 is seen as 64 x 32, 16 pixels below the top.
    expect(objects[0]!.shape).toMatchObject({ type: 'box', x: expect.closeTo(39, 3) as number, y: expect.closeTo(15, 3) as number, width: expect.closeTo(18, 3) as number }) // prettier-ignore
    expect(objects[1]!.score).toBeCloseTo(0.5, 5)
    const halved = await found(bench, await imported(bench, detectorGraph(), { countFrom: 0.5 }))
    expect(halved.objects[1]!.score).toBeCloseTo(0.25, 5)
    expect(halved.objects[0]!.score).toBeGreaterThan(0.6)
    expect(bench.jobs.list().flatMap(({ notes = [] }) => notes)).toContain('Of these, 1 count (score 0.5 or more).')
  }, 120_000)

  it('is refused in one sentence where it does not fit, and nothing stays of it', async () => {
    const bench = await project('classification', ['a', 'b', 'c'])
    const refused = async (bytes: Uint8Array, foreign: ForeignWish = {}, name = 'net.onnx') => {
      const file = await given(name, bytes)
      const error: unknown = await bench.library.import({ file, foreign }).catch((thrown: unknown) => thrown)
      expect(bench.project.db.models()).toEqual([])
      expect((await readdir(bench.project.paths.models).catch(() => [])).length).toBe(0)
      return error
    }
    expect(await refused(pairGraph())).toMatchObject({
      code: 'graph-unfit',
      message: 'The graph takes 2 inputs (a, b); a model here takes one picture.',
    })
    expect(await refused(classifierGraph())).toMatchObject({
      message: 'The graph tells 2 classes and has no names for them; the project has 3.',
    })
    expect(await refused(classifierGraph(), { classes: ['a'] })).toMatchObject({ code: 'graph-unfit', message: expect.stringMatching(/^The graph tells/) as string }) // prettier-ignore
    expect(await refused(segmenterGraph())).toMatchObject({
      message: 'The graph gives mask ? × 1 × ? × ?; scores of classes would be 1 × classes.',
    })
    expect(await refused(Buffer.from('no graph'))).toMatchObject({ code: 'graph-unfit', message: expect.stringMatching(/^net.onnx cannot be opened as an ONNX model/) as string }) // prettier-ignore
    const areas = await project('segmentation', ['red', 'green'])
    await expect(
      areas.library.import({ file: await given('l.onnx', layersGraph()), foreign: { values: 'probabilities' } }),
    ).rejects.toMatchObject({
      code: 'graph-unfit',
      message: expect.stringMatching(/no probabilities/) as string,
    })
    expect((await readdir(areas.project.paths.models).catch(() => [])).length).toBe(0)
  }, 120_000)

  it('says before an import what it knows and supposes, and keeps it with the model', async () => {
    const bench = await project('detection', ['RBC'])
    const file = await given('yolo.onnx', detectorGraph())
    expect(await bench.library.propose(file)).toMatchObject({
      ...{ takes: 'images 1 × 3 × 64 × 64', gives: 'output0 1 × 6 × 12', channels: 2, sizeOpen: false, pixelsKnown: false },
      wish: { classes: ['WBC', 'RBC'], size: [64, 64], pixels: 'unit', order: 'rgb', boxes: 'columns', pixelsPerInput: 0, countFrom: 0.25 },
    })
    const { model } = await bench.library.import({ file, foreign: { classes: ['', 'RBC'], pixelsPerInput: 1 } })
    expect(model.classes.map(({ name }) => name)).toEqual(['RBC'])
    expect(model.settings).toMatchObject({ pixels: 'unit', boxes: 'columns', pixelsPerInput: 1 })
    // Seen tile by tile at its own scale, the box is where the tile has it.
    const { objects } = await found(bench, model)
    expect(objects.every(({ name }) => name === 'RBC')).toBe(true)
    await expect(bench.train({ preset: 'cells-lite0', from: model.id, seed: 0, backend: null, settings: {} })).rejects.toMatchObject({
      code: 'graph-alone',
    })
  }, 120_000)

  it('goes on as one file, and back from a bare graph with what was written beside it', async () => {
    const bench = await project('detection', ['RBC'])
    const model = await imported(bench, detectorGraph())
    const wanted = (await found(bench, model)).objects
    await bench.export({ file: at('out.zip'), what: 'model', format: 'package', modelId: model.id })
    await bench.export({ file: at('out.onnx'), what: 'model', format: 'onnx', modelId: model.id })
    await expect(bench.export({ file: at('out.safetensors'), what: 'model', format: 'safetensors', modelId: model.id })).rejects.toMatchObject({ code: 'model-part' }) // prettier-ignore
    const other = await project('detection', ['RBC', 'WBC'])
    for (const name of ['out.zip', 'out.onnx']) {
      expect(await other.library.propose(at(name))).toBeNull()
      const { model: taken } = await other.library.import({ file: at(name) })
      expect((await found(other, taken)).objects).toEqual(wanted)
    }
    const beside = JSON.parse(await readFile(at('out.onnx.json'), 'utf8')) as object
    await writeFile(at('out.onnx.json'), JSON.stringify({ ...beside, onnxSha256: '0'.repeat(64) }))
    await expect(other.library.import({ file: at('out.onnx') })).rejects.toMatchObject({ code: 'package-damaged' })
    // By itself it says the same, however often it went out and in; its name is free.
    await rm(at('out.onnx.json'))
    await rename(at('out.onnx'), at('alone.onnx'))
    expect(await other.library.propose(at('alone.onnx'))).toBeNull()
    const alone = (await other.library.import({ file: at('alone.onnx') })).model
    expect(alone.settings).toEqual(model.settings)
    expect((await found(other, alone)).objects).toEqual(wanted)
    await other.export({ file: at('again.onnx'), what: 'model', format: 'onnx', modelId: alone.id })
    const said = [...fieldsOf(await readFile(at('again.onnx')))].filter(({ number }) => number === MODEL_FIELD.metadata)
    const keys = said.map(({ value }) => (typeof value === 'number' ? '' : entryOf(value)![0]))
    expect(keys.toSorted()).toEqual(['imgsz', 'names', 'slidewright', 'stride', 'task'])
  }, 120_000)

  it('says of a graph of ours that has lost its facts, and of a detector without its last step, what is missing and what to do', async () => {
    const bench = await project('detection', ['RBC'])
    const old = await given('old.onnx', classifierGraph({ preset: 'cells-lite0', classes: '["RBC"]' }))
    for (const tried of [() => bench.library.import({ file: old }), () => bench.library.propose(old)])
      await expect(tried()).rejects.toMatchObject({
        code: 'graph-unfit',
        message: expect.stringContaining("the graph of a model of Slidewright's (cells-lite0)") as string,
        hint: expect.stringContaining('Put old.onnx.json beside it') as string,
      })
    await expect(bench.library.import({ file: await given('maps.onnx', layersGraph()) })).rejects.toMatchObject({
      message: expect.stringMatching(/^The graph gives classes 1 × \? × \? × 3, and none of it is a table of boxes: /) as string,
      hint: expect.stringContaining('What makes boxes of the numbers of a net is missing in the file') as string,
    })
  }, 120_000)

  it('comes from an archive of BioImage.IO, fed as its description says', async () => {
    const bench = await project('segmentation', ['tissue'])
    const rdf = {
      ...{ format_version: '0.5.4', type: 'model', name: 'half' },
      inputs: [
        {
          id: 'raw',
          axes: [{ type: 'batch' }, { type: 'channel', channel_names: ['r', 'g', 'b'] }, { type: 'space', id: 'y', size: { min: 16, step: 16 } }, { type: 'space', id: 'x', size: { min: 16, step: 16 } }], // prettier-ignore
          preprocessing: [
            { id: 'ensure_dtype', kwargs: { dtype: 'float32' } },
            { id: 'scale_linear', kwargs: { gain: 1 / 255, offset: 0 } },
          ],
        },
      ],
      outputs: [
        {
          id: 'mask',
          axes: [{ type: 'batch' }, { type: 'channel', channel_names: ['tissue'] }, { type: 'space', id: 'y' }, { type: 'space', id: 'x' }],
        },
      ],
      weights: { onnx: { source: 'weights.onnx', opset_version: 13 } },
    }
    const handle = await open(at('half.zip'), 'w')
    const pieces = async function* (contents: Uint8Array) {
      yield Buffer.from(contents)
    }
    // A YAML file may be JSON.
    const entries = [
      { name: 'rdf.yaml', contents: pieces(Buffer.from(JSON.stringify(rdf))) },
      { name: 'weights.onnx', contents: pieces(segmenterGraph()) },
    ]
    await writeZip(handle, entries, new Date())
    await handle.close()
    const { model } = await bench.library.import({ file: at('half.zip') })
    expect(model.name).toBe('half')
    const { objects } = await found(bench, model)
    expect(objects).toHaveLength(1)
    expect(Math.abs(areaOf(objects[0]!.shape) - 48 * 48)).toBeLessThan(2 * 48)
  }, 120_000)

  it('is a step of the workflow that a replay does again, by the same file alone', async () => {
    const bench = await project('detection', ['RBC'])
    const model = await imported(bench, detectorGraph())
    const log = bench.steps.all()
    expect(log.at(-1)!.step).toMatchObject({ kind: 'import-model', request: { file: at('net.onnx') }, made: model.id })
    const again = await replay(bench, { steps: log, only: ['import-model'] })
    expect(again.map(({ said }) => said)).toEqual(['net, which is there already'])
    const other = await project('detection', ['RBC'])
    const predict = { ...log[0]!, step: { kind: 'predict' as const, request: { modelId: model.id, images: null, glob: null, split: null, minScore: 0.1, flips: false }, made: 'r' as never } } // prettier-ignore
    await replay(other, { steps: [log.at(-1)!, predict as never] })
    expect(other.runs().map(({ modelId }) => other.model(modelId).name)).toEqual(['net'])
    const third = await project('detection', ['RBC'])
    await writeFile(at('net.onnx'), segmenterGraph())
    await expect(replay(third, { steps: log, only: ['import-model'] })).rejects.toMatchObject({ code: 'changed', message: expect.stringContaining('Step 2 (import-model)') as string }) // prettier-ignore
    await rm(at('net.onnx'))
    await expect(replay(third, { steps: log, only: ['import-model'] })).rejects.toMatchObject({ code: 'not-found' })
  }, 120_000)
})
