import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { must } from '#shared/assert.ts'
import { shapesToLabelMap } from '#shared/masks/draw-shape.ts'
import { load } from '../../../src/engine/backends/probe.ts'
import { readModelFile, readModelWeights } from '../../../src/engine/data/model-folder.ts'
import { readSafetensors, writeSafetensors } from '../../../src/engine/data/weight-files/safetensors.ts'
import { JobControl } from '../../../src/engine/jobs/job-control.ts'
import { createPatchMemoryLite0Preset, PATCH_MEMORY } from '../../../src/engine/models/patch-memory-lite0/preset.ts'
import { MEMORY, memoryArrays } from '../../../src/engine/tasks/patch-memory.ts'
import { drawCell, drawCells, jobIn, predict, SIDE, SPOT, type SpottedSample, train, type Trained } from './spotted.ts'

// The strong option with its real encoder, fitted to a few drawn cells.

const preset = createPatchMemoryLite0Preset({ ...PATCH_MEMORY, candidates: 1500, share: 0.2 })

describe('patch memory', { timeout: 300_000 }, () => {
  let folder: string
  let normal: SpottedSample[]
  let val: SpottedSample[]
  let fitted: Trained
  let model: string
  beforeAll(async () => {
    await load('tensorflow')
    folder = await mkdtemp(path.join(os.tmpdir(), 'patches-'))
    normal = await drawCells(folder, 'normal', 10, 0, false)
    val = [...(await drawCells(folder, 'val-normal', 6, 100, false)), ...(await drawCells(folder, 'val-spot', 5, 200, true))]
    // An abnormal image among the training images is not learned from.
    const job = await jobIn(path.join(folder, 'job'), { train: [...normal, await drawCell(folder, 'odd', 77, true)], val })
    model = job.modelFolder
    fitted = await train(job, preset)
  }, 300_000)
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('tells all spotted cells from normal ones, and says so', async () => {
    const { result, progress, previews } = fitted
    expect(result).toMatchObject({ best: 1, epochs: 1, steps: 10, stopped: 'finished', metrics: { imageAuroc: 1 } })
    expect(result.onnxDifference).toBeLessThan(1e-3)
    expect(result.curves).toEqual([{ epoch: 1, name: 'val/auroc', value: 1 }])
    expect(result.notes[0]).toMatch(/^300 of 1,500 patches of 10 normal images/)
    expect(progress.map(({ state }) => state)).toEqual(expect.arrayContaining(['preparing', 'running', 'validating', 'saving']))
    const fractions = progress.map(({ fraction }) => fraction)
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b))
    expect(previews[0]?.images.length).toBeGreaterThan(0)
    const file = await readModelFile(model)
    expect(file).toMatchObject({
      preset: 'patch-memory-lite0',
      inferenceSizes: [[160, 160]],
      frame: { width: SIDE, height: SIDE },
      best: 1,
    })
    expect(file.mapScale).toBe(2 * must(file.pixelThreshold, 'levels were picked'))
  })

  it('finds a spot where it lies, in cells that it has not seen', async () => {
    const unseen = [...(await drawCells(folder, 'new-normal', 4, 300, false)), ...(await drawCells(folder, 'new-spot', 4, 400, true))]
    const told = await predict(preset, [model], unseen)
    const { threshold } = await readModelFile(model)
    const scores = told.map(({ result }) => result!.anomaly!)
    expect(Math.min(...scores.slice(4))).toBeGreaterThan(Math.max(...scores.slice(0, 4)))
    for (const [i, { found }] of told.slice(4).entries()) {
      expect(found[0]).toMatchObject({ classIndex: 1, shape: { type: 'image' } })
      expect(found[0]!.score).toBeCloseTo(scores[4 + i]! / (scores[4 + i]! + threshold!), 6)
      const { shape, score } = must(found[1], 'an area')
      expect(score).toBeGreaterThan(0.5)
      if (shape.type !== 'mask') throw new Error('an area is a mask')
      const spot = unseen[4 + i]!.spot!
      const drawn = shapesToLabelMap([shape], { x: spot.x, y: spot.y, width: SPOT, height: SPOT })
      expect(drawn.filter((value) => value === 1).length).toBeGreaterThan(0.6 * SPOT * SPOT)
      expect(Math.max(shape.width, shape.height)).toBeLessThan(3.5 * SPOT)
    }
  })

  it('writes maps that have the spot and nothing on the black ground', async () => {
    const maps = path.join(folder, 'maps')
    await mkdir(maps)
    const image = await drawCell(folder, 'mapped', 500, true)
    const [told] = await predict(preset, [model], [image], { mapFolder: maps })
    const [heat, values] = told!.result!.maps
    expect([heat, values]).toMatchObject([{ kind: 'heat', file: 'mapped.heat.png' }, { kind: 'values', file: 'mapped.values.f32', width: SIDE, height: SIDE }]) // prettier-ignore
    const bytes = await readFile(path.join(maps, values!.file))
    const at = (x: number, y: number): number => bytes.readFloatLE(4 * (y * SIDE + x))
    const { spot } = image
    expect(at(spot!.x + 4, spot!.y + 4)).toBeGreaterThan((await readModelFile(model)).pixelThreshold!)
    expect([at(0, 0), at(SIDE - 1, SIDE - 1)]).toEqual([0, 0])
  })

  it('works through a larger image in tiles, and the same spot is found', async () => {
    const large = await drawCell(folder, 'large', 600, true, 3 * SIDE)
    const [told] = await predict(preset, [model], [large], { minScore: 0.5 })
    const hit = told!.found.find(({ shape }) => {
      const { x, y } = large.spot!
      return shape.type === 'mask' && shape.x < x + SPOT && shape.x + shape.width > x && shape.y < y + SPOT && shape.y + shape.height > y
    })
    expect(hit).toBeDefined()
  })

  it('gives the same with mirrored passes or another model of the same images beside, about', async () => {
    const image = await drawCell(folder, 'several', 700, true)
    const [alone] = await predict(preset, [model], [image])
    const [flipped] = await predict(preset, [model], [image], { flips: true })
    const [together] = await predict(preset, [model, model], [image])
    expect(together!.result!.anomaly).toBeCloseTo(alone!.result!.anomaly!, 4)
    expect(flipped!.result!.anomaly! / alone!.result!.anomaly!).toBeGreaterThan(0.7)
    expect(flipped!.result!.anomaly! / alone!.result!.anomaly!).toBeLessThan(1.3)
  })

  it('predicts in TensorFlow.js alike where the graph is gone, and refuses what is damaged', async () => {
    const image = await drawCell(folder, 'damaged', 800, true)
    const [before] = await predict(preset, [model], [image])
    const graph = await readFile(path.join(model, 'model.onnx'))
    await rm(path.join(model, 'model.onnx'))
    const [after] = await predict(preset, [model], [image])
    expect(after!.result!.anomaly).toBeCloseTo(before!.result!.anomaly!, 2)
    await writeFile(path.join(model, 'model.onnx'), graph)

    const file = path.join(model, 'weights.safetensors')
    const intact = await readFile(file)
    const broken = Buffer.from(intact)
    broken[broken.length - 5]! ^= 1
    await writeFile(file, broken)
    await expect(predict(preset, [model], [image])).rejects.toMatchObject({ code: 'model-damaged' })
    await writeFile(file, intact)
  })

  it('refuses a memory that is missing, of another width or too many rows', async () => {
    const network = preset.network()
    const file = await readModelFile(model)
    const { weights } = await readSafetensors(path.join(model, 'weights.safetensors'))
    const other = path.join(folder, 'other')
    await mkdir(other)
    const reading = async (change: (all: Map<string, { shape: readonly number[]; data: Float32Array }>) => void, most = 100_000) => {
      const all = new Map(weights)
      change(all)
      await writeSafetensors(path.join(other, 'weights.safetensors'), all)
      const { createHash } = await import('node:crypto')
      const weightsSha256 = createHash('sha256').update(await readFile(path.join(other, 'weights.safetensors'))).digest('hex') // prettier-ignore
      return readModelWeights(other, { ...file, weightsSha256 }, network, memoryArrays(preset).map((array) => ({ ...array, most }))) // prettier-ignore
    }
    expect((await reading(() => undefined)).get(MEMORY)?.shape).toEqual([300, 176])
    const damaged = { code: 'model-damaged' }
    await expect(reading((all) => all.delete(MEMORY))).rejects.toMatchObject(damaged)
    await expect(reading((all) => all.set(MEMORY, { shape: [4, 100], data: new Float32Array(400) }))).rejects.toMatchObject(damaged)
    await expect(reading((all) => all.set(MEMORY, { shape: [0, 176], data: new Float32Array(0) }))).rejects.toMatchObject(damaged)
    await expect(reading((all) => all.set('more', { shape: [1], data: new Float32Array(1) }))).rejects.toMatchObject(damaged)
    await expect(reading(() => undefined, 299)).rejects.toMatchObject(damaged)
  })

  it('predicts as it was fitted, whatever the preset says by now', async () => {
    const image = await drawCell(folder, 'later', 900, true)
    const [before] = await predict(preset, [model], [image])
    const changed = createPatchMemoryLite0Preset({ ...PATCH_MEMORY, rim: 40, scored: 1000 })
    const [after] = await predict(changed, [model], [image])
    expect(after!.result!.anomaly).toBe(before!.result!.anomaly)
    const file = path.join(model, 'model.json')
    const intact = await readFile(file, 'utf8')
    await writeFile(file, JSON.stringify({ ...JSON.parse(intact), settings: { memory: { rim: -1 } } }))
    await expect(predict(preset, [model], [image])).rejects.toMatchObject({ code: 'model-damaged' })
    await writeFile(file, intact)
  })

  it('fits the same memory again, paused in between', async () => {
    const job = await jobIn(path.join(folder, 'again'), { train: normal, val })
    const control = new JobControl()
    let paused = false
    // After the first image: it is told at once, later ones only when some time has gone by.
    const { progress } = await train(job, preset, control, ({ state }) => {
      if (state === 'running' && !paused) control.pause()
      if (state !== 'paused') return
      paused = true
      control.resume()
    })
    expect(progress.map(({ state }) => state)).toContain('paused')
    expect((await readModelFile(job.modelFolder)).weightsSha256).toBe((await readModelFile(model)).weightsSha256)
  })

  it('goes on where it was interrupted, to the same model', async () => {
    const job = await jobIn(path.join(folder, 'interrupted'), { train: normal, val })
    const control = new JobControl()
    const stopped = train(job, preset, control, ({ state }) => { if (state === 'running') control.end('interrupt') }) // prettier-ignore
    await expect(stopped).rejects.toMatchObject({ code: 'interrupted' })
    // What was looked at is not read again: it would be missed.
    const first = normal[0]!.path
    await rename(first, `${first}.away`)
    const { result } = await train(job, preset).finally(() => rename(`${first}.away`, first))
    expect(result.notes.join(' ')).not.toMatch(/cannot be read/)
    expect(result.steps).toBe(normal.length)
    expect((await readModelFile(job.modelFolder)).weightsSha256).toBe((await readModelFile(model)).weightsSha256)
  })

  it('stops where it is cancelled, and ends with what it has where it is told to', async () => {
    const job = await jobIn(path.join(folder, 'stopped'), { train: normal, val })
    const stopping = async (how: 'cancel' | 'interrupt' | 'keep') => {
      const control = new JobControl()
      return train(job, preset, control, ({ state }) => { if (state === 'running') control.end(how) }) // prettier-ignore
    }
    await expect(stopping('cancel')).rejects.toMatchObject({ code: 'cancelled' })
    await expect(stopping('interrupt')).rejects.toMatchObject({ code: 'interrupted' })
    await expect(readModelFile(job.modelFolder)).rejects.toMatchObject({ code: 'no-model' })
    const { result } = await stopping('keep')
    expect(result.stopped).toBe('by-user')
    expect(result.steps).toBeLessThan(10)
    expect(await readModelFile(job.modelFolder)).toMatchObject({ preset: 'patch-memory-lite0' })
  })

  it('takes its threshold from training images where there is no other, says so, and scores nothing', async () => {
    const job = await jobIn(path.join(folder, 'alone'), { train: normal.slice(0, 4), val: [] })
    const { result } = await train(job, preset)
    expect(result.best).toBeNull()
    expect(result.notes.join(' ')).toMatch(/threshold was taken from training images/)
    expect((await readModelFile(job.modelFolder)).threshold).toBeGreaterThan(0)
  })

  it('needs a normal image', async () => {
    const job = await jobIn(path.join(folder, 'none'), { train: val.slice(6), val })
    await expect(train(job, preset)).rejects.toMatchObject({ code: 'no-training-images' })
  })
})
