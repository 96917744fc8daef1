import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRandom } from '#shared/random.ts'
import type { Weights } from '../../../src/engine/nn/weights.ts'
import { type Checkpoint, CheckpointFolder } from '../../../src/engine/training/checkpoint.ts'
import { freshLoopState } from '../../../src/engine/training/loop-state.ts'

const some = (seed: number, names: readonly string[]): Weights => {
  const random = createRandom(seed)
  return new Map(names.map((name) => [name, { shape: [3, 5], data: Float32Array.from({ length: 15 }, () => random.normal()) }]))
}

const at = (step: number, more: Partial<Checkpoint['loop']> = {}): Checkpoint => ({
  state: { weights: some(step, ['a/kernel', 'b/kernel']), slots: some(step + 100, ['adam-m/a/kernel', 'average/a/kernel']), step },
  loop: { ...freshLoopState(), step, epoch: Math.floor(step / 10), position: step % 10, sums: { loss: 0.1 + step }, notes: ['ä'], ...more },
})

describe('CheckpointFolder', () => {
  let folder: string
  let checkpoints: CheckpointFolder
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'checkpoint-'))
    checkpoints = new CheckpointFolder(folder, 'this-job')
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  const files = async (start: string): Promise<string[]> => (await readdir(folder)).filter((name) => name.startsWith(start)).sort()

  it('gives back exactly what was saved', async () => {
    const curves = [{ epoch: 0.5, name: 'loss', value: 0.1 + 0.2 }]
    await checkpoints.save(at(7, { curves, elapsed: 12.345678901234567 }))
    expect(await checkpoints.load()).toEqual(at(7, { curves, elapsed: 12.345678901234567 }))
  })

  it('gives null where there is none, and where the folder is missing', async () => {
    expect(await checkpoints.load()).toBeNull()
    expect(await new CheckpointFolder(path.join(folder, 'nowhere'), 'x').load()).toBeNull()
  })

  it('keeps the two newest', async () => {
    for (const step of [9, 10, 11, 100]) await checkpoints.save(at(step))
    expect(await files('step-')).toEqual(['step-000000011.safetensors', 'step-000000100.safetensors'])
    expect((await checkpoints.load())?.loop.step).toBe(100)
  })

  it('falls back to the one before, whatever happened to the newest', async () => {
    const ruin: readonly ((file: string) => Promise<void>)[] = [
      (file) => truncate(file, 0),
      (file) => truncate(file, 300),
      (file) => writeFile(file, 'rubbish that is long enough to look like something'),
      async (file) => {
        const bytes = await readFile(file)
        bytes[bytes.length - 3]! ^= 1
        await writeFile(file, bytes)
      },
      async (file) => {
        const text = (await readFile(file)).toString('latin1').replace('epoch', 'epocH')
        await writeFile(file, text, 'latin1')
      },
    ]
    for (const [i, damage] of ruin.entries()) {
      await checkpoints.clear()
      await checkpoints.save(at(1))
      await checkpoints.save(at(2))
      await damage(path.join(folder, (await files('step-')).at(-1)!))
      expect((await checkpoints.load())?.loop.step, `damage ${i}`).toBe(1)
    }
  })

  it('does not count a damaged file among the two that it keeps', async () => {
    await checkpoints.save(at(1))
    await checkpoints.save(at(3))
    await truncate(path.join(folder, 'step-000000003.safetensors'), 100)
    expect((await checkpoints.load())?.loop.step).toBe(1)
    await checkpoints.save(at(2))
    await truncate(path.join(folder, 'step-000000002.safetensors'), 100)
    expect((await checkpoints.load())?.loop.step).toBe(1)
  })

  it('removes best weights that no checkpoint names any more', async () => {
    for (const epoch of [1, 2, 3, 4]) {
      const file = await checkpoints.saveBest(some(epoch, ['a/kernel']), epoch)
      await checkpoints.save(at(epoch, { best: { epoch, score: epoch / 10, file, metrics: {} } }))
    }
    expect(await files('best-')).toEqual(['best-3.safetensors', 'best-4.safetensors'])
  })

  it('refuses the checkpoint of another training', async () => {
    await checkpoints.save(at(1))
    await expect(new CheckpointFolder(folder, 'other').load()).rejects.toMatchObject({ code: 'other-job' })
  })

  it('keeps the best weights apart and tells when they are damaged', async () => {
    const best = some(3, ['a/kernel'])
    const file = await checkpoints.saveBest(best, 4)
    expect(await checkpoints.loadBest(file, 4)).toEqual(best)
    await expect(checkpoints.loadBest(file, 5)).rejects.toMatchObject({ code: 'checkpoint-damaged' })
  })

  it('takes a checkpoint without its best weights only where no other is left, and says so', async () => {
    const first = await checkpoints.saveBest(some(1, ['a/kernel']), 1)
    await checkpoints.save(at(1, { best: { epoch: 1, score: 0.5, file: first, metrics: {} } }))
    const second = await checkpoints.saveBest(some(2, ['a/kernel']), 2)
    await checkpoints.save(at(2, { best: { epoch: 2, score: 0.6, file: second, metrics: {} } }))
    await truncate(path.join(folder, second), 10)
    expect((await checkpoints.load())?.loop.best?.epoch).toBe(1)
    await truncate(path.join(folder, first), 10)
    const last = await checkpoints.load()
    expect(last?.loop).toMatchObject({ step: 2, best: null })
    expect(last?.loop.notes.at(-1)).toMatch(/damaged/)
  })

  it('cannot be led out of its folder', async () => {
    await expect(checkpoints.loadBest('../../etc/passwd', 1)).rejects.toThrow()
  })

  it('removes what a crash left half-written', async () => {
    await writeFile(path.join(folder, '.slidewright-x.tmp'), 'half')
    await checkpoints.save(at(1))
    expect(await readdir(folder)).toEqual(['step-000000001.safetensors'])
  })
})
